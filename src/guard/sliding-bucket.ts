/**
 * An exact sliding window in memory, for what costs nothing to lose at a restart: reads and dry runs. Never more than
 * `limit` in any `windowMs`; callers beyond `maxCallers` push out the least recently seen.
 */
import { boundedMap } from '../kernel/bounded-map.ts';

/** When the caller may ask again (ms since the epoch), or null: it may now, and this one is counted. */
export type Bucket = (caller: string, now: number) => number | null;

export function slidingBucket(limit: number, windowMs: number, maxCallers: number): Bucket {
  const callers = boundedMap<string, number[]>(maxCallers);
  return (caller, now) => {
    const seen = callers.get(caller) ?? [];
    const left = seen.filter((at) => at > now - windowMs);
    const oldest = left[left.length - limit];
    if (oldest === undefined) left.push(now);
    callers.set(caller, left);
    return oldest === undefined ? null : oldest + windowMs;
  };
}
