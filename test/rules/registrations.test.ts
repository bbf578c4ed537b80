/** Registrations of senders (C35): what a country asks for is there before production provides or sends anything. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Outcome } from '../../src/guard/perform.ts';
import type { Principal } from '../../src/guard/principal.ts';
import type { OrgId } from '../../src/kernel/ids.ts';
import { DAY_MS } from '../../src/kernel/time.ts';
import { reasonsIn, verdictWhen } from '../matrix/outcome.ts';
import { engines } from '../support/engines.ts';
import { openHouse, type TestHouse } from '../support/house.ts';
import { approve, REGISTRATION } from '../support/into-production.ts';
import { houseOn } from '../support/open.ts';

const CONTACT = '+14155550101';
const LOCAL = '+12125550100';
const TOLL_FREE = '+18885550100';
const SMS = { displayName: 'Desk', capabilities: { sms: true } };

/** An organisation in production with an account at Twilio and nothing registered. */
async function production(t: TestHouse) {
  const { id, admin } = await t.organization();
  await approve((name, input, as) => t.done(name, as === 'admin' ? admin : t.orchestrator, input), id);
  await t.done('comms.register_provider', admin, {
    provider: 'twilio',
    credentials: { accountSid: 'AC1', authToken: 'token' },
  });
  return { id, admin };
}
async function opened() {
  const t = await openHouse();
  onTestFinished(() => t[Symbol.asyncDispose]());
  return { t, ...(await production(t)) };
}
const submit = (t: TestHouse, admin: Principal, more: object = {}) =>
  t.done('comms.submit_registration', admin, { ...REGISTRATION, ...more });
const set = (t: TestHouse, organizationId: OrgId, registrationId: string, status: string, more: object = {}) =>
  t.done('comms.set_registration_status', t.orchestrator, { organizationId, registrationId, status, ...more });
const facts = (outcome: Outcome) => (outcome.is === 'refused' ? outcome.why.map(({ fact }) => fact) : [outcome.is]);

describe('in sandbox', () => {
  it('everything is provided, and told what is missing until it is there', async () => {
    const t = await openHouse();
    onTestFinished(() => t[Symbol.asyncDispose]());
    const { id, admin } = await t.organization();
    const missing = async () => (await t.done('comms.provision_channels', admin, SMS)).missing as string[];
    expect(await missing()).toEqual([
      "sms: a provider's credentials",
      expect.stringContaining('(10dlc)'),
      expect.stringContaining('(toll_free_verification)'),
    ]);
    const { registrationId } = await submit(t, admin);
    await set(t, id, registrationId, 'approved');
    expect(await missing()).toEqual(["sms: a provider's credentials"]);
    const agent = await t.agent(admin);
    await t.consent(agent, CONTACT);
    await set(t, id, registrationId, 'rejected');
    expect(await verdictWhen(t.call('comms.send_message', agent.by, { to: CONTACT, body: 'Hi' }))).toBe('allow');
  });
});

describe('in production', () => {
  it('provisioning is refused with each thing that is missing, until a registration of the country is approved', async () => {
    const { t, id, admin } = await opened();
    const refused = async (fact: string, more: object = {}) => {
      const outcome = await t.call('comms.provision_channels', admin, { ...SMS, ...more });
      expect(reasonsIn(outcome)).toContain('registration:registration_required');
      expect(facts(outcome)).toContain(fact);
      return outcome;
    };
    const outcome = await refused('registration 10dlc of US: none');
    expect(reasonsIn(outcome)).toHaveLength(2);
    expect(outcome).toMatchObject({
      why: [{ source: expect.stringContaining('The Campaign Registry (K, checked') }, {}],
    });
    const { registrationId, missing } = await submit(t, admin);
    expect(missing.map(({ kind }: { kind: string }) => kind)).toEqual(['10dlc', 'toll_free_verification']);
    await refused('registration 10dlc of US: submitted');
    await set(t, id, registrationId, 'in_review');
    await refused('registration 10dlc of US: in_review');
    await refused('registration dlt of IN: none', { country: 'IN' });
    expect((await set(t, id, registrationId, 'approved')).missing).toEqual([]);
    expect(await verdictWhen(t.call('comms.provision_channels', admin, SMS))).toBe('allow');
    await refused('registration dlt of IN: none', { country: 'IN' });
    // no country asks for one of mail, and where none is known nothing is waited for
    expect(await verdictWhen(t.call('comms.provision_channels', admin, { ...SMS, country: 'DE' }))).toBe('allow');
  });

  it('a number is bound or bought only with the registration that such a number needs', async () => {
    const { t, id, admin } = await opened();
    const { registrationId } = await submit(t, admin, { kind: 'toll_free_verification' });
    await set(t, id, registrationId, 'approved');
    const { agentId } = await t.done('comms.provision_channels', admin, SMS);
    const bind = (address: string) => t.call('comms.bind_sender', admin, { agentId, channel: 'sms', address });
    expect(facts(await bind(LOCAL))).toEqual(['registration 10dlc of US: none']);
    expect(facts(await t.call('comms.buy_number', admin, { agentId }))).toEqual(['registration 10dlc of US: none']);
    expect(t.vendors.asked.filter((what) => !what.startsWith('verify'))).toEqual([]);
    expect(await verdictWhen(bind(TOLL_FREE))).toBe('allow');
  });

  it('names a kind that the country asks for, and takes no other', async () => {
    const { t, admin } = await opened();
    for (const [country, kind] of [
      ['US', 'dlt'],
      ['DE', 'sender_id'],
    ])
      expect(await verdictWhen(t.call('comms.submit_registration', admin, { ...REGISTRATION, country, kind }))).toBe(
        'invalid_input',
      );
  });

  it('an approval can’t end before it begins, and only an approval ends', async () => {
    const { t, id, admin } = await opened();
    const { registrationId } = await submit(t, admin);
    const at = (ms: number) => new Date(t.clock.now() + ms).toISOString();
    for (const [status, expiresAt] of [
      ['approved', at(0)],
      ['in_review', at(DAY_MS)],
    ]) {
      const input = { organizationId: id, registrationId, status, expiresAt };
      expect(await verdictWhen(t.call('comms.set_registration_status', t.orchestrator, input))).toBe('invalid_input');
    }
  });

  it('is listed for its own organisation, with what the operator noted', async () => {
    const { t, id, admin } = await opened();
    const { registrationId } = await submit(t, admin);
    await set(t, id, registrationId, 'rejected', { note: 'The sample does not name the brand.' });
    const { registrations } = await t.done('comms.list_registrations', admin);
    expect(registrations).toMatchObject([
      {
        ...REGISTRATION,
        registrationId,
        status: 'rejected',
        note: 'The sample does not name the brand.',
        expiresAt: null,
      },
    ]);
    const other = await t.organization();
    expect((await t.done('comms.list_registrations', other.admin)).registrations).toEqual([]);
    const foreign = { organizationId: other.id, registrationId, status: 'approved' };
    expect(await verdictWhen(t.call('comms.set_registration_status', t.orchestrator, foreign))).toBe('not_found');
  });
});

describe.each(engines)('a registration that ends, on $name', (on) => {
  async function sending() {
    const t = await houseOn(on);
    const { id, admin } = await production(t);
    const { registrationId } = await submit(t, admin);
    await set(t, id, registrationId, 'approved', { expiresAt: new Date(t.clock.now() + DAY_MS).toISOString() });
    const agent = await t.agent(admin);
    await t.done('comms.bind_sender', admin, { agentId: agent.id, channel: 'sms', address: LOCAL });
    await t.consent(agent, CONTACT);
    const send = () => t.call('comms.send_message', agent.by, { to: CONTACT, body: 'Hello' });
    return { t, id, admin, registrationId, send };
  }

  it('stops the next message: at the millisecond when it runs out, and at once when it is withdrawn', async () => {
    const { t, id, registrationId, send } = await sending();
    expect(await verdictWhen(send())).toBe('allow');
    t.clock.pass(DAY_MS - 1);
    expect(await verdictWhen(send())).toBe('allow');
    t.clock.pass(1);
    expect(facts(await send())).toEqual(['registration 10dlc of US: run out']);
    await set(t, id, registrationId, 'approved');
    expect(await verdictWhen(send())).toBe('allow');
    await set(t, id, registrationId, 'rejected');
    expect(facts(await send())).toEqual(['registration 10dlc of US: rejected']);
    expect(t.vendors.sent).toHaveLength(3);
  });
});

it('what was allowed and has not left when a registration is withdrawn does not leave', async () => {
  const t = await openHouse({ overrides: { maxInFlight: 1 } });
  onTestFinished(() => t[Symbol.asyncDispose]());
  const { id, admin } = await production(t);
  const { registrationId } = await submit(t, admin);
  await set(t, id, registrationId, 'approved');
  const agent = await t.agent(admin);
  await t.done('comms.bind_sender', admin, { agentId: agent.id, channel: 'sms', address: LOCAL });
  await t.consent(agent, CONTACT);
  const entry = t.house.catalogue.byName('comms.send_message')!;
  const proposed = await t.house.ledger.propose({
    ...{ id: t.house.ids.next('act'), entry, by: agent.by, org: id, agent: agent.id, claim: false },
    input: { to: CONTACT, body: 'Hello', channel: 'sms', purpose: 'transactional' },
    ...{ args: '{}', label: { integrity: 'trusted', readers: 'public', sources: [] }, idempotencyKey: null },
  });
  expect(proposed.is).toBe('pending');
  await set(t, id, registrationId, 'rejected');
  await t.house.tick();
  expect(t.vendors.sent).toEqual([]);
});
