/**
 * Text that somebody else wrote, as it is. Characters that can't be seen, or that turn the order of others round (Unicode TR 36
 * §2.10, UAX 9), stand there by their number: what is approved must be what is read. It is text all the way; no markup is made.
 */
const HIDDEN = new RegExp(
  [
    '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u1680\\u17b4\\u17b5\\u180b-\\u180f',
    '\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u206f\\u2800\\u3000\\u3164\\ufe00-\\ufe0e\\ufeff\\uffa0\\ufff9-\\ufffc',
    '\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}\\p{Co}\\p{Cs}]',
  ].join(''),
  'gu',
);
/** One emoji made of several is no secret: a person sees one picture. */
const JOINED = /(?<=\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d(?=\p{Extended_Pictographic})/gu;

export interface Part {
  readonly text: string;
  /** It stands for a character that would not be seen. */
  readonly mark: boolean;
}

export function revealed(text: string): readonly Part[] {
  const parts: Part[] = [];
  const fine = new Set([...text.matchAll(JOINED)].map(({ index }) => index));
  let from = 0;
  for (const { 0: char, index } of text.matchAll(HIDDEN)) {
    if (fine.has(index)) continue;
    if (index > from) parts.push({ text: text.slice(from, index), mark: false });
    parts.push({ text: `U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`, mark: true });
    from = index + char.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), mark: false });
  return parts;
}
