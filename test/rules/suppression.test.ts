/** Nobody on a do-not-contact list is written to, however the address is spelled and whoever listed it (C19). */
import { describe, expect, it } from 'vitest';
import { explainedDenials, reasonsIn } from '../matrix/outcome.ts';
import { openTenant, type Tenant } from '../matrix/tenant.ts';
import { openHouse } from '../support/house.ts';

const SPELLINGS = [
  '+14155550102',
  '+1 (415) 555-0102',
  '+1 415 555 0102',
  '+1.415.555.0102',
  '+1-415-555-0102',
  ' +1 415‑555‑0102 ',
  '+1/415/5550102',
];
const MAILS = ['bob@x.com', 'Bob@X.com', ' BOB@x.COM ', 'bob@ｘ.com'];

const send = ({ t, agent }: Tenant, to: string, more: object = {}) =>
  t.call('comms.send_message', agent.by, { to, body: 'Hello', ...more });
const add = ({ t, admin }: Tenant, contact: string) => t.done('comms.dnc_add', admin, { contact });

describe('an entry for a number', () => {
  it.for(SPELLINGS)('written as "%s" binds every spelling of it', async (listed) => {
    await using t = await openHouse();
    const at = await openTenant(t);
    await t.consent(at.agent, SPELLINGS[0]!);
    await add(at, listed);
    for (const to of SPELLINGS) expect(reasonsIn(await send(at, to)), to).toEqual(['suppression:suppressed']);
  });

  it.for([
    ['+525512345678', '+5215512345678'],
    ['+541123456789', '+5491123456789'],
  ])('binds %s with and without the digit that marks a mobile', async ([plain, marked]) => {
    await using t = await openHouse();
    for (const listed of [plain!, marked!]) {
      const at = await openTenant(t);
      await t.consent(at.agent, listed === plain ? marked! : plain!);
      await add(at, listed);
      for (const to of [plain!, marked!]) expect(reasonsIn(await send(at, to)), to).toEqual(['suppression:suppressed']);
    }
  });

  it('binds every agent, channel and purpose, whatever consent there is', async () => {
    await using t = await openHouse();
    const at = await openTenant(t);
    const contact = SPELLINGS[0]!;
    await add(at, contact);
    for (const agent of [at.agent, at.colleague]) {
      for (const type of ['express', 'express_written', 'transactional']) {
        const evidence = { source: 'web form', proof: 'I agree.' };
        await t.done('comms.record_consent', agent.by, { contact, channel: 'sms', type, ...evidence });
      }
      await t.inbound(agent, contact, 'Hello');
      for (const purpose of ['transactional', 'marketing', 'conversational']) {
        expect(reasonsIn(await send({ ...at, agent }, contact, { purpose }))).toEqual(['suppression:suppressed']);
      }
    }
    for (const channel of ['sms', 'whatsapp', 'voice']) {
      const { purposes } = await t.done('comms.check_consent', at.agent.by, { contact, channel });
      expect(
        purposes.filter(({ allowed }: { allowed: boolean }) => allowed),
        channel,
      ).toEqual([]);
    }
    const outcome = await send(at, contact, { channel: 'whatsapp', dryRun: true });
    expect(explainedDenials(outcome)).toContain('suppression:suppressed');
  });

  it('is lifted by an administrator under any spelling, and only then', async () => {
    await using t = await openHouse();
    const at = await openTenant(t);
    await t.consent(at.agent, SPELLINGS[0]!);
    await add(at, SPELLINGS[1]!);
    await t.inbound(at.agent, SPELLINGS[0]!, 'START');
    expect(reasonsIn(await send(at, SPELLINGS[0]!))).toEqual(['suppression:suppressed']);
    expect(reasonsIn(await t.call('comms.dnc_remove', at.agent.by, { contact: SPELLINGS[0]! }))).toEqual([
      'authority:forbidden',
    ]);
    await t.done('comms.dnc_remove', at.admin, { contact: SPELLINGS[3]! });
    expect((await send(at, SPELLINGS[0]!)).is).toBe('done');
  });

  it('can be made for a number that is possible but in no range in use', async () => {
    await using t = await openHouse();
    const at = await openTenant(t);
    expect(await add(at, '+1 (555) 123-0002')).toMatchObject({ contact: '+15551230002' });
    expect(explainedDenials(await send(at, '+15551230002', { dryRun: true }))).toEqual([
      'recipient:recipient_not_reachable',
      'suppression:suppressed',
      'consent:consent_required',
    ]);
  });

  it('of one organisation binds no other; one of the platform binds all', async () => {
    await using t = await openHouse();
    const [one, two] = [await openTenant(t), await openTenant(t)];
    const contact = SPELLINGS[0]!;
    for (const at of [one, two]) await t.consent(at.agent, contact);
    await add(one, contact);
    expect([(await send(one, contact)).is, (await send(two, contact)).is]).toEqual(['refused', 'done']);

    await t.done('comms.dnc_remove', one.admin, { contact });
    await t.done('comms.dnc_add', t.orchestrator, { contact: SPELLINGS[1]!, organizationId: 'org_platform' });
    for (const at of [one, two]) expect(reasonsIn(await send(at, contact))).toEqual(['suppression:suppressed']);
    expect(reasonsIn(await t.call('comms.dnc_remove', one.admin, { contact }))).toEqual(['listed:not_found']);
    await t.done('comms.dnc_remove', t.orchestrator, { contact, organizationId: 'org_platform' });
    expect((await send(one, contact)).is).toBe('done');
  });

  it.each([
    ['its organisation', undefined],
    ['the platform', 'org_platform'],
  ])('by %s stops what was allowed before and has not left', async (_by, organizationId) => {
    await using t = await openHouse({ overrides: { maxInFlight: 0 } });
    const at = await openTenant(t);
    const contact = SPELLINGS[0]!;
    await t.consent(at.agent, contact);
    expect((await send(at, contact)).is).toBe('pending');
    const by = organizationId === undefined ? at.admin : t.orchestrator;
    await t.done('comms.dnc_add', by, { contact, ...(organizationId === undefined ? {} : { organizationId }) });
    expect(await t.house.ledger.claim(10)).toEqual([]);
    const { messages } = await t.done('comms.get_messages', at.agent.by);
    expect(messages).toMatchObject([{ status: 'failed', errorCode: 'stale' }]);
  });

  it('is made and listed by administrators, in normal form, with the reason', async () => {
    await using t = await openHouse();
    const at = await openTenant(t);
    await t.done('comms.dnc_add', at.admin, { contact: SPELLINGS[1]!, reason: 'asked by letter' });
    await t.done('comms.dnc_add', at.admin, { contact: SPELLINGS[2]!, reason: 'again' });
    const { entries } = await t.done('comms.dnc_list', at.admin);
    expect(entries).toMatchObject([
      { contact: SPELLINGS[0], channel: 'all', reason: 'dnc', source: 'asked by letter' },
    ]);
    for (const name of ['comms.dnc_add', 'comms.dnc_list'] as const) {
      const input = name === 'comms.dnc_add' ? { contact: SPELLINGS[0] } : {};
      expect(reasonsIn(await t.call(name, at.agent.by, input))).toEqual(['authority:forbidden']);
    }
  });
});

describe('an entry for a mail address', () => {
  it.for(MAILS)('written as "%s" binds every spelling of it', async (listed) => {
    await using t = await openHouse();
    const at = await openTenant(t);
    await add(at, listed);
    for (const contact of MAILS) {
      const { suppressions, purposes } = await t.done('comms.check_consent', at.agent.by, {
        contact,
        channel: 'email',
      });
      expect(suppressions, contact).toMatchObject([{ contact: 'bob@x.com', reason: 'dnc' }]);
      expect(purposes.every(({ allowed }: { allowed: boolean }) => !allowed)).toBe(true);
      const outcome = await send(at, contact, { channel: 'email', dryRun: true });
      expect(explainedDenials(outcome), contact).toContain('suppression:suppressed');
    }
  });
});
