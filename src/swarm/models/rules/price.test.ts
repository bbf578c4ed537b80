import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ModelPrice, ModelUsage } from '../port.ts';
import { highestPrice, price, priceOf } from './price.ts';

const amount = fc.integer({ min: 0, max: 1_000_000_000 });
const prices: fc.Arbitrary<ModelPrice> = fc.record(
  { inputPerMillion: amount, outputPerMillion: amount, cachedInputPerMillion: amount },
  { requiredKeys: ['inputPerMillion', 'outputPerMillion'] },
);
const usages: fc.Arbitrary<ModelUsage> = fc.record({
  inputTokens: fc.nat(2_000_000),
  cachedInputTokens: fc.nat(2_000_000),
  outputTokens: fc.nat(200_000),
});

test('counts cached input at its own price, and rounds a step up once', () => {
  const of = priceOf({ price: { inputPerMillion: '3', outputPerMillion: 15, cachedInputPerMillion: '0.30' } })!;
  expect(price({ inputTokens: 1_000_000, cachedInputTokens: 0, outputTokens: 1_000_000 }, of)).toBe(18_000_000);
  expect(price({ inputTokens: 10, cachedInputTokens: 10, outputTokens: 0 }, of)).toBe(3);
  expect(price({ inputTokens: 1, cachedInputTokens: 1, outputTokens: 0 }, of)).toBe(1);
  expect(price({ inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 }, of)).toBe(0);
  expect(priceOf({})).toBeNull();
});

test('is a whole number, not below the exact cost and less than one micro above it', () => {
  fc.assert(
    fc.property(usages, prices, (usage, of) => {
      const cost = price(usage, of);
      const cached = BigInt(Math.min(usage.cachedInputTokens, usage.inputTokens));
      const exact =
        (BigInt(usage.inputTokens) - cached) * BigInt(of.inputPerMillion) +
        cached * BigInt(of.cachedInputPerMillion ?? of.inputPerMillion) +
        BigInt(usage.outputTokens) * BigInt(of.outputPerMillion);
      expect(Number.isSafeInteger(cost)).toBe(true);
      expect(BigInt(cost) * 1_000_000n).toBeGreaterThanOrEqual(exact);
      expect(BigInt(cost) * 1_000_000n).toBeLessThan(exact + 1_000_000n);
    }),
  );
});

test('is never more than what was reserved for as many tokens', () => {
  fc.assert(
    fc.property(usages, prices, (usage, of) => {
      expect(price(usage, of)).toBeLessThanOrEqual(highestPrice(usage.inputTokens, usage.outputTokens, of));
    }),
  );
});

test('refuses to count what can not be counted', () => {
  const of = { inputPerMillion: Number.MAX_SAFE_INTEGER, outputPerMillion: 0 };
  expect(() => price({ inputTokens: 2_000_000, cachedInputTokens: 0, outputTokens: 0 }, of)).toThrow(RangeError);
});
