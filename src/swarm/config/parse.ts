/**
 * A configuration from its text: read, then by the schema, then by what its parts say of one another. All that is wrong is
 * told at once, each with its place. Pure but for the memory of the last text, as one change is looked at by several rules.
 */
import type * as z from 'zod';
import type { Fault, Path, Problem } from './problem.ts';
import { checkConfig } from './rules/check.ts';
import type { CheckContext } from './rules/context.ts';
import { configHash } from './rules/hash.ts';
import { type SwarmConfig, swarmConfig } from './schema.ts';
import { MAX_PROBLEMS, readText } from './yaml.ts';

export type Parsed =
  | {
      readonly ok: true;
      readonly config: SwarmConfig;
      readonly hash: string;
      /** Warnings. */
      readonly problems: readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** @param text YAML or JSON. */
export function parseConfig(text: string, context: CheckContext): Parsed {
  const read = readText(text);
  if (read.problems.length > 0) return { ok: false, problems: read.problems };
  return judged(read.data, context, read.locate);
}

/** What a module of the server's own gave, or what is stored: data without places. */
export const parseData = (data: unknown, context: CheckContext): Parsed =>
  judged(data, context, ({ is, path, say }) => ({ is, path, say, at: null }));

function judged(data: unknown, context: CheckContext, locate: (fault: Fault) => Problem): Parsed {
  const parsed = swarmConfig.safeParse(data);
  const faults = parsed.success
    ? checkConfig(parsed.data, context)
    : parsed.error.issues.flatMap((issue) => faultsOf(issue, data));
  const errors = faults.filter(({ is }) => is === 'error');
  if (!parsed.success || errors.length > 0)
    return { ok: false, problems: errors.slice(0, MAX_PROBLEMS).map(locate).sort(byPlace) };
  const problems = faults.slice(0, MAX_PROBLEMS).map(locate).sort(byPlace);
  return { ok: true, config: parsed.data, hash: configHash(parsed.data), problems };
}

const byPlace = ({ at: a }: Problem, { at: b }: Problem): number =>
  a === null || b === null ? 0 : a.line - b.line || a.column - b.column;

/** A name that nobody knows is told by its place alone: it may be part of a prompt. */
function faultsOf(issue: z.core.$ZodIssue, data: unknown): readonly Fault[] {
  const path = issue.path.filter((part): part is string | number => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      is: 'error',
      path,
      found: [...path, key],
      say: 'has a field that nobody knows; docs/swarm-config.md lists those that there are.',
    }));
  if (issue.code === 'invalid_type' && isMissing(data, path)) return [{ is: 'error', path, say: 'is missing.' }];
  return [{ is: 'error', path, say: sentence(issue.message) }];
}

const isMissing = (data: unknown, path: Path): boolean =>
  path.reduce<unknown>((at, part) => (at === null || at === undefined ? at : Object(at)[part]), data) === undefined;

const sentence = (message: string): string => {
  const said = message.replace(/^Invalid input: /, '').replace(/^Too/, 'is too');
  return /[.!?]$/.test(said) ? said : `${said}.`;
};

/** By the schema alone, without what the server knows; null where it is not even that. */
export function parseAlone(text: string): SwarmConfig | null {
  const parsed = swarmConfig.safeParse(readText(text).data);
  return parsed.success ? parsed.data : null;
}
