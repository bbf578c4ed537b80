/**
 * Organisations in production with everything that a message needs to leave by Twilio: the account, agents with bound numbers
 * and limits that the load does not reach, contacts with consent. By the product's own actions, over its own doors.
 */
import type { Party } from '../messages.ts';
import { contactOf, numberOf } from './addresses.ts';

/** Does an action, as the orchestrator or with an agent's token. @throws Error when it was not done. */
// biome-ignore lint/suspicious/noExplicitAny: outputs of half a dozen actions, used right below
export type Act = (name: string, input: object, token?: string) => Promise<any>;

export interface Size {
  readonly organizations: number;
  readonly agentsEach: number;
  readonly contactsEach: number;
}

export const agentsOf = ({ organizations, agentsEach }: Size): number => organizations * agentsEach;

/** Of the double. */
const CREDENTIALS = { accountSid: `AC${'a'.padStart(32, '0')}`, authToken: 'c0ffee'.repeat(5) };
export const PLENTY = {
  perMinute: 1_000_000,
  perHour: 1_000_000,
  perDay: 1_000_000,
  spendPerDay: 1e12,
  spendPerMonth: 1e12,
};

/** One party for each contact, the organisations in turn, so that no one of them gets all of the load for a while. */
export async function provision(act: Act, size: Size): Promise<Party[]> {
  const parties: Party[][] = [];
  for (let n = 0; n < size.organizations; n++) {
    const made = await act('comms.create_organization', { name: `Tenant ${n}`, slug: `tenant-${n}` });
    const { organizationId, adminToken } = made;
    await act('comms.register_provider', { organizationId, provider: 'twilio', credentials: CREDENTIALS });
    await intoProduction(act, organizationId, adminToken);
    await act('comms.expand_agent_pool', { organizationId, maxAgents: size.agentsEach });
    const agents = Array.from({ length: size.agentsEach }, (_, i) => n * size.agentsEach + i);
    parties.push((await Promise.all(agents.map((nth) => agent(act, organizationId, nth, size.contactsEach)))).flat());
  }
  return parties[0]!.flatMap((_, n) => parties.map((ofOrganization) => ofOrganization[n]!));
}

/** Reviewed, and registered for texts from the United States. */
async function intoProduction(act: Act, organizationId: string, admin: string): Promise<void> {
  const company = { company: 'Load', website: 'https://load.example', useCase: 'A test of how much it bears.' };
  await act('comms.submit_kyc', company, admin);
  await act('comms.review_kyc', { organizationId, decision: 'approve' });
  const registration = { country: 'US', kind: '10dlc', details: 'Brand and campaign of the load' };
  const { registrationId } = await act('comms.submit_registration', registration, admin);
  await act('comms.set_registration_status', { organizationId, registrationId, status: 'approved' });
}

/** The `nth` of all. */
async function agent(act: Act, organizationId: string, nth: number, contacts: number): Promise<Party[]> {
  const asked = { organizationId, displayName: `Agent ${nth}`, capabilities: { sms: true } };
  const { agentId, securityToken: token } = await act('comms.provision_channels', asked);
  await act('comms.bind_sender', { agentId, channel: 'sms', address: numberOf(nth) });
  await act('comms.set_agent_limits', { agentId, limits: PLENTY });
  const parties = Array.from({ length: contacts }, (_, k) => ({ token, to: contactOf(nth * contacts + k) }));
  for (const { to: contact } of parties)
    await act('comms.record_consent', { contact, channel: 'sms', type: 'express' }, token);
  return parties;
}
