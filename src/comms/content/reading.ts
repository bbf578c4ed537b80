/**
 * A text as words, the disguised ones read: one pass, chunk by chunk of what stands between spaces. Words that no rule knows
 * stay as they are, numbers and codes become `#`, sentences end with an edge.
 */
import { fold } from './fold.ts';
import { EDGE, OPAQUE } from './phrase.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface Reading {
  /** Begins and ends with an edge. */
  readonly words: readonly string[];
  /** Indexes of words that were written so that a filter would miss them. */
  readonly disguised: ReadonlySet<number>;
  /** Of words in quotation marks that are closed again: the index of the first word within them. */
  readonly quoted: ReadonlyMap<number, number>;
}

/** `we'll` is not a well. */
const CONTRACTIONS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    "i'm": 'i am', im: 'i am', "i'll": 'i will', "we'll": 'we will', "we're": 'we are', "we've": 'we', "i've": 'i', "you're": 'you are',
    youre: 'you are', "you'll": 'you will', youll: 'you will', ur: 'your', u: 'you', ya: 'you', yall: 'you', "y'all": 'you', "he'll": 'he will',
    "she'll": 'she will', "they'll": 'they will', "they're": 'they are', "it'll": 'it will', "there's": 'there is', gonna: 'going to',
    gunna: 'going to', gon: 'going to', finna: 'going to', wanna: 'want to', imma: 'i will', ima: 'i will', "i'ma": 'i will', urself: 'yourself',
    yourselves: 'yourself', "ain't": 'not', "don't": 'do not', dont: 'do not', "won't": 'will not', wont: 'will not', "can't": 'can not',
    "t'es": 'tu es', "j'vais": 'je vais', "t'egorger": 'te egorger', "t'emmerde": 'temmerde',
  }).map(([short, whole]) => [short, whole.split(' ')] as const),
); // biome-ignore format: a table

/** Short words with a digit for a letter, where a phrase needs them; a terminal T3 stands in none. */
const SHORT: ReadonlyMap<string, string> = new Map([
  ['t3', 'te'],
  ['l4', 'la'],
  ['m3', 'me'],
  ['v4', 'va'],
  ['4', 'a'],
]);

/** Begin with an apostrophe, not with a quotation: "give 'em hell", "the '90s". */
const ELIDED = /^(?:em|tis|twas|til|till|cause|bout|cos|round|\d.*)$/;

const LETTERS = /^[a-z\u00f1]+$/;
/** What a word may begin or end with. */
const OF_A_WORD = /[\p{L}\p{N}@$*]/u;
const OF_A_DISGUISE = /[^a-z\u00f10-9']+/;
const ENDS_A_SENTENCE = /[.!?;:]/;
/** Between the parts of a chunk: hyphens, slashes, dots between words. */
const JOINTS = /([-/.,_~&:;?"=<>#%^{}[\])\\]+)/;

export function read(text: string, vocabulary: Vocabulary): Reading {
  const folded = fold(text);
  /** Asked of the whole text first: most texts hold nothing of the kind, and their words are taken as they are. */
  const isOdd = vocabulary.mayBeOdd(folded);
  const words: string[] = [EDGE];
  const disguised = new Set<number>();
  const quoted = new Map<number, number>();
  /** By the mark: where the quotation began that is open now. */
  const opened = new Map<string, number>();

  const put = (word: string, isDisguised = false) => {
    if (isDisguised) disguised.add(words.length);
    words.push(word);
  };
  const edge = () => {
    if (words.at(-1) !== EDGE) words.push(EDGE);
  };

  /** Marks look alike before and behind: one that could be either closes what is open. */
  const close = (mark: string) => {
    const first = opened.get(mark);
    if (first === undefined) return;
    flush();
    opened.delete(mark);
    for (let i = first; i < words.length; i++) quoted.set(i, first);
  };
  const openOrClose = (mark: string) => {
    if (opened.has(mark)) return close(mark);
    flush();
    opened.set(mark, words.length);
  };

  /** Single letters with one gap between each, and `' '` where the gap is wider. */
  let letters = '';
  const flush = () => {
    const run = letters.trim();
    letters = '';
    if (run === '') return;
    if (run.replaceAll(' ', '').length < 3) {
      for (const letter of run) if (letter !== ' ') contracted(letter);
      return;
    }
    for (const group of run.split(' ')) {
      if (group.length > 1 && !vocabulary.has(group)) {
        for (const word of vocabulary.split(group) ?? [group]) put(word, true);
      } else if (group.length === 1) contracted(group);
      else put(group, group.length > 3);
    }
  };

  const contracted = (word: string) => {
    const whole = CONTRACTIONS.get(word);
    if (whole === undefined) put(word);
    else for (const part of whole) put(part);
  };

  const plainWord = (word: string) => {
    const known = isOdd ? vocabulary.undrawn(word) : null;
    if (known === null) contracted(word);
    else put(known, true);
  };

  const part = (raw: string) => {
    if (LETTERS.test(raw)) return plainWord(raw);
    if (raw.includes("'")) {
      if (CONTRACTIONS.get(raw) !== undefined) return contracted(raw);
      // a possessive is its owner; an elided article goes
      return part(
        raw
          .replace(/'(?:s|d|ve|ll|re)?$/, '')
          .replace(/^[a-z]'/, '')
          .replaceAll("'", ''),
      );
    }
    if (raw === '') return;
    if (raw === '1') return put(raw);
    const short = SHORT.get(raw);
    if (short !== undefined) return put(short);
    const stars = raw.includes('*');
    const found = stars ? vocabulary.starred(raw) : vocabulary.drawn(raw);
    if (found !== null) return put(found, true);
    const others = raw.split(OF_A_DISGUISE).filter((one) => one !== '' && one !== raw);
    if (others.length === 0) return put(OPAQUE);
    for (const other of others) LETTERS.test(other) ? plainWord(other) : put(OPAQUE);
  };

  const chunk = (raw: string) => {
    if (LETTERS.test(raw)) {
      if (raw.length === 1) {
        letters += raw;
        return;
      }
      flush();
      return plainWord(raw);
    }
    const [core, before, behind] = trimmed(raw);
    // `""` alone holds nothing
    if (before.includes('"') && (core !== '' || before.split('"').length % 2 === 0)) openOrClose('"');
    if (before.includes("'") && core !== '' && !ELIDED.test(core)) openOrClose("'");
    const pieces = core.split(JOINTS);
    const parts = pieces.filter((one, i) => i % 2 === 0 && one !== '');
    if (parts.length > 0 && parts.every((one) => one.length === 1 && LETTERS.test(one))) letters += parts.join('');
    else {
      flush();
      const isCode = parts.length > 1 && parts.some((one) => /\d/.test(one));
      const isDotted = core.includes('.');
      pieces.forEach((one, i) => {
        if (i % 2 === 1) {
          if (isDotted) edge();
          if (one.includes('"')) openOrClose('"');
        } else if (isCode && !LETTERS.test(one)) put(OPAQUE);
        else part(one);
      });
    }
    if (ENDS_A_SENTENCE.test(behind) && parts.at(-1)?.length !== 1) {
      flush();
      edge();
    }
    if (behind.includes('"')) close('"');
    if (behind.includes("'")) close("'");
    if (core === '') flush();
  };

  let end = 0;
  for (const { 0: raw, index } of folded.matchAll(/\S+/g)) {
    if (index - end > 1 || folded[end] === '\n') {
      if (folded.slice(end, index).includes('\n')) {
        flush();
        edge();
        opened.delete("'"); // a lone apostrophe quotes no other paragraph
      } else if (letters !== '') letters += ' ';
    }
    chunk(raw);
    end = index + raw.length;
  }
  flush();
  edge();
  return { words, disguised, quoted };
}

/** A chunk without what stands around its words, and what stands before and behind them. A chunk without a word is all before. */
function trimmed(raw: string): readonly [core: string, before: string, behind: string] {
  let from = 0;
  while (from < raw.length && !OF_A_WORD.test(raw[from]!)) from++;
  let to = raw.length;
  while (to > from && !OF_A_WORD.test(raw[to - 1]!)) to--;
  return [raw.slice(from, to), raw.slice(0, from), raw.slice(to)];
}
