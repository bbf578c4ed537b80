/**
 * Lock-out against guessing (C15; settled §13): ten failed authentications from one address group (IPv4 /32, IPv6 /64)
 * within 15 minutes lock it out for 15 minutes. Decided here:
 *
 * - the window is exact: a failure counts for 15 minutes to the millisecond, then no more;
 * - attempts while locked neither count nor extend the lock: whoever was locked out by mistake gets in again in bounded
 *   time, and a lock can't be held up for ever by whoever shares the address;
 * - a success clears nothing: an attacker with one valid token must not reset the count between guesses at another;
 * - what a clock that stood far ahead has left counts for nothing, so that it can't lock anybody out until it is there.
 */
import { MINUTE_MS } from '../../kernel/time.ts';

export const LOCK_OUT = { failures: 10, withinMs: 15 * MINUTE_MS, lockMs: 15 * MINUTE_MS } as const;

/** How far servers' clocks may be apart. */
export const CLOCK_SKEW_MS = MINUTE_MS;

/** What is remembered of an address group. Times in ms since the epoch. */
export interface Attempts {
  /** Oldest first, at most one less than lock. */
  readonly failures: readonly number[];
  readonly lockedUntil: number | null;
}

export const NO_ATTEMPTS: Attempts = { failures: [], lockedUntil: null };

/** Until when the group is locked at `now`, or null; the lock is over at the very millisecond of its end. */
export function lockAt({ lockedUntil }: Pick<Attempts, 'lockedUntil'>, now: number): number | null {
  if (lockedUntil === null || now >= lockedUntil) return null;
  return lockedUntil - now <= LOCK_OUT.lockMs + CLOCK_SKEW_MS ? lockedUntil : null;
}

/** What is remembered after a failure at `at`. */
export function afterFailure(before: Attempts, at: number): Attempts {
  if (lockAt(before, at) !== null) return before;
  const counting = before.failures.filter((time) => time > at - LOCK_OUT.withinMs && time <= at + CLOCK_SKEW_MS);
  const failures = [...counting, at].sort((a, b) => a - b);
  return failures.length < LOCK_OUT.failures
    ? { failures, lockedUntil: null }
    : { failures: [], lockedUntil: at + LOCK_OUT.lockMs };
}

/** When nothing of this can matter any more, and it may be forgotten. */
export const forgettableAt = ({ failures, lockedUntil }: Attempts): number =>
  Math.max(lockedUntil ?? 0, ...failures.map((at) => at + LOCK_OUT.withinMs));
