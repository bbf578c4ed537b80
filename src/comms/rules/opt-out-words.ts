/**
 * The words by which people ask not to be contacted, a language each. All patterns are linear: what repeats is bounded or
 * can't overlap with what follows.
 */
import { ENGLISH } from './opt-out-english.ts';
import { FRENCH } from './opt-out-french.ts';
import { GERMAN } from './opt-out-german.ts';
import type { Language } from './opt-out-language.ts';
import { SPANISH } from './opt-out-spanish.ts';

/** ISO 639-1; where languages share a word, the first has it. */
export const OPT_OUT_LANGUAGES = ['en', 'fr', 'es', 'de'] as const;
export type OptOutLanguage = (typeof OPT_OUT_LANGUAGES)[number];

export const LANGUAGES: Readonly<Record<OptOutLanguage, Language>> = {
  en: ENGLISH,
  fr: FRENCH,
  es: SPANISH,
  de: GERMAN,
};
