/** What a person is told of a budget of the swarm that is nearly used up, and of what waits for one. */
import { type Alert, about } from '../../guard/alerts.ts';
import type { AgentId, OrgId, ThreadId } from '../../kernel/ids.ts';

/** Whose budget it is: what waits, or soon will. */
export type BudgetOwner =
  | { readonly is: 'swarm' }
  | { readonly is: 'agent'; readonly id: AgentId }
  | { readonly is: 'user'; readonly id: string }
  | { readonly is: 'thread'; readonly id: ThreadId };

export interface SwarmBudgetReached {
  readonly org: OrgId;
  readonly of: BudgetOwner;
  readonly limit: string;
  /** Per cent; 100: it waits now. */
  readonly level: 80 | 100;
}

/** An agent stands in its words by id, by which it is told to those who may know of the agent; a thread and a user have fields. */
export function swarmBudgetAlert({ org, of, limit, level }: SwarmBudgetReached): Alert {
  const raise = 'swarm_list_budgets shows what is used; an owner raises it with swarm_raise_budget.';
  const id = of.is === 'swarm' ? 'swarm' : of.id;
  const who = of.is === 'swarm' ? 'The swarm' : `The ${of.is} ${id}`;
  return {
    severity: level === 100 ? 'MEDIUM' : 'LOW',
    kind: `swarm_budget_${level}`,
    org,
    subject: `${id} ${limit}`,
    ...about({ thread: of.is === 'thread' ? of.id : undefined, person: of.is === 'user' ? of.id : undefined }),
    say:
      level === 100
        ? `${who} waits: its budget is used up (${limit}). Nothing is lost; it goes on when the budget is raised, or its day is over. ${raise}`
        : `${who} has used 80 % of a budget (${limit}). It waits at 100 %. ${raise}`,
    detail: { limit },
  };
}
