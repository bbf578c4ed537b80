/** A rule of the filter: what is looked for, what it is, and how grave. */
import { type Phrase, phrase } from './phrase.ts';

export const CATEGORIES = ['threat', 'hate', 'profanity'] as const;
export type Category = (typeof CATEGORIES)[number];

/**
 * `plain`: meant however it is written. `mild`: a strong word among others. `doubtful`: a decent word too (a name, an
 * animal, a part of the body), so that only who disguises it means the other one.
 */
export type Gravity = 'plain' | 'mild' | 'doubtful';

export interface Rule {
  readonly category: Category;
  readonly gravity: Gravity;
  readonly phrase: Phrase;
}

type Lists = Readonly<Record<string, readonly string[]>>;
interface More {
  readonly gravity?: Gravity;
  /** Words, one space apart, that say that the text is about something else. */
  readonly unless?: string;
  /** Words, one space apart, one of which must stand somewhere in the text. */
  readonly also?: string;
  /** Words, one space apart, right before which it is meant differently: a form of address before a surname. */
  readonly notAfter?: string;
  readonly evenNegated?: true;
}

/** Makes rules of one category over the same named lists. */
export const ruler =
  (category: Category, lists: Lists) =>
  (id: string, text: string, { gravity = 'plain', unless, also, notAfter, evenNegated }: More = {}): Rule => ({
    category,
    gravity,
    phrase: phrase(`${category}/${id}`, text, lists, {
      ...(unless === undefined ? {} : { unless: unless.split(' ') }),
      ...(also === undefined ? {} : { also: also.split(' ') }),
      ...(notAfter === undefined ? {} : { notAfter: notAfter.split(' ') }),
      ...(evenNegated === undefined ? {} : { evenNegated }),
    }),
  });

/** Words one space apart. */
export const list = (words: string): readonly string[] => words.split(' ');
