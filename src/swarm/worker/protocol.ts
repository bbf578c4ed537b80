/**
 * What Sallyport and a remote worker say to each other: one signed request for each step of thinking, one signed answer. The
 * worker has no other way in, and nothing of the agent's: no token, no credential. What it wants done it says; Sallyport does it
 * in the agent's name, under every rule.
 *
 * Both ways are signed by Standard Webhooks under one secret. The answer's id is another one than the request's, so that a
 * request sent back is no answer; a request's id is new at each try, and is taken once.
 */
import * as z from 'zod';
import type { ToolCall } from '../models/port.ts';

export const WORKER_VERSION = 1;

/** What the agent has been told and has done so far, in order. Texts from outside are untrusted, whatever they say. */
export type WorkerStep =
  | { readonly kind: 'input'; readonly payload: unknown; readonly trusted: boolean }
  | { readonly kind: 'thought'; readonly text: string; readonly calls: readonly ToolCall[] }
  | {
      readonly kind: 'result';
      readonly call: string;
      readonly name: string;
      readonly text: string;
      readonly isError: boolean;
      readonly trusted: boolean;
    };

export interface WorkerRequest {
  readonly version: typeof WORKER_VERSION;
  readonly thread: string;
  readonly frame: string;
  readonly step: number;
  readonly agent: { readonly name: string; readonly description: string };
  /** What it is asked now: the payload of the last input. */
  readonly input: unknown;
  readonly transcript: readonly WorkerStep[];
  readonly tools: readonly {
    readonly name: string;
    readonly description: string;
    /** JSON Schema 2020-12 of the arguments. */
    readonly schema: Readonly<Record<string, unknown>>;
  }[];
}

const reply = z.strictObject({ reply: z.unknown() });
const calls = z.strictObject({
  calls: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[\w.:-]{1,64}$/),
        name: z.string().regex(/^[\w-]{1,64}$/),
        args: z.unknown(),
      }),
    )
    .min(1)
    .max(64),
  text: z.string().max(200_000).optional(),
});

/** `reply`: its answer to whoever asked, text or JSON. `calls`: tools and peers to be called first, all at once. */
export type WorkerAnswer =
  | { readonly reply: unknown }
  | { readonly calls: readonly ToolCall[]; readonly text?: string | undefined };

/** Null for what is no answer. */
export function workerAnswer(value: unknown): WorkerAnswer | null {
  const found = z.union([calls, reply]).safeParse(value);
  if (!found.success) return null;
  if ('reply' in found.data) return found.data.reply === undefined ? null : found.data;
  const ids = new Set(found.data.calls.map(({ id }) => id));
  return ids.size === found.data.calls.length ? found.data : null;
}

export const answerId = (request: string): string => `answer:${request}`;

export const SIGNED_HEADERS = {
  id: 'webhook-id',
  timestamp: 'webhook-timestamp',
  signature: 'webhook-signature',
} as const;
