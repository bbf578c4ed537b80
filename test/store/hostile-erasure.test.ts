/** What a hostile reader of the database looks for after an erasure, and what an erasure must not change. */
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
    let retained: Promise<void> | undefined;
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
