/**
 * An agent spends no more than its budget of the calendar day and month, in the organisation's zone. What a message may
 * cost is reserved before it leaves and settled when the provider tells its price, so that a cap holds while prices are due.
 */
import { guard } from '../../guard/guard.ts';
import type { Cap } from '../../guard/take.ts';
import type { Agent } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import { type AgentLimitName, limitsInForce } from '../../tenancy/limits.ts';
import type { Organization } from '../../tenancy/organization.ts';
import { ofPolicy } from '../fences.ts';
import { agentSpend } from '../meters.ts';
import { namedAgent, ownOrganization } from '../needs.ts';
import { type Priced, reserveFor } from '../reserve.ts';

export const BUDGETS = [
  { name: 'spendPerDay', calendar: 'day' },
  { name: 'spendPerMonth', calendar: 'month' },
] as const satisfies readonly { name: AgentLimitName; calendar: 'day' | 'month' }[];

/** What an agent's budgets leave it to take. */
export function spendCaps(agent: Agent, { zone, tier }: Organization): readonly Cap[] {
  const limits = limitsInForce(agent, tier);
  return BUDGETS.map(({ name, calendar }) => ({
    limit: limits[name],
    window: { calendar, zone },
    code: 'spend_limit',
    name,
  }));
}

export const spendGuard = guard<Priced>()({
  id: 'spend',
  stage: 'limit',
  needs: { organization: ownOrganization, agent: namedAgent },
  fences: ofPolicy,
  judge({ input }, facts) {
    const agent = known(facts.agent, 'agent');
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
    const caps = spendCaps(agent, known(facts.organization, 'organisation'));
    return [{ is: 'take', take: { meter: agentSpend(agent.id), amount: reserve.cost, unit: 'money', caps } }];
  },
});
