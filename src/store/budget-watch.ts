/**
 * Tells when an agent has reserved and spent 80 % of a budget, and all of it: once for each calendar day or month, by whichever
 * server saw it first, after what crossed it was committed. What is given back and spent again in the same period is no news.
 */
import { BUDGET_LEVELS, type BudgetReached } from '../comms/billing/budget-alert.ts';
import { BUDGETS } from '../comms/guards/spend.ts';
import { agentSpend } from '../comms/meters.ts';
import { boundedMap } from '../kernel/bounded-map.ts';
import type { AgentId, OrgId } from '../kernel/ids.ts';
import type { Agent } from '../tenancy/agent.ts';
import { limitsInForce } from '../tenancy/limits.ts';
import type { Organization } from '../tenancy/organization.ts';
import type { Group, Remembering } from './group.ts';
import type { CounterReading } from './meters.ts';
import type { Schema } from './schema.ts';
import { statement, type Tx } from './statement.ts';

const CACHED = 20_000;

const note = statement<Schema['budget_alert']>((db, p) =>
  db
    .insertInto('budget_alert')
    .values({ org: p('org'), meter: p('meter'), level: p('level'), at: p('at') })
    .onConflict((conflict) => conflict.columns(['org', 'meter', 'level']).doNothing()),
);

/** A meter's name ends in `@2026-11-20` or `@2026-11`. */
const PERIOD_CHARS = { day: 10, month: 7 } as const;

export interface BudgetWatch extends Remembering {
  /** To be called with what counters of the agent hold after they grew. */
  look(group: Group, org: OrgId, agent: AgentId | null, counters: readonly CounterReading[]): Tx<void>;
}

export function createBudgetWatch(onReached: (reached: BudgetReached) => void): BudgetWatch {
  /** What somebody was told of already, by this process or another. */
  const told = boundedMap<string, true>(CACHED);

  function* tell(group: Group, { meter, ...reached }: BudgetReached & { readonly meter: string }): Tx<void> {
    const { org, level } = reached;
    const name = `${org}\n${meter}\n${level}`;
    if (told.get(name) !== undefined) return;
    const isNews = (yield* note.run({ org, meter, level, at: group.now })) === 1;
    told.set(name, true);
    if (isNews) group.afterCommit(() => onReached(reached));
  }

  return {
    *look(group, org, agent, counters) {
      if (agent === null || counters.length === 0) return;
      const facts = yield* group.facts.load([
        { org, kind: 'agent', key: agent },
        { org, kind: 'organization', key: 'self' },
      ]);
      const [row, organization] = facts as [Agent | null, Organization | null];
      if (row === null || organization === null) return;
      const limits = limitsInForce(row, organization.tier);
      const prefix = `${agentSpend(agent)}@`;
      for (const { meter, used } of counters) {
        if (!meter.startsWith(prefix)) continue;
        const budget = BUDGETS.find(({ calendar }) => meter.length === prefix.length + PERIOD_CHARS[calendar]);
        if (budget === undefined) continue;
        const limit = limits[budget.name];
        for (const level of BUDGET_LEVELS) {
          if (limit > 0 && used * 100 >= limit * level) {
            yield* tell(group, { org, agent, cap: budget.name, level, used, limit, meter });
          }
        }
      }
    },
    forgetAll: () => told.clear(),
  };
}
