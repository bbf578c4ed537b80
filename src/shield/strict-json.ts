/**
 * JSON that means one thing (RFC 8259) and is safe to walk: well-formed UTF-8 without a byte-order mark, bounded
 * nesting, numbers that are numbers, text that can be hashed and stored, and no keys that reach a prototype when an
 * object is copied key by key. What fields a body may have is the schemas' matter.
 */
import type { Json } from '../kernel/canonical-json.ts';
import { fromUtf8 } from '../kernel/encoding.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Refusal } from './refusal.ts';

/** Levels of arrays and objects; deeper ones serve only to exhaust a recursive reader. */
export const MAX_DEPTH = 32;

const FAULTS = {
  encoding: 'The body is not well-formed UTF-8.',
  syntax: 'The body is not JSON.',
  depth: `The body is nested deeper than ${MAX_DEPTH} levels.`,
  number: 'The body has a number that is too large to hold.',
  text: 'The body has text with an unpaired surrogate, which is no character.',
  key: 'The body has a key that is not allowed: __proto__, or constructor with prototype.',
} as const;
type Fault = keyof typeof FAULTS;

const refuse = (fault: Fault) => err({ code: 'invalid_input' as const, message: FAULTS[fault] });

export function parseStrictJson(bytes: Uint8Array): Result<Json, Refusal<'invalid_input'>> {
  if (deeperThan(MAX_DEPTH, bytes)) return refuse('depth');
  const text = fromUtf8(bytes);
  if (text === null) return refuse('encoding');
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('syntax');
  }
  const fault = faultOf(value);
  return fault === null ? ok(value) : refuse(fault);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENS = 0x5b; // [ and, with the case bit set, {
const CLOSES = 0x5d; // ] and }
const CASE_BIT = 0x20;

/** One scan of the bytes before anything is built from them; the inside of strings is skipped. */
function deeperThan(max: number, bytes: Uint8Array): boolean {
  let depth = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE) i = endOfString(bytes, i);
    else if ((byte & ~CASE_BIT) === OPENS && ++depth > max) return true;
    else if ((byte & ~CASE_BIT) === CLOSES) depth--;
  }
  return false;
}

function endOfString(bytes: Uint8Array, start: number): number {
  let i = start + 1;
  while (i < bytes.length && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1;
  return i;
}

/** What a parser lets through; recursion is bounded, the depth has been checked. */
function faultOf(value: Json): Fault | null {
  if (typeof value === 'string') return value.isWellFormed() ? null : 'text';
  if (typeof value === 'number') return Number.isFinite(value) ? null : 'number'; // 1e999 parses as Infinity
  if (typeof value !== 'object' || value === null) return null;
  if (isArray(value)) {
    for (const item of value) {
      const fault = faultOf(item);
      if (fault !== null) return fault;
    }
    return null;
  }
  for (const key of Object.keys(value)) {
    const member = value[key]!;
    if (reachesPrototype(key, member)) return 'key';
    const fault = key.isWellFormed() ? faultOf(member) : 'text';
    if (fault !== null) return fault;
  }
  return null;
}

const reachesPrototype = (key: string, member: Json): boolean =>
  key === '__proto__' ||
  (key === 'constructor' && typeof member === 'object' && member !== null && Object.hasOwn(member, 'prototype'));

const isArray = (value: object): value is readonly Json[] => Array.isArray(value);
