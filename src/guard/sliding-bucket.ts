/**
 * An exact sliding window in memory for each caller, for what costs nothing to lose at a restart: reads and dry runs.
 * Callers beyond `maxCallers` push out the least recently seen.
 */
import { boundedMap } from '../kernel/bounded-map.ts';
import { SlidingWindow } from '../kernel/sliding-window.ts';

/** When the caller may ask again (ms since the epoch), or null: it may now, and this one is counted. */
export type Bucket = (caller: string, now: number) => number | null;

export function slidingBucket(limit: number, windowMs: number, maxCallers: number): Bucket {
  const callers = boundedMap<string, SlidingWindow>(maxCallers);
  return (caller, now) => {
    let window = callers.get(caller);
    if (window === undefined) {
      window = new SlidingWindow(limit, windowMs);
      callers.set(caller, window);
    }
    const retryAt = window.retryAt(now);
    if (retryAt === null) window.take(now);
    return retryAt;
  };
}
