/** Nothing personal stands in the database in the clear, and what one person's key sealed is gone with it. */
import { describe, expect, it } from 'vitest';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import { testKeys } from '../support/house.ts';
import { verifiedLog } from '../support/log.ts';
import { houseOn } from '../support/open.ts';

const CONTACT = '+14155550101';
const OTHER = '+14155550155';
const WORDS = [
  'Frühstück um neun',
  'marmalade',
  'hospital',
  'because I said so',
  'seen at the counter',
  'words agreed to',
  'some private note',
];

/** A conversation with every kind of personal data in it, refusals and failures too. */
async function converse(on: (typeof engines)[number], keys = testKeys()) {
  const t = await houseOn(on, { keys });
  const { id: org, admin } = await t.organization('acme');
  const agent = await t.agent(admin);
  await t.done('comms.record_consent', agent.by, {
    contact: CONTACT,
    channel: 'sms',
    type: 'express',
    source: 'seen at the counter',
    proof: 'words agreed to',
    notes: 'some private note',
  });
  await t.done(
    'comms.send_message',
    agent.by,
    { to: ' +1 (415) 555-0101', body: 'Frühstück um neun' },
    { idempotencyKey: 'k1' },
  );
  await t.inbound(agent, CONTACT, 'I like marmalade');
  await t.call('comms.send_message', agent.by, { to: OTHER, body: 'hospital' }); // no consent
  await t.done('comms.set_approval_policy', admin, { agentId: agent.id, policy: 'always' });
  await t.call('comms.send_message', agent.by, { to: CONTACT, body: 'marmalade?' }, { idempotencyKey: 'k2' }); // held
  await t.done('comms.dnc_add', admin, { contact: OTHER, reason: 'because I said so' });
  await t.inbound(agent, CONTACT, 'STOP');
  await t.call('comms.send_message', agent.by, { to: CONTACT, body: 'but marmalade' }); // suppressed
  await t.call('comms.send_message', agent.by, { to: `${CONTACT}; drop table`, body: 'hospital' }); // unsafe
  await t.call('comms.send_message', agent.by, { to: CONTACT, body: 7, [CONTACT]: 'hospital' }); // does not parse
  await t.call('comms.send_message', agent.by, { to: CONTACT, body: 'hospital', channel: OTHER });
  await t.call('comms.check_consent', agent.by, { contact: 'bob+marmalade@example.com', channel: 'email' });
  await t.call('comms.record_consent', admin, {
    ...{ agentId: agent.id, contact: 'bob+marmalade@example.com', channel: 'email' },
  });
  await t.house.store.checkpoint();
  return { t, org, admin, agent, engine: t.engine };
}

describe.each(engines)('in the database on $name', (on) => {
  it('no number, address, text or token of a conversation is found in any table', async () => {
    const { engine, agent, t } = await converse(on);
    const tables = await dump(engine);
    expect(tables.size).toBeGreaterThan(15);
    for (const [name, rows] of tables) {
      for (const secret of ['4155550101', '4155550155', 'marmalade', 'bob+', ...WORDS, agent.token]) {
        expect(rows.includes(secret), `${secret} in ${name}`).toBe(false);
      }
    }
    // the dump does see what is there
    expect(tables.get('agent')).toContain('Front desk');
    expect(tables.get('log_entry')).toContain('comms.send_message');
    expect(t.faults).toEqual([]);
  });

  it('whoever holds the keys reads all of it', async () => {
    const { t, org, agent, admin } = await converse(on);
    const bodies = (await t.house.store.comms.messages(org, { agent: agent.id, limit: 50 })).messages.map(
      ({ body }) => body,
    );
    expect(bodies.toSorted()).toEqual(['Frühstück um neun', 'I like marmalade', 'STOP']);
    expect(await t.done('comms.list_held', admin)).toMatchObject({
      held: [{ input: { to: CONTACT, body: 'marmalade?' } }],
    });
    expect(await t.house.store.comms.suppressionsOf(org, OTHER)).toMatchObject([
      { contact: OTHER, source: 'because I said so' },
    ]);
    expect(
      await t.house.store.comms.consentHistory(org, { agent: agent.id, contact: CONTACT, channel: 'sms' }),
    ).toMatchObject([
      { event: 'revoked' },
      { event: 'recorded', source: 'seen at the counter', proof: 'words agreed to' },
    ]);
  });

  it('a person’s texts are unreadable once the person’s key is destroyed, the others’ stay, and the log still verifies', async () => {
    const { t, org, admin, agent, engine } = await converse(on);
    const consent = { contact: '+14155550166', channel: 'sms', source: 'kept' };
    await t.done('comms.record_consent', admin, { agentId: agent.id, ...consent });
    await t.inbound(agent, '+14155550166', 'still here');
    await t.house.store.checkpoint();
    const entries = await verifiedLog(engine, t.house.vkey);
    const { messages: known } = await t.house.store.comms.messages(org, {
      agent: agent.id,
      contact: CONTACT,
      limit: 50,
    });
    expect(known).toHaveLength(3);

    const refs = await engine.db.selectFrom('message').select(['contact', 'id']).where('org', '=', org).execute();
    const erased = refs.find(({ id }) => id === known[0]!.id)!.contact;
    await engine.db.deleteFrom('contact').where('org', '=', org).where('ref', '=', erased).execute();

    const { messages: after } = await t.house.store.comms.messages(org, { agent: agent.id, limit: 50 });
    expect(after.filter(({ contact }) => contact === 'erased').map(({ body }) => body)).toEqual(['', '', '']);
    expect(after.filter(({ contact }) => contact !== 'erased')).toMatchObject([
      { contact: '+14155550166', body: 'still here' },
    ]);
    expect(
      await t.house.store.comms.consentHistory(org, { agent: agent.id, contact: CONTACT, channel: 'sms' }),
    ).toMatchObject([
      { event: 'revoked', source: null },
      { event: 'recorded', source: null, proof: null },
    ]);
    expect(await verifiedLog(engine, t.house.vkey)).toEqual(entries);
  });

  it('a value moved to another row or organisation does not open', async () => {
    const { t, org, agent, engine } = await converse(on);
    const [first, second] = await engine.db
      .selectFrom('message')
      .select(['id', 'body'])
      .where('org', '=', org)
      .where('direction', '=', 'inbound')
      .orderBy('id')
      .execute();
    await engine.db
      .updateTable('message')
      .set({ body: first!.body })
      .where('org', '=', org)
      .where('id', '=', second!.id)
      .execute();
    await expect(t.house.store.comms.messages(org, { agent: agent.id, limit: 50 })).rejects.toThrow();
  });
});
