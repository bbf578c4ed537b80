/**
 * When an alert is tried again that could not be delivered: soon at first, then less and less often, up to once an hour; after
 * a day it is given up. Times in ms.
 */
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../kernel/time.ts';

const FIRST_MS = 30 * SECOND_MS;
export const ALERT_TRIED_FOR_MS = DAY_MS;

/**
 * @param attempt that failed, from 1. @param chance from 0 up to 1: spreads what failed together.
 * @returns null: it has been tried for a day.
 */
export function alertRetryAt(attempt: number, since: number, now: number, chance: number): number | null {
  const wait = Math.min(FIRST_MS * 2 ** Math.min(attempt - 1, 20), HOUR_MS);
  const at = now + Math.floor(wait * (0.5 + chance / 2));
  return at > since + ALERT_TRIED_FOR_MS ? null : at;
}
