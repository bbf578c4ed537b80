/**
 * The ledger: the only place where decisions, takes, writes and log entries are committed, together. Owned by the guard,
 * implemented by the store. What a verb returns is durable. Requests of one turn of the event loop share a transaction.
 */
import type { ActionId, AgentId, OrgId } from '../kernel/ids.ts';
import type { Write } from '../kernel/write.ts';
import type { Delivery, Reported } from './action.ts';
import type { CatalogueEntry } from './catalogue.ts';
import type { Warn } from './guard.ts';
import type { Reason, Verdict } from './judge.ts';
import type { Label } from './label.ts';
import type { Claimed } from './permit.ts';
import type { Principal } from './principal.ts';

export interface Proposal {
  readonly id: ActionId;
  readonly entry: CatalogueEntry;
  readonly by: Principal;
  readonly org: OrgId;
  readonly agent: AgentId | null;
  /** Validated input. The ledger freezes it: what is judged is what runs. */
  readonly input: unknown;
  /** Canonical JSON of the input. */
  readonly args: string;
  readonly label: Label;
  /** Unique per organisation, principal and action, for 24 hours; the same key with other arguments is refused. */
  readonly idempotencyKey: string | null;
  /** This process has room to run the action: claim it in the same transaction. */
  readonly claim: boolean;
  readonly alongside?: Alongside;
  readonly before?: Before;
}

/**
 * What the server itself writes in the same transaction before the judgement, which sees it, and whatever that is; where nothing
 * is judged, nothing of it is written. `recorded` is called once it is durable.
 */
export interface Before {
  readonly writes: readonly Write[];
  recorded(): void;
}

/** What the server itself writes with an admission, in its transaction; nothing is written with a refusal or a replay. */
export type Alongside = (admitted: {
  readonly id: ActionId;
  readonly is: 'done' | 'pending' | 'held';
  /** Of what is done. */
  readonly output: unknown;
}) => readonly Write[];

export type Proposed =
  | { readonly is: 'done'; readonly id: ActionId; readonly output: unknown; readonly warnings: readonly Warn[] }
  | {
      readonly is: 'failed';
      readonly id: ActionId;
      readonly output: unknown;
      readonly delivery: Exclude<Delivery, { state: 'ok' }>;
    }
  | {
      readonly is: 'pending';
      readonly id: ActionId;
      readonly output: unknown;
      readonly warnings: readonly Warn[];
      readonly claimed: Claimed | null;
    }
  | { readonly is: 'held'; readonly id: ActionId; readonly until: number; readonly verdict: Verdict | null }
  /** `id` is null when the refusal was folded into a count. */
  | { readonly is: 'refused'; readonly id: ActionId | null; readonly why: readonly Reason[] };

/** A refusal before the guards: input that does not parse, an agent that is not the caller's. */
export interface Refusal {
  readonly id: ActionId;
  readonly by: Principal;
  readonly org: OrgId;
  readonly agent: AgentId | null;
  readonly name: string;
  readonly version: number;
  readonly why: readonly Reason[];
}

/** Why something that was asked for is not done. */
export type CalledOff = Exclude<Delivery, { state: 'ok' }>;

export interface Settlement {
  readonly is: 'moved' | 'already';
  readonly output: unknown;
  readonly delivery: Delivery;
}

export interface Ledger {
  /** Judges on facts of one moment, grants all takes or none, records the decision, and writes what it entails. */
  propose(proposal: Proposal): Promise<Proposed>;
  /** Judges and looks at the takes without recording or reserving anything. */
  explain(proposal: Proposal): Promise<Verdict>;
  /**
   * Judges a held and approved action again, on fresh facts; null when it is not there or not approved. What a pause or a budget
   * keeps from leaving stays held, and is released by `recover` after it, if its approval has not run out by then.
   */
  release(org: OrgId, id: ActionId, claim: boolean): Promise<Proposed | null>;
  /**
   * Leases at most `max` ready actions, the organisations in turn and each at most what `roomOf` leaves it. What a fence or
   * the time has made stale is cancelled instead.
   */
  claim(max: number, roomOf?: (org: OrgId) => number): Promise<readonly Claimed[]>;
  /** Records what came of an attempt. Monotonic: the first settlement of an action stands. */
  settle(claimed: Claimed, delivery: Delivery): Promise<Settlement>;
  /**
   * News of an action that runs or ran: settles it if its outcome is not known yet, and corrects what it did cost. What has
   * not begun, or is not there, is left alone.
   */
  report(org: OrgId, reported: Reported): Promise<void>;
  /** Actions of unknown outcome that ended so after `since` (ms) and are `wanted`, the latest first, at most `max`. */
  unresolved(
    since: number,
    max: number,
    wanted: (action: { readonly id: ActionId; readonly name: string }) => boolean,
  ): Promise<readonly Claimed[]>;
  /** What has become of an action, whenever it was asked for; null when it is not there. The answer is there as long as its key is kept. */
  look(org: OrgId, id: ActionId): Promise<Proposed | null>;
  /**
   * Ends what has not begun: what is held is refused, what is ready is cancelled, both with `why`. What began meanwhile, or is
   * not there, is left alone.
   */
  withdraw(org: OrgId, ids: readonly ActionId[], why: CalledOff): Promise<void>;
  /** Whether what a claimed action rests on is as it was: asked right before the side effect. */
  stands(claimed: Claimed): Promise<boolean>;
  /**
   * Takes back leases of processes that died: repeatable actions become ready again, others `unknown`. Releases what was
   * approved and not released between two calls. To be called again and again.
   */
  recover(): Promise<void>;
  /** Ends what has run out: approvals, folded refusals, idempotency keys, old takes. */
  sweep(): Promise<void>;
  /** Records a refusal made before the guards; repeats are folded. Returns the id under which it can be asked about. */
  refuse(refusal: Refusal): Promise<ActionId | null>;
  /** Counts a request without a principal; logged once a minute per address prefix. */
  unauthenticated(prefix: string): void;
}
