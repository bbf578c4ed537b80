/**
 * What a country asks for before application-to-person texts may be sent from there in production (`law/countries/`): the
 * sandbox names it at provisioning, so that it is no surprise later, and production refuses until it is there.
 */
import type { Channel } from '../tenancy/agent.ts';
import { countryRow } from './law/countries/index.ts';
import { missingRegistrations, type Registration, type Requirement } from './rules/registration.ts';

/** Every registration that a country asks for on a channel; none where none is known. */
export function requirementsOf(country: string, channel: Channel): readonly Requirement[] {
  if (channel !== 'sms') return [];
  const { standing, kinds, needs, source, tag, checkedAt } = countryRow(country).registration;
  return standing === 'required' ? kinds.map((kind) => ({ kind, needs, source, tag, checkedAt })) : [];
}

/** A sentence for each thing that production in this country would still need. */
export function missingFor(
  country: string,
  channels: readonly Channel[],
  registrations: readonly Registration[],
  now: number,
): readonly string[] {
  return channels.flatMap((channel) => {
    const provider = `${channel}: a provider's credentials`;
    if (channel !== 'sms') return [provider];
    const required = requirementsOf(country, channel);
    const missing = missingRegistrations(required, country, registrations, { now, sender: null });
    return [provider, ...notRequired(country), ...missing.map(({ kind, needs }) => `sms: ${needs} (${kind})`)];
  });
}

function notRequired(country: string): readonly string[] {
  const { standing, needs } = countryRow(country).registration;
  if (standing === 'ask') return [`sms: find out whether ${country} asks for a registration of senders`];
  return standing === 'advised' ? [`sms: ${needs}`] : [];
}
