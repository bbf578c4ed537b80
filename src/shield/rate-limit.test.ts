import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Draw, memoryLimiter, type RateDecision, type RatePolicy, rateLimitHeaders } from './rate-limit.ts';

const MINUTE_MS = 60_000;
const OWN: RatePolicy = { name: 'per-address', limit: 3, windowMs: MINUTE_MS };
const ALL: RatePolicy = { name: 'global', limit: 5, windowMs: MINUTE_MS };

function limiterAt(start = 1_800_000_000_000, maxKeys = 1000) {
  const clock = { time: start, now: () => clock.time };
  const limiter = memoryLimiter(clock, maxKeys);
  const take = (draws: readonly Draw[], cost?: number) => limiter.take(draws, cost) as RateDecision;
  return { clock, limiter, take, ask: (key: string, cost?: number) => take(draws(key), cost) };
}
const draws = (key: string): Draw[] => [
  { policy: OWN, key },
  { policy: ALL, key: '' },
];

describe('memoryLimiter', () => {
  it('lets through at most the limit in any window, and tells when the next one fits', () => {
    const { ask, clock } = limiterAt();
    expect([ask('a').ok, ask('a').ok, ask('a').ok]).toEqual([true, true, true]);
    clock.time += 1_000;
    expect(ask('a')).toEqual({ ok: false, policy: OWN, retryAfterMs: MINUTE_MS - 1_000 });
    clock.time += MINUTE_MS - 1_001;
    expect(ask('a').ok).toBe(false);
    clock.time += 1;
    expect(ask('a').ok).toBe(true);
  });

  it('counts a refused request nowhere: not in its own window, not in the one that all share', () => {
    const { ask } = limiterAt();
    for (let n = 0; n < 1000; n++) ask('greedy');
    expect(ask('other')).toMatchObject({ ok: true, remaining: 1 }); // 3 of greedy, 1 of other: 1 of 5 is left
    expect(ask('other').ok).toBe(true);
    for (let n = 0; n < 10; n++) expect(ask('third')).toMatchObject({ ok: false, policy: ALL });
  });

  it('does not keep what the shared window refused: the third comes to its full own window a minute later', () => {
    const { ask, clock, limiter } = limiterAt();
    for (const key of ['a', 'a', 'a', 'b', 'b']) ask(key);
    const before = limiter.size;
    for (let n = 0; n < 100; n++) ask(`new-${n}`);
    expect(limiter.size).toBe(before);
    clock.time += MINUTE_MS;
    expect([ask('new-1').ok, ask('new-1').ok, ask('new-1').ok, ask('new-1').ok]).toEqual([true, true, true, false]);
  });

  it('refuses what is larger than its window, and never makes it wait', () => {
    const { ask } = limiterAt();
    expect(ask('a', 4)).toEqual({ ok: false, policy: OWN, retryAfterMs: null });
    expect(ask('a', 3).ok).toBe(true);
  });

  it('keeps the same key under two policies apart', () => {
    const { take } = limiterAt();
    for (let n = 0; n < 3; n++) take([{ policy: OWN, key: 'x' }]);
    expect(take([{ policy: OWN, key: 'x' }]).ok).toBe(false);
    expect(take([{ policy: ALL, key: 'x' }]).ok).toBe(true);
  });

  it('holds a bounded number of windows for a million addresses, with the shared limit and without', () => {
    const maxKeys = 1000;
    const { ask, take, limiter } = limiterAt(undefined, maxKeys);
    for (let n = 0; n < 1_000_000; n++) ask(`address-${n}`);
    expect(limiter.size).toBeLessThanOrEqual(ALL.limit + 1);
    for (let n = 0; n < 1_000_000; n++) take([{ policy: OWN, key: `address-${n}` }]);
    expect(limiter.size).toBeLessThanOrEqual(maxKeys + 1);
  });

  it('agrees with a list of all that was ever let through', () => {
    const step = fc.record({ key: fc.constantFrom('a', 'b', 'c'), later: fc.oneof(fc.constant(0), fc.nat(40_000)) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const { ask, clock } = limiterAt();
        const taken: { key: string; at: number }[] = [];
        for (const { key, later } of steps) {
          clock.time += later;
          const counting = taken.filter(({ at }) => at > clock.time - MINUTE_MS);
          const fits = counting.filter((one) => one.key === key).length < OWN.limit && counting.length < ALL.limit;
          expect(ask(key).ok).toBe(fits);
          if (fits) taken.push({ key, at: clock.time });
        }
      }),
    );
  });
});

describe('rateLimitHeaders', () => {
  it('name the policy that is tightest, what is left of it and when more is, rounded up', () => {
    const { ask, clock } = limiterAt();
    ask('a');
    clock.time += 1;
    expect(rateLimitHeaders(ask('a'))).toEqual([
      ['ratelimit-policy', '"per-address";q=3;w=60'],
      ['ratelimit', '"per-address";r=1;t=60'],
    ]);
  });

  it('say that nothing is left when it was refused', () => {
    const { ask } = limiterAt();
    for (let n = 0; n < 3; n++) ask('a');
    expect(rateLimitHeaders(ask('a'))[1]).toEqual(['ratelimit', '"per-address";r=0;t=60']);
    expect(rateLimitHeaders(ask('a', 9))[1]).toEqual(['ratelimit', '"per-address";r=0']);
  });
});
