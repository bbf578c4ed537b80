/**
 * An agent spends no more than its budget of the calendar day and month, in the organisation's zone. What a message may
 * cost is reserved before it leaves and settled when the provider tells its price, so that a cap holds while prices are due.
 */
import { guard } from '../../guard/guard.ts';
import type { Cap } from '../../guard/take.ts';
import { known } from '../../tenancy/known.ts';
import type { AgentLimits } from '../../tenancy/limits.ts';
import { ofPolicy } from '../fences.ts';
import { agentSpend } from '../meters.ts';
import { namedAgent, ownOrganization } from '../needs.ts';
import { type Priced, reserveFor } from '../reserve.ts';

export const BUDGETS = [
  { name: 'spendPerDay', calendar: 'day' },
  { name: 'spendPerMonth', calendar: 'month' },
] as const satisfies readonly { name: keyof AgentLimits; calendar: 'day' | 'month' }[];

export const spendGuard = guard<Priced>()({
  id: 'spend',
  stage: 'limit',
  needs: { organization: ownOrganization, agent: namedAgent },
  fences: ofPolicy,
  judge({ input }, facts) {
    const { id, limits } = known(facts.agent, 'agent');
    const { zone } = known(facts.organization, 'organisation');
    const reserve = reserveFor(input);
    if (reserve === null) {
      return [
        {
          is: 'deny',
          code: 'provider_not_configured',
          say: `What ${input.channel} costs is not known, so it can't be kept within a budget.`,
          source: 'budget of the agent',
        },
      ];
    }
    const caps = BUDGETS.map(
      ({ name, calendar }): Cap => ({ limit: limits[name], window: { calendar, zone }, code: 'spend_limit', name }),
    );
    return [{ is: 'take', take: { meter: agentSpend(id), amount: reserve.cost, caps } }];
  },
});
