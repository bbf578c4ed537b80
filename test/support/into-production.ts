/** What an organisation does, and what is decided, before it may send for real: for tests that are about what comes after. */
import type { Principal } from '../../src/guard/principal.ts';
import type { OrgId } from '../../src/kernel/ids.ts';
import type { TestHouse } from './house.ts';

export const SUBMISSION = {
  company: 'Acme Ltd',
  website: 'https://acme.example',
  useCase: 'Tells customers that their order has arrived.',
} as const;

/** What the United States ask of a local number. */
export const REGISTRATION = { country: 'US', kind: '10dlc', details: 'Brand B1, campaign C1' } as const;

/** Does an action as the orchestrator, or as the organisation's administrator. @throws Error when it was not done. */
// biome-ignore lint/suspicious/noExplicitAny: outputs of half a dozen actions, used right below
type Do = (name: string, input: object, as: 'orchestrator' | 'admin') => Promise<any>;

/** Submitted and approved. */
export async function approve(act: Do, organizationId: string): Promise<void> {
  await act('comms.submit_kyc', SUBMISSION, 'admin');
  await act('comms.review_kyc', { organizationId, decision: 'approve' }, 'orchestrator');
}

export async function register(act: Do, organizationId: string): Promise<string> {
  const { registrationId } = await act('comms.submit_registration', REGISTRATION, 'admin');
  const status = { organizationId, registrationId, status: 'approved' };
  await act('comms.set_registration_status', status, 'orchestrator');
  return registrationId;
}

const by =
  (t: TestHouse, admin: Principal): Do =>
  (name, input, as) =>
    t.done(name, as === 'admin' ? admin : t.orchestrator, input);

/** Submitted, approved, and registered for texts from local numbers of the United States. */
export async function intoProduction(t: TestHouse, organizationId: OrgId, admin: Principal): Promise<void> {
  await approve(by(t, admin), organizationId);
  await register(by(t, admin), organizationId);
}
