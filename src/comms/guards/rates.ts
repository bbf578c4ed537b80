/** At most so many actions that reach a person or spend money, in any minute, hour and day (C14; settled §10–11). */
import { guard } from '../../guard/guard.ts';
import type { Cap } from '../../guard/take.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../kernel/time.ts';
import type { Agent } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import { type AgentLimitName, limitsInForce } from '../../tenancy/limits.ts';
import type { Organization } from '../../tenancy/organization.ts';
import { ofPolicy } from '../fences.ts';
import { agentActions } from '../meters.ts';
import { namedAgent, ownOrganization } from '../needs.ts';

export const RATE_WINDOWS = [
  { name: 'perMinute', ms: MINUTE_MS },
  { name: 'perHour', ms: HOUR_MS },
  { name: 'perDay', ms: DAY_MS },
] as const satisfies readonly { name: AgentLimitName; ms: number }[];

/** What holds of an agent's rates within its organisation's tier. */
export const rateCaps = (agent: Agent | null, organization: Organization | null): readonly Cap[] => {
  const limits = limitsInForce(known(agent, 'agent'), known(organization, 'organisation').tier);
  return RATE_WINDOWS.map(({ name, ms }): Cap => ({ limit: limits[name], window: { ms }, code: 'rate_limited', name }));
};

export const ratesGuard = guard<unknown>()({
  id: 'rates',
  stage: 'limit',
  needs: { organization: ownOrganization, agent: namedAgent },
  fences: ofPolicy,
  judge(_request, facts) {
    const meter = agentActions(known(facts.agent, 'agent').id);
    return [{ is: 'take', take: { meter, amount: 1, caps: rateCaps(facts.agent, facts.organization) } }];
  },
});
