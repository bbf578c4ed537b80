/** What a hostile reader of the database looks for after an erasure, and what an erasure must not change. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DAY_MS } from '../../src/kernel/time.ts';
import type { Engine } from '../../src/store/engine.ts';
import { openTenant, type Tenant } from '../matrix/tenant.ts';
import { testCarrier } from '../support/carrier.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import { openHouse, testKeys } from '../support/house.ts';
import { houseOn } from '../support/open.ts';

const PHONE = '+14155550101';

const erase = ({ t, admin }: Tenant, contact = PHONE) => t.done('comms.erase_contact', admin, { contact });
const consent = ({ t, agent }: Tenant) =>
  t.done('comms.record_consent', agent.by, {
    contact: PHONE,
    channel: 'sms',
    type: 'express_written',
    source: 'form',
    proof: 'I agree',
  });

/** Every way to spell them that a database could betray, unkeyed hashes too. */
const spelled = (text: string): readonly string[] => [
  text,
  ...(['hex', 'base64', 'base64url'] as const).flatMap((encoding) => [
    Buffer.from(text).toString(encoding),
    ...['sha1', 'sha256', 'sha512'].map((name) => createHash(name).update(text).digest(encoding).slice(0, 16)),
  ]),
];

describe.each(engines)('after the erasure of a person on $name', (on) => {
  it('no counter names them: neither of codes nor of what the law counts', async () => {
    const t = await houseOn(on);
    const at = await openTenant(t);
    await consent(at);
    await t.done('comms.send_otp', at.agent.by, { to: PHONE });
    const offer = { to: PHONE, body: 'Half price today.', purpose: 'marketing' };
    await t.done('comms.send_message', at.agent.by, offer);
    const { subject } = await erase(at);
    const tables = await dump(t.engine);
    for (const name of ['meter', 'take', 'action', 'usage', 'alert', 'activity', 'refusal_count', 'message'])
      expect(tables.get(name), name).not.toContain(subject);
  });

  it('nothing that they or others said is anywhere, whatever was tried with it', async () => {
    const t = await houseOn(on);
    const at = await openTenant(t);
    const { agent, admin, provider } = at;
    const by = agent.by;
    const MAIL = 'wilhelmina@private.example';
    const secrets = ['4155550101', PHONE, 'wilhelmina', 'Zanzibar', 'Quagga', 'passport.txt'];
    const tried = async (name: string, who: typeof by, input: object, key?: string) =>
      t.call(name, who, input, key === undefined ? {} : { idempotencyKey: key });
    await consent(at);
    await tried('comms.send_message', by, { to: PHONE, body: 'Zanzibar' }, `for ${PHONE}`);
    await tried('comms.send_message', by, { to: PHONE, body: 'Quagga' }, `for ${PHONE}`);
    await tried('comms.send_message', by, { to: 'Zanzibar 4155550101', body: 'Quagga' });
    await tried('comms.send_message', by, { to: MAIL, channel: 'email', subject: 'Zanzibar', body: 'Quagga' });
    await tried('comms.send_message', by, { to: PHONE, body: 'x', purpose: 'Zanzibar 4155550101', Quagga: 1 });
    await tried('comms.send_otp', by, { to: PHONE, purpose: 'zanzibar' });
    await tried('comms.verify_otp', by, { contact: PHONE, code: '000000', purpose: 'zanzibar' });
    await tried('comms.make_call', by, { to: PHONE, purpose: 'transactional' });
    await tried('comms.set_contact_place', admin, { contact: PHONE, country: 'US', region: 'CA', source: 'Zanzibar' });
    await tried('comms.check_consent', by, { contact: PHONE, channel: 'sms' });
    await tried('comms.explain_compliance', by, { to: PHONE, channel: 'sms', body: 'Zanzibar' });
    await tried('comms.dnc_add', admin, { contact: PHONE, reason: 'Zanzibar' });
    await tried('comms.dnc_remove', admin, { contact: PHONE });
    await t.done('comms.set_approval_policy', admin, { agentId: agent.id, policy: 'always' });
    const held = await tried('comms.send_message', by, { to: PHONE, body: 'Quagga' }, 'held-1');
    if (held.is === 'held') await tried('comms.deny', admin, { actionId: held.id, note: `Zanzibar ${PHONE}` });
    await tried('comms.send_message', by, { to: PHONE, body: 'Quagga' }, 'held-2');
    await t.inbound(agent, PHONE, 'Zanzibar? HELP');
    await t.inbound(agent, PHONE, 'STOP');
    await tried('comms.receive_message', provider, {
      ...{ agentId: agent.id, channel: 'email', from: `Wilhelmina <${MAIL}>`, to: 'desk@sandbox.invalid' },
      ...{ subject: 'Zanzibar', body: 'Quagga', providerRef: 'm1' },
      attachments: [{ filename: 'passport.txt', contentType: 'text/plain', content: 'UXVhZ2dh' }],
    });
    await t.house.answer();
    await t.house.detect();
    await t.house.store.checkpoint();
    const receipts = [await erase(at), await erase(at, MAIL.toUpperCase())];
    expect(receipts.map(({ already }) => already)).toEqual([false, false]);
    for (const round of [1, 2]) {
      await t.house.tick();
      await t.house.answer();
      await t.house.followUp();
      await t.house.detect();
      const tables = await dump(t.engine);
      for (const [name, rows] of tables)
        for (const text of secrets.flatMap(spelled))
          expect(rows.includes(text), `${name} holds ${text} in round ${round}`).toBe(false);
      expect(tables.get('contact')).toBe('[]');
      t.clock.pass(DAY_MS);
    }
    expect(t.faults).toEqual([]);
  });

  it('who wrote from a mailbox that nobody can be sent to is erased as well, by what the message has', async () => {
    const t = await houseOn(on);
    const at = await openTenant(t);
    const from = '"Zoë, at home" <zoë@private.example>';
    await t.done('comms.receive_message', at.provider, {
      ...{ agentId: at.agent.id, channel: 'email', from, to: 'desk@sandbox.invalid', body: 'Hi', providerRef: 'm1' },
    });
    const { messages } = await t.done('comms.get_messages', at.agent.by);
    expect(await erase(at, messages[0].from)).toMatchObject({ already: false, erased: { messages: 1 } });
    expect((await dump(t.engine)).get('contact')).toBe('[]');
    expect(await erase(at, messages[0].from)).toMatchObject({ already: true });
    for (const contact of ['zoë@private.example', 'nobody', `${from}>`])
      expect((await t.call('comms.erase_contact', at.admin, { contact })).is).toBe('refused');
  });

  it('what may have left is on the bill, like any message of unknown outcome', async () => {
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const { carriers } = testCarrier(async () => {
      begun.resolve();
      await gate.promise;
      return { state: 'ok', ref: 'late', cost: 100 };
    });
    const t = await houseOn(on, { overrides: { carriers }, environment: { WAIT_MS: '0' } });
    const at = await openTenant(t);
    await consent(at);
    await t.call('comms.send_message', at.agent.by, { to: PHONE, body: 'Hello' });
    await begun.promise;
    await erase(at);
    gate.resolve();
    await t.house.tick();
    const { total } = await t.done('comms.get_billing_summary', at.admin);
    expect(total).toMatchObject({ messages: 1, providerCost: 7_900 });
  });
});

/** Rows about somebody whose key is gone. */
async function orphans(engine: Engine, table: 'message' | 'relationship' | 'consent_record') {
  const found = sql`select m.contact from ${sql.table(table)} m where m.contact <> ''
    and not exists (select 1 from contact c where c.org = m.org and c.ref = m.contact)`;
  return (await found.execute(engine.db)).rows;
}

const shared = engines.filter(({ name }) => name === 'postgres');
describe.runIf(shared.length > 0)('an erasure on one server while another takes messages in', () => {
  it('leaves nothing of a person who is not there any more', async () => {
    const { engine, again, dispose } = await shared[0]!.open();
    const keys = testKeys();
    const houses = [await openHouse({ engine, keys }), await openHouse({ engine: again(), keys })];
    onTestFinished(async () => {
      for (const house of houses) await house[Symbol.asyncDispose]();
      await dispose();
    });
    const [here, there] = [houses[0]!, houses[1]!];
    const at = await openTenant(here);
    for (let n = 0; n < 25; n++) {
      const contact = `+141555501${String(n).padStart(2, '0')}`;
      await here.inbound(at.agent, contact, 'Hello');
      const late = Array.from({ length: 6 }, () => there.inbound(at.agent, contact, 'I live in Oslo'));
      const agreed = there.call('comms.record_consent', at.agent.by, { contact, channel: 'sms', type: 'express' });
      await Promise.all([...late, agreed, here.call('comms.erase_contact', at.admin, { contact })]);
    }
    for (const table of ['message', 'relationship', 'consent_record'] as const)
      expect(await orphans(engine, table), table).toEqual([]);
    expect(houses.flatMap(({ faults }) => faults)).toEqual([]);
  });

  it('takes no key from under a message that comes in while retention ends who was forgotten', async () => {
    const { engine, again, dispose } = await shared[0]!.open();
    const t = await openHouse({ engine });
    const other = again();
    onTestFinished(async () => {
      await other.close();
      await t[Symbol.asyncDispose]();
      await dispose();
    });
    const at = await openTenant(t);
    await t.inbound(at.agent, PHONE, 'Hello');
    t.clock.pass(731 * DAY_MS);
    let retained: Promise<boolean> | undefined;
    await other.db.transaction().execute(async (message) => {
      // as who takes a message in does: the key is held, what is sealed under it written, and committed later
      await message.selectFrom('contact').select('key').where('org', '=', at.org).forShare().execute();
      await message.updateTable('relationship').set({ last_inbound_at: t.clock.now() }).execute();
      retained = t.house.retain();
      await expect.poll(async () => (await waiting.execute(engine.db)).rows).toHaveLength(1);
    });
    await retained;
    expect(await engine.db.selectFrom('contact').select('ref').execute()).toHaveLength(1);
    expect(t.faults).toEqual([]);
  });
});

const waiting = sql`select pid from pg_stat_activity where wait_event_type = 'Lock' `;
