/** "What would happen?": any action can be asked, and asking changes nothing (X08). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/store/engine.ts';
import { engines } from '../support/engines.ts';
import { openHouse, type TestHouse } from '../support/house.ts';
import { CONTACT, EXAMPLES, exampleOf, nextMinute, STRANGER, validCall } from './examples.ts';
import { explainedDenials, verdictOf } from './outcome.ts';
import { countedRows } from './rows.ts';
import { leastOf, naming, openTenant } from './tenant.ts';

/** Reads that find out what is not there: no rule knows. */
const FOUND_BY_READING: ReadonlySet<string> = new Set([
  ...['audit.why', 'swarm.show_agent', 'swarm.show_thread', 'swarm.list_thread_messages', 'swarm.inspect_thread'],
]);

let engine: Engine;
let t: TestHouse;
beforeAll(async () => {
  engine = (await engines[0]!.open()).engine;
  t = await openHouse({ engine });
});
afterAll(async () => {
  await t[Symbol.asyncDispose]();
  expect(t.faults).toEqual([]);
});

describe.each(Object.keys(EXAMPLES))('a dry run of %s', (name) => {
  it('gives the verdict of each of its guards and changes no row', async () => {
    nextMinute(t);
    const at = await openTenant(t);
    const { by, input } = await validCall(name, at);
    await t.house.tick(); // what the passing minute has made due is done with
    await t.house.retain(); // and the round that an example asked for
    const before = await countedRows(engine, at.org);
    const outcome = await t.call(name, by, { ...input, dryRun: true });
    expect(outcome).toMatchObject({ is: 'explained', verdict: 'allow' });
    if (outcome.is !== 'explained') return;
    expect(outcome.checks.map(({ guard }) => guard)).toEqual(
      t.house.catalogue.byName(name)!.guards.map(({ id }) => id),
    );
    expect(await countedRows(engine, at.org)).toEqual(before);
    expect(verdictOf(await t.call(name, by, input))).toBe('allow'); // as was said
  });

  it('tells of the refusal that the real call would meet', async () => {
    nextMinute(t);
    const at = await openTenant(t);
    const entry = t.house.catalogue.byName(name)!;
    const by = leastOf(entry, at);
    const { refused } = exampleOf(name);
    const input = { ...(await refused.input(at)), ...naming(entry, by, at) };
    await t.house.tick(); // what the passing minute has made due is done with
    await t.house.retain(); // and the round that an example asked for
    const before = await countedRows(engine, at.org);
    const outcome = await t.call(name, by, { ...input, dryRun: true });
    // what does not parse, and what only the reader finds missing, no rule ever sees
    if (outcome.is === 'refused') return expect(verdictOf(outcome)).toBe(refused.code);
    if (entry.action.effect !== 'read') expect(outcome).toMatchObject({ is: 'explained', verdict: 'deny' });
    const denials = explainedDenials(outcome).map((denial) => denial.split(':')[1]);
    if (!FOUND_BY_READING.has(entry.action.name)) expect(denials).toContain(refused.code);
    expect(await countedRows(engine, at.org)).toEqual(before);
  });
});

describe('a dry run of a send', () => {
  it('goes through every stage, so that each rule’s no is told at once', async () => {
    const { agent, admin } = await openTenant(t);
    await t.done('comms.dnc_add', admin, { contact: STRANGER });
    await t.done('comms.set_agent_limits', admin, { agentId: agent.id, limits: { perMinute: 0, spendPerDay: 0 } });
    const outcome = await t.call('comms.send_message', agent.by, {
      to: STRANGER,
      body: 'x'.repeat(1_601),
      dryRun: true,
    });
    expect(explainedDenials(outcome)).toEqual([
      'recipient:invalid_input',
      'suppression:suppressed',
      'consent:consent_required',
      'rates:rate_limited',
      'spend:spend_limit',
    ]);
  });

  it('looks at the limits and reserves nothing', async () => {
    const { agent, admin } = await openTenant(t);
    await t.consent(agent, CONTACT);
    await t.done('comms.set_agent_limits', admin, { agentId: agent.id, limits: { perMinute: 1 } });
    const ask = () => t.call('comms.send_message', agent.by, { to: CONTACT, body: 'Hello', dryRun: true });
    for (let i = 0; i < 5; i++) expect(await ask()).toMatchObject({ verdict: 'allow' });
    await t.done('comms.send_message', agent.by, { to: CONTACT, body: 'Hello' });
    expect(explainedDenials(await ask())).toEqual(['rates:rate_limited']);
  });

  it('tells that a person would have to approve, and holds nothing', async () => {
    const { agent, admin } = await openTenant(t);
    await t.consent(agent, CONTACT);
    await t.done('comms.set_approval_policy', admin, { agentId: agent.id, policy: 'always' });
    const outcome = await t.call('comms.send_message', agent.by, { to: CONTACT, body: 'Hello', dryRun: true });
    expect(outcome).toMatchObject({ is: 'explained', verdict: 'hold' });
    expect((await t.done('comms.list_held', admin)).held).toEqual([]);
  });

  it('uses up no idempotency key', async () => {
    const { agent } = await openTenant(t);
    await t.consent(agent, CONTACT);
    const input = { to: CONTACT, body: 'Hello', idempotencyKey: 'k' };
    await t.call('comms.send_message', agent.by, { ...input, dryRun: true });
    expect((await t.call('comms.send_message', agent.by, { ...input, body: 'Other' })).is).toBe('done');
  });
});

describe('who may not act at all', () => {
  it('learns by a dry run no more than that', async () => {
    const { agent, admin } = await openTenant(t);
    await t.done('comms.dnc_add', admin, { contact: STRANGER });
    const asked = (name: string, input: object) => t.call(name, agent.by, { ...input, dryRun: true });
    // that another organisation has taken a slug, that a contact is on the list: rules that are not for this caller
    expect(explainedDenials(await asked('comms.create_organization', { name: 'x', slug: 'default' }))).toEqual([
      'authority:forbidden',
    ]);
    const [listed, not] = [
      await asked('comms.dnc_remove', { contact: STRANGER }),
      await asked('comms.dnc_remove', { contact: CONTACT }),
    ];
    expect(listed).toEqual(not);
  });
});
