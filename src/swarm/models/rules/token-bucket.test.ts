import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fullBucket, levelAt, resized, take, waitFor } from './token-bucket.ts';

const MINUTE = 60_000;

test('holds a minute’s worth and fills evenly', () => {
  const empty = take(fullBucket(600, 0), 600, 0);
  expect([0, 1_000, 30_000, MINUTE, 10 * MINUTE].map((now) => levelAt(empty, now))).toEqual([0, 10, 300, 600, 600]);
  expect(waitFor(empty, 10, 0)).toBe(1_000);
  expect(waitFor(empty, 600, 0)).toBe(MINUTE);
});

test('says at once that something will never fit', () => {
  expect(waitFor(fullBucket(100, 0), 101, 0)).toBe(Number.POSITIVE_INFINITY);
  expect(waitFor(fullBucket(100, 0), Number.NaN, 0)).toBe(Number.POSITIVE_INFINITY);
});

test('is not held up by a clock that was set back', () => {
  const bucket = resized(take(fullBucket(60, 10 * MINUTE), 60, 10 * MINUTE), 60, 0);
  expect(levelAt(bucket, MINUTE)).toBe(60);
});

test('never lets more through than its promise, in any span, and never lets anybody wait longer than it says', () => {
  const step = fc.record({ pass: fc.nat(30_000), amount: fc.integer({ min: 1, max: 120 }), used: fc.nat(100) });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.array(step, { maxLength: 60 }), (perMinute, steps) => {
      let now = 0;
      let bucket = fullBucket(perMinute, 0);
      const taken: { at: number; amount: number }[] = [];
      for (const { pass, amount, used } of steps) {
        now += pass;
        const wait = waitFor(bucket, amount, now);
        if (amount > perMinute) {
          expect(wait).toBe(Number.POSITIVE_INFINITY);
          continue;
        }
        expect(waitFor(bucket, amount, now + wait)).toBe(0);
        now += wait;
        // reserved, and settled by what was used, which is no more
        const settled = Math.min(used, amount);
        bucket = take(take(bucket, amount, now), settled - amount, now);
        taken.push({ at: now, amount: settled });
      }
      for (const [index, { at: start }] of taken.entries()) {
        let sum = 0;
        for (const { at, amount } of taken.slice(index)) {
          sum += amount;
          expect(sum).toBeLessThanOrEqual(perMinute * (1 + (at - start) / MINUTE) + 1e-6);
        }
      }
    }),
  );
});

test('owes what was used beyond the reserve', () => {
  const bucket = take(take(fullBucket(60, 0), 10, 0), 80, 0);
  expect(levelAt(bucket, 0)).toBe(-30);
  expect(waitFor(bucket, 1, 0)).toBe(31_000);
});
