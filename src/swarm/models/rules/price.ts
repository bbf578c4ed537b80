/** What a step costs, in whole micro-dollars. Nothing here is a float, and each step is rounded up once. */
import { type Micros, writtenMicros } from '../../../kernel/money.ts';
import type { ModelConfig } from '../../config/schema.ts';
import type { ModelPrice, ModelUsage } from '../port.ts';

const MILLION = 1_000_000n;

/** Of a model as it is configured; null: no price, so no cap in money can be held. */
export function priceOf({ price }: Pick<ModelConfig, 'price'>): ModelPrice | null {
  if (price === undefined) return null;
  return {
    inputPerMillion: writtenMicros(price.inputPerMillion),
    outputPerMillion: writtenMicros(price.outputPerMillion),
    ...(price.cachedInputPerMillion === undefined
      ? {}
      : { cachedInputPerMillion: writtenMicros(price.cachedInputPerMillion) }),
  };
}

/** Cached input costs what other input does unless the price says otherwise. @throws RangeError beyond 9 milliard dollars. */
export function price(
  usage: ModelUsage,
  { inputPerMillion, cachedInputPerMillion, outputPerMillion }: ModelPrice,
): Micros {
  const cached = Math.min(usage.cachedInputTokens, usage.inputTokens);
  const total =
    BigInt(usage.inputTokens - cached) * BigInt(inputPerMillion) +
    BigInt(cached) * BigInt(cachedInputPerMillion ?? inputPerMillion) +
    BigInt(usage.outputTokens) * BigInt(outputPerMillion);
  const cost = Number((total + MILLION - 1n) / MILLION);
  if (!Number.isSafeInteger(cost)) throw new RangeError('a step that costs more than can be counted');
  return cost;
}

/** Before it is known how much of the input is cached: at whichever price is higher. */
export const highestPrice = (inputTokens: number, outputTokens: number, of: ModelPrice): Micros =>
  price(
    { inputTokens, cachedInputTokens: 0, outputTokens },
    { ...of, inputPerMillion: Math.max(of.inputPerMillion, of.cachedInputPerMillion ?? 0) },
  );
