/**
 * The swarm's budgets: before an agent at work thinks, calls a tool or a peer, the most that it may use is reserved from every
 * budget that holds for it, all or none. Threat: a loop, or a message that makes agents work without end, at somebody's
 * expense. What is read costs nothing and is not counted; an answer always gets through, so that what waits can end.
 */
import type { AnyAction } from '../../guard/action.ts';
import { need } from '../../guard/facts.ts';
import { type AnyGuard, type Deny, type Finding, guard } from '../../guard/guard.ts';
import { tenancyFacts } from '../../tenancy/facts.ts';
import { known } from '../../tenancy/known.ts';
import { ANSWER } from '../actions/answer.ts';
import { REPORT_ERROR } from '../actions/report-error.ts';
import { budgetFacts } from '../budgets/budget.ts';
import { type BudgetLimit, budgetLimits, UNIT_OF, wallLimit } from '../budgets/limits.ts';

const ENDS: ReadonlySet<string> = new Set([ANSWER, REPORT_ERROR]);

const budgets = need<unknown>()(budgetFacts.budgets, ({ by }) => by.turn?.frame ?? null);
const organization = need<unknown>()(tenancyFacts.organization, ({ by }) => (by.turn === undefined ? null : 'self'));

interface MostUsed {
  readonly cost: number | null;
  readonly tokens?: number;
}

const amountOf = ({ kind }: BudgetLimit, { cost, tokens = 0 }: MostUsed): number =>
  kind === 'calls' ? 1 : kind === 'tokens' ? tokens : (cost ?? 0);

/** The guard of what an agent at work may do; none for the rest. */
export function swarmBudget(action: AnyAction): readonly AnyGuard[] {
  if (action.effect === 'read' || action.access !== 'agent:act' || ENDS.has(action.name)) return [];
  const mayUse = action.effect === 'world' ? action.mayUse : undefined;
  return [
    guard<unknown>()({
      id: 'swarm-budget',
      stage: 'limit',
      needs: { budgets, organization },
      judge({ by, input, now }, facts): readonly Finding[] {
        if (by.turn === undefined) return [];
        const scene = known(facts.budgets, 'frame');
        const wall = wallLimit(scene, now);
        if (wall !== null && wall.used >= wall.limit) return [tooLong(wall, `thread:${scene.thread}`)];
        const most: MostUsed = mayUse?.(input) ?? { cost: 0 };
        const limits = budgetLimits(scene, known(facts.organization, 'organisation').zone, now);
        if (most.cost === null && limits.some(({ kind }) => kind === 'costMicros')) return [NO_PRICE];
        return limits.flatMap((one) => {
          const amount = amountOf(one, most);
          const { limit, window, name, pauses, meter } = one;
          const cap = {
            limit,
            window,
            name,
            pauses,
            code: 'budget_reached',
            source: `${one.scope} limit ${name}`,
          } as const;
          return amount === 0
            ? []
            : [{ is: 'take' as const, take: { meter, amount, unit: UNIT_OF[one.kind], caps: [cap] } }];
        });
      },
    }),
  ];
}

const NO_PRICE: Deny = {
  is: 'deny',
  code: 'price_unknown',
  say: 'What this costs is not known, so it cannot be kept within a budget of money. Set the price of the model in the configuration, or take the budget in USD away.',
  source: 'a budget of money holds here',
};

const tooLong = ({ limit, used }: { limit: number; used: number }, subject: string): Deny => ({
  is: 'deny',
  code: 'budget_reached',
  say: 'The thread has worked on one message for as long as it may (threadMs). An owner can raise it.',
  source: 'thread limit threadMs',
  fact: `limit threadMs ${limit}: ${used} used`,
  pauses: { subject, until: null },
});
