/**
 * The agent may use the channel, and someone carries it. A production organisation without a provider is told so: it is
 * never handed to the simulator, which would say "sent" and send nothing.
 */
import { type Deny, guard } from '../../guard/guard.ts';
import type { Agent, Channel } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import type { Organization } from '../../tenancy/organization.ts';
import type { Account } from '../facts.ts';
import { ofPolicy } from '../fences.ts';
import { namedAgent, ownAccounts, ownOrganization } from '../needs.ts';
import type { Carriers } from '../ports.ts';
import type { Outreach } from '../recipient.ts';
import { CHANNEL_PROVIDERS } from '../sender.ts';

export const notCarried = (mode: Organization['mode'], channel: Channel): Deny => ({
  is: 'deny',
  code: 'provider_not_configured',
  say:
    mode === 'production'
      ? `No provider for ${channel} is configured; the simulator serves sandbox organisations only. An administrator registers one with comms_register_provider.`
      : `The sandbox has no ${channel} yet.`,
  source: 'providers of the organisation’s mode',
  fact: `the organisation is in ${mode}`,
});

/** The accounts that can carry a channel in production, those of the preferred provider first. */
export const accountsFor = (
  channel: Channel,
  accounts: readonly Account[] | null,
  carriers: Carriers['production'],
): readonly Account[] =>
  CHANNEL_PROVIDERS[channel]
    .filter((name) => carriers[name] !== undefined)
    .flatMap((name) => (accounts ?? []).filter(({ provider }) => provider === name));

const NO_SENDER: Record<Organization['mode'], (channel: Channel) => string> = {
  sandbox: (channel) => `The agent has no ${channel}. An administrator adds it with comms_provision_channels.`,
  production: (channel) =>
    `No ${channel} sender is bound to the agent. An administrator binds one with comms_bind_sender or buys one with comms_buy_number.`,
};
const noSender = (mode: Organization['mode'], channel: Channel, has: object): Deny => ({
  is: 'deny',
  code: 'channel_not_allowed',
  say: NO_SENDER[mode](channel),
  source: 'channels of the agent',
  fact: `it has ${Object.keys(has).join(', ') || 'none'}`,
});

export const channelGuard = (carriers: Carriers) =>
  guard<Outreach>()({
    id: 'channel',
    stage: 'validate',
    needs: { organization: ownOrganization, agent: namedAgent, accounts: ownAccounts },
    fences: ofPolicy,
    judge({ input: { channel } }, facts) {
      const { mode } = known(facts.organization, 'organisation');
      const agent = known(facts.agent, 'agent');
      return mode === 'sandbox'
        ? inSandbox(carriers.sandbox, agent, channel)
        : inProduction(carriers.production, agent, channel, facts.accounts);
    },
  });

function inSandbox(carriers: Carriers['sandbox'], { senders }: Agent, channel: Channel): readonly Deny[] {
  return [
    ...(senders[channel] === undefined ? [noSender('sandbox', channel, senders)] : []),
    ...(carriers[channel] === undefined ? [notCarried('sandbox', channel)] : []),
  ];
}

function inProduction(
  carriers: Carriers['production'],
  { bound }: Agent,
  channel: Channel,
  accounts: readonly Account[] | null,
): readonly Deny[] {
  const configured = accountsFor(channel, accounts, carriers);
  if (configured.length === 0) return [notCarried('production', channel)];
  const sender = bound[channel];
  if (sender === undefined) return [noSender('production', channel, bound)];
  const held = configured.some(({ provider, org }) => provider === sender.provider && org === sender.credentialOrg);
  return held ? [] : [notCarried('production', channel)]; // the account that the sender belongs to is gone
}
