/**
 * What a country asks for before application-to-person texts may be sent from there in production: the sandbox names it at
 * provisioning, so that it is no surprise later, and production refuses until it is there. Not legal advice; each row with its
 * source's standing.
 */
import type { Channel } from '../tenancy/agent.ts';
import type { Registration, RegistrationKind, Requirement } from './rules/registration.ts';
import { missingRegistrations } from './rules/registration.ts';

const row = (kind: RegistrationKind, needs: string, source: string): Requirement => ({
  kind,
  needs,
  source,
  tag: 'K',
  checkedAt: '2026-11-20',
});

const SMS: Readonly<Record<string, readonly Requirement[]>> = {
  US: [
    row(
      '10dlc',
      '10DLC registration of brand and campaign, for local numbers',
      'US carriers through The Campaign Registry',
    ),
    row('toll_free_verification', 'verification of the number, for toll-free ones', 'US carriers, toll-free messaging'),
  ],
  CA: [row('sender_id', 'registration of the sender and its campaign with the provider', 'Canadian carriers; CASL')],
  IE: [row('sender_id', 'registration of the sender ID', 'ComReg sender ID register')],
  IN: [row('dlt', 'DLT registration of entity, header and templates', 'TRAI TCCCPR 2018')],
  SG: [row('sender_id', 'registration of the sender ID', 'SGNIC SMS Sender ID Registry')],
  AU: [row('sender_id', 'registration of the sender ID (since 2026-07-01)', 'ACMA SMS Sender ID Register')],
  AE: [row('sender_id', 'registration of the sender ID', 'TDRA')],
  KR: [row('sender_id', 'registration of the calling number', 'KISA')],
  VN: [row('sender_id', 'registration of a brand name', 'Decree 91/2020/ND-CP')],
};

/** Asked for by nobody's law, and better done. */
const ADVISED: Readonly<Record<string, string>> = {
  GB: 'registration of the sender ID is advised (MEF SMS Sender ID Registry)',
};

/** Every registration that a country asks for on a channel; none where none is known. */
export const requirementsOf = (country: string, channel: Channel): readonly Requirement[] =>
  channel === 'sms' ? (SMS[country] ?? []) : [];

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
    if (SMS[country] === undefined)
      return [provider, `sms: ${ADVISED[country] ?? `find out whether ${country} asks for a registration of senders`}`];
    const missing = missingRegistrations(requirementsOf(country, channel), country, registrations, {
      now,
      sender: null,
    });
    return [provider, ...missing.map(({ kind, needs }) => `sms: ${needs} (${kind})`)];
  });
}
