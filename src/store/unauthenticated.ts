/**
 * Requests without a principal: counted in memory by address prefix, one log entry a minute and prefix. Bounded: when
 * more prefixes than that knock within a minute, the rest are counted together as `other`.
 */
import type { LogEntry } from '../audit/entry.ts';
import type { Clock } from '../kernel/clock.ts';
import { PLATFORM_ORG } from '../kernel/ids.ts';
import { MINUTE_MS, rfc3339 } from '../kernel/time.ts';

const MAX_PREFIXES = 1_000;

export interface Unauthenticated {
  count(prefix: string): void;
  /** The entries of a minute that is over; each is handed out once. */
  due(now: number): readonly LogEntry[];
}

export function createUnauthenticated(clock: Clock): Unauthenticated {
  let counts = new Map<string, number>();
  let since = clock.now();
  return {
    count(prefix) {
      if (counts.size === 0) since = clock.now();
      const name = counts.has(prefix) || counts.size < MAX_PREFIXES ? prefix : 'other';
      counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    due(now) {
      if (counts.size === 0 || now < since + MINUTE_MS) return [];
      const over = counts;
      counts = new Map();
      return [...over].map(([prefix, count]) => ({
        v: 1,
        type: 'unauthenticated',
        at: rfc3339(now),
        org: PLATFORM_ORG,
        prefix,
        count,
        from: rfc3339(since),
        to: rfc3339(now),
      }));
    },
  };
}
