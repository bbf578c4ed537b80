/**
 * Whether a regular expression of a payload's schema can be run on what strangers send. JavaScript's engine tries every way
 * to match, and some patterns have more ways than there is time (CWE-1333). What is taken is a subset in which the ways can
 * be counted beforehand: no look-around, no back-references, no repetition or alternatives within a repetition; and the
 * ways of all repetitions together, over a text of `MAX_MATCHED_CHARS`, are bounded.
 *
 * Some good patterns are refused, such as `(ab|cd)+`. `format`, `enum` and a bounded repetition often say the same.
 */

/** What is counted with; on longer texts `swarm/rules/payload.ts` gives up in time. */
export const MAX_MATCHED_CHARS = 4_000;
const MAX_PATTERN_CHARS = 200;
/** Steps, some 5 ns each: a tenth of a second. */
const MAX_WAYS = MAX_MATCHED_CHARS ** 2;

/** Null: it can be run. */
export function patternFault(pattern: string): string | null {
  if (pattern.length > MAX_PATTERN_CHARS) return `is a pattern of more than ${MAX_PATTERN_CHARS} characters.`;
  try {
    new RegExp(pattern, 'u');
  } catch {
    return 'is no regular expression (ECMAScript, with the flag u).';
  }
  let ways = pattern.startsWith('^') ? 1 : MAX_MATCHED_CHARS;
  /** Of every group that is open: whether it holds a repetition or alternatives. */
  const open: boolean[] = [false];
  let last: { readonly varies: boolean } = { varies: false };
  for (const [part] of pattern.matchAll(PARTS)) {
    if (part === '(' || part === '(?:') {
      open.push(false);
    } else if (part.startsWith('(?')) {
      return 'looks ahead, looks behind or names a group; write it without.';
    } else if (part === ')') {
      const varies = open.pop() === true;
      if (varies) open[open.length - 1] = true;
      last = { varies };
    } else if (part === '|') {
      ways *= 2;
      open[open.length - 1] = true;
    } else if (/^[*+?{]/.test(part)) {
      const span = spanOf(part);
      if (span === null) continue; // a lazy mark after a repetition
      if (span > 1 && last.varies) return 'repeats what itself repeats or has alternatives; write it without.';
      if (span > 1) open[open.length - 1] = true;
      ways *= span;
      last = { varies: false };
    } else if (/^\\(?:[1-9]|k)/.test(part)) {
      return 'refers back to what it matched; write it without.';
    } else {
      last = { varies: false };
    }
    if (ways > MAX_WAYS) return 'could take too long; begin it with ^ and bound its repetitions, as in ^[a-z]{1,20}$.';
  }
  return null;
}

/** A class, an escape, a group's beginning, a repetition with its mark, or one character. */
const PARTS =
  /\[(?:\\.|[^\]\\])*\]|\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|k<[^>]*>|.)|\(\?(?::|<?[=!]|<)?|[*+?]\??|\{\d+(?:,\d*)?\}\??|./gsu;

/** In how many ways a repetition can match. */
function spanOf(part: string): number | null {
  const mark = part.replace(/\?$/, '');
  if (mark === '') return 2; // `?` alone
  if (mark === '*' || mark === '+') return MAX_MATCHED_CHARS;
  const [, least = '0', comma, most = ''] = /^\{(\d+)(,)?(\d*)\}$/.exec(mark) ?? [];
  const to = comma === undefined ? Number(least) : most === '' ? MAX_MATCHED_CHARS : Number(most);
  return Math.max(1, Math.min(MAX_MATCHED_CHARS, to) - Number(least) + 1);
}
