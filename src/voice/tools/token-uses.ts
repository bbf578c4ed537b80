/** Which single-use tokens have been used. Several processes that serve the same functions need a store that they share. */
import type { Clock } from '../../kernel/clock.ts';
import { SECOND_MS } from '../../kernel/time.ts';

export interface TokenUses {
  /**
   * True for the first caller with `key`, false for every later one until `untilMs` (milliseconds since the epoch). Atomic.
   * What can't remember must reject or answer false: the token is refused then.
   */
  rememberOnce(key: string, untilMs: number): boolean | Promise<boolean>;
}

const MAX_KEYS = 100_000;
/** How often a full memory looks for what has expired: a look at each call would be slow just when there are many. */
const SWEEP_EVERY_MS = SECOND_MS;

/** In this process's memory; full of tokens that are still valid, it lets no more through instead of forgetting one. */
export function memoryTokenUses(clock: Clock, maxKeys = MAX_KEYS): TokenUses {
  const used = new Map<string, number>();
  let nextSweep = 0;

  function forgetExpired(): void {
    const now = clock.now();
    if (now < nextSweep) return;
    nextSweep = now + SWEEP_EVERY_MS;
    for (const [key, untilMs] of used) if (untilMs <= now) used.delete(key);
  }

  return {
    rememberOnce(key, untilMs) {
      if (used.has(key)) return false;
      if (used.size >= maxKeys) forgetExpired();
      if (used.size >= maxKeys) return false;
      used.set(key, untilMs);
      return true;
    },
  };
}
