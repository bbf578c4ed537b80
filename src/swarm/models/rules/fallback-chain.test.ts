import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fallbackChain } from './fallback-chain.ts';

const chain = (of: Record<string, string[]>) =>
  fallbackChain('a', new Map(Object.entries(of).map(([name, fallback]) => [name, { fallback }])));

test('goes into depth, in order, and leaves out what is not there', () => {
  expect(chain({ a: ['b', 'c'], b: ['d', 'gone'], c: [], d: ['a'] })).toEqual(['a', 'b', 'd', 'c']);
  expect(chain({ b: [] })).toEqual([]);
});

test('ends, with each at most once, however they name each other', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  fc.assert(
    fc.property(fc.dictionary(name, fc.array(name)), (of) => {
      const served = chain(of);
      expect(new Set(served).size).toBe(served.length);
      expect(served[0]).toBe('a' in of ? 'a' : undefined);
    }),
  );
});
