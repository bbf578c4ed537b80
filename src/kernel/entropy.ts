/**
 * Chance, injected. The only file that asks the machine for randomness; everything else takes an `Entropy`, so that
 * tests can seed it.
 */
import { randomFillSync } from 'node:crypto';

export interface Entropy {
  /** `n` fresh bytes that the caller owns, from a cryptographically secure source. */
  bytes(n: number): Uint8Array;
}

const POOL_BYTES = 8192;

/** The operating system's generator behind a pool: one system call serves many small requests. */
export function systemEntropy(): Entropy {
  const pool = new Uint8Array(POOL_BYTES);
  let used = POOL_BYTES;
  return {
    bytes(n) {
      if (n > POOL_BYTES / 4) return randomFillSync(new Uint8Array(n));
      if (used + n > POOL_BYTES) {
        randomFillSync(pool);
        used = 0;
      }
      const out = pool.slice(used, used + n);
      pool.fill(0, used, used + n); // handed out once: not to be found in memory again
      used += n;
      return out;
    },
  };
}
