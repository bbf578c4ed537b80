/** From which address an agent sends: the sandbox has made-up ones, production those that were bound. */
import type { Agent, Channel } from '../tenancy/agent.ts';
import type { Organization } from '../tenancy/organization.ts';
import type { ProviderName } from './provider-ports.ts';

/** Who can carry a channel, the preferred one first. */
export const CHANNEL_PROVIDERS: Readonly<Record<Channel, readonly ProviderName[]>> = {
  sms: ['twilio'],
  whatsapp: ['twilio'],
  email: ['resend', 'smtp'],
  voice: [],
};

export const senderOf = (
  { senders, bound }: Pick<Agent, 'senders' | 'bound'>,
  mode: Organization['mode'],
  channel: Channel,
): string | null => (mode === 'sandbox' ? senders[channel] : bound[channel]?.address) ?? null;
