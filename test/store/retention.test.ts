/** What is too old ends once a day, and nothing before its time (C27). */
import { describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../src/kernel/time.ts';
import { loadSettings } from '../../src/main/settings.ts';
import { reasonsIn } from '../matrix/outcome.ts';
import { openTenant, type Tenant } from '../matrix/tenant.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import { openHouse, testClock, testKeys } from '../support/house.ts';
import { verifiedLog } from '../support/log.ts';
import { houseOn } from '../support/open.ts';

const PHONE = '+14155550101';
const OTHER = '+14155550120';

const send = ({ t, agent }: Tenant, to = PHONE) => t.call('comms.send_message', agent.by, { to, body: 'Hello' });
const mail = ({ t, agent, provider }: Tenant) =>
  t.done('comms.receive_message', provider, {
    ...{ agentId: agent.id, channel: 'email', from: 'bob@example.com', to: 'desk@sandbox.invalid', body: 'See.' },
    ...{ providerRef: 'm1', attachments: [{ filename: 'a.txt', contentType: 'text/plain', content: 'aGk=' }] },
  });
const listed = async ({ t, agent }: Tenant) => (await t.done('comms.get_messages', agent.by, { limit: 50 })).messages;
const status = ({ t }: Tenant, count = false) => t.done('comms.get_retention', t.orchestrator, { count });

async function open(on: (typeof engines)[number], environment: Record<string, string> = {}) {
  const t = await houseOn(on, { environment });
  const at = await openTenant(t);
  await t.house.retain();
  return { t, at };
}

describe.each(engines)('retention on $name', (on) => {
  it('forgets where somebody lives with the person, in memory too', async () => {
    const { t, at } = await open(on);
    const offer = { to: PHONE, body: 'Sale', purpose: 'marketing', dryRun: true };
    const closed = async () => {
      const told = await t.call('comms.send_message', at.agent.by, offer);
      if (told.is !== 'explained') throw new Error(told.is);
      return told.checks.find(({ guard }) => guard === 'calling-window')!.findings.length > 0;
    };
    await t.done('comms.set_contact_place', at.admin, { contact: PHONE, zone: 'Asia/Tokyo', country: 'JP' });
    await t.call('comms.send_message', at.agent.by, { ...offer, dryRun: false });
    expect(await closed()).toBe(true);
    t.clock.pass(7 * 400 * DAY_MS); // the same day of the week
    await t.house.retain();
    expect(await t.engine.db.selectFrom('contact').selectAll().where('org', '=', at.org).execute()).toEqual([]);
    expect(await closed()).toBe(false);
  });

  it('takes the content of a message after 90 days, keeps its figures, and the log goes on being true', async () => {
    const { t, at } = await open(on);
    await t.consent(at.agent, PHONE);
    await send(at);
    await t.inbound(at.agent, PHONE, 'I live in Oslo');
    await mail(at);
    t.clock.pass(90 * DAY_MS - MINUTE_MS);
    await send(at);
    await t.house.retain();
    expect(await listed(at)).toHaveLength(4);

    t.clock.pass(DAY_MS);
    const { due } = await status(at, true);
    expect(due).toMatchObject({ messages: 3, figures: 0 });
    expect(await listed(at)).toHaveLength(4); // looking ends nothing
    await t.house.retain();
    const { lastRun } = await status(at);
    expect(lastRun.ended).toMatchObject({ messages: 3, inputs: due.inputs, people: 0 });
    expect(await listed(at)).toHaveLength(1);
    expect((await dump(t.engine)).get('attachment')).toBe('[]');
    const rows = await t.engine.db.selectFrom('message').selectAll().where('org', '=', at.org).orderBy('id').execute();
    expect(rows.map(({ contact, body }) => contact === '' && body === null)).toEqual([true, true, true, false]);
    expect(rows[0]!.cost).toBeGreaterThan(0);
    const old = await t.engine.db.selectFrom('action').selectAll().where('id', '=', rows[0]!.action).execute();
    expect(old).toMatchObject([{ input: null, salt: null, contact: null, state: 'done' }]);

    await t.house.store.checkpoint();
    const log = await verifiedLog(t.engine, t.house.vkey);
    const runs = log.filter(({ event }) => event === 'retention');
    expect(runs.at(-1)).toMatchObject({ detail: { messages: 3, whole: true } });
    const { logIndexes } = await t.done('audit.why', at.admin, { actionId: rows[0]!.action });
    expect(logIndexes.length).toBe(2);
    expect(t.faults).toEqual([]);
  });

  it('takes figures, records of actions and counters after a year', async () => {
    const { t, at } = await open(on);
    await t.consent(at.agent, PHONE);
    const outcome = await send(at);
    t.clock.pass(200 * DAY_MS);
    await t.house.retain();
    t.clock.pass(166 * DAY_MS);
    await t.house.retain();
    const { ended } = (await status(at)).lastRun;
    expect(ended).toMatchObject({ figures: 1, actions: expect.any(Number), meters: expect.any(Number) });
    const tables = await dump(t.engine);
    for (const name of ['message', 'take', 'meter']) expect(tables.get(name), name).toBe('[]');
    const actionId = outcome.is === 'done' ? outcome.id : null;
    expect(reasonsIn(await t.call('audit.why', at.admin, { actionId }))).toEqual(['audit.why:not_found']);
    await t.consent(at.agent, PHONE);
    expect((await send(at)).is).toBe('done'); // whatever was remembered of its meters
  });

  it('takes alerts with the records, however young their own list would let them be', async () => {
    const { t } = await open(on, { RETENTION_MESSAGES: '30d', RETENTION_USAGE: '30d' });
    await t.done('comms.test_alert', t.orchestrator);
    const listed = { organizationId: 'org_platform' };
    t.clock.pass(29 * DAY_MS);
    await t.house.retain();
    expect((await t.done('comms.list_alerts', t.orchestrator, listed)).alerts).toHaveLength(1);
    t.clock.pass(2 * DAY_MS);
    await t.house.retain();
    const tables = await dump(t.engine);
    for (const name of ['alert', 'alert_delivery']) expect(tables.get(name), name).toBe('[]');
  });

  it('takes a revoked consent with its proof after two years, an active one never', async () => {
    const { t, at } = await open(on);
    for (const contact of [PHONE, OTHER]) await t.consent(at.agent, contact);
    await t.consent(at.colleague, PHONE);
    await t.done('comms.revoke_consent', at.agent.by, { contact: PHONE, channel: 'sms' });
    const kept = () => t.engine.db.selectFrom('consent_record').select(['event', 'agent']).orderBy('id').execute();
    t.clock.pass(729 * DAY_MS);
    await t.house.retain();
    expect(await kept()).toHaveLength(4);
    t.clock.pass(2 * DAY_MS);
    await t.house.retain();
    expect(await kept()).toEqual([
      { event: 'recorded', agent: at.agent.id },
      { event: 'recorded', agent: at.colleague.id },
    ]);
    expect((await send(at, OTHER)).is).toBe('done');
  });

  it('takes a one-time code a day after it has run out, and no sooner', async () => {
    const { t, at } = await open(on);
    await t.consent(at.agent, PHONE);
    for (const purpose of ['login', 'new.phone', 'new.phone.number'])
      await t.done('comms.send_otp', at.agent.by, { to: PHONE, purpose });
    const kept = () => t.engine.db.selectFrom('one_time_code').select('id').execute();
    t.clock.pass(DAY_MS);
    await t.house.retain();
    expect(await kept()).toHaveLength(3);
    t.clock.pass(DAY_MS);
    expect((await status(at, true)).due).toMatchObject({ codes: 3 });
    await t.house.retain();
    expect(await kept()).toEqual([]);
    expect((await status(at)).lastRun.ended).toMatchObject({ codes: 3 });
  });

  it('erases whoever is spoken of nowhere any more, but not who must not be written to', async () => {
    const { t, at } = await open(on);
    await t.inbound(at.agent, PHONE, 'Hello');
    await t.inbound(at.agent, OTHER, 'STOP');
    t.clock.pass(731 * DAY_MS);
    await t.house.retain();
    expect((await status(at)).lastRun.ended).toMatchObject({ people: 1 });
    const people = await t.engine.db.selectFrom('contact').select('ref').execute();
    expect(people).toHaveLength(1);
    expect((await t.engine.db.selectFrom('relationship').selectAll().execute()).length).toBe(1);
    // who writes again gets a new key, not one that was remembered
    await t.inbound(at.agent, PHONE, 'It is me again');
    expect(await listed(at)).toMatchObject([{ body: 'It is me again', from: PHONE }]);
    await t.consent(at.agent, OTHER);
    expect(reasonsIn(await send(at, OTHER))).toEqual(['suppression:suppressed']);
  });

  it('keeps for ever what is set so, and figures as long as the content', async () => {
    const { t, at } = await open(on, { RETENTION_MESSAGES: 'forever', RETENTION_REVOKED_CONSENT: '1d' });
    await t.consent(at.agent, PHONE);
    await send(at);
    t.clock.pass(3_000 * DAY_MS);
    await t.house.retain();
    expect(await listed(at)).toHaveLength(1);
    expect((await status(at)).kinds).toMatchObject([
      { kind: 'messages', keep: 'forever' },
      { kind: 'usage', keep: 'forever' },
      { kind: 'one_time_codes', keep: '1d' },
      { kind: 'revoked_consent', keep: '1d' },
    ]);
  });

  it('runs once a day, or when the orchestrator asks', async () => {
    const { t, at } = await open(on);
    const runs = async () => {
      await t.house.store.checkpoint();
      return (await verifiedLog(t.engine, t.house.vkey)).filter(({ event }) => event === 'retention').length;
    };
    expect(await runs()).toBe(1);
    await t.house.retain();
    t.clock.pass(DAY_MS - 1);
    await t.house.retain();
    expect(await runs()).toBe(1);
    t.clock.pass(1);
    await Promise.all([t.house.retain(), t.house.retain()]);
    expect(await runs()).toBe(2);
    expect(await t.done('comms.run_retention', t.orchestrator)).toEqual({ requested: true });
    await t.house.retain();
    expect(await runs()).toBe(3);
    for (const by of [at.admin, at.agent.by]) {
      for (const name of ['comms.run_retention', 'comms.get_retention'])
        expect(reasonsIn(await t.call(name, by)).join()).toContain('authority:forbidden');
    }
  });

  it('goes on where a run was broken off, and takes over from a server that died', async () => {
    const [keys, clock] = [testKeys(), testClock()];
    const first = await houseOn(on, { keys, clock });
    const at = await openTenant(first);
    for (let i = 0; i < 30; i++) await first.inbound(at.agent, PHONE, `Message ${i}`);
    await first.house.retain();
    clock.pass(91 * DAY_MS);
    // another server claimed the run an hour ago and is not heard of
    const lease = { node: 'nod_gone', lease_until: clock.now() + MINUTE_MS, next_at: 0 };
    await first.engine.db.updateTable('retention').set(lease).execute();
    await first.house.retain();
    expect(await listed(at)).toHaveLength(30);
    clock.pass(2 * MINUTE_MS);
    await first.house.retain();
    expect(await listed(at)).toHaveLength(0);
    expect((await status(at)).running).toBe(false);
  });
});

it('a run that the end of the server breaks off is due again, and the next one does the rest', async () => {
  const on = engines[1]!;
  const [keys, clock] = [testKeys(), testClock()];
  const { engine, again, dispose } = await on.open();
  const first = await openHouse({ engine, keys, clock });
  const at = await openTenant(first);
  await Promise.all(Array.from({ length: 200 }, (_, i) => first.inbound(at.agent, PHONE, `Message ${i}`)));
  await first.house.retain();
  clock.pass(91 * DAY_MS);
  void first.house.retain();
  await first[Symbol.asyncDispose]();
  const second = await openHouse({ engine: again(), keys, clock });
  expect((await status({ ...at, t: second })).nextAt < new Date(clock.now() + 1).toISOString()).toBe(true);
  await second.house.retain();
  expect(await listed({ ...at, t: second })).toHaveLength(0);
  await second[Symbol.asyncDispose]();
  await dispose();
});

it.each(['0', '0d', '90', '-1d', '1.5d', '99999d', 'never'])(
  'RETENTION_MESSAGES=%s stops the start with a sentence',
  (value) => {
    expect(() => loadSettings({ RETENTION_MESSAGES: value })).toThrow(
      'RETENTION_MESSAGES must be a number of days from 1d to 36500d, such as 90d, or forever',
    );
  },
);
