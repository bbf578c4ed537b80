import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseKey, type KeyFacts } from './choose-key.ts';
import { WELL } from './key-standing.ts';
import { fullBucket, take } from './token-bucket.ts';

const NOW = 1_000_000;
const ALWAYS = { from: null, until: null };
const facts = (name: string, more: Partial<KeyFacts> = {}) => ({
  name,
  health: WELL,
  times: ALWAYS,
  inFlight: 0,
  tokens: null,
  requests: null,
  ...more,
});
const empty = (perMinute: number, left: number) => take(fullBucket(perMinute, NOW), perMinute - left, NOW);
const choose = (...keys: ReturnType<typeof facts>[]) => {
  const choice = chooseKey(keys, 100, NOW);
  return choice.is === 'key' ? choice.key.name : choice;
};

test('takes the one with the least under way, then the one with the most left, then the first', () => {
  expect(choose(facts('a', { inFlight: 1 }), facts('b'))).toBe('b');
  expect(choose(facts('a', { tokens: empty(1_000, 500) }), facts('b', { tokens: empty(200, 150) }))).toBe('b');
  expect(choose(facts('a'), facts('b'))).toBe('a');
});

test('waits for a bucket, and for a rest', () => {
  expect(choose(facts('a', { tokens: empty(600, 0) }), facts('b', { requests: empty(2, 0) }))).toEqual({
    is: 'wait',
    at: NOW + 10_000,
  });
  expect(
    choose(
      facts('a', { health: { is: 'cooling', until: NOW + 5 } }),
      facts('b', { times: { from: NOW + 3, until: null } }),
    ),
  ).toEqual({
    is: 'unwell',
    at: NOW + 3,
  });
});

test('does not wait for what will never be', () => {
  const retired = facts('a', { health: { is: 'retired', since: 0 } });
  const over = facts('b', { times: { from: null, until: NOW } });
  const overByThen = facts('c', { times: { from: null, until: NOW + 5 }, health: { is: 'cooling', until: NOW + 5 } });
  const small = facts('d', { tokens: fullBucket(99, NOW) });
  expect(choose()).toEqual({ is: 'no_key' });
  expect(choose(retired, over, overByThen)).toEqual({ is: 'no_key' });
  expect(choose(retired, small)).toEqual({ is: 'too_large' });
});

test('never chooses a key that is not well, has no room, or that another is less loaded than', () => {
  const key = fc.record({
    health: fc.oneof(
      fc.constant(WELL),
      fc.record({ is: fc.constant('cooling' as const), until: fc.integer({ min: NOW - 50, max: NOW + 50 }) }),
      fc.constant({ is: 'retired' as const, since: 0 }),
    ),
    inFlight: fc.nat(5),
    left: fc.option(fc.nat(200)),
  });
  fc.assert(
    fc.property(fc.array(key, { maxLength: 6 }), (drawn) => {
      const keys = drawn.map(({ health, inFlight, left }, index) =>
        facts(String(index), { health, inFlight, tokens: left === null ? null : empty(200, left) }),
      );
      const isWell = ({ health }: KeyFacts) => health.is === 'well' || (health.is === 'cooling' && health.until <= NOW);
      const ready = keys.filter((one, index) => isWell(one) && (drawn[index]!.left ?? 200) >= 100);
      const choice = chooseKey(keys, 100, NOW);
      expect(choice.is === 'key').toBe(ready.length > 0);
      if (choice.is === 'key') {
        expect(ready).toContain(choice.key);
        expect(choice.key.inFlight).toBe(Math.min(...ready.map(({ inFlight }) => inFlight)));
      } else if ('at' in choice) expect(choice.at).toBeGreaterThan(NOW);
    }),
  );
});
