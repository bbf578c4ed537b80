/** What the killed process and the one that comes after it share. */
import { keyFromSeed } from '../../src/audit/signed-note.ts';
import { fromHex } from '../../src/kernel/encoding.ts';
import type { TestKeys } from '../support/house.ts';

export interface Scenario {
  readonly database: string;
  readonly sentFile: string;
  /** Hexadecimal; of the encryption key and of the log's key. */
  readonly keys: { readonly encryption: string; readonly log: string };
  readonly retry: 'same-key' | 'never';
  readonly hangs: boolean;
  readonly sends: number;
  readonly maxInFlight: number;
  readonly seed: number;
}

/** What the process tells before it is killed. */
export type Told = { readonly agent: string } | { readonly sent: string };

export const TO = '+14155550101';
export const LIMITS = {
  perMinute: 10_000,
  perHour: 10_000,
  perDay: 10_000,
  spendPerDay: 900_000_000,
  spendPerMonth: 900_000_000,
};

export const keysOf = ({ keys }: Scenario): TestKeys => ({
  encryption: fromHex(keys.encryption)!,
  log: keyFromSeed(fromHex(keys.log)!),
});

/** Numbers from 0 to below 1 that a seed repeats (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
