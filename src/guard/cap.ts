/** What a cap leaves, as pure arithmetic. The store finds the numbers, these functions decide. */
import { calendarPeriod, DAY_MS, nextPeriodStart, SECOND_MS } from '../kernel/time.ts';
import type { Deny } from './guard.ts';
import type { Cap, Unit, Window } from './take.ts';

export type SlidingCap = Cap & { readonly window: { readonly ms: number } };
/** One whose window has a counter of its own: a calendar period, or for ever. */
export type CountedCap = Cap & { readonly window: Exclude<Window, { readonly ms: number }> };

export const isSliding = (cap: Cap): cap is SlidingCap => 'ms' in cap.window;
export const isCounted = (cap: Cap): cap is CountedCap => !isSliding(cap);

/**
 * The running total that must have left the window for `amount` more to fit: the grant that first reached it has to be
 * older than the window. Zero or less: there is room whatever the window holds.
 */
export const mustHaveLeft = (total: number, amount: number, limit: number): number => total + amount - limit;

/** The counter's name for the period that holds `now`: `agent:…:spend@2026-11-20`, `thread:…@ever`. */
export const periodMeter = (meter: string, { window }: Pick<CountedCap, 'window'>, now: number): string =>
  `${meter}@${'lifetime' in window ? 'ever' : calendarPeriod(now, window.calendar, window.zone)}`;

/** Null: never. */
export const periodEnd = ({ window }: CountedCap, now: number): number | null =>
  'lifetime' in window ? null : nextPeriodStart(now, window.calendar, window.zone);

export interface Reached {
  /** When the cap has room again; null: never, because this amount is above the limit itself, or the window has no end. */
  readonly retryAt: number | null;
  /** Of the limit, at this moment. */
  readonly used: number;
  readonly asked: number;
  readonly unit: Unit;
}

/** Days where they are more than one, as a law says it. */
const spanText = (ms: number): string =>
  ms > DAY_MS && ms % DAY_MS === 0 ? `${ms / DAY_MS} days` : `${ms / SECOND_MS} s`;

const windowText = (window: Window): string => {
  if ('ms' in window) return `in any ${spanText(window.ms)}`;
  return 'lifetime' in window ? 'altogether' : `a calendar ${window.calendar}`;
};

const AMOUNTS: Readonly<Record<Unit, (value: number) => string>> = {
  count: (value) => `${value}`,
  money: (value) => `${value / 1_000_000} USD`,
  tokens: (value) => `${value} tokens`,
};

export function capReached(cap: Cap, { retryAt, used, asked, unit }: Reached, now: number): Deny {
  const span = windowText(cap.window);
  const amount = AMOUNTS[unit];
  const limit = amount(cap.limit);
  const fact = `limit ${cap.name} ${limit}: ${amount(used)} used, ${amount(asked)} asked for`;
  const base = { is: 'deny', code: cap.code, source: cap.source ?? `limit ${cap.name}`, fact } as const;
  if (asked > cap.limit) {
    const say = `This alone is above the limit of ${limit} ${span} (${cap.name}). An administrator can raise it.`;
    return { ...base, code: cap.code === 'budget_reached' ? 'above_budget' : cap.code, say };
  }
  const pauses = cap.pauses === undefined ? {} : { pauses: { subject: cap.pauses, until: retryAt } };
  if (retryAt === null) {
    const say = `The limit of ${limit} ${span} is used up (${cap.name}). An administrator can raise it.`;
    return { ...base, ...pauses, say };
  }
  const seconds = Math.max(1, Math.ceil((retryAt - now) / SECOND_MS));
  return {
    ...base,
    ...pauses,
    say: `The limit of ${limit} ${span} is used up (${cap.name}). Try again in ${seconds} s.`,
    retryAt,
  };
}
