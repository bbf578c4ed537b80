/**
 * Takes: what an action would use up (counts, money). A limit guard only asks; the ledger grants all of an action's
 * takes or none, in the transaction that admits it, so that parallel requests can't pass a limit together.
 */
import type { ErrorCode } from '../kernel/errors.ts';

/** A sliding window of `ms`, or the calendar day or month in a time zone. */
export type Window = { readonly ms: number } | { readonly calendar: 'day' | 'month'; readonly zone: string };

export interface Cap {
  /** The most that may be used within the window, in the meter's unit. */
  readonly limit: number;
  readonly window: Window;
  readonly code: Extract<ErrorCode, 'rate_limited' | 'contact_frequency' | 'spend_limit'>;
  /** The limit's name as the caller knows it, such as `perMinute`. */
  readonly name: string;
  /** The law behind it; unless said, the limit of that name, which an administrator can raise. */
  readonly source?: string;
}

export interface Take {
  /** Names the series or counter within the organisation, such as `agent:agt_…:actions`. A contact is named by `contact`. */
  readonly meter: string;
  /** An address in normal form when the meter belongs to one contact; the store keeps it only as a keyed hash. */
  readonly contact?: string;
  /** A count, or micro-units of money; never negative. */
  readonly amount: number;
  readonly caps: readonly Cap[];
  /** How far back (ms) any limit of this meter ever looks, whichever hold today, if any; unless said, a day if one does. */
  readonly keptMs?: number;
}
