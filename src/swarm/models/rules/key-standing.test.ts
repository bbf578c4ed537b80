import { expect, test } from 'vitest';
import { coolMs, keyAgeDays, stateOf, timesOf, WELL, wellAt } from './key-standing.ts';

const NOW = Date.UTC(2026, 10, 20, 12);

test('doubles a rest up to a minute, keeps a quarter to chance, and waits as long as it is asked to, up to ten minutes', () => {
  expect([1, 2, 3, 7, 100].map((failures) => coolMs(failures, 0, 1))).toEqual([1_000, 2_000, 4_000, 60_000, 60_000]);
  expect(coolMs(1, 0, 0)).toBe(750);
  expect(coolMs(1, 30_000, 1)).toBe(30_000);
  expect(coolMs(1, 999_999_999_999, 1)).toBe(600_000);
});

test('uses a key from its first moment on and up to its last', () => {
  const times = timesOf({ from: '2026-11-20T12:00:00Z', until: '2026-11-20T13:00:00Z' });
  expect([-1, 0, 3_599_999, 3_600_000].map((ms) => stateOf(WELL, times, NOW + ms))).toEqual([
    'not-yet',
    'well',
    'well',
    'over',
  ]);
  expect(wellAt(WELL, times, NOW - 5)).toBe(NOW);
  expect(wellAt({ is: 'cooling', until: NOW + 3_600_000 }, times, NOW)).toBeNull();
});

test.each([
  ['2026-10-21', 30],
  ['2026-10-20', 31],
  ['2027-01-01', 0],
  [undefined, 2],
])('a key since %s is %s days old', (since, days) => {
  expect(keyAgeDays({ since }, NOW - 2.5 * 86_400_000, NOW)).toBe(days);
});
