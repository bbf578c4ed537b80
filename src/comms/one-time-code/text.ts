/**
 * The text around a code. The code comes first and the word for it is there, which is what phones look for to offer filling it
 * in. No address is in it: a line that names a site (WICG origin-bound codes) would have to come from the agent.
 *
 * Always one part of an SMS, whatever the letters of the name (70 UTF-16 units, 3GPP TS 23.038): the price is known beforehand.
 */
import type { MessageChannel, Purpose } from '../message.ts';

export const CODE_LANGUAGES = ['en', 'fr', 'es', 'de'] as const;
export type CodeLanguage = (typeof CODE_LANGUAGES)[number];

const MAX_NAME_CHARS = 20;

interface Wording {
  text(code: string, name: string): string;
  /** Of a mail. Without the code: subjects are shown on locked screens. */
  subject(name: string): string;
}

const WORDINGS: Record<CodeLanguage, Wording> = {
  en: {
    text: (code, name) => `${code} is your ${name} code, valid 5 min. Never share it.`,
    subject: (name) => `Your code from ${name}`,
  },
  fr: {
    text: (code, name) => `${code} est votre code ${name}, 5 min. Ne le donnez pas.`,
    subject: (name) => `Votre code de ${name}`,
  },
  es: {
    text: (code, name) => `${code} es su clave de ${name}, 5 min. No la comparta.`,
    subject: (name) => `Su clave de ${name}`,
  },
  de: {
    text: (code, name) => `${code} ist Ihr ${name}-Code, 5 Min. Nicht weitergeben.`,
    subject: (name) => `Ihr Code von ${name}`,
  },
};

/** Stands where the code would be: in what is judged before there is one, and in the history. */
export const HIDDEN_CODE = '******';

/** A name on one line, cut at whole letters. */
export function shortName(name: string): string {
  let short = '';
  for (const letter of name.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ')) {
    if (short.length + letter.length > MAX_NAME_CHARS) break;
    short += letter;
  }
  return short.trim();
}

export interface CodeText {
  readonly body: string;
  readonly subject?: string;
  readonly purpose: Purpose;
}

/** @param name as `shortName` gives it. */
export function codeText(channel: MessageChannel, language: CodeLanguage, code: string, name: string): CodeText {
  const { text, subject } = WORDINGS[language];
  const body = text(code, name);
  return { body, purpose: 'transactional', ...(channel === 'email' ? { subject: subject(name) } : {}) };
}
