/**
 * A text without what does not carry meaning: its letters and digits alone, in lower case, compatibility forms and accents
 * resolved. What is spaced out, split by dots or zero-width characters, or written full width is the same as the plain text.
 */

/** Code units of letters and digits; the first `length` count. */
export interface NormalForm {
  readonly codes: Uint16Array;
  readonly length: number;
}

const NOT_ASCII = /[^\0-\x7f]/;
/** Marks, and letters that are drawn as nothing. */
const UNSEEN = /[\p{M}\u115f\u1160\u3164\uffa0]/gu;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/** 0 for what is dropped, else the code in lower case. */
const ASCII = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code >= 0x30 && code <= 0x39) return code;
  if (code >= 0x41 && code <= 0x5a) return code + 0x20;
  return code >= 0x61 && code <= 0x7a ? code : 0;
});

export function normalForm(text: string): NormalForm {
  const isAscii = !NOT_ASCII.test(text);
  const plain = isAscii ? text : text.normalize('NFKD').replace(UNSEEN, '').toLowerCase();
  const units = isAscii ? Buffer.from(plain, 'latin1') : unitsOf(plain); // several times as fast as asking a string
  const codes = new Uint16Array(units.length);
  let length = 0;
  for (let i = 0; i < units.length; i++) {
    const code = units[i]!;
    const kept = code < 0x80 ? ASCII[code]! : isWord(plain, code, i) ? code : 0;
    codes[length] = kept;
    length += kept === 0 ? 0 : 1;
  }
  return { codes, length };
}

function unitsOf(text: string): Uint16Array {
  const units = new Uint16Array(text.length);
  Buffer.from(units.buffer).write(text, 'utf16le');
  return units;
}

/** What is known of a code: 0 nothing yet, 1 a letter or digit, 2 neither. */
const KNOWN = new Uint8Array(0x10000);

/** Halves of a pair are judged with each other; most of those are letters of rare scripts. */
function isWord(text: string, code: number, i: number): boolean {
  if (code >= 0xd800 && code <= 0xdfff)
    return LETTER_OR_DIGIT.test(code <= 0xdbff ? text.slice(i, i + 2) : text.slice(i - 1, i + 1));
  if (KNOWN[code] === 0) KNOWN[code] = LETTER_OR_DIGIT.test(text[i]!) ? 1 : 2;
  return KNOWN[code] === 1;
}

export const textOf = ({ codes, length }: NormalForm): string =>
  Buffer.from(codes.buffer, codes.byteOffset, length * 2).toString('utf16le');
