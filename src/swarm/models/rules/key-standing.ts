/** How a key stands: whether it may be used now, and if not, until when. */
import { DAY_MS, SECOND_MS } from '../../../kernel/time.ts';

/**
 * `cooling`: the vendor asked for less, or failed; it is well again by itself. `retired`: the vendor does not take it any more;
 * it is well again when another value is in its place. `not-yet` and `over`: outside the times that the configuration gives.
 */
export type KeyState = 'well' | 'cooling' | 'retired' | 'not-yet' | 'over';

export type Health =
  | { readonly is: 'well' }
  | { readonly is: 'cooling'; readonly until: number }
  | { readonly is: 'retired'; readonly since: number };

export const WELL: Health = { is: 'well' };

/** When a key may be used, in ms; absent: always. `until` is the first moment at which it may not. */
export interface KeyTimes {
  readonly from: number | null;
  readonly until: number | null;
}

export const timesOf = ({
  from,
  until,
}: {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}): KeyTimes => ({
  from: from === undefined ? null : Date.parse(from),
  until: until === undefined ? null : Date.parse(until),
});

export function stateOf(health: Health, { from, until }: KeyTimes, now: number): KeyState {
  if (health.is === 'retired') return 'retired';
  if (until !== null && now >= until) return 'over';
  if (from !== null && now < from) return 'not-yet';
  return health.is === 'cooling' && now < health.until ? 'cooling' : 'well';
}

/** When it may be used at the earliest; null: not by waiting. */
export function wellAt(health: Health, times: KeyTimes, now: number): number | null {
  if (health.is === 'retired') return null;
  const at = Math.max(now, times.from ?? 0, health.is === 'cooling' ? health.until : 0);
  return times.until !== null && at >= times.until ? null : at;
}

const FIRST_COOL_MS = SECOND_MS;
const MAX_COOL_MS = 60 * SECOND_MS;
/** A vendor that asks for more is asked again all the same after this. */
const MAX_ASKED_MS = 600 * SECOND_MS;

/**
 * How long a key rests: doubled with each failure in a row, a quarter of it by chance so that servers do not come back
 * together, and never less than the vendor asks for. @param failures from 1 @param chance from 0 to 1
 */
export function coolMs(failures: number, askedMs: number, chance: number): number {
  const ceiling = Math.min(FIRST_COOL_MS * 2 ** (failures - 1), MAX_COOL_MS);
  return Math.max(Math.min(askedMs, MAX_ASKED_MS), Math.round(ceiling * (0.75 + chance / 4)));
}

/** settled.md: an alert on a key older than 30 days. */
export const MAX_KEY_AGE_DAYS = 30;

/**
 * Whole days since the key was made, by its `since` (a date, UTC); by when this server first saw it (ms) where it says nothing.
 */
export function keyAgeDays(key: { readonly since?: string | undefined }, firstSeen: number, now: number): number {
  const made = key.since === undefined ? firstSeen : Date.parse(key.since);
  return Math.max(0, Math.floor((now - made) / DAY_MS));
}
