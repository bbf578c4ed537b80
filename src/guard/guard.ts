/**
 * A guard: one rule with a name, a stage and the facts that it needs. Pure and synchronous: request and facts in, findings
 * out. A guard that throws denies.
 */
import type { ErrorCode } from '../kernel/errors.ts';
import type { Facts, Needs } from './facts.ts';
import type { FenceKey } from './fence.ts';
import type { Request } from './request.ts';
import type { Take } from './take.ts';

/** In order; a stage that denies ends the judging, and all guards of one stage run, so that every reason is told. */
export const STAGES = ['authorise', 'validate', 'comply', 'limit', 'approve'] as const;
export type Stage = (typeof STAGES)[number];

/**
 * No. `source` names the law, term, setting or limit behind the rule (without one: the rule itself); `fact` what decided,
 * where that was not in the request: `consent on record: none`. A fact is kept with the refusal and holds nothing personal.
 * `retryAt` (ms since the epoch) when waiting helps.
 */
export interface Deny {
  readonly is: 'deny';
  readonly code: ErrorCode;
  readonly say: string;
  readonly source?: string;
  readonly fact?: string;
  readonly retryAt?: number;
  /** What of the swarm waits from now on, and until when (ms); null: until somebody does something about it. */
  readonly pauses?: { readonly subject: string; readonly until: number | null };
}
/** Only with approval. Nothing is reserved while held. */
export interface Hold {
  readonly is: 'hold';
  readonly policy: string;
  readonly say: string;
  readonly ttlMs: number;
}
export interface Warn {
  readonly is: 'warn';
  readonly code: string;
  readonly say: string;
}
/** Something the sender must do: disclose AI, add List-Unsubscribe. */
export interface Duty {
  readonly is: 'duty';
  readonly duty: string;
}
/** Allowed if the ledger grants this. */
export interface Asks {
  readonly is: 'take';
  readonly take: Take;
}
export type Finding = Deny | Hold | Warn | Duty | Asks;

export interface Guard<I, N extends Needs = Needs> {
  /** Kebab-case, named for its rule; stable: it appears in refusals and in the log. */
  readonly id: string;
  readonly stage: Stage;
  readonly needs: N;
  /** What, when it changes, makes this guard's verdict stale. */
  fences?(request: Request<I>): readonly FenceKey[];
  judge(request: Request<I>, facts: Facts<N>): readonly Finding[];
}

// biome-ignore lint/suspicious/noExplicitAny: a guard of any input and facts; made by `guard()`, which checked them
export type AnyGuard = Guard<any, any>;

/** Gives `judge` its fact types from `needs`: `guard<SendInput>()({ id, stage, needs, judge })`. */
export const guard =
  <I>() =>
  <const N extends Needs<I>>(definition: Guard<I, N>): Guard<I, N> =>
    definition;
