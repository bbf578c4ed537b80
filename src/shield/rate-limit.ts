/**
 * Limits on how often, against floods and guessing: exact sliding windows, many at once, all or none: what is refused
 * counts nowhere, neither in its own window nor in the one that all share. `RateLimiter` is a port: counts in memory are
 * one process's; servers that share a load need a limiter that shares its counts.
 */
import { type BoundedMap, boundedMap } from '../kernel/bounded-map.ts';
import type { Clock } from '../kernel/clock.ts';
import { SlidingWindow } from '../kernel/sliding-window.ts';
import { SECOND_MS } from '../kernel/time.ts';

export interface RatePolicy {
  /** Tells policies apart, with one limit each. Letters, digits and hyphens; callers see it in the `RateLimit` header. */
  readonly name: string;
  /** Never more than this many in any `windowMs` milliseconds. */
  readonly limit: number;
  readonly windowMs: number;
}

/** A policy, and whose window of it. */
export interface Draw {
  readonly policy: RatePolicy;
  readonly key: string;
}

export type RateDecision =
  | {
      readonly ok: true;
      /** The policy of which least is left, how much, and how many milliseconds until more is. */
      readonly policy: RatePolicy;
      readonly remaining: number;
      readonly relaxesInMs: number;
    }
  | {
      readonly ok: false;
      /** The policy that takes longest to let it through. */
      readonly policy: RatePolicy;
      /** Milliseconds; null when it never will: the request is larger than what the policy grants. */
      readonly retryAfterMs: number | null;
    };

export interface RateLimiter {
  /**
   * Counts `cost` (1 unless said) in each window, if it fits in all of them; else in none. Atomic. Answers at once where it
   * can. A limiter that can't reach its counts rejects, and the request fails with it.
   * @param draws at least one.
   */
  take(draws: readonly Draw[], cost?: number): RateDecision | Promise<RateDecision>;
}

export interface MemoryLimiter extends RateLimiter {
  /** How many windows are in memory, of all policies. */
  readonly size: number;
}

/**
 * @param maxKeys of each policy. Beyond, the least recently seen are forgotten; since only what was let through takes room,
 * a limit that all share bounds how fast that can be brought about.
 */
export function memoryLimiter(clock: Clock, maxKeys: number): MemoryLimiter {
  const policies = new Map<string, BoundedMap<string, SlidingWindow>>();

  const windowOf = ({ policy, key }: Draw): SlidingWindow | undefined => policies.get(policy.name)?.get(key);

  const remember = ({ policy, key }: Draw): SlidingWindow => {
    const windows = policies.get(policy.name) ?? boundedMap<string, SlidingWindow>(maxKeys);
    const window = windows.get(key) ?? new SlidingWindow(policy.limit, policy.windowMs);
    policies.set(policy.name, windows);
    windows.set(key, window);
    return window;
  };

  return {
    take(draws, cost = 1) {
      const now = clock.now();
      const refused = longestWait(draws, cost, now, windowOf);
      if (refused !== null) return refused;
      let tightest: (RateDecision & { ok: true }) | null = null;
      for (const draw of draws) {
        const window = remember(draw);
        window.take(now, cost);
        const remaining = window.remaining(now);
        if (tightest === null || remaining < tightest.remaining) {
          tightest = { ok: true, policy: draw.policy, remaining, relaxesInMs: (window.relaxesAt(now) ?? now) - now };
        }
      }
      if (tightest === null) throw new TypeError('a limit of nothing');
      return tightest;
    },
    get size() {
      let size = 0;
      for (const windows of policies.values()) size += windows.size;
      return size;
    },
  };
}

function longestWait(
  draws: readonly Draw[],
  cost: number,
  now: number,
  windowOf: (draw: Draw) => SlidingWindow | undefined,
): (RateDecision & { ok: false }) | null {
  let longest: RatePolicy | null = null;
  let until = now;
  for (const draw of draws) {
    const { policy } = draw;
    const window = windowOf(draw) ?? new SlidingWindow(policy.limit, policy.windowMs); // an empty one knows what never fits
    const retryAt = window.retryAt(now, cost);
    if (retryAt === null || retryAt <= until) continue;
    longest = policy;
    until = retryAt;
  }
  if (longest === null) return null;
  return { ok: false, policy: longest, retryAfterMs: Number.isFinite(until) ? until - now : null };
}

/**
 * The headers that tell a client where it stands (draft-ietf-httpapi-ratelimit-headers-10): `RateLimit-Policy` and
 * `RateLimit`, with `t` in seconds until more is let through, rounded up. `Retry-After` comes with the refusal.
 */
export function rateLimitHeaders(decision: RateDecision): readonly (readonly [name: string, value: string])[] {
  const { policy } = decision;
  const remaining = decision.ok ? decision.remaining : 0;
  const ms = decision.ok ? decision.relaxesInMs : decision.retryAfterMs;
  const relaxes = ms === null ? '' : `;t=${Math.ceil(ms / SECOND_MS)}`;
  return [
    ['ratelimit-policy', `"${policy.name}";q=${policy.limit};w=${Math.ceil(policy.windowMs / SECOND_MS)}`],
    ['ratelimit', `"${policy.name}";r=${remaining}${relaxes}`],
  ];
}
