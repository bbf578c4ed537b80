/** A JSON object from the command line or, so that it is in no process list, from standard input. */
import { buffer } from 'node:stream/consumers';
import { fromUtf8 } from '../kernel/encoding.ts';
import { misused } from './command-failure.ts';
import type { Shell } from './shell.ts';

/**
 * @param given what stands behind the option: JSON, or `-` for standard input. Undefined: an empty object.
 * @param such how the option and an example are told in a refusal, such as `--json '{"limit": 5}'`.
 */
export async function jsonInput(
  given: string | undefined,
  { stdin }: Pick<Shell, 'stdin'>,
  such: readonly [option: string, example: string],
): Promise<Record<string, unknown>> {
  if (given === undefined) return {};
  const value = jsonOf((given === '-' ? fromUtf8(await buffer(stdin)) : given) ?? '');
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw misused(`${such[0]} wants a JSON object, such as '${such[1]}'.`);
}

/** Undefined for what is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
