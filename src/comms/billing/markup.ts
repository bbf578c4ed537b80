/**
 * What is billed for what the provider charged. Rounded half up to whole micro-units for each message by itself, so that what
 * is billed for many is the sum of what is billed for each, however they are grouped.
 */
import type { Micros } from '../../kernel/money.ts';

export const MAX_MARKUP_PERCENT = 500;

/** @param cost not negative. @param markupPercent a whole number from 0 to `MAX_MARKUP_PERCENT`. */
export const billed = (cost: Micros, markupPercent: number): Micros =>
  Math.floor((cost * (100 + markupPercent) + 50) / 100);

/** How an organisation is billed, besides its tier. */
export interface BillingConfig {
  readonly markupPercent: number;
  /** In normal form. */
  readonly billingEmail: string | null;
}

export const UNBILLED: BillingConfig = { markupPercent: 0, billingEmail: null };
