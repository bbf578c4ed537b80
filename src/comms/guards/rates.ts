/** At most so many actions that reach a person or spend money, in any minute, hour and day (C14; settled §10–11). */
import { guard } from '../../guard/guard.ts';
import type { Cap } from '../../guard/take.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../kernel/time.ts';
import { known } from '../../tenancy/known.ts';
import { type AgentLimitName, limitsInForce } from '../../tenancy/limits.ts';
import { ofPolicy } from '../fences.ts';
import { agentActions } from '../meters.ts';
import { namedAgent, ownOrganization } from '../needs.ts';

export const RATE_WINDOWS = [
  { name: 'perMinute', ms: MINUTE_MS },
  { name: 'perHour', ms: HOUR_MS },
  { name: 'perDay', ms: DAY_MS },
] as const satisfies readonly { name: AgentLimitName; ms: number }[];

export const ratesGuard = guard<unknown>()({
  id: 'rates',
  stage: 'limit',
  needs: { organization: ownOrganization, agent: namedAgent },
  fences: ofPolicy,
  judge(_request, facts) {
    const agent = known(facts.agent, 'agent');
    const limits = limitsInForce(agent, known(facts.organization, 'organisation').tier);
    const caps = RATE_WINDOWS.map(
      ({ name, ms }): Cap => ({ limit: limits[name], window: { ms }, code: 'rate_limited', name }),
    );
    return [{ is: 'take', take: { meter: agentActions(agent.id), amount: 1, caps } }];
  },
});
