/** An organisation's own standing: its review, its agents, and what production still needs. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { type Agent, CHANNELS, type Channel } from '../../tenancy/agent.ts';
import { known } from '../../tenancy/known.ts';
import { poolOf } from '../../tenancy/limits.ts';
import type { Organization } from '../../tenancy/organization.ts';
import type { TenancyReader } from '../../tenancy/ports.ts';
import type { Account } from '../facts.ts';
import type { CommsReader, KycRecord } from '../ports.ts';
import { requirementsOf } from '../registration.ts';
import { missingRegistrations, type Registration } from '../rules/registration.ts';
import { CHANNEL_PROVIDERS } from '../sender.ts';
import { organizationView, poolView, viewOfOrganization } from './organization-view.ts';

const recordView = z.object({
  what: z.string().describe('submit, approve, reject, suspend or reinstate.'),
  at: z.string(),
  note: z.string().nullable(),
  details: z
    .object({
      company: z.string(),
      website: z.string(),
      useCase: z.string(),
      country: z.string().nullable(),
      contactEmail: z.string().nullable(),
    })
    .nullable()
    .describe('What was submitted.'),
});
const viewOfRecord = ({ what, at, note, details }: KycRecord) => ({ what, at: rfc3339(at), note, details });

export const getOrganization = (
  tenancy: Pick<TenancyReader, 'organization' | 'agents'>,
  comms: Pick<CommsReader, 'accounts' | 'registrations' | 'kycRecords'>,
): AnyAction =>
  readAction({
    name: 'comms.get_organization',
    version: 1,
    says: "Shows the organisation's standing: mode, review, agents, and what is still missing for production.",
    input: z.object({}),
    output: organizationView.extend({
      pool: poolView,
      review: z.array(recordView).describe('What was submitted and decided, newest first.'),
      missing: z.array(z.string()).describe('What production still needs; empty when nothing does.'),
    }),
    access: 'org:view',
    subject: 'organization',
    risk: 'low',
    guards: [],
    doors: ['mcp', 'rest', 'cli'],
    async read({ org, now }, reaches) {
      const organization = known(await tenancy.organization(org), 'organisation');
      const agents = (await tenancy.agents(org)).filter(({ id, status }) => status !== 'deprovisioned' && reaches(id));
      const registrations = await comms.registrations(org);
      return {
        ...viewOfOrganization(organization),
        pool: { maxAgents: poolOf(organization), used: agents.length },
        review: (await comms.kycRecords(org)).map(viewOfRecord),
        missing: [
          ...missingReview(organization),
          ...missingProviders(agents, await comms.accounts(org)),
          ...missingOfSenders(agents, registrations, now),
        ],
      };
    },
  });

const REVIEW: Readonly<Record<Organization['kyc'], readonly string[]>> = {
  none: ['Submit the company, its website and use case with comms_submit_kyc.'],
  pending_review: ["Wait for the review by the server's operator."],
  approved: [],
  rejected: ['Submit again with comms_submit_kyc; the note of the review says why it was rejected.'],
};
const missingReview = ({ kyc, status }: Organization): readonly string[] =>
  status === 'suspended' ? ["The organisation is suspended; ask the server's operator."] : REVIEW[kyc];

const channelsOf = ({ senders, bound }: Agent): readonly Channel[] =>
  CHANNELS.filter((channel) => senders[channel] !== undefined || bound[channel] !== undefined);

function missingProviders(agents: readonly Agent[], accounts: readonly Account[]): readonly string[] {
  const channels = new Set(agents.flatMap(channelsOf));
  return [...channels]
    .filter((channel) => !accounts.some(({ provider }) => CHANNEL_PROVIDERS[channel].includes(provider)))
    .map((channel) => `${channel}: register an account (${CHANNEL_PROVIDERS[channel].join(' or ') || 'none yet'}).`);
}

function missingOfSenders(agents: readonly Agent[], registrations: readonly Registration[], now: number) {
  const found = new Set<string>();
  for (const agent of agents) {
    for (const channel of channelsOf(agent)) {
      const { country, bound } = agent;
      const sender = bound[channel]?.address ?? null;
      for (const { kind, needs } of missingRegistrations(requirementsOf(country, channel), country, registrations, {
        sender,
        now,
      }))
        found.add(`${channel} in ${country}: ${needs} (${kind}), with comms_submit_registration.`);
      if (sender === null) found.add(`${channel} of ${agent.id}: bind a sender with comms_bind_sender.`);
    }
  }
  return [...found];
}
