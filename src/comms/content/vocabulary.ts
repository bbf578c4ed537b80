/**
 * The words that rules know, and how a disguised one is recognised: digits and signs for letters, letters starred out, drawn
 * out, spelled with gaps. Only a whole word is ever recognised; the few stems that no decent word holds are the exception.
 */

/** Read in any word that holds them. */
const STEMS = ['fuck', 'nigger', 'nigga', 'motherf', 'cocksuck', 'faggot', 'asshole', 'arsehole', 'scheiss'] as const;
const DRAWN_OUT = /(.)\1\1/;
const ODD = new RegExp(`([a-z])\\1\\1|${STEMS.join('|')}`);
/** Words that hold one all the same. */
const NOT_STEMS: ReadonlySet<string> = new Set([
  'snigger',
  'sniggers',
  'sniggered',
  'sniggering',
  'niggard',
  'niggards',
  'niggardly',
  'niggardliness',
]);

/** What is drawn for a letter. `i` and `l` are drawn alike, so that both are `i` here. */
const DRAWN: Readonly<Record<string, string>> = {
  '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b', '9': 'g', '@': 'a', $: 's', '!': 'i', '|': 'i', '(': 'c', '+': 't', l: 'i',
}; // biome-ignore format: a table
export const isDrawn = (character: string): boolean => character !== 'l' && DRAWN[character] !== undefined;

const skeleton = (word: string): string => {
  let drawn = '';
  for (const character of word) drawn += DRAWN[character] ?? character;
  return drawn;
};
const squeezed = (word: string): string => word.replace(/(.)\1+/g, '$1');

/** Shorter words are too easily made by chance: of a number, of initials. */
const MIN_DISGUISED = 4;
/** Of the letters of a word that are not letters. */
const MAX_DRAWN_SHARE = 0.5;

export interface Vocabulary {
  readonly has: (word: string) => boolean;
  /** Whether a folded text may hold a word that `undrawn` finds. */
  readonly mayBeOdd: (folded: string) => boolean;
  /** The known word that a word of letters is drawn out of, or the stem that it holds; null: none, or it is known itself. */
  readonly undrawn: (word: string) => string | null;
  /** The known word that is written with digits or signs; null: none. */
  readonly drawn: (word: string) => string | null;
  /** The known word whose letters are starred out; null: none. */
  readonly starred: (word: string) => string | null;
  /** The known words that letters without gaps are made of; null: of others. */
  readonly split: (letters: string) => readonly string[] | null;
}

/** @param worthStarring words that people star out: the strong ones. */
export function vocabulary(known: ReadonlySet<string>, worthStarring: readonly string[]): Vocabulary {
  const bySkeleton = new Map<string, string>();
  const bySqueezed = new Map<string, string>();
  const byLength = new Map<string, string[]>();
  let longest = 0;
  for (const word of known) {
    longest = Math.max(longest, word.length);
    // two letters are written `y0` by nobody; three by some who write `y0u`
    if (word.length > 2) bySkeleton.set(skeleton(word), word);
    if (squeezed(word).length >= 3) bySqueezed.set(squeezed(word), word);
  }
  for (const word of worthStarring) {
    const key = `${word[0]}${word.length}`;
    byLength.set(key, [...(byLength.get(key) ?? []), word]);
  }
  const stem = (word: string) => (NOT_STEMS.has(word) ? null : (STEMS.find((one) => word.includes(one)) ?? null));
  return {
    has: (word) => known.has(word),
    mayBeOdd: (folded) => ODD.test(folded),
    undrawn(word) {
      if (known.has(word)) return null;
      const found = DRAWN_OUT.test(word) ? bySqueezed.get(squeezed(word)) : undefined;
      return found ?? (word.length > MIN_DISGUISED ? stem(word) : null);
    },
    drawn(word) {
      let signs = 0;
      for (const character of word) if (isDrawn(character)) signs++;
      if (signs > word.length * MAX_DRAWN_SHARE) return null;
      const found = bySkeleton.get(skeleton(word)) ?? null;
      return found ?? (word.length > MIN_DISGUISED ? stem(skeleton(word)) : null);
    },
    starred(word) {
      if (word.length < MIN_DISGUISED) return null;
      const alike = byLength.get(`${word[0]}${word.length}`) ?? [];
      return alike.find((one) => [...word].every((letter, i) => letter === '*' || letter === one[i])) ?? null;
    },
    split(letters) {
      const found = stem(letters);
      const words = cut(letters, known, longest);
      return words ?? (found === null ? null : [found]);
    },
  };
}

/** Letters cut into known words, the longest last words first; the work is the length times the longest word. */
function cut(letters: string, known: ReadonlySet<string>, longest: number): readonly string[] | null {
  /** By where a word ends: where it begins, or -1. */
  const begins = new Int32Array(letters.length + 1).fill(-1);
  begins[0] = 0;
  for (let end = 1; end <= letters.length; end++) {
    for (let begin = Math.max(0, end - longest); begin < end; begin++) {
      if (begins[begin] !== -1 && known.has(letters.slice(begin, end))) {
        begins[end] = begin;
        break;
      }
    }
  }
  if (begins[letters.length] === -1) return null;
  const words: string[] = [];
  for (let end = letters.length; end > 0; end = begins[end]!) words.push(letters.slice(begins[end], end));
  return words.reverse();
}
