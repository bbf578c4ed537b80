/**
 * The agent may use the channel, and someone carries it. A production organisation without a provider is told so: it is
 * never handed to the simulator, which would say "sent" and send nothing.
 */
import { type Deny, type Finding, guard } from '../../guard/guard.ts';
import type { Agent, Channel } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import type { Organization } from '../../tenancy/organization.ts';
import type { Account } from '../facts.ts';
import { ofPolicy } from '../fences.ts';
import { namedAgent, ownAccounts, ownOrganization } from '../needs.ts';
import type { Carriers } from '../ports.ts';
import type { CallCarrier, MessageProvider, ProviderName } from '../provider-ports.ts';
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

/** Who carries a channel: calls have carriers of their own. */
export interface ChannelCarriers {
  readonly sandbox: MessageProvider | CallCarrier | undefined;
  readonly production: Readonly<Partial<Record<ProviderName, MessageProvider | CallCarrier>>>;
}
export const carriersOf = ({ sandbox, production, calls }: Carriers, channel: Channel): ChannelCarriers =>
  channel === 'voice'
    ? { sandbox: calls?.sandbox, production: calls?.production ?? {} }
    : { sandbox: sandbox[channel], production };

/** Nobody calls yet: the other rules tell whether a call would be allowed, and whoever places one is told this. */
export const CALLS_NOT_CARRIED =
  'Calls are carried from a later release; nobody is called. A dry run tells whether the call would be allowed.';

/** The accounts that can carry a channel in production, those of the preferred provider first. */
export const accountsFor = (
  channel: Channel,
  accounts: readonly Account[] | null,
  carriers: Readonly<Partial<Record<ProviderName, unknown>>>,
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
    judge({ input: { channel } }, facts): readonly Finding[] {
      const { mode } = known(facts.organization, 'organisation');
      const agent = known(facts.agent, 'agent');
      if (channel === 'voice' && carriers.calls === undefined)
        return [{ is: 'warn', code: 'calls_not_carried', say: CALLS_NOT_CARRIED }];
      const { sandbox, production } = carriersOf(carriers, channel);
      return mode === 'sandbox'
        ? inSandbox(sandbox, agent, channel)
        : inProduction(production, agent, channel, facts.accounts);
    },
  });

function inSandbox(carrier: ChannelCarriers['sandbox'], { senders }: Agent, channel: Channel): readonly Deny[] {
  return [
    ...(senders[channel] === undefined ? [noSender('sandbox', channel, senders)] : []),
    ...(carrier === undefined ? [notCarried('sandbox', channel)] : []),
  ];
}

function inProduction(
  carriers: ChannelCarriers['production'],
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
