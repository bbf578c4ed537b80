/** Twilio's prices as money: what is charged is a negative decimal text, `-0.00750`, in the account's currency. */
import type { Micros } from '../../kernel/money.ts';

const CHARGE = /^-(\d{1,7})(?:\.(\d{1,12}))?$/;
const ZERO = /^-?0(?:\.0{1,12})?$/;

/**
 * Whole micro-US-dollars, a fraction of one rounded up; null where there is no price yet, in another currency (there is no
 * rate to turn it into dollars) and for a credit.
 */
export function priceMicros(price: string | null, unit: string | null): Micros | null {
  if (price === null || unit?.toUpperCase() !== 'USD') return null;
  if (ZERO.test(price)) return 0;
  const [, whole, fraction = ''] = CHARGE.exec(price) ?? [];
  if (whole === undefined) return null;
  const micros = Number(whole) * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
  return /[1-9]/.test(fraction.slice(6)) ? micros + 1 : micros;
}
