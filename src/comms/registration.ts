/**
 * What a country asks for before application-to-person texts may be sent there in production. The sandbox names it at
 * provisioning, so that it is no surprise later. Not legal advice; each row with its source's standing.
 */
import type { Channel } from '../tenancy/agent.ts';

interface Requirement {
  readonly needs: string;
  /** P read in the primary text, Q quoted, S secondary, K general knowledge. */
  readonly tag: 'P' | 'Q' | 'S' | 'K';
  readonly source: string;
  readonly checkedAt: string;
}

const row = (needs: string, source: string): Requirement => ({ needs, tag: 'K', source, checkedAt: '2026-11-20' });

const SMS: Readonly<Record<string, Requirement>> = {
  US: row(
    '10DLC registration of brand and campaign (toll-free numbers: verification)',
    'US carriers through The Campaign Registry',
  ),
  CA: row('registration of the sender and its campaign with the provider', 'Canadian carriers; CASL'),
  GB: row('registration of the sender ID (advised)', 'MEF SMS Sender ID Registry'),
  IE: row('registration of the sender ID', 'ComReg sender ID register'),
  IN: row('DLT registration of entity, header and templates', 'TRAI TCCCPR 2018'),
  SG: row('registration of the sender ID', 'SGNIC SMS Sender ID Registry'),
  AU: row('registration of the sender ID (since 2026-07-01)', 'ACMA SMS Sender ID Register'),
  AE: row('registration of the sender ID', 'TDRA'),
  KR: row('registration of the calling number', 'KISA'),
  VN: row('registration of a brand name', 'Decree 91/2020/ND-CP'),
};

/** A sentence for each thing that production in this country would still need. */
export const missingFor = (country: string, channels: readonly Channel[]): readonly string[] =>
  channels.flatMap((channel) => {
    const provider = `${channel}: a provider's credentials`;
    if (channel !== 'sms') return [provider];
    const requirement = SMS[country];
    return [
      provider,
      requirement === undefined
        ? `sms: find out whether ${country} asks for a registration of senders`
        : `sms: ${requirement.needs}`,
    ];
  });
