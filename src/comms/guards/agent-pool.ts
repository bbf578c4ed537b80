/** An organisation has no more agents than it may; one that ends frees its place, one that is paused keeps it. */
import { need } from '../../guard/facts.ts';
import { guard } from '../../guard/guard.ts';
import { tenancyFacts } from '../../tenancy/facts.ts';
import { known } from '../../tenancy/known.ts';
import { poolOf } from '../../tenancy/limits.ts';
import { ownOrganization } from '../needs.ts';

export const agentPoolGuard = guard<unknown>()({
  id: 'agent-pool',
  stage: 'limit',
  needs: {
    organization: ownOrganization,
    // who adds channels to an agent that is there takes no place
    active: need<unknown>()(tenancyFacts.activeAgents, ({ agent }) => (agent === null ? 'self' : null)),
  },
  judge({ agent }, facts) {
    if (agent !== null) return [];
    const most = poolOf(known(facts.organization, 'organisation'));
    const active = facts.active ?? 0;
    if (active < most) return [];
    return [
      {
        is: 'deny',
        code: 'agent_pool_full',
        say: `The organisation may have ${most} agents and has as many. End one with comms_deprovision_channels, or ask the server's operator for more (comms_expand_agent_pool).`,
        source: 'agent pool of the organisation',
        fact: `${active} of ${most} places are taken`,
      },
    ];
  },
});
