/** What a country asks for before application-to-person texts may be sent there in production. */
import type { Channel } from '../../tenancy/agent.ts';
import { countryRow } from './countries/index.ts';
import type { Registration } from './registration-kind.ts';

/** What must be registered, or looked into, before this channel may be used in production; none for other channels than SMS. */
export function a2pRequirements(country: string, channel: Channel): readonly Registration[] {
  if (channel !== 'sms') return [];
  const { registration } = countryRow(country);
  return registration.standing === 'none' ? [] : [registration];
}

/** A sentence for each thing that production in this country would still need. */
export const missingFor = (country: string, channels: readonly Channel[]): readonly string[] =>
  channels.flatMap((channel) => [
    `${channel}: a provider's credentials`,
    ...a2pRequirements(country, channel).map(({ standing, needs }) =>
      standing === 'ask' ? `sms: find out whether ${country} asks for a registration of senders` : `sms: ${needs}`,
    ),
  ]);
