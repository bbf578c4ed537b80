/**
 * What is wrong with a text that would reach a person: threats, hate speech, profanity. Pure; the work grows with the length
 * alone. It judges words, not intent: see docs/content-filter.md for what that can't see.
 */
import { isExplaining, isInQuotation, isNegated, isReported, isTold } from './context.ts';
import { languageOf, namesIn } from './names.ts';
import { findAround, type Phrase, type Span } from './phrase.ts';
import { read } from './reading.ts';
import type { Category, Rule } from './rule.ts';
import { BY_KEY, VOCABULARY } from './rules.ts';

export interface ContentFinding {
  readonly category: Category;
  /** `quoted`: somebody else's words, whatever their weight. */
  readonly gravity: 'plain' | 'mild' | 'quoted';
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
  const explains = once(() => isExplaining(reading));
  const isQuoted = (span: Span) => isInQuotation(reading, span) && explains();
  const language = once(() => languageOf(words));
  const names = once(() => namesIn(text));
  /** A strong word of another language that is a name here. */
  const isName = (rule: Rule, word: string): boolean =>
    rule.category === 'profanity' &&
    rule.phrase.slots.length === 1 &&
    language() !== null &&
    language() !== rule.language &&
    names().has(word);
  for (let at = 0; at < words.length; at++) {
    for (const rule of BY_KEY.get(words[at]!) ?? []) {
      const { phrase, category } = rule;
      const gravity = weighed(rule, reading.disguised.has(at));
      const name = `${phrase.id} ${gravity}`;
      if (gravity === null || found.has(name)) continue;
      const span = findAround(words, at, phrase);
      if (span === null || isAside(phrase) || phrase.notAfter?.has(words[span.from - 1] ?? '')) continue;
      if (isNegated(words, span, at, phrase) || isReported(words, span, phrase) || isTold(reading, span)) continue;
      if (isName(rule, words[at]!)) continue;
      const said = isQuoted(span) ? 'quoted' : gravity;
      found.set(`${phrase.id} ${said}`, { category, gravity: said, rule: phrase.id });
    }
  }
  return [...found.values()];
}

const weighed = ({ gravity }: Rule, disguised: boolean): 'plain' | 'mild' | null =>
  gravity === 'doubtful' ? (disguised ? 'plain' : null) : gravity;

/** Of the whole text, so at most once however often it is asked. */
function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | null = null;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
}
