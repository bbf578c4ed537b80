/**
 * How well a question that somebody asked fits the questions that have answers: by the words they share. No model, no index; the
 * same question always finds the same answer. Meant for lists of up to a few hundred.
 */
export interface Answerable {
  readonly question: string;
  readonly answer: string;
  /** More words that callers use for it. */
  readonly keywords?: readonly string[];
  readonly categories?: readonly string[];
}

export interface Match<Entry> {
  readonly entry: Entry;
  /** From 0 (no word in common) to 1. */
  readonly score: number;
}

/** Words that say nothing of what is asked. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a about all also am an and any are as at be been but by can could did do does for from get got had has have hello help hi how i ' +
    'if in is it its just know like may me might my need of on or our please s should so some t tell than that the their them then ' +
    'there these they this those to us want was we were what when where which who why will with would you your'
  ).split(' '),
);

/** What a text is about: its words in lower case without their plural, in any script; all of them where all are stop words. */
export function wordsOf(text: string): ReadonlySet<string> {
  const all =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const telling = all.filter((word) => !STOP_WORDS.has(word));
  return new Set((telling.length > 0 ? telling : all).map(stem));
}

/** Without the plural's s: `hours` is `hour`, `glass` stays. */
const stem = (word: string): string => (word.length > 3 && /[^s]s$/.test(word) ? word.slice(0, -1) : word);

/** Those that share a word with `query`, best first; among equals in the order of the list. */
export function matchesOf<Entry extends Answerable>(query: string, entries: readonly Entry[]): readonly Match<Entry>[] {
  const asked = wordsOf(query);
  return entries
    .map((entry) => ({ entry, score: scoreOf(asked, entry) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
}

/**
 * The larger of two shares: how much of what was asked the entry speaks of (keywords too), and how much of the entry's question was
 * asked (a caller says more words than needed). The second counts a little less, as one short question is in many long ones.
 */
function scoreOf(asked: ReadonlySet<string>, { question, keywords = [] }: Answerable): number {
  const own = wordsOf(question);
  const known = own.union(wordsOf(keywords.join(' ')));
  const share = (part: ReadonlySet<string>, whole: ReadonlySet<string>) =>
    whole.size === 0 ? 0 : part.intersection(whole).size / whole.size;
  return Math.max(share(known, asked), 0.9 * share(asked, own));
}
