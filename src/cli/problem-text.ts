/** A problem document (RFC 9457) of the server as lines for people: one for each reason, with its code and what to do. */
import * as z from 'zod';
import { behind } from '../guard/judge.ts';
import type { ErrorCode } from '../kernel/errors.ts';
import { SECOND_MS } from '../kernel/time.ts';
import { SALLYPORT } from '../main/program-name.ts';
import { visible } from './render.ts';

/** A reason as problem documents and `audit.why` have it. */
export const reasonShape = z.object({
  guard: z.string(),
  code: z.string(),
  say: z.string(),
  source: z.string().optional(),
  fact: z.string().optional(),
});

const problem = z.object({
  title: z.string(),
  code: z.string(),
  detail: z.string(),
  instance: z.string().optional(),
  actionId: z.string().optional(),
  retryAfterMs: z.number().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).default([]),
  folded: z.string().optional(),
  reasons: z.array(reasonShape).default([]),
});

/** What to do where the server's sentence can't know it: how this program is told things. */
const ADVICE: Readonly<Partial<Record<ErrorCode, string>>> = {
  unauthenticated: 'Set SALLYPORT_TOKEN to a token that works, or name a file that holds one with --token-file.',
  host_not_allowed: 'Name the host of --url in ALLOWED_HOSTS of the server.',
  internal: 'The server’s operational log tells more under the request’s id.',
};

/** @param nameOf how the command calls a field of the input. Null for a body that is no problem document. */
export function problemLines(body: unknown, nameOf: (path: string) => string): readonly string[] | null {
  const { data } = problem.safeParse(body);
  if (data === undefined) return null;
  const { title, code, detail, errors, reasons, retryAfterMs, actionId, folded, instance } = data;
  const because =
    errors.length > 0
      ? errors.map(({ path, message }) => `  ${code}  ${path === '' ? '' : `${nameOf(path)}: `}${message}`)
      : reasons.length > 0
        ? reasons.map(reasonLine)
        : [`  ${code}  ${detail}`];
  return [
    `${title}.`,
    ...because,
    ...advice(code),
    ...(retryAfterMs === undefined ? [] : [`Try again in ${Math.ceil(retryAfterMs / SECOND_MS)} s.`]),
    ...(actionId === undefined ? [] : [`More about it: ${SALLYPORT} why ${actionId}`]),
    ...(folded === undefined ? [] : [folded]),
    ...(code === 'internal' && instance !== undefined ? [instance] : []),
  ].map(visible);
}

/** Indented: the code, what it says, and the rule with what stands behind it and what decided. */
export const reasonLine = (reason: z.infer<typeof reasonShape>): string =>
  `  ${reason.code}  ${reason.say}  (${behind(reason)})`;

const advice = (code: string): readonly string[] =>
  Object.entries(ADVICE).flatMap(([known, text]) => (known === code ? [text] : []));
