/**
 * A circuit breaker: when a vendor fails several times in a row, requests are refused for a while without being sent, so
 * that actions do not each wait out a time-out and a vendor that is down is not hammered. Then one probe decides.
 *
 * One breaker for each vendor and credential: what one organisation's account runs into never shuts the door for another.
 * Kept in memory, for as many keys as fit; forgetting one means trying the vendor again, which is harmless.
 */
import type { Health } from '../../comms/provider-ports.ts';
import { boundedMap } from '../../kernel/bounded-map.ts';
import type { Clock } from '../../kernel/clock.ts';
import { SECOND_MS } from '../../kernel/time.ts';

export interface BreakerRules {
  /** So many failures in a row … */
  readonly failures: number;
  /** … within this time open the breaker … */
  readonly windowMs: number;
  /** … for this long; a probe that never came back is forgotten after the same time. */
  readonly openMs: number;
}

export const BREAKER_RULES: BreakerRules = { failures: 5, windowMs: 30 * SECOND_MS, openMs: 15 * SECOND_MS };

export type BreakerState =
  /** `failedAt`: the failures since the last success, in ms; fewer than the rule's count. */
  | { readonly is: 'closed'; readonly failedAt: readonly number[] }
  | { readonly is: 'open'; readonly until: number }
  /** One probe is under way. */
  | { readonly is: 'half_open'; readonly since: number };

/** What a request proves about the vendor; `none`: it was broken off by us, or the vendor only said "slow down". */
export type Evidence = 'up' | 'down' | 'none';

export const CLOSED: BreakerState = { is: 'closed', failedAt: [] };

/** Pure: whether a request may go out at `now`, and as what. */
export function admit(
  state: BreakerState,
  now: number,
  rules: BreakerRules,
): { readonly state: BreakerState; readonly as: 'ordinary' | 'probe' | 'refused' } {
  if (state.is === 'closed') return { state, as: 'ordinary' };
  const freeAt = state.is === 'open' ? state.until : state.since + rules.openMs;
  return now < freeAt ? { state, as: 'refused' } : { state: { is: 'half_open', since: now }, as: 'probe' };
}

/** Pure: the state after a request that was let out as `as` has come to an end. */
export function observe(
  state: BreakerState,
  as: 'ordinary' | 'probe',
  evidence: Evidence,
  now: number,
  rules: BreakerRules,
): BreakerState {
  if (as === 'probe') {
    if (state.is !== 'half_open') return state;
    // a probe that proved nothing leaves the place to the next request
    return evidence === 'up' ? CLOSED : { is: 'open', until: evidence === 'down' ? now + rules.openMs : now };
  }
  // what was under way when the breaker opened tells nothing new
  if (state.is !== 'closed' || evidence === 'none') return state;
  if (evidence === 'up') return CLOSED;
  const failedAt = [...state.failedAt.filter((at) => at > now - rules.windowMs), now];
  return failedAt.length < rules.failures ? { is: 'closed', failedAt } : { is: 'open', until: now + rules.openMs };
}

/** Pure. `probing`: the next request, or one that is under way, decides. */
export function healthOf(state: BreakerState, now: number): Health {
  if (state.is === 'closed') return 'up';
  return state.is === 'open' && now < state.until ? 'down' : 'probing';
}

export interface CircuitBreaker {
  /**
   * `null` while the breaker of this key is open: send nothing. Else how to tell what came of the request, to be called
   * exactly once.
   */
  enter(key: string): ((evidence: Evidence) => void) | null;
  /** What `enter` would find now. */
  health(key: string): Health;
}

export interface CircuitBreakerParts {
  readonly clock: Clock;
  readonly rules?: BreakerRules;
  readonly maxKeys?: number;
}

const MAX_KEYS = 10_000;

export function createCircuitBreaker({
  clock,
  rules = BREAKER_RULES,
  maxKeys = MAX_KEYS,
}: CircuitBreakerParts): CircuitBreaker {
  const states = boundedMap<string, BreakerState>(maxKeys);
  const keep = (key: string, state: BreakerState): void => {
    if (state === CLOSED) states.delete(key);
    else states.set(key, state);
  };
  return {
    health: (key) => healthOf(states.get(key) ?? CLOSED, clock.now()),
    enter(key) {
      const { state, as } = admit(states.get(key) ?? CLOSED, clock.now(), rules);
      keep(key, state);
      if (as === 'refused') return null;
      return (evidence) => keep(key, observe(states.get(key) ?? CLOSED, as, evidence, clock.now(), rules));
    },
  };
}
