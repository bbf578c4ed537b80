/**
 * Phrases as data, and how one is found among words: `I|we ~1 will ~2 !kill YOU`. A slot is one word of a list; `~2` lets up to
 * two other words stand before the next slot; `?` marks a slot that may be missing; `!` marks the key, by which a phrase is
 * looked for; `^` and `$` are the edges of a sentence; CAPITALS name a list of `NAMED`. A phrase never crosses a sentence.
 *
 * Work: from each key at most a bounded number of steps, whatever the text; who would take more is refused (it throws).
 */
export interface Phrase {
  /** Stable: it is told and logged in the place of the text. */
  readonly id: string;
  readonly key: number;
  readonly slots: readonly Slot[];
  /** Words that, anywhere in the text, say that it is about something else. */
  readonly unless: ReadonlySet<string> | null;
  /** Words of which one must stand somewhere in the text; null: it says enough by itself. */
  readonly also: ReadonlySet<string> | null;
  /** Words that make it a name when they stand right before it. */
  readonly notAfter: ReadonlySet<string> | null;
  /** Holds although it is told of someone: a slogan is one in any mouth. */
  readonly evenNegated: boolean;
}

interface Slot {
  readonly words: ReadonlySet<string>;
  /** How many other words may stand before it. */
  readonly gap: number;
  readonly optional: boolean;
}

/** The edge of a sentence, among words. */
export const EDGE = '.';
/** A word that is no word: a number, a code. */
export const OPAQUE = '#';

/** Where another thought begins: no gap reaches over these. */
const TURNS: ReadonlySet<string> = new Set(
  'that which what who may might can could would because so but unless when while how why where than'.split(' '),
);

const MAX_STEPS_PER_PHRASE = 400;

/** @throws TypeError for a phrase that names no key or an unknown list. */
export function phrase(
  id: string,
  text: string,
  lists: Readonly<Record<string, readonly string[]>>,
  more: {
    readonly unless?: readonly string[];
    readonly also?: readonly string[];
    readonly notAfter?: readonly string[];
    readonly evenNegated?: true;
  } = {},
): Phrase {
  const slots: Slot[] = [];
  let gap = 0;
  let key = -1;
  for (const part of text.split(' ')) {
    if (part.startsWith('~')) {
      gap = Number(part.slice(1));
      continue;
    }
    const optional = part.startsWith('?');
    if (part.startsWith('!')) key = slots.length;
    const alternatives = part.replace(/^[!?]/, '').split('|');
    slots.push({ words: new Set(alternatives.flatMap((one) => spelled(one, lists))), gap, optional });
    gap = 0;
  }
  if (key === -1) throw new TypeError(`phrase ${id} has no key`);
  const { unless, also, notAfter, evenNegated = false } = more;
  return { id, key, slots, unless: setOf(unless), also: setOf(also), notAfter: setOf(notAfter), evenNegated };
}

const setOf = (words: readonly string[] | undefined): ReadonlySet<string> | null =>
  words === undefined ? null : new Set(words);

function spelled(one: string, lists: Readonly<Record<string, readonly string[]>>): readonly string[] {
  if (one === '^' || one === '$') return [EDGE];
  if (!/^[A-Z_]+$/.test(one)) return [one];
  const list = lists[one];
  if (list === undefined) throw new TypeError(`there is no list ${one}`);
  return list;
}

export const keyWords = ({ slots, key }: Phrase): Iterable<string> => slots[key]?.words ?? [];

/** Where a phrase stands: the indexes of its first and last word. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** @throws RangeError when it would take too many steps: what can't be judged is not cleared. */
export function findAround(words: readonly string[], at: number, { id, slots, key }: Phrase): Span | null {
  let steps = 0;
  /** The far end of the slots from `slot` on in one direction, the last matched word being at `from`; null: no match. */
  const reach = (slot: number, from: number, by: 1 | -1): number | null => {
    const wanted = slots[slot];
    if (wanted === undefined) return from;
    // leftwards the gap belongs to the slot that was matched before
    const gap = by === 1 ? wanted.gap : (slots[slot + 1]?.gap ?? 0);
    for (let n = 0; n <= gap; n++) {
      if (++steps > MAX_STEPS_PER_PHRASE) throw new RangeError(`phrase ${id} takes too many steps`);
      const next = from + by * (n + 1);
      const word = words[next] ?? EDGE;
      if (wanted.words.has(word)) {
        const end = reach(slot + by, next, by);
        if (end !== null) return end;
      }
      if (word === EDGE || TURNS.has(word)) break;
    }
    return wanted.optional ? reach(slot + by, from, by) : null;
  };
  const from = reach(key - 1, at, -1);
  if (from === null) return null;
  const to = reach(key + 1, at, 1);
  return to === null ? null : { from, to };
}
