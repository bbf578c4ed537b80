/**
 * Tells when an agent has reserved and spent 80 % of a budget, and all of it: once for each calendar day or month, by whichever
 * server saw it first, after what crossed it was committed. What is given back and spent again in the same period is no news.
 */
import { BUDGET_LEVELS, type BudgetReached } from '../comms/billing/budget-alert.ts';
import { BUDGETS } from '../comms/guards/spend.ts';
import { agentSpend } from '../comms/meters.ts';
import type { Reason } from '../guard/judge.ts';
import { boundedMap } from '../kernel/bounded-map.ts';
import type { AgentId, OrgId, ThreadId } from '../kernel/ids.ts';
import type { BudgetOwner, SwarmBudgetReached } from '../swarm/budgets/budget-alert.ts';
import { mustWait } from '../swarm/budgets/limits.ts';
import type { Agent } from '../tenancy/agent.ts';
import { limitsInForce } from '../tenancy/limits.ts';
import type { Organization } from '../tenancy/organization.ts';
import type { Group } from './group.ts';
import type { CounterReading } from './meters.ts';
import type { Remembering } from './remembering.ts';
import type { Schema } from './schema.ts';
import { statement, type Tx } from './statement.ts';
import { pauseForBudget } from './swarm-budgets.ts';
import { agentOfName, type Telling } from './swarm-telling.ts';

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
  /** To be called with why an action was refused. */
  refused(group: Group, org: OrgId, why: readonly Reason[]): Tx<void>;
}

export interface ToldOfBudgets {
  readonly ofAgent: (reached: BudgetReached) => void;
  readonly ofSwarm: (reached: SwarmBudgetReached) => void;
}

export function createBudgetWatch(telling: Pick<Telling, 'changed'>, { ofAgent, ofSwarm }: ToldOfBudgets): BudgetWatch {
  /** What somebody was told of already, by this process or another. */
  const told = boundedMap<string, true>(CACHED);

  function* tellOnce(
    group: Group,
    row: Pick<Schema['budget_alert'], 'org' | 'meter' | 'level'>,
    tell: () => void,
  ): Tx<void> {
    const name = `${row.org}\n${row.meter}\n${row.level}`;
    if (told.get(name) !== undefined) return;
    const isNews = (yield* note.run({ ...row, at: group.now })) === 1;
    told.set(name, true);
    if (isNews) group.afterCommit(tell);
  }

  /** Once for each limit that it has: one that was raised is another. */
  function* lookAtSwarm(group: Group, org: OrgId, { meter, used, cap }: CounterReading): Tx<void> {
    const [level] = BUDGET_LEVELS;
    if (cap?.pauses === undefined || used * 100 < cap.limit * level) return;
    const of = yield* ownerOf(org, cap.pauses);
    const reached = { org, of, limit: cap.name, level };
    yield* tellOnce(group, { org, meter: `${meter}#${cap.limit}`, level }, () => ofSwarm(reached));
  }

  return {
    *look(group, org, agent, counters) {
      if (agent === null || counters.length === 0) return;
      for (const counter of counters) yield* lookAtSwarm(group, org, counter);
      const prefix = `${agentSpend(agent)}@`;
      const spent = counters.filter(({ meter }) => meter.startsWith(prefix));
      if (spent.length === 0) return;
      const facts = yield* group.facts.load([
        { org, kind: 'agent', key: agent },
        { org, kind: 'organization', key: 'self' },
      ]);
      const [row, organization] = facts as [Agent | null, Organization | null];
      if (row === null || organization === null) return;
      const limits = limitsInForce(row, organization.tier);
      for (const { meter, used } of spent) {
        const budget = BUDGETS.find(({ calendar }) => meter.length === prefix.length + PERIOD_CHARS[calendar]);
        if (budget === undefined) continue;
        const limit = limits[budget.name];
        for (const level of BUDGET_LEVELS) {
          if (limit > 0 && used * 100 >= limit * level) {
            const reached = { org, agent, cap: budget.name, level, used, limit };
            yield* tellOnce(group, { org, meter, level }, () => ofAgent(reached));
          }
        }
      }
    },
    *refused(group, org, why) {
      if (!mustWait(why)) return;
      for (const { pauses, source = '' } of why) {
        if (pauses === undefined || !(yield* pauseForBudget({ group, telling }, org, pauses.subject, pauses.until)))
          continue;
        const reached = { org, of: yield* ownerOf(org, pauses.subject), limit: source, level: 100 } as const;
        group.afterCommit(() => ofSwarm(reached));
      }
    },
    forgetAll: () => told.clear(),
  };
}

/** @param subject as `subjectOf` of `swarm/budgets/limits.ts` makes it. */
function* ownerOf(org: OrgId, subject: string): Tx<BudgetOwner> {
  const [is = '', of = ''] = subject.split(':', 2);
  if (is === 'thread') return { is, id: of as ThreadId };
  if (is === 'user') return { is, id: of };
  if (is !== 'agent') return { is: 'swarm' };
  return { is, id: (yield* agentOfName.first({ org, name: of }))!.agent as AgentId };
}
