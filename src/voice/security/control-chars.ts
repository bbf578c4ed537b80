/** Text without the characters that move a reader's cursor or eye: line breaks, terminal escapes, changes of direction. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu;
const MAX_DEPTH = 32;

/** A space for each run of them, so that words stay apart. */
export const withoutControlChars = (text: string): string => text.replace(CONTROL, ' ');

/** A copy without them in its texts and names, however deep they stand; what is no plain object or array stays as it is. */
export function stripControlChars<T>(data: T): T {
  return strip(data, 0) as T;
}

function strip(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.replace(CONTROL, '');
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) throw new TypeError(`nested deeper than ${MAX_DEPTH} levels, or circular`);
  if (Array.isArray(value)) return value.map((one) => strip(one, depth + 1));
  if (![Object.prototype, null].includes(Object.getPrototypeOf(value))) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key.replace(CONTROL, ''), strip(one, depth + 1)]),
  );
}
