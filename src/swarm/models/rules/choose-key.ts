/** Which key serves a request: of those that are well and have room, the one with the least under way. */
import { type Health, type KeyTimes, stateOf, wellAt } from './key-standing.ts';
import { levelAt, type TokenBucket, waitFor } from './token-bucket.ts';

export interface KeyFacts {
  readonly health: Health;
  readonly times: KeyTimes;
  readonly inFlight: number;
  /** Null: no limit. */
  readonly tokens: TokenBucket | null;
  readonly requests: TokenBucket | null;
}

export type Choice<K> =
  | { readonly is: 'key'; readonly key: K }
  /** Keys are well, and their buckets have room at `at` (ms) at the earliest. */
  | { readonly is: 'wait'; readonly at: number }
  /** None is well before `at`. */
  | { readonly is: 'unwell'; readonly at: number }
  /** None will be, unless somebody does something. */
  | { readonly is: 'no_key' }
  /** More than any bucket holds: it would wait for ever. */
  | { readonly is: 'too_large' };

/** `keys` in the order of the configuration, which decides between equals. */
export function chooseKey<K extends KeyFacts>(keys: readonly K[], tokens: number, now: number): Choice<K> {
  const usable = keys.filter(({ health, times }) => wellAt(health, times, now) !== null);
  if (usable.length === 0) return { is: 'no_key' };
  const fitting = usable.filter((key) => key.tokens === null || tokens <= key.tokens.perMinute);
  if (fitting.length === 0) return { is: 'too_large' };
  const well = fitting.filter(({ health, times }) => stateOf(health, times, now) === 'well');
  if (well.length === 0)
    return { is: 'unwell', at: earliest(fitting, ({ health, times }) => wellAt(health, times, now)!) };
  const ready = well.filter((key) => roomIn(key, tokens, now) === 0);
  if (ready.length === 0) return { is: 'wait', at: now + earliest(well, (key) => roomIn(key, tokens, now)) };
  return { is: 'key', key: ready.reduce((best, key) => (isLessLoaded(key, best, now) ? key : best)) };
}

const earliest = <K>(keys: readonly K[], when: (key: K) => number): number => Math.min(...keys.map(when));

const roomIn = ({ tokens, requests }: KeyFacts, amount: number, now: number): number =>
  Math.max(tokens === null ? 0 : waitFor(tokens, amount, now), requests === null ? 0 : waitFor(requests, 1, now));

function isLessLoaded(one: KeyFacts, other: KeyFacts, now: number): boolean {
  return one.inFlight === other.inFlight ? fullness(one, now) > fullness(other, now) : one.inFlight < other.inFlight;
}

/** Share of a minute's tokens that is left; a key without a limit has all of it. */
const fullness = ({ tokens }: KeyFacts, now: number): number =>
  tokens === null ? 1 : levelAt(tokens, now) / tokens.perMinute;
