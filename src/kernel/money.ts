/** Money as whole micro-units of one currency: 1 USD = 1 000 000. Floats never hold money. */
export type Micros = number;

const MICROS_PER_UNIT = 1_000_000;

/** @throws RangeError when `units` has more than six decimals or is outside the safe range. */
export function micros(units: number): Micros {
  const value = Math.round(units * MICROS_PER_UNIT);
  if (!Number.isSafeInteger(value) || Math.abs(value / MICROS_PER_UNIT - units) > 1e-9) {
    throw new RangeError(`not an amount of money: ${units}`);
  }
  return value;
}

const AMOUNT = /^(\d{1,9})(?:\.(\d{1,6}))?$/;

/**
 * Exactly what was written, `"2.50"` or 2.5 → 2 500 000: a number counts as its shortest decimal form.
 * @throws RangeError for a sign, an exponent, more than six decimals or more than nine digits before them.
 */
export function writtenMicros(amount: string | number): Micros {
  const [, whole, fraction = ''] = AMOUNT.exec(String(amount)) ?? [];
  if (whole === undefined) throw new RangeError('not an amount of money');
  return Number(whole) * MICROS_PER_UNIT + Number(fraction.padEnd(6, '0'));
}

/** `7900` → `$0.0079`; at least two decimals. */
export function formatMicros(amount: Micros): string {
  const sign = amount < 0 ? '-' : '';
  const whole = Math.trunc(Math.abs(amount) / MICROS_PER_UNIT);
  const fraction = String(Math.abs(amount) % MICROS_PER_UNIT).padStart(6, '0');
  return `${sign}$${whole}.${fraction.replace(/0{1,4}$/, '')}`;
}
