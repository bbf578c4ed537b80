/** What parallel requests, processes and opt-outs may not do together, over the whole house. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Outcome } from '../../src/guard/perform.ts';
import { testCarrier } from '../support/carrier.ts';
import { openDesk } from '../support/desk.ts';
import { engines } from '../support/engines.ts';
import { type HouseOptions, openHouse, type TestAgent, type TestHouse, testClock, testKeys } from '../support/house.ts';
import { verifiedLog } from '../support/log.ts';
import { houseOn, type OpenHouse } from '../support/open.ts';

const TO = '+14155550101';
const MESSAGE_COST = 7_900;

const send = (t: TestHouse, agent: TestAgent, body: string) => t.call('comms.send_message', agent.by, { to: TO, body });
const sendMany = (houses: readonly TestHouse[], agent: TestAgent, count: number): Promise<Outcome[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => send(houses[i % houses.length]!, agent, `n ${i}`)));
const tally = (outcomes: readonly Outcome[]) => {
  const codes = outcomes.map((outcome) => (outcome.is === 'refused' ? outcome.why[0]!.code : outcome.is));
  return Object.fromEntries([...Map.groupBy(codes, (code) => code)].map(([code, all]) => [code, all.length]));
};
const used = async ({ engine }: OpenHouse, like: string): Promise<number> => {
  const rows = await engine.db.selectFrom('meter').select('used').where('id', 'like', like).execute();
  return rows.reduce((sum, { used }) => sum + used, 0);
};

async function consenting(t: TestHouse, limits?: Record<string, number>): Promise<TestAgent> {
  const agent = await t.agent(undefined, limits);
  await t.consent(agent, TO);
  return agent;
}

describe.each(engines)('in parallel on $name', (on) => {
  it.each([40, 400])('exactly 10 of %i sends leave at a limit of 10 a minute', async (parallel) => {
    const { carriers, sent } = testCarrier();
    const t = await houseOn(on, { overrides: { carriers } });
    const agent = await consenting(t);
    expect(tally(await sendMany([t], agent, parallel))).toEqual({ done: 10, rate_limited: parallel - 10 });
    expect(sent).toHaveLength(10);
    expect(await used(t, 'agent:%:actions')).toBe(10);
    expect(await t.engine.db.selectFrom('take').select('cum').execute()).toHaveLength(10);
    await t.house.store.checkpoint();
    await verifiedLog(t.engine, t.house.vkey);
    expect(t.faults).toEqual([]);
  });

  it('no more is spent than the budget, to the micro-unit', async () => {
    const { carriers, sent } = testCarrier();
    const t = await houseOn(on, { overrides: { carriers } });
    const agent = await consenting(t, {
      perMinute: 1_000,
      perHour: 1_000,
      perDay: 1_000,
      spendPerDay: 5 * MESSAGE_COST + MESSAGE_COST - 1,
    });
    expect(tally(await sendMany([t], agent, 60))).toEqual({ done: 5, spend_limit: 55 });
    expect(sent).toHaveLength(5);
    expect(await used(t, 'agent:%:spend@2026-11-20')).toBe(5 * MESSAGE_COST);
    expect(await used(t, 'agent:%:spend@2026-11')).toBe(5 * MESSAGE_COST);
  });

  it('an idempotency key sends once', async () => {
    const { carriers, sent } = testCarrier();
    const t = await houseOn(on, { overrides: { carriers } });
    const agent = await consenting(t);
    const input = { to: TO, body: 'once' };
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => t.call('comms.send_message', agent.by, input, { idempotencyKey: 'k' })),
    );
    expect(sent).toHaveLength(1);
    expect(new Set(outcomes.map((outcome) => ('id' in outcome ? outcome.id : null))).size).toBe(1);
  });

  it('a STOP between propose and claim stops the message, and what it took is given back', async () => {
    const { carriers, sent } = testCarrier();
    const t = await houseOn(on, { overrides: { carriers, maxInFlight: 0 } });
    const agent = await consenting(t);
    await t.consent(agent, '+14155550155');
    const stopped = await send(t, agent, 'too late');
    const other = await t.call('comms.send_message', agent.by, { to: '+14155550155', body: 'to somebody else' });
    expect([stopped.is, other.is]).toEqual(['pending', 'pending']);
    await t.inbound(agent, TO, 'Stop.');
    const claimed = await t.house.ledger.claim(10);
    expect(claimed.map(({ id }) => id)).toEqual([other.is === 'pending' && other.id]);
    expect(sent).toEqual([]);
    expect([await used(t, 'agent:%:actions'), await used(t, 'agent:%:spend@2026-11-20')]).toEqual([1, MESSAGE_COST]);
    const report = await t.done('audit.why', agent.by, { actionId: stopped.is === 'pending' ? stopped.id : '' });
    expect(report).toMatchObject({ state: 'cancelled', code: 'stale' });
    await t.house.store.checkpoint();
    const results = (await verifiedLog(t.engine, t.house.vkey)).filter(({ type }) => type === 'result');
    expect(results).toMatchObject([{ action: report.actionId, state: 'cancelled', code: 'stale', cost: 0 }]);
    const { messages } = await t.done('comms.get_messages', agent.by, { contact: TO, direction: 'outbound' });
    expect(messages).toMatchObject([{ status: 'failed', errorCode: 'stale' }]);
  });

  it.each<readonly [string, (t: TestHouse, agent: TestAgent) => Promise<unknown>]>([
    [
      'a do-not-contact entry',
      (t, agent) => t.done('comms.dnc_add', t.orchestrator, { organizationId: agent.by.org, contact: TO }),
    ],
    [
      'a do-not-contact entry of the platform',
      (t) => t.done('comms.dnc_add', t.orchestrator, { organizationId: 'org_platform', contact: TO }),
    ],
    ['a revoked consent', (t, agent) => t.done('comms.revoke_consent', agent.by, { contact: TO, channel: 'sms' })],
    ['a revoked token', (t, agent) => t.done('identity.revoke_agent_token', t.orchestrator, { agentId: agent.id })],
    ['a rotated token', (t, agent) => t.done('identity.rotate_agent_token', t.orchestrator, { agentId: agent.id })],
    [
      'a new limit',
      (t, agent) => t.done('comms.set_agent_limits', t.orchestrator, { agentId: agent.id, limits: { perMinute: 0 } }),
    ],
    [
      'a new approval policy',
      (t, agent) => t.done('comms.set_approval_policy', t.orchestrator, { agentId: agent.id, policy: 'always' }),
    ],
    ['the end of the agent', (t, agent) => t.done('comms.deprovision_channels', t.orchestrator, { agentId: agent.id })],
  ])('%s between propose and claim stops the message', async (_, change) => {
    const { carriers } = testCarrier();
    const t = await houseOn(on, { overrides: { carriers, maxInFlight: 0 } });
    const agent = await consenting(t);
    expect((await send(t, agent, 'wait')).is).toBe('pending');
    await change(t, agent);
    expect(await t.house.ledger.claim(10)).toEqual([]);
    expect(await used(t, 'agent:%:actions')).toBe(0);
  });

  it('a STOP between hold and approval refuses what is approved', async () => {
    const { carriers, sent } = testCarrier();
    const t = await houseOn(on, { overrides: { carriers } });
    const { admin } = await t.organization();
    const agent = await t.agent(admin);
    await t.consent(agent, TO);
    await t.done('comms.set_approval_policy', admin, { agentId: agent.id, policy: 'always' });
    const [stopped, fine] = [
      await send(t, agent, 'one'),
      await t.call('comms.send_message', agent.by, { to: TO, body: 'two' }),
    ];
    if (stopped.is !== 'held' || fine.is !== 'held') throw new Error('not held');
    expect(await t.done('comms.approve', admin, { actionId: fine.id })).toMatchObject({ outcome: 'done' });
    await t.inbound(agent, TO, 'STOP');
    const approved = await t.done('comms.approve', admin, { actionId: stopped.id });
    expect(approved).toMatchObject({
      outcome: 'refused',
      reasons: [{ guard: 'suppression', code: 'suppressed' }, { guard: 'consent' }],
    });
    expect(sent.map(({ body }) => body)).toEqual(['two']);
    expect(await t.call('comms.approve', admin, { actionId: stopped.id })).toMatchObject({
      is: 'refused',
      why: [{ code: 'not_held' }],
    });
  });

  it('two approvals at once send once', async () => {
    const { carriers, sent } = testCarrier();
    const t = await houseOn(on, { overrides: { carriers } });
    const { admin } = await t.organization();
    const agent = await t.agent(admin);
    await t.consent(agent, TO);
    await t.done('comms.set_approval_policy', admin, { agentId: agent.id, policy: 'always' });
    const held = await send(t, agent, 'one');
    if (held.is !== 'held') throw new Error(held.is);
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => t.call('comms.approve', admin, { actionId: held.id })));
    // whoever looks when it is decided already is told so by the guard, whoever is overtaken after that by the write
    const { done, conflict = 0, not_held = 0 } = tally(outcomes);
    expect([done, conflict + not_held]).toEqual([1, 3]);
    expect(sent).toHaveLength(1);
    expect(await used(t, 'agent:%:actions')).toBe(1);
  });
});

describe.each(engines.filter(({ name }) => name === 'postgres'))('two servers on $name', (on) => {
  /** Two houses over one database, with the same keys and clock. */
  async function twoHouses(options: Omit<HouseOptions, 'engine'> = {}): Promise<readonly [OpenHouse, TestHouse]> {
    const shared = { keys: testKeys(), clock: testClock(), ...options };
    const first = await houseOn(on, shared);
    const second = await openHouse({ ...shared, engine: first.again() });
    onTestFinished(() => second[Symbol.asyncDispose]());
    return [first, second];
  }

  it.each([40, 400])('let exactly 10 of %i sends leave at a limit of 10 a minute', async (parallel) => {
    const { carriers, sent } = testCarrier();
    const [a, b] = await twoHouses({ overrides: { carriers } });
    const agent = await consenting(a);
    expect(tally(await sendMany([a, b], agent, parallel))).toEqual({ done: 10, rate_limited: parallel - 10 });
    expect(sent).toHaveLength(10);
    expect(await used(a, 'agent:%:actions')).toBe(10);
    expect([...a.faults, ...b.faults]).toEqual([]);
  });

  it('spend no more than the budget together', async () => {
    const { carriers, sent } = testCarrier();
    const [a, b] = await twoHouses({ overrides: { carriers } });
    const agent = await consenting(a, {
      perMinute: 1_000,
      perHour: 1_000,
      perDay: 1_000,
      spendPerDay: 7 * MESSAGE_COST,
    });
    expect(tally(await sendMany([a, b], agent, 100))).toEqual({ done: 7, spend_limit: 93 });
    expect(sent).toHaveLength(7);
    expect(await used(a, 'agent:%:spend@2026-11-20')).toBe(7 * MESSAGE_COST);
  });

  it('lose nothing when many agents and contacts cross between them', async () => {
    const { carriers, sent } = testCarrier();
    const [a, b] = await twoHouses({ overrides: { carriers } });
    const limits = { perMinute: 1_000, perHour: 1_000, perDay: 1_000, messagesPerNumberPerDay: 1_000 };
    const agents = [await consenting(a, limits), await consenting(a, limits), await consenting(a, limits)];
    const outcomes = await Promise.all(
      Array.from({ length: 150 }, (_, i) => send([a, b][i % 2]!, agents[(i * 7) % 3]!, `n ${i}`)),
    );
    expect(tally(outcomes)).toEqual({ done: 150 });
    expect(sent).toHaveLength(150);
    expect(await used(a, 'agent:%:actions')).toBe(150);
    await a.house.store.checkpoint();
    const log = await verifiedLog(a.engine, a.house.vkey);
    expect(log.filter(({ name }) => name === 'comms.send_message')).toHaveLength(150);
    expect(log.filter(({ state }) => state === 'ok')).toHaveLength(150);
    expect([...a.faults, ...b.faults]).toEqual([]);
  });

  it('share idempotency keys', async () => {
    const { carriers, sent } = testCarrier();
    const [a, b] = await twoHouses({ overrides: { carriers } });
    const agent = await consenting(a);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        [a, b][i % 2]!.call('comms.send_message', agent.by, { to: TO, body: 'once' }, { idempotencyKey: 'k' }),
      ),
    );
    expect(sent).toHaveLength(1);
    expect(new Set(outcomes.map((outcome) => ('id' in outcome ? outcome.id : null))).size).toBe(1);
  });

  it('never claim the same action', async () => {
    const { engine, again, dispose } = await on.open();
    const [clock, keys] = [testClock(), testKeys()];
    const a = await openDesk({ engine, clock, keys });
    const b = await openDesk({ engine: again(), clock, keys, beside: a });
    onTestFinished(async () => {
      await b.store.close();
      await a.store.close();
      await dispose();
    });
    const ready = await Promise.all(Array.from({ length: 200 }, () => a.propose('test.send')));
    const claimed: string[] = [];
    const drain = async ({ ledger }: typeof a) => {
      for (let batch = await ledger.claim(7); batch.length > 0; batch = await ledger.claim(7))
        claimed.push(...batch.map(({ id }) => id));
    };
    await Promise.all([drain(a), drain(b), drain(a), drain(b)]);
    await drain(a); // a claimer passes by what another holds locked
    expect(claimed.toSorted()).toEqual(ready.map(({ id }) => id).toSorted());
  });

  it('heed a STOP that the other one took in', async () => {
    const { carriers, sent } = testCarrier();
    const [a, b] = await twoHouses({ overrides: { carriers, maxInFlight: 0 } });
    const agent = await consenting(a);
    for (let i = 0; i < 5; i++) expect((await send(a, agent, `n ${i}`)).is).toBe('pending');
    await b.inbound(agent, TO, 'STOP');
    expect(await a.house.ledger.claim(10)).toEqual([]);
    expect(await used(a, 'agent:%:actions')).toBe(0);
    expect(tally([await send(a, agent, 'after')])).toEqual({ suppressed: 1 });
    await a.house.store.checkpoint();
    const results = (await verifiedLog(a.engine, a.house.vkey)).filter(({ type }) => type === 'result');
    expect(results).toMatchObject(Array(5).fill({ state: 'cancelled', code: 'stale' }));
    expect(sent).toEqual([]);
  });

  it('refuse what was approved on one after a STOP on the other', async () => {
    const { carriers, sent } = testCarrier();
    const [a, b] = await twoHouses({ overrides: { carriers } });
    const agent = await consenting(a);
    await a.done('comms.set_approval_policy', a.orchestrator, { agentId: agent.id, policy: 'always' });
    const held = await send(b, agent, 'x');
    if (held.is !== 'held') throw new Error(held.is);
    await b.inbound(agent, TO, 'STOP');
    expect(
      await a.done('comms.approve', a.orchestrator, { organizationId: agent.by.org, actionId: held.id }),
    ).toMatchObject({ outcome: 'refused' });
    expect(sent).toEqual([]);
  });

  it('know at once of a token revoked on the other', async () => {
    const [a, b] = await twoHouses();
    const agent = await consenting(a);
    expect((await send(b, agent, 'x')).is).toBe('done');
    await a.done('identity.revoke_agent_token', a.orchestrator, { agentId: agent.id });
    expect(tally([await send(b, agent, 'y')])).toEqual({ stale: 1 });
    expect(await b.house.authenticate(agent.token)).toBeNull();
  });

  it('lose no change of an agent that two administrators change at once', async () => {
    const [a, b] = await twoHouses();
    const agent = await a.agent();
    for (let round = 1; round <= 5; round++) {
      const policy = round % 2 === 0 ? 'always' : 'never';
      await Promise.all([
        a.done('comms.set_agent_limits', a.orchestrator, { agentId: agent.id, limits: { perMinute: round } }),
        b.done('comms.set_approval_policy', b.orchestrator, { agentId: agent.id, policy }),
      ]);
      const [now] = (await a.house.store.tenancy.agents(agent.by.org)).filter(({ id }) => id === agent.id);
      expect(now).toMatchObject({ approvalPolicy: policy, limits: { perMinute: round } });
    }
  });

  it('join what an agent was told on both', async () => {
    const [a, b] = await twoHouses();
    const agent = await consenting(a);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => [a, b][i % 2]!.inbound(agent, `+141555501${10 + i}`, `n ${i}`)),
    );
    const told = outcomes.map((outcome) =>
      outcome.is === 'done' ? (outcome.output as { messageId: string }).messageId : outcome.is,
    );
    const { context } = await a.engine.db
      .selectFrom('agent')
      .select('context')
      .where('id', '=', agent.id)
      .executeTakeFirstOrThrow();
    expect(JSON.parse(context!).sources).toEqual(told.toSorted());
  });

  it('sequence each other’s entries, and a checkpoint follows within a second or so', async () => {
    const [a, b] = await twoHouses();
    const agent = await consenting(a);
    await Promise.all(Array.from({ length: 10 }, (_, i) => send([a, b][i % 2]!, agent, `n ${i}`)));
    await vi.waitFor(async () => expect(await a.engine.db.selectFrom('log_inbox').selectAll().execute()).toEqual([]), {
      timeout: 2_000,
      interval: 20,
    });
    const log = await verifiedLog(a.engine, a.house.vkey);
    expect(log.filter(({ name, decision }) => name === 'comms.send_message' && decision === 'allow')).toHaveLength(10);
  });

  it('open an empty database together', async () => {
    const { engine, again, dispose } = await on.open();
    const [clock, keys] = [testClock(), testKeys()];
    const others = Array.from({ length: 3 }, again);
    const first = await Promise.all(
      [engine, ...others].map((one, i) => openDesk({ engine: one, clock, keys, slug: `org-${i}` })),
    );
    onTestFinished(async () => {
      for (const desk of first) await desk.store.close();
      await dispose();
    });
    await Promise.all(first.map((desk) => desk.propose('test.note')));
    await Promise.all(first.map((desk) => desk.store.checkpoint()));
    const log = await verifiedLog(engine, first[0]!.vkey);
    expect(log.filter(({ type }) => type === 'decision')).toHaveLength(4);
  });
});
