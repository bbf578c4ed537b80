import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Attempts,
  afterFailure,
  CLOCK_SKEW_MS,
  forgettableAt,
  LOCK_OUT,
  lockAt,
  NO_ATTEMPTS,
} from './lock-out.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const { withinMs, lockMs } = LOCK_OUT;
const failing = (times: readonly number[]): Attempts => times.reduce(afterFailure, NO_ATTEMPTS);
const times = (n: number, from = NOW, step = 1_000) => Array.from({ length: n }, (_, i) => from + i * step);

describe('an address group', () => {
  test('is not locked after nine failures, and is for 15 minutes after the tenth', () => {
    expect(lockAt(failing(times(9)), NOW + 8_000)).toBeNull();
    const locked = failing(times(10));
    expect(lockAt(locked, NOW + 9_000)).toBe(NOW + 9_000 + lockMs);
    expect(lockAt(locked, NOW + 9_000 + lockMs - 1)).toBe(NOW + 9_000 + lockMs);
    expect(lockAt(locked, NOW + 9_000 + lockMs)).toBeNull();
  });

  test('is locked when the first of ten failures is a millisecond short of 15 minutes old, and not when it is that old', () => {
    const nine = times(9);
    expect(lockAt(afterFailure(failing(nine), NOW + withinMs - 1), NOW + withinMs)).not.toBeNull();
    expect(lockAt(afterFailure(failing(nine), NOW + withinMs), NOW + withinMs)).toBeNull();
  });

  test('that goes on failing while locked is free at the same moment, and has ten more then', () => {
    const locked = failing(times(10));
    const until = NOW + 9_000 + lockMs;
    const hammered = times(500, NOW + 9_001, 1_000).reduce(afterFailure, locked);
    expect(hammered).toEqual(locked);
    const again = times(9, until).reduce(afterFailure, hammered);
    expect(lockAt(again, until + 8_000)).toBeNull();
    expect(lockAt(afterFailure(again, until + 9_000), until + 9_000)).toBe(until + 9_000 + lockMs);
  });

  test('is not locked out by a clock that once stood far ahead', () => {
    const ahead = NOW + 365 * 24 * 3_600_000;
    expect(lockAt(failing(times(10, ahead)), NOW)).toBeNull();
    expect(failing([...times(9, ahead), NOW])).toEqual({ failures: [NOW], lockedUntil: null });
    // another server's clock may be a little ahead
    expect(lockAt({ lockedUntil: NOW + lockMs + CLOCK_SKEW_MS }, NOW)).not.toBeNull();
  });

  test('is remembered in at most nine times, and forgotten when nothing of it matters', () => {
    const some = fc.array(fc.integer({ min: 0, max: 3 * withinMs }), { maxLength: 60 });
    fc.assert(
      fc.property(some, (gaps) => {
        const attempts = failing(gaps.map((gap) => NOW + gap));
        const over = forgettableAt(attempts);
        return (
          attempts.failures.length < LOCK_OUT.failures &&
          lockAt(attempts, over) === null &&
          afterFailure(attempts, Math.max(over, NOW)).failures.length === 1
        );
      }),
    );
  });

  test('is locked exactly when a naive model says so, whatever the order of failures and questions', () => {
    const step = fc.record({
      wait: fc.oneof(fc.integer({ min: 0, max: 90_000 }), fc.constantFrom(1, withinMs)),
      fails: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        let now = NOW;
        let attempts = NO_ATTEMPTS;
        const counted: number[] = []; // failures while not locked
        let until = 0; // of the model's lock
        for (const { wait, fails } of steps) {
          now += wait;
          if (fails) {
            attempts = afterFailure(attempts, now);
            if (now >= until) {
              counted.push(now);
              if (counted.filter((at) => at > now - withinMs).length === 10) until = now + lockMs;
            }
          }
          expect(lockAt(attempts, now)).toBe(now < until ? until : null);
        }
      }),
    );
  });
});
