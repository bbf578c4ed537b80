/**
 * Form bodies (`application/x-www-form-urlencoded`, URL standard §5.1), strictly: pairs in the order in which they came,
 * the same name as often as it came, nothing but well-formed UTF-8. Pairs and no object: a signature is made over all of
 * them (Twilio's), and no name can reach a prototype.
 */
import { fromUtf8 } from '../kernel/encoding.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Refusal } from './refusal.ts';

export type FormPairs = readonly (readonly [name: string, value: string])[];

/** Providers send some dozens; more serve only to keep a reader busy. */
export const MAX_PAIRS = 1000;

const refuse = (message: string) => err({ code: 'invalid_input' as const, message });

export function parseForm(bytes: Uint8Array): Result<FormPairs, Refusal<'invalid_input'>> {
  const text = fromUtf8(bytes);
  if (text === null) return refuse('The body is not well-formed UTF-8.');
  const pairs: (readonly [string, string])[] = [];
  for (let start = 0, end = 0; start < text.length; start = end + 1) {
    end = text.indexOf('&', start);
    if (end === -1) end = text.length;
    const part = text.slice(start, end);
    if (part === '') continue;
    if (pairs.length === MAX_PAIRS) return refuse(`The body has more than ${MAX_PAIRS} fields.`);
    const equals = part.indexOf('=');
    const name = decoded(equals === -1 ? part : part.slice(0, equals));
    const value = decoded(equals === -1 ? '' : part.slice(equals + 1));
    if (name === null || value === null) return refuse('The body has a percent-encoding that is none.');
    pairs.push([name, value]);
  }
  return ok(pairs);
}

/** Null for `%` without two hexadecimal digits, and for bytes that are no UTF-8. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}
