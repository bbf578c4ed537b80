/** What a language's words for being left alone are made of; they are matched over the folded text of `inbound-text.ts`. */

/** One language's words, in the folded form (upper case, no accents, no apostrophes). */
export interface Language {
  readonly stop: readonly string[];
  readonly start: readonly string[];
  readonly help: readonly string[];
  /** Patterns over the folded text, in which words are one space apart and `.` `,` `/` stand for a sentence's, clause's, line's end. */
  readonly intents: readonly string[];
  /** Before an intent, these turn it round. */
  readonly negations: readonly string[];
}

/** Where a clause ends, and where one begins. */
export const ATEND = '(?= [.,/])';
export const ATSTART = '(?<=[.,/] )';
/** A word of any spelling. */
export const WORD = '[^ .,/]{1,30}';
/** The message's first word. */
export const FIRST = '(?<=^\\. )';
