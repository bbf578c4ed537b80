/**
 * A token bucket: it holds a minute's worth, and fills evenly. Its promise: in any span of `t` minutes no more than
 * `perMinute × (1 + t)` is taken. Vendors limit their keys in the same way (https://docs.claude.com/en/api/rate-limits).
 * What was reserved and not used is put back; what was used beyond the reserve is owed, and waited for by the next. Pure:
 * time is given, in ms. A clock that was set back neither fills a bucket nor stops it for longer than the next look at it.
 */
import { MINUTE_MS } from '../../../kernel/time.ts';

export interface TokenBucket {
  /** Its size, and what flows in in a minute. */
  readonly perMinute: number;
  /** What was in it at `at`; below 0: owed. */
  readonly level: number;
  readonly at: number;
}

export const fullBucket = (perMinute: number, now: number): TokenBucket => ({ perMinute, level: perMinute, at: now });

export function levelAt({ perMinute, level, at }: TokenBucket, now: number): number {
  return Math.min(perMinute, level + (Math.max(0, now - at) * perMinute) / MINUTE_MS);
}

/** How long (ms) until `amount` is in it; 0: now. Infinity for more than it can ever hold. */
export function waitFor(bucket: TokenBucket, amount: number, now: number): number {
  if (!(amount <= bucket.perMinute)) return Number.POSITIVE_INFINITY;
  const missing = amount - levelAt(bucket, now);
  return missing <= 0 ? 0 : Math.ceil((missing * MINUTE_MS) / bucket.perMinute);
}

/** Without asking: for what `waitFor` has let through, and for what was used beyond it. A negative amount puts back. */
export const take = (bucket: TokenBucket, amount: number, now: number): TokenBucket => ({
  perMinute: bucket.perMinute,
  level: Math.min(bucket.perMinute, levelAt(bucket, now) - amount),
  at: now,
});

/** As it is now, perhaps under another limit: nobody gains by a change of the configuration. */
export const resized = (bucket: TokenBucket, perMinute: number, now: number): TokenBucket => ({
  perMinute,
  level: Math.min(perMinute, levelAt(bucket, now)),
  at: now,
});
