/**
 * The latest moments of an event, as many as a limit needs to be seen passed: whether more than N fell into a window is known
 * exactly from the last N + 1 of them, however many there were. Times in ms since the epoch.
 */
import { MINUTE_MS } from '../../../kernel/time.ts';

/** Ascending. */
export type LatestTimes = readonly number[];

/** How far ahead another server's clock may be. */
const SKEW_MS = MINUTE_MS;

/** Both together: the `keep` latest that the window can see at `now`. */
export function mergeTimes(
  a: LatestTimes,
  b: LatestTimes,
  now: number,
  { windowMs, keep }: { readonly windowMs: number; readonly keep: number },
): LatestTimes {
  const seen = [...a, ...b].filter((at) => at > now - windowMs && at <= now + SKEW_MS);
  return seen.sort((one, other) => one - other).slice(-keep);
}

/** Of those kept. */
export const timesWithin = (times: LatestTimes, now: number, windowMs: number): number =>
  times.filter((at) => at > now - windowMs && at <= now + SKEW_MS).length;
