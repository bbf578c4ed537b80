import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ACCOUNT_THROTTLE, forgettableAfter, type Guesses, NO_GUESSES, ruleGuess } from './account-throttle.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const { most, mostDelayMs, closedMs } = ACCOUNT_THROTTLE;

/** Guesses as soon as one is looked at, from `NOW` on. */
function guessing(times: number, from: Guesses = NO_GUESSES, start = NOW): { guesses: Guesses; at: number } {
  let guesses = from;
  let at = start;
  for (let i = 0; i < times; i++) {
    at = Math.max(at, guesses.retryAt);
    const ruling = ruleGuess(guesses, at);
    if (ruling.is === 'counted') guesses = ruling.guesses;
  }
  return { guesses, at };
}

describe('guesses in a row', () => {
  test('are free four times, and then each doubles the wait, up to a quarter of an hour', () => {
    const waits = Array.from({ length: 16 }, (_, i) => {
      const { guesses, at } = guessing(i + 1);
      return (guesses.retryAt - at) / 1000;
    });
    expect(waits).toEqual([0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
  });

  test('are a hundred at most, however long somebody goes on within 30 days, and that takes most of a day', () => {
    const { guesses, at } = guessing(most);
    expect(guesses).toEqual({ failures: most, retryAt: at + closedMs });
    expect(at - NOW).toBeGreaterThan(20 * 3_600_000);
    expect(ruleGuess(guesses, at + closedMs - 1)).toEqual({ is: 'refused', retryAt: at + closedMs });
  });

  test('that are refused neither count nor lengthen the wait', () => {
    const { guesses, at } = guessing(7);
    for (let i = 0; i < 50; i++) expect(ruleGuess(guesses, at)).toEqual({ is: 'refused', retryAt: guesses.retryAt });
  });

  test('begin anew after 30 days: nobody is kept out for ever', () => {
    const { guesses } = guessing(most);
    expect(ruleGuess(guesses, guesses.retryAt)).toEqual({
      is: 'counted',
      guesses: { failures: 1, retryAt: guesses.retryAt },
    });
  });

  test('of a clock that once stood far ahead make nobody wait', () => {
    const ahead = guessing(8, NO_GUESSES, NOW + 365 * 24 * 3_600_000).guesses;
    expect(ruleGuess(ahead, NOW).is).toBe('counted');
  });

  test('are never more than a hundred in 30 days, whenever they come, and whatever is forgotten in between', () => {
    const pauses = fc.array(fc.integer({ min: 0, max: 8 * mostDelayMs }), { minLength: 200, maxLength: 200 });
    fc.assert(
      fc.property(pauses, (waits) => {
        let guesses = NO_GUESSES;
        let at = NOW;
        let forgetAt = Number.POSITIVE_INFINITY;
        const counted: number[] = [];
        for (const wait of waits) {
          at += wait;
          if (at >= forgetAt) guesses = NO_GUESSES;
          const ruling = ruleGuess(guesses, at);
          if (ruling.is === 'counted') {
            guesses = ruling.guesses;
            forgetAt = forgettableAfter(guesses, at);
            counted.push(at);
          }
        }
        return counted.filter((time) => time < NOW + closedMs).length <= most;
      }),
    );
  });
});

test('a few guesses are forgotten after a week, more of them after 30 days, and never before they have ceased to matter', () => {
  expect(forgettableAfter(guessing(4).guesses, NOW)).toBe(NOW + 7 * 24 * 3_600_000);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: most }), (n) => {
      const { guesses, at } = guessing(n);
      return forgettableAfter(guesses, at) >= guesses.retryAt;
    }),
  );
});
