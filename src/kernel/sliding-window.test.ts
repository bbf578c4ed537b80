import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedMap } from './bounded-map.ts';
import { SlidingWindow } from './sliding-window.ts';

const WINDOW_MS = 60_000;

/** The same by the definition: all that was ever let through, counted anew each time. */
function naiveWindow(limit: number) {
  const taken: number[] = [];
  const counting = (now: number) => taken.filter((moment) => moment > now - WINDOW_MS).length;
  return {
    fits: (now: number, cost: number) => counting(now) + cost <= limit,
    take: (now: number, cost: number) => void taken.push(...Array<number>(cost).fill(now)),
    remaining: (now: number) => limit - counting(now),
  };
}

const steps = fc.array(
  fc.record({
    later: fc.oneof(fc.nat(3), fc.nat(20_000), fc.constant(WINDOW_MS)),
    cost: fc.integer({ min: 1, max: 4 }),
  }),
  { maxLength: 200 },
);

describe('SlidingWindow', () => {
  it('lets through exactly what the definition does, and tells exactly when the next one fits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 25 }), steps, (limit, asked) => {
        const window = new SlidingWindow(limit, WINDOW_MS);
        const naive = naiveWindow(limit);
        let now = 1_800_000_000_000;
        for (const { later, cost } of asked) {
          now += later;
          const retryAt = window.retryAt(now, cost);
          expect(retryAt === null).toBe(naive.fits(now, cost));
          if (retryAt === null) {
            window.take(now, cost);
            naive.take(now, cost);
          } else if (cost <= limit) {
            expect([naive.fits(retryAt - 1, cost), naive.fits(retryAt, cost)]).toEqual([false, true]);
          }
          expect(window.remaining(now)).toBe(naive.remaining(now));
        }
      }),
    );
  });

  it('refuses for ever what is larger than the limit, and what is no amount', () => {
    const window = new SlidingWindow(3, WINDOW_MS);
    for (const cost of [4, 0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(window.retryAt(0, cost)).toBe(Number.POSITIVE_INFINITY);
    }
    expect(window.retryAt(0, 3)).toBeNull();
  });

  it.for([0, -1, Number.NaN])('lets nothing through for the limit %d', (limit) => {
    expect(new SlidingWindow(limit, WINDOW_MS).retryAt(0)).toBe(Number.POSITIVE_INFINITY);
  });

  it('locks nobody out for longer than a window when the clock is set back by an hour', () => {
    const window = new SlidingWindow(2, WINDOW_MS);
    const before = 10_000_000;
    window.take(before, 2);
    const now = before - 3_600_000;
    expect(window.retryAt(now)).toBe(now + WINDOW_MS);
    expect(window.retryAt(now + WINDOW_MS)).toBeNull();
  });

  it('tells when the first of those that count stops to', () => {
    const window = new SlidingWindow(3, WINDOW_MS);
    expect(window.relaxesAt(5)).toBeNull();
    window.take(5);
    window.take(7);
    expect(window.relaxesAt(8)).toBe(5 + WINDOW_MS);
    expect(window.relaxesAt(5 + WINDOW_MS)).toBe(7 + WINDOW_MS);
  });
});

it('a bounded map never holds more than it may, whatever comes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 20 }), fc.array(fc.nat(50)), (max, keys) => {
      const map = boundedMap<number, number>(max);
      for (const key of keys) {
        if (map.get(key) === undefined) map.set(key, key);
        expect(map.size).toBeLessThanOrEqual(max);
        expect(map.get(key)).toBe(key);
      }
    }),
  );
});
