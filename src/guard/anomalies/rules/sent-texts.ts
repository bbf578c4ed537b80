/**
 * To how many contacts the same text went, in bounded room: the last eight texts, each with its first contacts, as keyed
 * hashes of both. A text counts for an hour from its first contact, then anew. Whoever writes more than eight texts in turn
 * is not seen; nor is one who changes a word in each. Times in ms since the epoch.
 */
import { HOUR_MS } from '../../../kernel/time.ts';

export interface SentText {
  readonly text: string;
  /** When its first contact was written to, and the last. */
  readonly since: number;
  readonly last: number;
  /** Each once. */
  readonly contacts: readonly string[];
}

export const TEXT_WINDOW_MS = HOUR_MS;
export const TEXTS_KEPT = 8;
/** More contacts than this are unusual; one more than this is kept. */
export const SAME_TEXT_CONTACTS = 20;

export function mergeTexts(a: readonly SentText[], b: readonly SentText[], now: number): readonly SentText[] {
  const merged = new Map<string, SentText>();
  for (const one of [...a, ...b]) {
    if (!isCurrent(one, now)) continue;
    const known = merged.get(one.text);
    merged.set(one.text, known === undefined ? bounded(one) : both(known, one));
  }
  return [...merged.values()].sort((one, other) => one.last - other.last).slice(-TEXTS_KEPT);
}

/** The most contacts that one text went to within its hour. */
export const mostContacts = (texts: readonly SentText[], now: number): number =>
  Math.max(0, ...texts.filter((one) => isCurrent(one, now)).map(({ contacts }) => contacts.length));

const isCurrent = ({ since }: SentText, now: number): boolean => Math.abs(now - since) < TEXT_WINDOW_MS;

const both = (a: SentText, b: SentText): SentText =>
  bounded({
    text: a.text,
    since: Math.min(a.since, b.since),
    last: Math.max(a.last, b.last),
    contacts: [...new Set([...a.contacts, ...b.contacts])],
  });

const bounded = (one: SentText): SentText => ({ ...one, contacts: one.contacts.slice(0, SAME_TEXT_CONTACTS + 1) });
