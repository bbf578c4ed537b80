/**
 * What an inbound message says about being contacted, read in code before any model sees it.
 *
 * - `stop`: the whole message is a keyword ("Stop.", "ＳＴＯＰ", "S T O P", "stop stop"): suppress at once.
 * - `stop-intent`: it asks in words ("please stop texting me", "take me off your list"): suppress, and queue for review.
 * - `mention`: a keyword occurs otherwise ("meet me at the bus stop", "don't stop"): flag for review, deliver, revoke nothing.
 * - `start`, `help`: whole-message keywords. START undoes a STOP only, which is the caller's to hold.
 *
 * In doubt between intent and mention, intent: a person looks at both. The words are in `opt-out-words.ts`.
 */
import { fold, marked, respelled } from './inbound-text.ts';
import type { Language } from './opt-out-language.ts';
import { LANGUAGES, OPT_OUT_LANGUAGES, type OptOutLanguage } from './opt-out-words.ts';

/** `language`: whose word it is, to answer in. */
export type Inbound =
  | { readonly is: 'stop' | 'start' | 'help'; readonly keyword: string; readonly language: OptOutLanguage }
  | { readonly is: 'stop-intent'; readonly phrase: string; readonly language: OptOutLanguage }
  | { readonly is: 'mention'; readonly keyword: string }
  | { readonly is: 'none' };

const languages = Object.values(LANGUAGES);
const keywordsOf = (is: 'stop' | 'start' | 'help') => new Set(languages.flatMap((language) => language[is]));
const WHOLE = (['stop', 'start', 'help'] as const).map((is) => ({ is, keywords: keywordsOf(is) }));
const STOP_WORDS = keywordsOf('stop');

const MENTION = new RegExp(`(?<= )(?:${[...STOP_WORDS].sort((a, b) => b.length - a.length).join('|')})(?= )`);
const INTENTS = OPT_OUT_LANGUAGES.map((language) => ({ language, pattern: intentPattern(LANGUAGES[language]) }));

/** "don't stop", "I don't want to unsubscribe" turn an intent round; "if you don't stop texting me" does not. */
function intentPattern({ intents, negations }: Language): RegExp {
  const softened = '(?: (?:EVER|DARE|JUST|(?:WANT|NEED|HAVE|WISH|LIKE|ASK)(?: YOU)? TO|GONNA|WANNA))?';
  return new RegExp(`(?<= )(?<! (?<! (?:YOU|U|THEY) )(?:${negations.join('|')})${softened} )(?:${intents.join('|')})`);
}

/** @param text the message's body as it came, of any length; only its first 20 000 characters are read. */
export function readInbound(text: string): Inbound {
  const folded = fold(text);
  const whole = wholeKeyword(wordsOf(folded));
  if (whole !== null) return whole;
  // Quoted lines of a mail are ours: their "reply STOP to opt out" is not the contact's wish.
  const own = folded.includes('>') ? folded.replace(/^[ \t]*>.*$/gm, '') : folded;
  const byLine = marked(own, ' / ');
  const flowing = own.includes('\n') ? marked(own, ' ') : byLine; // a mail client may have wrapped "remove me from / your list"
  for (const { language, pattern } of INTENTS) {
    const match = pattern.exec(byLine) ?? (flowing === byLine ? null : pattern.exec(flowing));
    if (match !== null) return { is: 'stop-intent', phrase: match[0].trim(), language };
  }
  const mention = MENTION.exec(flowing);
  return mention === null ? { is: 'none' } : { is: 'mention', keyword: mention[0] };
}

/** Words alone. A message of single letters is one word spelt out: it has no other reading. */
function wordsOf(folded: string): readonly string[] {
  const words = folded.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.length > 1 && words.every((word) => word.length === 1) ? [respelled(words.join(''))] : words;
}

function wholeKeyword(words: readonly string[]): Inbound | null {
  const phrase = words.slice(0, 3).join(' '); // no keyword has more than two words
  for (const { is, keywords } of WHOLE) {
    if (words.length < 3 && keywords.has(phrase)) return { is, keyword: phrase, language: languageOf(is, phrase) };
  }
  const [first] = words;
  // "STOP STOP STOP", "stop, unsubscribe"
  return first !== undefined && words.every((word) => STOP_WORDS.has(word))
    ? { is: 'stop', keyword: first, language: languageOf('stop', first) }
    : null;
}

const languageOf = (is: 'stop' | 'start' | 'help', keyword: string): OptOutLanguage =>
  OPT_OUT_LANGUAGES.find((language) => LANGUAGES[language][is].includes(keyword)) ?? 'en';
