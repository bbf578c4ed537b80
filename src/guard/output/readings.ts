/**
 * The ways to read a text that an obeying agent may have written something in: as it is, backwards, by rot13, from base64,
 * hexadecimal or decimal numbers, percent escapes and character references, one within the other twice. Pure; the work grows
 * with the length alone.
 */
import { type NormalForm, normalForm } from './normal-form.ts';

/** Encodings within encodings. */
const DEPTH = 2;
/** Characters that are the least of what could be told. */
const LEAST = 8;

export function* readings(text: string): Generator<NormalForm> {
  const plain = normalForm(text);
  yield plain;
  yield backwards(plain);
  yield rotated(plain);
  for (const inner of decoded(text, DEPTH)) {
    const form = normalForm(inner);
    yield form;
    yield backwards(form);
  }
}

function backwards({ codes, length }: NormalForm): NormalForm {
  return { codes: codes.slice(0, length).reverse(), length };
}

function rotated({ codes, length }: NormalForm): NormalForm {
  const turned = codes.slice(0, length);
  for (let i = 0; i < length; i++) {
    const code = turned[i]!;
    if (code >= 0x61 && code <= 0x7a) turned[i] = code < 0x6e ? code + 13 : code - 13;
  }
  return { codes: turned, length };
}

function* decoded(text: string, depth: number): Generator<string> {
  if (depth === 0) return;
  for (const inner of decodedOnce(text)) {
    if (inner.length < LEAST) continue;
    yield inner;
    yield* decoded(inner, depth - 1);
  }
}

const DECIMAL = /(?<!\d)\d{2,3}(?:[\s,;|-]+\d{2,3}(?!\d)){7,}/g;
const NUMBERED = /&#(?:x([0-9a-f]{1,6})|(\d{1,7}));?/gi;
const PREFIXES = /(?<![0-9a-z])0x|\\x|\\u00|%/gi;
/** Printed characters in hexadecimal all begin with a digit. */
const DIGITS = /\d(?:\D{0,9}\d){7}/;
const BETWEEN = /[\s\p{Cf}"'`|,;:\\]+/gu;
const MIN_TOKEN = 24;
const TOKEN = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{24,}/g;

function* decodedOnce(text: string): Generator<string> {
  if (text.includes('%')) yield text.replace(/%([0-9a-f]{2})/gi, (_, hex) => character(hex, 16));
  if (text.includes('&#'))
    yield text.replace(NUMBERED, (_, hex, decimal) =>
      hex === undefined ? character(decimal, 10) : character(hex, 16),
    );
  for (const [run] of text.matchAll(DECIMAL)) yield run.replace(/(\d+)\D*/g, (_, number) => character(number, 10));
  const joined = text.replace(BETWEEN, '');
  if (DIGITS.test(joined)) {
    yield* fromHex(joined);
    const bare = text.replace(PREFIXES, ' ');
    if (bare !== text) yield* fromHex(bare.replace(BETWEEN, ''));
  }
  yield* fromBase64(joined);
  if (!hasLongWord(text)) return;
  // of other scripts, of which every byte looks like any: only what stands by itself
  for (const [run] of text.matchAll(TOKEN)) {
    const inner = Buffer.from(run, 'base64').toString('utf8');
    if (!inner.includes('\ufffd') && /[^\0-\x7f]/.test(inner)) yield inner;
  }
}

/** By spaces alone, which is quick. */
function hasLongWord(text: string): boolean {
  for (let from = 0; ; ) {
    const to = text.indexOf(' ', from);
    if ((to < 0 ? text.length : to) - from >= MIN_TOKEN) return true;
    if (to < 0) return false;
    from = to + 1;
  }
}

const character = (number: string, base: 10 | 16): string =>
  String.fromCodePoint(Math.min(Number.parseInt(number, base), 0x10ffff));

const HEX = /[0-9a-f-]{16,}/gi;
function* fromHex(joined: string): Generator<string> {
  for (const [run] of joined.matchAll(HEX)) {
    const digits = run.replaceAll('-', '');
    // of a run that other words lead into, nobody knows where it begins
    if (digits.length >= 2 * LEAST)
      for (const from of [0, 1])
        yield Buffer.from(digits.slice(from, digits.length - ((digits.length - from) % 2)), 'hex').toString('utf8');
  }
}

/** The value of a base64 digit, of either alphabet; 64 for what is none. */
const SIXTY_FOUR = new Uint8Array(128).fill(64);
for (const [value, digit] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries())
  SIXTY_FOUR[digit.charCodeAt(0)] = value;
SIXTY_FOUR[0x2d] = 62;
SIXTY_FOUR[0x5f] = 63;

/** Stretches of this many groups of four digits that are nothing but printed ASCII: chance makes few of them. */
const GROUPS = 3;

/**
 * What a run of base64 says, wherever it begins: the digits are looked at in each of four steps, and where three groups in a row
 * are printed characters, they and their neighbours are decoded.
 */
function* fromBase64(joined: string): Generator<string> {
  const values = new Uint8Array(joined.length);
  for (let i = 0; i < joined.length; i++) {
    const code = joined.charCodeAt(i);
    values[i] = code < 128 ? SIXTY_FOUR[code]! : 64;
  }
  for (let step = 0; step < 4; step++) {
    let good = 0;
    let at = step;
    for (; at + 4 <= values.length; at += 4) {
      if (isPrinted(values, at)) {
        good++;
        continue;
      }
      if (good >= GROUPS) yield stretch(joined, at - 4 * good, at);
      good = 0;
    }
    if (good >= GROUPS) yield stretch(joined, at - 4 * good, at);
  }
}

/** Its last group may be cut off or padded. */
const stretch = (joined: string, from: number, to: number): string =>
  Buffer.from(joined.slice(from, to + 3).replace(/[^A-Za-z0-9+/_-].*$/s, ''), 'base64').toString('latin1');

const PRINTED = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09 ? 1 : 0,
);

function isPrinted(values: Uint8Array, at: number): boolean {
  const a = values[at]!;
  if (a > 31) return false; // most groups end here
  const b = values[at + 1]!;
  const c = values[at + 2]!;
  const d = values[at + 3]!;
  if (b === 64 || c === 64 || d === 64) return false;
  return (
    PRINTED[(a << 2) | (b >> 4)] === 1 && PRINTED[((b & 15) << 4) | (c >> 2)] === 1 && PRINTED[((c & 3) << 6) | d] === 1
  );
}
