/**
 * Arguments as a model wrote them: an object, or the text in the form that the port gives for what is none. An object so deep or
 * so wide that nobody should walk it is none: it would be in every later request of its frame.
 */
import { beyondBounds } from '../../rules/json-bounds.ts';

const UNPARSED = '$unparsed';
/** Wider than any tool's own bounds: those tell more of what is wrong. */
const BOUNDS = { depth: 100, nodes: 100_000, chars: 4_000_000 };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function parseArgs(text: string): Readonly<Record<string, unknown>> {
  if (text.trim() === '') return {}; // how vendors write a call without arguments
  try {
    const args: unknown = JSON.parse(text);
    if (isObject(args) && beyondBounds(args, BOUNDS) === null) return args;
  } catch {
    // said below
  }
  return { [UNPARSED]: text };
}

/** What a model wrote in place of a JSON object of arguments; null: it wrote one. */
export function unparsedArgs(args: unknown): string | null {
  if (typeof args !== 'object' || args === null || !Object.hasOwn(args, UNPARSED)) return null;
  const text = (args as { readonly [UNPARSED]: unknown })[UNPARSED];
  return typeof text === 'string' ? text : JSON.stringify(text);
}
