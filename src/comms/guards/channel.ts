/**
 * The agent may use the channel, and someone carries it. A production organisation without a provider is told so: it is
 * never handed to the simulator, which would say "sent" and send nothing.
 */
import { type Deny, guard } from '../../guard/guard.ts';
import type { Channel } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import type { Organization } from '../../tenancy/organization.ts';
import { ofPolicy } from '../fences.ts';
import { namedAgent, ownOrganization } from '../needs.ts';
import type { Carriers } from '../ports.ts';
import type { Outreach } from '../recipient.ts';

export const notCarried = (mode: Organization['mode'], channel: Channel): Deny => ({
  is: 'deny',
  code: 'provider_not_configured',
  say:
    mode === 'production'
      ? `No provider for ${channel} is configured; the simulator serves sandbox organisations only.`
      : `The sandbox has no ${channel} yet.`,
  source: 'providers of the organisation’s mode',
  fact: `the organisation is in ${mode}`,
});

export const channelGuard = (carriers: Carriers) =>
  guard<Outreach>()({
    id: 'channel',
    stage: 'validate',
    needs: { organization: ownOrganization, agent: namedAgent },
    fences: ofPolicy,
    judge({ input: { channel } }, facts) {
      const { mode } = known(facts.organization, 'organisation');
      const findings: Deny[] = [];
      if (known(facts.agent, 'agent').senders[channel] === undefined) {
        findings.push({
          is: 'deny',
          code: 'channel_not_allowed',
          say: `The agent has no ${channel}. An administrator adds it with comms_provision_channels.`,
          source: 'channels of the agent',
          fact: `it has ${Object.keys(known(facts.agent, 'agent').senders).join(', ') || 'none'}`,
        });
      }
      if (carriers[mode][channel] === undefined) findings.push(notCarried(mode, channel));
      return findings;
    },
  });
