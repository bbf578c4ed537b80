/**
 * What is wrong with a text that would reach a person: threats, hate speech, profanity. Pure; the work grows with the length
 * alone. It judges words, not intent: see docs/content-filter.md for what that can't see.
 */
import { EDGE, findAround, type Phrase, type Span } from './phrase.ts';
import { type Reading, read } from './reading.ts';
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
    if (phrase.unless === null) return false;
    let is = aside.get(phrase);
    if (is === undefined) {
      all ??= new Set(words);
      is = !phrase.unless.isDisjointFrom(all);
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
      if (span === null || isAside(phrase) || isNegated(words, span, at, phrase) || isTold(reading, span)) continue;
      found.set(name, { category, gravity, rule: phrase.id });
    }
  }
  return [...found.values()];
}

const weighed = ({ gravity }: Rule, disguised: boolean): 'plain' | 'mild' | null =>
  gravity === 'doubtful' ? (disguised ? 'plain' : null) : gravity;

const NEGATIONS: ReadonlySet<string> = new Set(
  'not never no nobody cannot doesnt didnt isnt arent wasnt wouldnt shouldnt kein keine nicht nie nunca jamais pas'.split(
    ' ',
  ),
);

/** Within the phrase, or right before one that begins with its key: "we will not kill you", "do not kill yourself over it". */
function isNegated(words: readonly string[], { from, to }: Span, at: number, { evenNegated, slots }: Phrase): boolean {
  if (evenNegated || slots.length === 1) return false;
  const first = from === at ? from - 1 : from;
  for (let i = first; i <= to; i++) if (NEGATIONS.has(words[i]!)) return true;
  return false;
}

/** Who tells what another said: a court, a newspaper, a teacher. */
const TELLING: ReadonlySet<string> = new Set(
  'said says saying say called wrote slur slurs word words title titled phrase sentence shouted accused statement witness reads quote song film novel book album'.split(
    ' ',
  ),
);
const TOLD_WITHIN = 10;

/** In quotation marks, with a word of telling shortly before them. */
function isTold({ words, quoted }: Reading, { from, to }: Span): boolean {
  const opened = quoted.get(to === words.length - 1 || words[to] === EDGE ? to - 1 : to);
  if (opened === undefined || opened > from + 1) return false;
  return words.slice(Math.max(0, opened - TOLD_WITHIN), opened).some((word) => TELLING.has(word));
}
