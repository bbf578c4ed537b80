/** What a cap leaves, as pure arithmetic. The store finds the numbers, these functions decide. */
import { calendarPeriod, DAY_MS, nextPeriodStart, SECOND_MS } from '../kernel/time.ts';
import type { Deny } from './guard.ts';
import type { Cap } from './take.ts';

export type SlidingCap = Cap & { readonly window: { readonly ms: number } };
export type CalendarCap = Cap & { readonly window: { readonly calendar: 'day' | 'month'; readonly zone: string } };

export const isSliding = (cap: Cap): cap is SlidingCap => 'ms' in cap.window;
export const isCalendar = (cap: Cap): cap is CalendarCap => 'calendar' in cap.window;

/**
 * The running total that must have left the window for `amount` more to fit: the grant that first reached it has to be
 * older than the window. Zero or less: there is room whatever the window holds.
 */
export const mustHaveLeft = (total: number, amount: number, limit: number): number => total + amount - limit;

/** The counter's name for the calendar period that holds `now`: `agent:…:spend@2026-11-20`. */
export const periodMeter = (meter: string, { window }: CalendarCap, now: number): string =>
  `${meter}@${calendarPeriod(now, window.calendar, window.zone)}`;

export const periodEnd = ({ window }: CalendarCap, now: number): number =>
  nextPeriodStart(now, window.calendar, window.zone);

export interface Reached {
  /** When the cap has room again; null: never for this amount, which is above the limit itself. */
  readonly retryAt: number | null;
  /** Of the limit, at this moment. */
  readonly used: number;
  readonly asked: number;
}

/** Days where they are more than one, as a law says it. */
const spanText = (ms: number): string =>
  ms > DAY_MS && ms % DAY_MS === 0 ? `${ms / DAY_MS} days` : `${ms / SECOND_MS} s`;

export function capReached(cap: Cap, { retryAt, used, asked }: Reached, now: number): Deny {
  const span = isSliding(cap)
    ? `in any ${spanText(cap.window.ms)}`
    : `a calendar ${isCalendar(cap) ? cap.window.calendar : ''}`;
  const amount = (value: number) => (cap.code === 'spend_limit' ? `${value / 1_000_000} USD` : `${value}`);
  const limit = amount(cap.limit);
  const fact = `limit ${cap.name} ${limit}: ${amount(used)} used, ${amount(asked)} asked for`;
  const base = { is: 'deny', code: cap.code, source: cap.source ?? `limit ${cap.name}`, fact } as const;
  if (retryAt === null) {
    return {
      ...base,
      say: `This alone is above the limit of ${limit} ${span} (${cap.name}). An administrator can raise it.`,
    };
  }
  const seconds = Math.max(1, Math.ceil((retryAt - now) / SECOND_MS));
  return {
    ...base,
    say: `The limit of ${limit} ${span} is used up (${cap.name}). Try again in ${seconds} s.`,
    retryAt,
  };
}
