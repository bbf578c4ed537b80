/**
 * Guessing at one account from many addresses (NIST SP 800-63B-4 §3.2.2; OWASP, device cookies). Decided here:
 *
 * - every guess is counted before it is looked at, and a complete sign-in takes the count back: forty guesses at once are forty;
 * - from the fifth in a row on each makes the next one wait, twice as long each time, a quarter of an hour at most;
 * - after a hundred in a row the count is closed for 30 days, or until the person has come in another way;
 * - a browser in which the person signed in before has a count of its own, and so has each session for its step-up: whoever
 *   guesses from elsewhere can't keep the owner out. Passkeys are not counted at all, nothing about them can be guessed;
 * - an address that nobody has is counted like any other, so that being made to wait tells nothing.
 *
 * What a clock that stood far ahead has left counts for nothing.
 */
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
import { CLOCK_SKEW_MS } from './lock-out.ts';

export const ACCOUNT_THROTTLE = {
  free: 4,
  firstDelayMs: 2 * SECOND_MS,
  mostDelayMs: 15 * MINUTE_MS,
  most: 100,
  closedMs: 30 * DAY_MS,
  /** A few guesses are forgotten sooner, so that addresses that were made up don't fill the disk. */
  forgetFewMs: 7 * DAY_MS,
} as const;

/** Guesses in a row. Times in ms since the epoch. */
export interface Guesses {
  readonly failures: number;
  /** No guess is looked at before. */
  readonly retryAt: number;
}

export const NO_GUESSES: Guesses = { failures: 0, retryAt: 0 };

/** The count with one more guess at `now`; or until when none is looked at, which counts nothing. */
export type GuessRuling =
  | { readonly is: 'counted'; readonly guesses: Guesses }
  | { readonly is: 'refused'; readonly retryAt: number };

export function ruleGuess(before: Guesses, now: number): GuessRuling {
  const waiting = before.retryAt - now;
  if (waiting > 0 && waiting <= delayAfter(before.failures) + CLOCK_SKEW_MS)
    return { is: 'refused', retryAt: before.retryAt };
  const opened = before.failures >= ACCOUNT_THROTTLE.most ? 0 : before.failures;
  const failures = opened + 1;
  return { is: 'counted', guesses: { failures, retryAt: now + delayAfter(failures) } };
}

/** When nothing of this can matter any more, and it may be forgotten. */
export const forgettableAfter = ({ failures, retryAt }: Guesses, now: number): number =>
  failures <= ACCOUNT_THROTTLE.free
    ? now + ACCOUNT_THROTTLE.forgetFewMs
    : Math.max(retryAt, now + ACCOUNT_THROTTLE.closedMs);

function delayAfter(failures: number): number {
  const { free, firstDelayMs, mostDelayMs, most, closedMs } = ACCOUNT_THROTTLE;
  if (failures <= free) return 0;
  return failures >= most ? closedMs : Math.min(mostDelayMs, firstDelayMs * 2 ** (failures - free - 1));
}
