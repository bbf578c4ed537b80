/**
 * Exact numbers: what a person expects of 0.1 + 0.2 and of prices, which binary fractions don't give. A fraction in lowest terms,
 * with a bound on its size, so that a short text can't ask for an enormous one.
 */
export interface Fraction {
  readonly over: bigint;
  /** More than zero. */
  readonly under: bigint;
}

/** What can't be worked out, in words for the one who asked. */
export class ArithmeticFault extends Error {}

const MAX_BITS = 1024n;
const LIMIT = 1n << MAX_BITS;

/** @throws ArithmeticFault for zero below, and for numbers of more than 1024 bits (308 digits). */
export function fraction(over: bigint, under = 1n): Fraction {
  if (under === 0n) throw new ArithmeticFault('Division by zero has no result.');
  const sign = under < 0n ? -1n : 1n;
  const common = greatestCommon(over < 0n ? -over : over, under * sign);
  const reduced = { over: (over * sign) / common, under: (under * sign) / common };
  if (reduced.over >= LIMIT || reduced.over <= -LIMIT || reduced.under >= LIMIT)
    throw new ArithmeticFault('The numbers become too large.');
  return reduced;
}

function greatestCommon(a: bigint, b: bigint): bigint {
  let [large, small] = [a, b];
  while (small !== 0n) [large, small] = [small, large % small];
  return large;
}

const DECIMAL = /^(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,4}))?$/i;

/** @param text digits, perhaps with a point and an exponent, as JavaScript writes them. @throws ArithmeticFault */
export function decimal(text: string): Fraction {
  const [, whole = '', part = '', exponent = '0'] = DECIMAL.exec(text) ?? [];
  if (whole === '' && part === '') throw new ArithmeticFault(`${JSON.stringify(text)} is no number.`);
  const shift = Number(exponent) - part.length;
  if (Math.abs(shift) > MAX_SHIFT) throw new ArithmeticFault('The numbers become too large.');
  const digits = BigInt(whole + part);
  return shift >= 0 ? fraction(digits * 10n ** BigInt(shift)) : fraction(digits, 10n ** BigInt(-shift));
}

/** Decimal digits that 1024 bits hold. */
const MAX_SHIFT = 308;

/** The nearest binary number, within its range. */
export function toNumber({ over, under }: Fraction): number {
  const shift = 64 + bits(under) - bits(over); // so that the quotient has more bits than a number keeps
  const quotient = shift >= 0 ? (over << BigInt(shift)) / under : over / (under << BigInt(-shift));
  return Number(quotient) * 2 ** -shift;
}

const bits = (value: bigint): number => (value < 0n ? -value : value).toString(2).length;

/** What came of a function that has no exact result. @throws ArithmeticFault for what is no finite number */
export function fromNumber(value: number): Fraction {
  if (Number.isNaN(value)) throw new ArithmeticFault('That has no result among the real numbers.');
  if (!Number.isFinite(value)) throw new ArithmeticFault('The numbers become too large.');
  const { over, under } = decimal(String(Math.abs(value)));
  return { over: value < 0 ? -over : over, under };
}

export const add = (a: Fraction, b: Fraction): Fraction =>
  fraction(a.over * b.under + b.over * a.under, a.under * b.under);
export const negate = ({ over, under }: Fraction): Fraction => ({ over: -over, under });
export const multiply = (a: Fraction, b: Fraction): Fraction => fraction(a.over * b.over, a.under * b.under);
export const divide = (a: Fraction, b: Fraction): Fraction => fraction(a.over * b.under, a.under * b.over);
export const isLess = (a: Fraction, b: Fraction): boolean => a.over * b.under < b.over * a.under;

/** The largest whole number that is not more. */
export function floor({ over, under }: Fraction): Fraction {
  const cut = over / under;
  return { over: over < 0n && cut * under !== over ? cut - 1n : cut, under: 1n };
}

/** What is left of a division; it has the sign of `b`, so that -7 % 3 is 2. */
export const remainder = (a: Fraction, b: Fraction): Fraction => add(a, negate(multiply(b, floor(divide(a, b)))));

/** To so many places after the point; halves away from zero, as in everyday life. @param places negative: before the point */
export function rounded(value: Fraction, places: number): Fraction {
  const scale = fraction(10n ** BigInt(Math.abs(places)));
  const scaled = places < 0 ? divide(value, scale) : multiply(value, scale);
  const isNegative = scaled.over < 0n;
  const whole = floor(add(isNegative ? negate(scaled) : scaled, HALF));
  const signed = isNegative ? negate(whole) : whole;
  return places < 0 ? multiply(signed, scale) : divide(signed, scale);
}

const HALF: Fraction = { over: 1n, under: 2n };

/** Exact for whole exponents, else the nearest binary number. @throws ArithmeticFault */
export function power(base: Fraction, exponent: Fraction): Fraction {
  if (exponent.under !== 1n) return fromNumber(toNumber(base) ** toNumber(exponent));
  if (base.over === 0n && exponent.over < 0n) throw new ArithmeticFault('Division by zero has no result.');
  if (base.over === 0n) return fraction(exponent.over === 0n ? 1n : 0n);
  const isUnit = base.under === 1n && (base.over === 1n || base.over === -1n);
  const times = exponent.over < 0n ? -exponent.over : exponent.over;
  if (isUnit) return fraction(times % 2n === 0n ? 1n : base.over);
  // looked at before it is worked out
  if (times * BigInt(Math.max(bits(base.over), bits(base.under)) - 1) > MAX_BITS)
    throw new ArithmeticFault('The numbers become too large.');
  const [over, under] = [base.over ** times, base.under ** times];
  return exponent.over < 0n ? fraction(under, over) : fraction(over, under);
}

/** In decimal digits, cut (not rounded) after so many places, without zeros at the end. */
export function written({ over, under }: Fraction, places: number): string {
  const size = over < 0n ? -over : over;
  const part = (((size % under) * 10n ** BigInt(places)) / under).toString().padStart(places, '0').replace(/0+$/, '');
  const whole = `${size / under}`;
  const sign = over < 0n && (whole !== '0' || part !== '') ? '-' : '';
  return `${sign}${whole}${part === '' ? '' : `.${part}`}`;
}
