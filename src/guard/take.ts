/**
 * Takes: what an action would use up (counts, money, tokens). A limit guard only asks; the ledger grants all of an action's
 * takes or none, in the transaction that admits it, so that parallel requests can't pass a limit together.
 */
import type { ErrorCode } from '../kernel/errors.ts';

/** A sliding window of `ms`, the calendar day or month in a time zone, or one that never ends: of what has an end itself. */
export type Window =
  | { readonly ms: number }
  | { readonly calendar: 'day' | 'month'; readonly zone: string }
  | { readonly lifetime: true };

/**
 * What is taken. A `count` stays as it was granted, whatever comes of the action; `money` (micro-units of USD) and `tokens` (of
 * models) are reserved, and replaced by what was used when that is known.
 */
export type Unit = 'count' | 'money' | 'tokens';

export interface Cap {
  /** The most that may be used within the window, in the take's unit. */
  readonly limit: number;
  readonly window: Window;
  readonly code: Extract<ErrorCode, 'rate_limited' | 'contact_frequency' | 'spend_limit' | 'budget_reached'>;
  /** The limit's name as the caller knows it, such as `perMinute`. */
  readonly name: string;
  /** The law behind it; unless said, the limit of that name, which an administrator can raise. */
  readonly source?: string;
  /** Of a `budget_reached`: what waits when it is used up, a part of the swarm as `swarm_pause` names it. */
  readonly pauses?: string;
}

export interface Take {
  /** Names the series or counter within the organisation, such as `agent:agt_…:actions`. A contact is named by `contact`. */
  readonly meter: string;
  /** An address in normal form when the meter belongs to one contact; the store keeps it only as a keyed hash. */
  readonly contact?: string;
  /** Never negative. */
  readonly amount: number;
  /** Unless said, a count. What is settled is counted by calendar or lifetime: a sliding window stays as it was granted. */
  readonly unit?: Unit;
  readonly caps: readonly Cap[];
  /** How far back (ms) any limit of this meter ever looks, whichever hold today, if any; unless said, a day if one does. */
  readonly keptMs?: number;
}
