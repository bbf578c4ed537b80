/** The spans of calendar days that usage is summed over. Days are counted from 1970-01-01, in the organisation's zone. */
import { firstOfMonth } from '../../kernel/time.ts';

export const BILLING_PERIODS = ['day', 'week', 'month', 'last_month'] as const;
export type BillingPeriod = (typeof BILLING_PERIODS)[number];

export interface DaySpan {
  /** Both are in it. */
  readonly from: number;
  readonly to: number;
}

const SPANS: Record<BillingPeriod, (today: number) => DaySpan> = {
  day: (today) => ({ from: today, to: today }),
  week: (today) => ({ from: today - 6, to: today }),
  month: (today) => ({ from: firstOfMonth(today), to: today }),
  last_month(today) {
    const to = firstOfMonth(today) - 1;
    return { from: firstOfMonth(to), to };
  },
};

export const spanOf = (period: BillingPeriod, today: number): DaySpan => SPANS[period](today);
