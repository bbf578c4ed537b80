/**
 * What is wrong with a text that would reach a person: threats, hate speech, profanity. Pure; the work grows with the length
 * alone. It judges words, not intent: see docs/content-filter.md for what that can't see.
 */
import { isNegated, isReported, isTold } from './context.ts';
import { findAround, type Phrase } from './phrase.ts';
import { read } from './reading.ts';
import type { Category, Rule } from './rule.ts';
import { BY_KEY, VOCABULARY } from './rules.ts';

export interface ContentFinding {
  readonly category: Category;
  readonly gravity: 'plain' | 'mild';
  /** The rule's id; it names no word of the text. */
  readonly rule: string;
}

/** Each rule at most once, in the order of the text. */
export function inspectText(text: string): readonly ContentFinding[] {
  const reading = read(text, VOCABULARY);
  const { words } = reading;
  const found = new Map<string, ContentFinding>();
  /** What the whole text says is looked up once, however often a key comes. */
  const aside = new Map<Phrase, boolean>();
  let all: ReadonlySet<string> | null = null;
  const isAside = (phrase: Phrase): boolean => {
    const { unless, also } = phrase;
    if (unless === null && also === null) return false;
    let is = aside.get(phrase);
    if (is === undefined) {
      all ??= new Set(words);
      is = (unless !== null && !unless.isDisjointFrom(all)) || (also?.isDisjointFrom(all) ?? false);
      aside.set(phrase, is);
    }
    return is;
  };
  for (let at = 0; at < words.length; at++) {
    for (const rule of BY_KEY.get(words[at]!) ?? []) {
      const { phrase, category } = rule;
      const gravity = weighed(rule, reading.disguised.has(at));
      const name = `${phrase.id} ${gravity}`;
      if (gravity === null || found.has(name)) continue;
      const span = findAround(words, at, phrase);
      if (span === null || isAside(phrase) || phrase.notAfter?.has(words[span.from - 1] ?? '')) continue;
      if (isNegated(words, span, at, phrase) || isReported(words, span, phrase) || isTold(reading, span)) continue;
      found.set(name, { category, gravity, rule: phrase.id });
    }
  }
  return [...found.values()];
}

const weighed = ({ gravity }: Rule, disguised: boolean): 'plain' | 'mild' | null =>
  gravity === 'doubtful' ? (disguised ? 'plain' : null) : gravity;
