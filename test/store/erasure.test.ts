/** A person is erased everywhere, the log goes on being true, and who must not be written to still isn't (C22, X04). */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { verifyCheckpoint } from '../../src/audit/checkpoint.ts';
import { leafHash } from '../../src/audit/merkle.ts';
import { verifyInclusion } from '../../src/audit/proof.ts';
import { parseVkey } from '../../src/audit/signed-note.ts';
import { fromBase64 } from '../../src/kernel/encoding.ts';
import { DAY_MS } from '../../src/kernel/time.ts';
import { reasonsIn } from '../matrix/outcome.ts';
import { openTenant, type Tenant } from '../matrix/tenant.ts';
import { testCarrier } from '../support/carrier.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import { verifiedLog } from '../support/log.ts';
import { houseOn } from '../support/open.ts';

const BOB = 'bob@example.com';
const PHONE = '+14155550101';
const FILE = { filename: 'passport.txt', contentType: 'text/plain', content: 'cGFzc3BvcnQ=' };

const erase = ({ t, admin }: Tenant, contact: string, more: object = {}) =>
  t.done('comms.erase_contact', admin, { contact, ...more });
const consent = ({ t, admin, agent }: Tenant, contact: string, more: object = {}) =>
  t.done('comms.record_consent', admin, {
    agentId: agent.id,
    ...{ contact, channel: contact === BOB ? 'email' : 'sms', type: 'express', source: 'counter', proof: 'I agree' },
    ...more,
  });
const send = ({ t, agent }: Tenant, to: string, key?: string) =>
  t.call('comms.send_message', agent.by, { to, body: 'Hello' }, key === undefined ? {} : { idempotencyKey: key });

const idOf = (outcome: Awaited<ReturnType<typeof send>>): string => {
  if (outcome.is === 'explained' || outcome.id === null) throw new Error(JSON.stringify(outcome));
  return outcome.id;
};

/** Everything that is ever kept about a number, in each table. */
async function furnish(at: Tenant, contact = PHONE): Promise<void> {
  const { t, agent, admin } = at;
  await consent(at, contact, { notes: 'a note' });
  expect((await send(at, contact, 'k1')).is).toBe('done');
  expect(await t.inbound(agent, contact, 'I live in Oslo')).toMatchObject({ is: 'done' });
  await t.done('comms.dnc_add', admin, { contact, reason: 'rang up angry' }, { idempotencyKey: 'k2' });
  await t.done('comms.dnc_remove', admin, { contact }, { idempotencyKey: 'k3' });
  await t.done('comms.revoke_consent', agent.by, { contact, channel: 'sms', source: 'said so' });
  await consent(at, contact);
  await t.done('comms.set_approval_policy', admin, { agentId: agent.id, policy: 'always' });
  const held = await send(at, contact, 'k4');
  await t.done('comms.deny', admin, { actionId: idOf(held), note: `not to ${contact}` });
  expect((await send(at, contact)).is).toBe('held');
  await t.inbound(agent, contact, 'STOP');
  expect(reasonsIn(await send(at, contact))).toContain('suppression:suppressed');
}

describe.each(engines)('erasing a person on $name', (on) => {
  it('leaves their keyed hash only where it protects them or proves it, and nothing that opens', async () => {
    const t = await houseOn(on);
    const at = await openTenant(t);
    await furnish(at);
    const receipt = await erase(at, '+1 (415) 555-0101', { reason: 'consent_withdrawn' });
    expect(receipt).toMatchObject({
      already: false,
      reason: 'consent_withdrawn',
      erased: { messages: 3, attachments: 0, consents: 4, relationships: 1, cancelled: 1 },
      kept: { suppressions: 3, figures: 3 },
      log: { state: 'recorded', leaf: null },
    });
    expect(receipt.copies).toMatch(/encryption key [0-9a-f]{8} is destroyed/);

    await t.house.store.checkpoint();
    const tables = await dump(t.engine);
    const naming = [...tables].filter(([, rows]) => rows.includes(receipt.subject)).map(([name]) => name);
    // answers under idempotency keys run out by themselves; sealed under the person's key they open no more
    expect(naming.toSorted()).toEqual(['erasure', 'fence', 'idempotency', 'log_entry', 'suppression']);
    for (const [name, rows] of tables) expect(rows, name).not.toContain('4155550101');
    expect(tables.get('contact')).toBe('[]');
    const [left] = await t.engine.db.selectFrom('suppression').selectAll().where('org', '=', at.org).execute();
    expect(left).toMatchObject({ reason: 'stop', source: null });

    const actions = await t.engine.db.selectFrom('action').selectAll().where('org', '=', at.org).execute();
    for (const row of actions) expect({ input: row.input, salt: row.salt }).toEqual({ input: null, salt: null });
    expect(await t.done('comms.get_messages', at.agent.by, { limit: 50 })).toMatchObject({ messages: [] });
    expect(await t.done('comms.get_waiting_messages', at.agent.by)).toMatchObject({ messages: [] });
    expect(await t.done('comms.list_held', at.admin)).toMatchObject({ held: [] });
    const entries = await t.done('comms.dnc_list', at.admin);
    expect(entries).toMatchObject({ entries: Array(3).fill({ contact: 'erased', source: '' }) });
    expect(t.faults).toEqual([]);
  });

  it('keeps the figures that bills are made of', async () => {
    const t = await houseOn(on);
    const at = await openTenant(t);
    await consent(at, PHONE);
    await send(at, PHONE);
    const before = await t.done('comms.get_usage_dashboard', at.agent.by, { period: 'day' });
    await erase(at, PHONE);
    expect(await t.done('comms.get_usage_dashboard', at.agent.by, { period: 'day' })).toEqual(before);
  });

  it('takes the files of mails too, and the file is gone from the doors', async () => {
    const t = await houseOn(on);
    const at = await openTenant(t);
    const { messageId } = await t.done('comms.receive_message', at.provider, {
      ...{ agentId: at.agent.id, channel: 'email', from: BOB, to: 'desk@sandbox.invalid', subject: 'Hi', body: 'See.' },
      ...{ providerRef: 'm1', attachments: [FILE] },
    });
    expect(await erase(at, 'BOB@example.com')).toMatchObject({ erased: { messages: 1, attachments: 1 } });
    expect((await dump(t.engine)).get('attachment')).toBe('[]');
    const file = await t.call('comms.get_attachment', at.agent.by, { messageId, number: 0 });
    expect(reasonsIn(file)).toEqual(['comms.get_attachment:not_found']);
  });

  it('leaves a log that verifies, proves the erased message, and can’t show or guess what it said', async () => {
    const t = await houseOn(on);
    const at = await openTenant(t);
    await consent(at, PHONE);
    const id = idOf(await send(at, PHONE));
    const { log, subject } = await erase(at, PHONE);
    await t.house.store.checkpoint();
    expect((await verifiedLog(t.engine, t.house.vkey)).map(({ type }) => type)).toContain('erasure');

    for (const actionId of [id, log.actionId]) {
      const { proofs, checkpoint, size } = await t.done('audit.prove', t.orchestrator, { actionId });
      const signed = verifyCheckpoint(checkpoint, parseVkey(t.house.vkey)!);
      if (!signed.ok) throw new Error(signed.error);
      const { root } = signed.value;
      expect(proofs.length).toBeGreaterThan(1);
      for (const { index, body, proof } of proofs) {
        const hashes = proof.map((hash: string) => fromBase64(hash)!);
        expect(verifyInclusion({ index, size, leaf: leafHash(body), proof: hashes, root })).toBe(true);
      }
    }
    // whoever has the whole database and guesses the text still lacks the salt
    const row = await t.engine.db.selectFrom('action').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    expect([row.salt, row.input, row.contact]).toEqual([null, null, null]);
    expect(subject).toMatch(/^[\w-]{22}$/);
  });

  it('still binds what the person had asked for, and starts anew when they write again', async () => {
    const t = await houseOn(on);
    const at = await openTenant(t);
    await consent(at, PHONE);
    await t.inbound(at.agent, PHONE, 'STOP');
    const { subject } = await erase(at, PHONE);
    expect(reasonsIn(await send(at, PHONE))).toContain('suppression:suppressed');
    await t.inbound(at.agent, PHONE, 'Hello again');
    await consent(at, PHONE);
    expect(reasonsIn(await send(at, PHONE))).toEqual(['suppression:suppressed']);
    const { messages } = await t.done('comms.get_messages', at.agent.by, { contact: PHONE });
    expect(messages).toMatchObject([{ body: 'Hello again', from: PHONE }]);
    expect(await erase(at, PHONE)).toMatchObject({ already: false, subject, erased: { messages: 1, consents: 1 } });
  });

  it('does not wait for the end of a suspension: the orchestrator erases, the organisation can’t', async () => {
    const t = await houseOn(on);
    const at = await openTenant(t);
    await consent(at, PHONE);
    const organizationId = at.org;
    await t.done('comms.suspend_organization', t.orchestrator, { organizationId, reason: 'complaints' });
    expect(reasonsIn(await t.call('comms.erase_contact', at.admin, { contact: PHONE }))).toContain(
      'standing:organization_inactive',
    );
    const receipt = await t.done('comms.erase_contact', t.orchestrator, { organizationId, contact: PHONE });
    expect(receipt).toMatchObject({ already: false, erased: { consents: 1 } });
  });

  it('on request keeps them off the list of who may be written to, as a keyed hash alone', async () => {
    const t = await houseOn(on);
    const at = await openTenant(t);
    expect(await erase(at, PHONE, { suppress: true })).toMatchObject({ kept: { suppressions: 1 } });
    expect((await dump(t.engine)).get('contact')).toBe('[]');
    await consent(at, PHONE);
    expect(reasonsIn(await send(at, PHONE))).toEqual(['suppression:suppressed']);
  });

  it('succeeds for somebody unknown, and for a number that can’t be reached', async () => {
    const t = await houseOn(on);
    const at = await openTenant(t);
    for (const contact of [PHONE, '+1 999 555 0100']) {
      const { erased, already } = await erase(at, contact);
      expect(already).toBe(false);
      expect(Object.values(erased)).toEqual([0, 0, 0, 0, 0]);
    }
  });

  it('asked for twice at once is done once, and the other answers the same receipt', async () => {
    const t = await houseOn(on);
    const at = await openTenant(t);
    await consent(at, PHONE);
    const receipts = await Promise.all([erase(at, PHONE), erase(at, PHONE), erase(at, PHONE)]);
    expect(receipts.map(({ already }) => already).toSorted()).toEqual([false, true, true]);
    expect(new Set(receipts.map(({ log }) => log.actionId)).size).toBe(1);
    expect(new Set(receipts.map(({ erased }) => JSON.stringify(erased))).size).toBe(1);
    await t.house.store.checkpoint();
    const later = await erase(at, PHONE);
    expect(later).toMatchObject({ already: true, log: { state: 'provable', leaf: expect.any(Number) } });
    expect(later.copies).toBe(receipts[0].copies);
  });

  it('is another organisation’s business only for what that one keeps', async () => {
    const t = await houseOn(on);
    const [mine, other] = [await openTenant(t), await openTenant(t)];
    for (const at of [mine, other]) await consent(at, PHONE);
    const [a, b] = [
      await erase(mine, PHONE),
      await t.done('comms.check_consent', other.agent.by, { contact: PHONE, channel: 'sms' }),
    ];
    expect(b.history.length).toBe(1);
    expect((await send(other, PHONE)).is).toBe('done');
    expect((await erase(other, PHONE)).subject).not.toBe(a.subject);
  });

  it('reaches the platform’s own list when the orchestrator names the platform', async () => {
    const t = await houseOn(on);
    const at = await openTenant(t);
    const platform = { organizationId: 'org_platform', contact: PHONE };
    await t.done('comms.dnc_add', t.orchestrator, { ...platform, reason: 'a letter' });
    expect(await t.done('comms.erase_contact', t.orchestrator, platform)).toMatchObject({ kept: { suppressions: 1 } });
    await consent(at, PHONE);
    expect(reasonsIn(await send(at, PHONE))).toEqual(['suppression:suppressed']);
    expect(reasonsIn(await t.call('comms.erase_contact', at.admin, platform))).toEqual(['input:not_found']);
    expect(reasonsIn(await t.call('comms.erase_contact', at.agent.by, { contact: PHONE }))).toContain(
      'authority:forbidden',
    );
  });

  it('ends what is on its way: nothing left comes, and a late answer brings nothing of them back', async () => {
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const { carriers, sent } = testCarrier(async () => {
      begun.resolve();
      await gate.promise;
      return { state: 'ok', ref: 'late' };
    });
    const t = await houseOn(on, { overrides: { carriers, maxInFlight: 1 }, environment: { WAIT_MS: '0' } });
    const at = await openTenant(t);
    await consent(at, PHONE);
    const first = await send(at, PHONE);
    await begun.promise;
    const second = await send(at, PHONE); // no place is free: it waits as ready
    const { erased } = await erase(at, PHONE);
    expect(erased).toMatchObject({ cancelled: 2, messages: 2 });
    gate.resolve();
    await t.house.tick();
    await expect.poll(async () => (await dump(t.engine)).get('contact')).toBe('[]');
    expect(sent).toHaveLength(1);
    const states = await Promise.all(
      [first, second].map((outcome) => t.done('audit.why', at.agent.by, { actionId: idOf(outcome) })),
    );
    expect(states.map(({ state }) => state)).toEqual(['unknown', 'cancelled']);
    expect((await dump(t.engine)).get('relationship')).toBe('[]');
    const { costMicros } = states[0]!;
    const { spend } = await t.done('comms.get_usage_dashboard', at.agent.by, { period: 'day' });
    expect(JSON.stringify(spend ?? costMicros)).toContain(String(costMicros)); // what may have left keeps its reserve
    await t.house.store.checkpoint();
    await verifiedLog(t.engine, t.house.vkey);
  });

  it('forgets the remembered answers: a repeat under the same key is told so, and sends nothing', async () => {
    const t = await houseOn(on);
    const at = await openTenant(t);
    await consent(at, PHONE);
    const before = await send(at, PHONE, 'order-7');
    expect(before).toMatchObject({ is: 'done', output: { to: PHONE } });
    await erase(at, PHONE);
    await consent(at, PHONE);
    const repeated = await send(at, PHONE, 'order-7');
    expect(reasonsIn(repeated)).toEqual(['idempotency:not_found']);
    t.clock.pass(DAY_MS);
    expect((await send(at, PHONE, 'order-7')).is).toBe('done');
  });

  it('knows every table that holds people', async () => {
    const t = await houseOn(on);
    const holding: string[] = [];
    for (const name of (await dump(t.engine)).keys()) {
      if (name === 'contact') continue; // the people themselves
      const rows = sql`select contact from ${sql.table(name)} limit 1`;
      if (
        await rows.execute(t.engine.db).then(
          () => true,
          () => false,
        )
      )
        holding.push(name);
    }
    // a new one goes into `DELETED` of src/store/erasure.ts, or is dealt with there by name, and into docs/erasure.md
    expect(holding.toSorted()).toEqual([
      ...['action', 'consent_record', 'erasure', 'idempotency', 'message', 'one_time_code', 'opt_out_answer'],
      ...['relationship', 'suppression', 'thread'],
    ]);
  });
});

it('every action that changes something about an address says whose it is', async () => {
  const t = await houseOn(engines[0]!);
  const silent = t.house.catalogue.entries.filter(
    ({ action, fields }) =>
      action.effect === 'state' && action.contact === undefined && fields.some(({ kind }) => kind === 'address'),
  );
  expect(silent.map(({ action }) => action.name)).toEqual([
    'comms.set_billing_config', // the organisation's own address
    'comms.erase_contact', // its receipt names nobody
    'comms.submit_kyc', // the organisation's own address
    'comms.set_alert_routes', // the organisation's own address
    'identity.invite_person', // somebody of the organisation's own; identity.remove_person forgets them
  ]);
});
