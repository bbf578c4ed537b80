import { expect, it } from 'vitest';
import { smsCost } from './price.ts';

it('prices whole micro-dollars per segment', () => {
  expect(smsCost(1, 'US')).toBe(7_900);
  expect(smsCost(3, 'CA')).toBe(23_700);
  expect(smsCost(0, 'US')).toBe(0);
});

it('takes the high price where it knows none', () => {
  expect(smsCost(2, 'FR')).toBe(150_000);
  expect(smsCost(2, null)).toBe(150_000);
});

it('refuses what is not a count of segments', () => {
  for (const segments of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => smsCost(segments, 'US')).toThrow(RangeError);
});
