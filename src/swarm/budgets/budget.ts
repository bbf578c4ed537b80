/**
 * Budgets of the swarm: what a thread, an agent, a thread's owner and the whole swarm may use up. The limits are the live
 * configuration's, so that a change holds at once; an Owner may raise one until a time. What is used up is a counter of the
 * ledger, which no step passes (`guards/budget.ts`); when one is full its part of the swarm waits.
 */
import { factKind } from '../../kernel/fact.ts';
import type { FrameId, OrgId, ThreadId } from '../../kernel/ids.ts';
import { writer } from '../../kernel/write.ts';
import type { AgentConfig, SwarmConfig } from '../config/schema.ts';

export const BUDGET_SCOPES = ['thread', 'agent', 'user', 'swarm'] as const;
export type BudgetScope = (typeof BUDGET_SCOPES)[number];

/** Money in micro-units of USD; `calls` are steps of models and calls of tools and peers; `wallMs`: from an input to its answer. */
export const BUDGET_KINDS = ['tokens', 'costMicros', 'calls', 'wallMs'] as const;
export type BudgetKind = (typeof BUDGET_KINDS)[number];

export interface RaisedBudget {
  readonly scope: BudgetScope;
  /** Of a thread its id, of an agent its name, of a user their principal id; of the swarm empty. */
  readonly of: string;
  readonly kind: BudgetKind;
  /** In the place of the configured limit, where it is more. */
  readonly limit: number;
  /** Ms since the epoch. */
  readonly until: number;
}

/** What the budgets that hold for somebody depend on; a part that is null is not asked about. */
export interface BudgetScene {
  readonly thread: ThreadId | null;
  /** Whose thread it is, by principal id; of somebody outside the thread itself stands for them. */
  readonly user: string | null;
  /** By its name. */
  readonly agent: string | null;
  readonly limits: SwarmConfig['swarm']['limits'];
  /** The agent's. */
  readonly own: AgentConfig['limits'] | null;
  /** Since when (ms) the thread works on what its owner said last: since that was taken up, or a pause was lifted. */
  readonly workSince: number | null;
  readonly raised: readonly RaisedBudget[];
}

export const budgetFacts = {
  /** What holds for an agent at work, by its frame. */
  budgets: factKind<FrameId, BudgetScene>()('budgets'),
} as const;

export interface BudgetWrites {
  /** Takes the place of an earlier one, and lets go on what waits for it. */
  'budget.raise': RaisedBudget & { readonly by: string };
}
export const budgetWrite = writer<BudgetWrites>();

/** What a thread waits for, or a `swarm_pause` was made for. */
export const BECAUSE_BUDGET = 'budget';

export interface CounterUse {
  readonly used: number;
  /** Of it, reserved by what is under way. */
  readonly reserved: number;
}

/** For reads. */
export interface BudgetReader {
  /** In the order asked for. */
  counters(org: OrgId, meters: readonly string[]): Promise<readonly CounterUse[]>;
  raised(org: OrgId, scope: BudgetScope, of: string): Promise<readonly RaisedBudget[]>;
  /** What waits for a budget, by subject: `swarm`, `agent:…`, `user:…`, `thread:…`; until when (ms), null: until it is raised. */
  waiting(org: OrgId): Promise<ReadonlyMap<string, number | null>>;
  /** As `BudgetScene` has it. */
  workSince(org: OrgId, thread: ThreadId): Promise<number | null>;
}
