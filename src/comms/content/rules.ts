/** Every rule of the filter in one list, and the words by which each is looked for. */
import { ENGLISH_HATE } from './lists/english-hate.ts';
import { ENGLISH_MENACES } from './lists/english-menaces.ts';
import { ENGLISH_PROFANITY } from './lists/english-profanity.ts';
import { ENGLISH_THREATS } from './lists/english-threats.ts';
import { FRENCH } from './lists/french.ts';
import { GERMAN } from './lists/german.ts';
import { SPANISH } from './lists/spanish.ts';
import { keyWords } from './phrase.ts';
import type { Rule } from './rule.ts';
import { vocabulary } from './vocabulary.ts';

export const RULES: readonly Rule[] = [
  ...ENGLISH_THREATS,
  ...ENGLISH_MENACES,
  ...ENGLISH_HATE,
  ...ENGLISH_PROFANITY,
  ...SPANISH,
  ...FRENCH,
  ...GERMAN,
];

/** The rules to try where a word stands. */
export const BY_KEY: ReadonlyMap<string, readonly Rule[]> = RULES.reduce((map, rule) => {
  for (const word of keyWords(rule.phrase)) map.set(word, [...(map.get(word) ?? []), rule]);
  return map;
}, new Map<string, readonly Rule[]>());

const words = (rules: readonly Rule[]) =>
  rules
    .flatMap(({ phrase }) => phrase.slots.flatMap((slot) => [...slot.words]))
    .filter((word) => /^[a-z\u00f1]+$/.test(word));

export const VOCABULARY = vocabulary(
  new Set(words(RULES)),
  words(RULES.filter(({ phrase, category }) => phrase.slots.length === 1 && category !== 'threat')),
);
