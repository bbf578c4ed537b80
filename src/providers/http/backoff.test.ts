import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs, retryAfterMs, waitMs } from './backoff.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const chance = (byte: number) => ({ bytes: (n: number) => new Uint8Array(n).fill(byte) });

test('waits anything from nothing to a ceiling that doubles', () => {
  expect([1, 2, 3].map((retry) => backoffMs(retry, chance(0)))).toEqual([0, 0, 0]);
  expect([1, 2, 3, 9].map((retry) => backoffMs(retry, chance(255)))).toEqual([199, 399, 799, 1_999]);
});

test.each([
  [null, 0],
  ['0', 0],
  ['3', 3_000],
  ['Fri, 20 Nov 2026 12:00:04 GMT', 4_000],
  ['Fri, 20 Nov 2026 11:00:00 GMT', 0],
  ['-5', 0],
  ['1.5', 0],
  ['soon', 0],
  ['2026-11-20', 0],
  ['999999999999999', 999_999_999_999_999_000],
  ['9999999999999999', 0],
])('reads Retry-After: %s is %i ms', (value, ms) => {
  expect(retryAfterMs(value, NOW)).toBe(ms);
});

test('does as the vendor asks, up to a cap', () => {
  expect(waitMs(1, '5', NOW, chance(0))).toBe(5_000);
  expect(waitMs(1, '6', NOW, chance(0))).toBeNull();
  expect(waitMs(1, '999999999', NOW, chance(0))).toBeNull();
  expect(waitMs(1, 'Fri, 99 Nov 2026 12:00:00 GMT', NOW, chance(0))).toBe(0);
});

test('is a whole number of milliseconds whatever the header says', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      expect(retryAfterMs(value, NOW)).toSatisfy((ms: number) => Number.isInteger(ms) && ms >= 0);
    }),
  );
});
