/** STOP in a contact's own words, from the provider's delivery to the next send (C25). */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { reasonsIn } from '../matrix/outcome.ts';
import { openTenant, type Tenant } from '../matrix/tenant.ts';
import { openHouse, type TestHouse } from '../support/house.ts';

let t: TestHouse;
beforeAll(async () => {
  t = await openHouse();
});
afterAll(async () => {
  await t[Symbol.asyncDispose]();
  expect(t.faults).toEqual([]);
});

const CONTACT = '+14155550101';
const send = ({ agent }: Tenant, to = CONTACT, more: object = {}) =>
  t.call('comms.send_message', agent.by, { to, body: 'Hello', ...more });

/** A tenant whose two agents the contact has consented to, and who said this to the first. */
async function said(body: string): Promise<Tenant> {
  const at = await openTenant(t);
  for (const agent of [at.agent, at.colleague]) await t.consent(agent, CONTACT);
  expect((await t.inbound(at.agent, CONTACT, body)).is).toBe('done');
  return at;
}
const suppressed = async (at: Tenant): Promise<readonly string[]> => {
  const { entries } = await t.done('comms.dnc_list', at.admin);
  return entries.map(({ reason, channel }: { reason: string; channel: string }) => `${reason} ${channel}`).sort();
};

// biome-ignore format: a corpus, packed
const STOPS = [
  'STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT', 'OPT OUT', 'opt-out', 'ARRET', 'REMOVE',
  'stop', 'Stop.', ' "Stop!" ', 'STOPP', 'unsub', 'STOP2END', 'STОP', 'ＳＴＯＰ', 'S T O P', 'Stop 🛑', 'stop\n\n',
];
const INTENTS = [
  'please stop texting me',
  'Remove me from your list',
  "don't contact me again",
  'take me off',
  'Stop. I mean it.',
  'STOP - John',
  'cancel all texts',
  'put me on your do not call list',
  'I want you to stop',
];
const MENTIONS = [
  'meet me at the bus stop',
  "please don't stop texting me",
  'cancel my 3pm appointment',
  'the end of the month',
];

describe('an inbound message', () => {
  it.for([...STOPS, ...INTENTS])(
    '"%s" revokes consent, suppresses, and is still delivered with its mark',
    async (body) => {
      const at = await said(body);
      expect(reasonsIn(await send(at))).toEqual(['suppression:suppressed', 'consent:consent_required']);
      expect(await suppressed(at)).toEqual(['stop sms', 'stop voice', 'stop whatsapp']);
      const { messages } = await t.done('comms.get_waiting_messages', at.agent.by);
      expect(messages).toMatchObject([
        { body, untrusted: true, optOut: STOPS.includes(body) ? 'stop' : 'stop-intent' },
      ]);
    },
  );

  it.for(MENTIONS)('"%s" revokes nothing and is flagged for a person to read', async (body) => {
    const at = await said(body);
    expect((await send(at)).is).toBe('done');
    expect(await suppressed(at)).toEqual([]);
    expect((await t.done('comms.get_waiting_messages', at.agent.by)).messages).toMatchObject([
      { body, optOut: 'mention' },
    ]);
  });

  it.for(['Thanks!', 'HELP', 'stopping by later'])('"%s" changes nothing', async (body) => {
    const at = await said(body);
    expect((await send(at)).is).toBe('done');
    expect(await suppressed(at)).toEqual([]);
  });
});

describe('STOP', () => {
  it('to one agent binds every agent of the organisation, and no other organisation', async () => {
    const at = await said('STOP');
    expect(reasonsIn(await send({ ...at, agent: at.colleague }))).toEqual([
      'suppression:suppressed',
      'consent:consent_required',
    ]);
    const other = await openTenant(t);
    await t.consent(other.agent, CONTACT);
    expect((await send(other)).is).toBe('done');
  });

  it('is not undone by recording a consent', async () => {
    const at = await said('STOP');
    await t.consent(at.agent, CONTACT);
    expect(reasonsIn(await send(at))).toEqual(['suppression:suppressed']);
  });

  it('is not undone by an administrator, who has no entry of it to remove', async () => {
    const at = await said('STOP');
    expect(reasonsIn(await t.call('comms.dnc_remove', at.admin, { contact: CONTACT }))).toEqual(['listed:not_found']);
    expect(await suppressed(at)).toHaveLength(3);
  });

  it('is heard from a number in any spelling that a provider may use', async () => {
    const at = await openTenant(t);
    await t.consent(at.agent, CONTACT);
    await t.inbound(at.agent, '+1 (415) 555-0101', 'STOP');
    expect(reasonsIn(await send(at))).toContain('suppression:suppressed');
  });

  it.for([
    ['14155550101', CONTACT],
    ['0014155550101', CONTACT],
    ['tel:+1-415-555-0101', CONTACT],
    ['whatsapp:+14155550101', CONTACT],
    ['+5215512345678', '+525512345678'],
    ['+525512345678', '+5215512345678'],
    ['5215512345678', '+525512345678'],
    ['+5491123456789', '+541123456789'],
    ['+541123456789', '+5491123456789'],
  ])('from %s binds a send to %s', async ([from, to]) => {
    const at = await openTenant(t);
    for (const agent of [at.agent, at.colleague]) await t.consent(agent, to!);
    expect((await t.inbound(at.agent, from!, 'STOP')).is).toBe('done');
    for (const agent of [at.agent, at.colleague])
      expect(reasonsIn(await send({ ...at, agent }, to!))).toEqual([
        'suppression:suppressed',
        'consent:consent_required',
      ]);
  });

  it.for(['STOP', 'please stop texting me'])(
    'whose sender can’t be read is not reported as taken: %s',
    async (body) => {
      const at = await openTenant(t);
      expect(reasonsIn(await t.inbound(at.agent, '4155550101', body))).toEqual(['sender:invalid_input']);
      expect(await suppressed(at)).toEqual([]);
      expect((await t.inbound(at.agent, '4155550101', 'Hello')).is).toBe('done');
    },
  );

  it('to an agent that has been deprovisioned is heard', async () => {
    const at = await openTenant(t);
    await t.consent(at.colleague, CONTACT);
    await t.done('comms.deprovision_channels', at.admin, { agentId: at.agent.id });
    expect((await t.inbound(at.agent, CONTACT, 'STOP')).is).toBe('done');
    expect(reasonsIn(await send({ ...at, agent: at.colleague }))).toContain('suppression:suppressed');
  });

  it('stops what was allowed before and has not left, of every agent', async () => {
    await using busy = await openHouse({ overrides: { maxInFlight: 0 } });
    const at = await openTenant(busy);
    for (const agent of [at.agent, at.colleague]) {
      await busy.consent(agent, CONTACT);
      const outcome = await busy.call('comms.send_message', agent.by, { to: CONTACT, body: 'Hello' });
      expect(outcome.is).toBe('pending');
    }
    await busy.consent(at.agent, '+14155550105');
    await busy.call('comms.send_message', at.agent.by, { to: '+14155550105', body: 'to someone else' });
    await busy.inbound(at.agent, CONTACT, 'Stop.');
    const claimed = await busy.house.ledger.claim(10);
    expect(claimed.map(({ input }) => input)).toMatchObject([{ body: 'to someone else' }]);
    for (const agent of [at.agent, at.colleague]) {
      const { messages } = await busy.done('comms.get_messages', agent.by, { contact: CONTACT, direction: 'outbound' });
      expect(messages).toMatchObject([{ status: 'failed', errorCode: 'stale' }]);
    }
  });

  it.for(['PARCELCO', '72345'])('from a sender without an address is kept too: %s', async (from) => {
    const at = await openTenant(t);
    expect((await t.inbound(at.agent, from, 'STOP')).is).toBe('done');
    expect(await suppressed(at)).toHaveLength(3);
  });

  it('that a provider delivers twice is one message', async () => {
    const at = await openTenant(t);
    const entry = t.house.catalogue.byName('comms.receive_message')!;
    const input = {
      agentId: at.agent.id,
      channel: 'sms',
      from: CONTACT,
      to: '+15005550006',
      body: 'STOP',
      providerRef: 'SM1',
    };
    for (let i = 0; i < 3; i++) await t.house.perform(entry, at.provider, input, { idempotencyKey: 'SM1' });
    expect((await t.done('comms.get_messages', at.agent.by)).messages).toHaveLength(1);
  });

  it('that the simulator answers ends the conversation by itself', async () => {
    await using answering = await openHouse({
      overrides: {
        simulator: {
          timer(_ms, run) {
            queueMicrotask(run);
            return () => undefined;
          },
        },
      },
    });
    const agent = await answering.agent();
    await answering.consent(agent, '+14155550102');
    const call = () => answering.call('comms.send_message', agent.by, { to: '+14155550102', body: 'Hello' });
    expect((await call()).is).toBe('done');
    await vi.waitFor(
      async () => {
        expect((await answering.done('comms.get_waiting_messages', agent.by)).messages).toMatchObject([
          { body: 'STOP', optOut: 'stop' },
        ]);
      },
      { interval: 1 },
    );
    expect(reasonsIn(await call())).toContain('suppression:suppressed');
  });
});

describe('START', () => {
  it.for(['START', 'unstop', 'Yes!'])(
    '"%s" undoes a STOP on its own channel; no consent comes back with it',
    async (body) => {
      const at = await said('STOP');
      await t.inbound(at.agent, CONTACT, body);
      expect(await suppressed(at)).toEqual(['stop voice', 'stop whatsapp']);
      expect(reasonsIn(await send(at))).toEqual(['consent:consent_required']);
      expect((await send(at, CONTACT, { purpose: 'conversational' })).is).toBe('done');
      await t.consent(at.agent, CONTACT);
      expect((await send(at)).is).toBe('done');
      expect(
        (await t.done('comms.check_consent', at.agent.by, { contact: CONTACT, channel: 'whatsapp' })).suppressions,
      ).toHaveLength(1);
    },
  );

  it("never undoes an administrator's entry, nor another channel's STOP", async () => {
    const at = await openTenant(t);
    await t.consent(at.agent, CONTACT);
    await t.done('comms.dnc_add', at.admin, { contact: CONTACT });
    await t.inbound(at.agent, CONTACT, 'START');
    expect(reasonsIn(await send(at))).toEqual(['suppression:suppressed']);

    const whatsapp = await openTenant(t);
    await t.consent(whatsapp.agent, CONTACT);
    await t.done('comms.receive_message', whatsapp.provider, {
      agentId: whatsapp.agent.id,
      channel: 'whatsapp',
      from: CONTACT,
      to: '+15005550006',
      body: 'STOP',
      providerRef: 'WA1',
    });
    await t.inbound(whatsapp.agent, CONTACT, 'START');
    expect(await suppressed(whatsapp)).toEqual(['stop voice', 'stop whatsapp']);
  });

  it('from another number undoes nothing', async () => {
    const at = await said('STOP');
    await t.inbound(at.agent, '+14155550105', 'START');
    expect(await suppressed(at)).toHaveLength(3);
  });
});

it('STOP by mail ends mail to that address, and leaves numbers alone', async () => {
  const at = await openTenant(t);
  const mail = {
    agentId: at.agent.id,
    channel: 'email',
    from: 'Bob@X.com',
    to: 'desk@example.com',
    body: 'Unsubscribe',
    providerRef: 'm1',
  };
  await t.done('comms.receive_message', at.provider, mail);
  expect(await suppressed(at)).toEqual(['stop email']);
  const { suppressions } = await t.done('comms.check_consent', at.agent.by, { contact: 'bob@x.com', channel: 'email' });
  expect(suppressions).toMatchObject([{ contact: 'bob@x.com', reason: 'stop' }]);
});
