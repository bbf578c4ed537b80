import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writtenMicros } from './money.ts';

test.each([
  ['2.50', 2_500_000],
  ['0.000001', 1],
  ['9999999', 9_999_999_000_000],
  [2.5, 2_500_000],
  [0.1, 100_000],
  [0, 0],
  [1.005, 1_005_000],
] as const)('reads %s exactly', (written, amount) => {
  expect(writtenMicros(written)).toBe(amount);
});

test.each([
  '',
  '-1',
  '+1',
  '1.',
  '.5',
  '1e3',
  '1.0000001',
  '1,5',
  '0x1',
  ' 1',
  '1\n',
  'NaN',
  1e-7,
  1e21,
  Number.NaN,
  -0.5,
])('refuses %j', (written) => {
  expect(() => writtenMicros(written)).toThrow(RangeError);
});

test('every amount of micros can be written and read', () => {
  fc.assert(
    fc.property(fc.nat(9_999_999), fc.nat(999_999), (whole, fraction) => {
      expect(writtenMicros(`${whole}.${String(fraction).padStart(6, '0')}`)).toBe(whole * 1_000_000 + fraction);
    }),
  );
});
