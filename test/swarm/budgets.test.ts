/** Budgets of the swarm: reserved, settled, never passed; what is used up waits and goes on when there is more. */
import { expect, onTestFinished, test } from 'vitest';
import { HOUR_MS, MINUTE_MS, rfc3339, SECOND_MS } from '../../src/kernel/time.ts';
import type { SwarmSource } from '../../src/swarm/config/schema.ts';
import { ModelFailure, type ModelReply, type Models } from '../../src/swarm/models/port.ts';
import { engines } from '../support/engines.ts';
import { openHouse, testClock, testKeys } from '../support/house.ts';
import { type SwarmHouse, swarmHouse } from './fixture.ts';

const MODEL = { alias: 'm', provider: 'scripted', model: 's' } as const;

interface Costs {
  readonly most: { readonly tokens: number; readonly cost: number | null };
  readonly used: { readonly tokens: number; readonly cost: number } | null;
}
/** A model that answers at once and uses up what it is told. */
function model(
  { most, used }: Costs,
  reply: (n: number) => Partial<ModelReply> | Promise<Partial<ModelReply>> = () => ({}),
) {
  const made = { asked: 0 };
  const models: Models = {
    estimate: () => most,
    async generate(alias) {
      const n = ++made.asked;
      const usage = used === null ? null : { inputTokens: used.tokens - 1, cachedInputTokens: 0, outputTokens: 1 };
      const base = { text: `answer ${n}`, calls: [], finish: 'stop' as const, usage, cost: used?.cost ?? null };
      return { ...base, servedBy: { alias, key: 'k', ref: `r${n}` }, ...(await reply(n)) };
    },
  };
  return { models, made };
}

const desk = (limits: object, more: { swarm?: object; name?: string } = {}): SwarmSource => ({
  swarm: { name: 'shop', limits: more.swarm ?? {} },
  models: [MODEL],
  agents: [{ name: 'desk', description: 'Talks.', kind: 'llm', prompt: 'Be brief.', model: 'm', limits }],
});

const TEN = { most: { tokens: 10, cost: 1_000 }, used: { tokens: 4, cost: 100 } } as const;

const say = (house: SwarmHouse, threadId?: string) =>
  house.done('swarm.inject', house.orchestrator, { to: 'desk', payload: 'Go on.', ...(threadId ? { threadId } : {}) });
const budgetsOf = async (house: SwarmHouse, threadId?: string) =>
  (await house.done('swarm.list_budgets', house.orchestrator, threadId ? { threadId } : {})).budgets;
const threadOf = async (house: SwarmHouse, id: string) =>
  (await house.house.store.records.of(house.org, id as never))?.thread ?? null;
const alertsOf = async (house: SwarmHouse) =>
  (await house.done('comms.list_alerts', house.orchestrator)).alerts
    .map((one: { kind: string }) => one.kind)
    .toSorted();

test('a step reserves the most and settles what it used; at 80 % somebody is told once, at 100 % the thread waits, and goes on when raised', async () => {
  const { models, made } = model(TEN);
  await using house = await swarmHouse(desk({ tokensPerThread: 18 }), { models });
  const { threadId } = await say(house);
  await house.pump();
  expect(await budgetsOf(house, threadId)).toMatchObject([
    { scope: 'thread', of: threadId, agent: 'desk', kind: 'tokens', limit: 18, used: 4, reserved: 0, waits: false },
    { name: 'threadMs', kind: 'wallMs' },
  ]);
  await say(house, threadId);
  await house.pump(); // 4 + 10 reserved, 8 used
  await say(house, threadId);
  await house.pump(); // 8 + 10 = 18: all of it was reserved, so that 80 % were reached; 12 used
  expect(made.asked).toBe(3);
  await say(house, threadId);
  await house.pump();
  expect(made.asked).toBe(3);
  expect(await threadOf(house, threadId)).toMatchObject({ status: 'paused', because: 'budget' });
  await house.pump();
  await house.house.deliverAlerts();
  expect(await alertsOf(house)).toEqual(['swarm_budget_100', 'swarm_budget_80']);

  const until = rfc3339(house.clock.now() + HOUR_MS);
  const raise = { scope: 'thread', of: threadId, kind: 'tokens', limit: 25, until };
  await house.done('swarm.raise_budget', house.orchestrator, raise);
  house.clock.pass(SECOND_MS);
  await house.pump();
  expect(made.asked).toBe(4);
  expect(await threadOf(house, threadId)).toMatchObject({ status: 'completed' });
  expect(await budgetsOf(house, threadId)).toMatchObject([{ limit: 25, used: 16, raisedUntil: until }, {}]);
  house.clock.pass(HOUR_MS);
  expect(await budgetsOf(house, threadId)).toMatchObject([{ limit: 18, raisedUntil: null }, {}]);
  expect(house.faults).toEqual([]);
});

test.each([
  { scope: 'agent', limits: { tokensPerDay: 15 }, swarm: {} },
  { scope: 'swarm', limits: {}, swarm: { tokensPerDay: 15 } },
  { scope: 'user', limits: {}, swarm: { tokensPerUserPerDay: 15 } },
  { scope: 'agent, in money', limits: { usdPerDay: '0.0015' }, swarm: {} },
  { scope: 'swarm, in money', limits: {}, swarm: { usdPerDay: 0.0015 } },
  { scope: 'user, in money', limits: {}, swarm: { usdPerUserPerDay: '0.0015' } },
])('a day’s budget used up ($scope) waits for the next day', async ({ limits, swarm }) => {
  const { models, made } = model({ ...TEN, used: { tokens: 10, cost: 1_000 } });
  const clock = testClock(Date.parse('2026-11-20T19:00:00Z'));
  await using house = await swarmHouse(desk(limits, { swarm }), { models, options: { clock } });
  await say(house);
  await say(house); // another thread
  await house.pump();
  expect(made.asked).toBe(1);
  expect(await budgetsOf(house)).toMatchObject([{ waits: true, waitsUntil: '2026-11-21T00:00:00.000Z' }]);
  clock.set(Date.parse('2026-11-20T23:59:59Z'));
  await house.pump();
  expect(made.asked).toBe(1);
  clock.set(Date.parse('2026-11-21T00:00:01Z'));
  await house.pump();
  expect(made.asked).toBe(2);
  expect(house.faults).toEqual([]);
});

test('a step that alone is larger than its budget fails at once and makes nothing wait', async () => {
  const { models, made } = model(TEN);
  await using house = await swarmHouse(desk({ tokensPerThread: 9, tokensPerDay: 12 }), { models });
  const { threadId } = await say(house);
  await house.pump();
  expect(made.asked).toBe(0);
  expect(await threadOf(house, threadId)).toMatchObject({ status: 'error' });
  expect((await budgetsOf(house)).some(({ waits }: { waits: boolean }) => waits)).toBe(false);
});

test('a model without a price is refused where a budget of money holds, and works where none does', async () => {
  const { models, made } = model({ most: { tokens: 10, cost: null }, used: { tokens: 4, cost: 0 } });
  await using house = await swarmHouse(desk({ usdPerDay: 5 }), { models });
  const { threadId } = await say(house);
  await house.pump();
  expect([made.asked, (await threadOf(house, threadId))?.status]).toEqual([0, 'error']);
  await using free = await swarmHouse(desk({ tokensPerDay: 50 }), { models });
  await say(free);
  await free.pump();
  expect(made.asked).toBe(1);
});

test('calls are counted with steps of models; reads are not; the answer gets through', async () => {
  const loop = { calls: [{ id: 'c', name: 'ask_desk', args: { message: 'Again.' } }], finish: 'calls' as const };
  const { models, made } = model(TEN, () => loop);
  const source = desk({ maxSteps: 100 }, { swarm: { callsPerThread: 7 } });
  await using house = await swarmHouse({ ...source, agents: [{ ...source.agents[0]!, peers: ['desk'] }] }, { models });
  const { threadId } = await say(house);
  await house.pump();
  expect(await threadOf(house, threadId)).toMatchObject({ status: 'paused', because: 'budget' });
  expect(made.asked).toBe(4); // 4 steps and 3 calls
});

test('a thread that works too long on one input waits; another input begins anew', async () => {
  const { models, made } = model(TEN, (n) => {
    if (n === 1) throw new ModelFailure('model_unavailable', 'Busy.', { retryable: true, sent: false });
    return {};
  });
  await using house = await swarmHouse(desk({}, { swarm: { threadMs: MINUTE_MS } }), { models });
  const { threadId } = await say(house);
  await house.pump();
  house.clock.pass(MINUTE_MS);
  await house.pump();
  expect(made.asked).toBe(1);
  expect(await threadOf(house, threadId)).toMatchObject({ status: 'paused', because: 'budget' });
  const until = rfc3339(house.clock.now() + HOUR_MS);
  await house.done('swarm.raise_budget', house.orchestrator, {
    ...{ scope: 'thread', of: threadId, kind: 'wallMs', limit: 2 * MINUTE_MS, until },
  });
  house.clock.pass(SECOND_MS);
  await house.pump();
  expect(made.asked).toBe(2);
  expect(await threadOf(house, threadId)).toMatchObject({ status: 'completed' });
});

/** Fails for now at its first step, so that its thread waits in the midst of its work. */
const busyAtFirst = () =>
  model(TEN, (n) => {
    if (n === 1) throw new ModelFailure('model_unavailable', 'Busy.', { retryable: true, sent: false });
    return {};
  });

test.each([
  ['thread', 'swarm.pause_thread', 'swarm.resume_thread'],
  ['swarm', 'swarm.pause', 'swarm.resume'],
  ['agent in the registry', 'comms.pause_agent', 'comms.resume_agent'],
])('the time that the %s was paused is not counted as work', async (_, pause, resume) => {
  const { models, made } = busyAtFirst();
  await using house = await swarmHouse(desk({}, { swarm: { threadMs: MINUTE_MS } }), { models });
  const agentId = (await house.house.store.swarms.live(house.org))!.agents.get('desk');
  const { threadId } = await say(house);
  const about = { 'swarm.pause_thread': { threadId }, 'swarm.pause': {}, 'comms.pause_agent': { agentId } }[pause];
  await house.pump();
  await house.done(pause, house.orchestrator, about);
  const { threadId: waits } = await say(house); // and is taken up afterwards
  house.clock.pass(2 * MINUTE_MS);
  await house.pump();
  await house.done(resume, house.orchestrator, about);
  await house.pump();
  expect(made.asked).toBe(3);
  for (const id of [threadId, waits]) expect(await threadOf(house, id)).toMatchObject({ status: 'completed' });
});

test('a thread that waits for a budget goes on when its owner speaks again', async () => {
  const { models, made } = busyAtFirst();
  await using house = await swarmHouse(desk({}, { swarm: { threadMs: MINUTE_MS } }), { models });
  const { threadId } = await say(house);
  await house.pump();
  house.clock.pass(MINUTE_MS);
  await house.pump();
  expect(await threadOf(house, threadId)).toMatchObject({ status: 'paused', because: 'budget' });
  await say(house, threadId);
  house.clock.pass(SECOND_MS);
  await house.pump();
  expect(made.asked).toBe(3);
  expect(await threadOf(house, threadId)).toMatchObject({ status: 'completed' });
});

test('to wait for a budget is not to fail: what fails afterwards has all its tries', async () => {
  const { models, made } = model(TEN, (n) => {
    if (n === 2) throw new ModelFailure('model_unavailable', 'Busy.', { retryable: true, sent: false });
    return {};
  });
  await using house = await swarmHouse(desk({}, { swarm: { callsPerThread: 1 } }), { models });
  const { threadId } = await say(house);
  await house.pump();
  for (let n = 0; n < 7; n++) {
    await say(house, threadId);
    house.clock.pass(MINUTE_MS);
    await house.pump();
    expect(await threadOf(house, threadId)).toMatchObject({ status: 'paused', because: 'budget' });
  }
  const until = rfc3339(house.clock.now() + HOUR_MS);
  await house.done('swarm.raise_budget', house.orchestrator, {
    ...{ scope: 'thread', of: threadId, kind: 'calls', limit: 20, until },
  });
  for (let n = 0; n < 2; n++) {
    house.clock.pass(MINUTE_MS);
    await house.pump();
  }
  expect(made.asked).toBe(9);
  expect(await threadOf(house, threadId)).toMatchObject({ status: 'completed' });
});

test('what was reserved by a process that died stays reserved: another one can not spend it', async () => {
  const reached = Promise.withResolvers<void>();
  const hangs = Promise.withResolvers<never>();
  const { models } = model(TEN, () => {
    reached.resolve();
    return hangs.promise;
  });
  const [keys, clock] = [testKeys(), testClock()];
  const { engine, again, dispose } = await engines[1]!.open();
  onTestFinished(dispose);
  const died = await swarmHouse(desk({ tokensPerThread: 15 }), { models, options: { engine, keys, clock } });
  const { threadId } = await say(died);
  const turn = died.pump();
  await reached.promise;
  expect((await budgetsOf(died, threadId))[0]).toMatchObject({ used: 10, reserved: 10 });
  clock.pass(15 * MINUTE_MS); // every lease is over
  const other = model(TEN);
  const next = await openHouse({ engine: again(), keys, clock, overrides: { swarm: { models: other.models } } });
  await next.house.tick();
  await next.house.pump.tick();
  const { budgets } = await next.done('swarm.list_budgets', next.orchestrator, { threadId });
  expect(budgets[0]).toMatchObject({ used: 10, reserved: 0, waits: true });
  expect(other.made.asked).toBe(0);
  await next[Symbol.asyncDispose]();
  hangs.reject(new Error('gone'));
  await turn.catch(() => undefined);
  await died[Symbol.asyncDispose]();
});

test.each(engines.slice(1))(
  '40 steps at once pass no budget, on $name (PostgreSQL: with two servers)',
  async ({ name, open }) => {
    const { engine, again, dispose } = await open();
    onTestFinished(dispose);
    const keys = testKeys();
    const clock = testClock();
    const shared = model({ ...TEN, used: { tokens: 10, cost: 1_000 } });
    const source = desk({ concurrency: 40 }, { swarm: { tokensPerDay: 155, threadsPerUser: 100 } });
    await using house = await swarmHouse(source, { models: shared.models, options: { engine, keys, clock } });
    const people = Array.from({ length: 40 }, (_, i) => i);
    for (const _ of people) {
      if (_ % 10 === 9) clock.pass(MINUTE_MS); // ten a minute
      await say(house);
    }
    const others =
      name === 'postgres'
        ? [await openHouse({ engine: again(), keys, clock, overrides: { swarm: { models: shared.models } } })]
        : [];
    await Promise.all([house.pump(), ...others.map((other) => other.house.pump.tick())]);
    expect(shared.made.asked).toBe(15);
    expect((await budgetsOf(house))[0]).toMatchObject({ limit: 155, used: 150, waits: true });
    for (const other of others) await other[Symbol.asyncDispose]();
  },
);

test('who may not is refused; nothing is lowered; another organisation’s thread is not there', async () => {
  const { models } = model(TEN);
  await using house = await swarmHouse(desk({ tokensPerThread: 100 }), { models });
  const { threadId } = await say(house);
  const other = await house.organization('other');
  const until = rfc3339(house.clock.now() + HOUR_MS);
  const raise = { scope: 'thread', of: threadId, kind: 'tokens', limit: 200, until };
  const code = async (by: Parameters<typeof house.call>[1], input: object) => {
    const outcome = await house.call('swarm.raise_budget', by, input);
    return outcome.is === 'refused' ? outcome.why[0]!.code : outcome.is;
  };
  expect(await code(other.admin, raise)).toBe('forbidden');
  expect(await code(house.orchestrator, { ...raise, organizationId: other.id })).toBe('not_found');
  expect(await code(house.orchestrator, { ...raise, limit: 100 })).toBe('invalid_input');
  expect(await code(house.orchestrator, { ...raise, kind: 'costMicros' })).toBe('invalid_input');
  expect(await code(house.orchestrator, { ...raise, until: rfc3339(house.clock.now()) })).toBe('invalid_input');
  expect(await code(house.orchestrator, raise)).toBe('done');
  const seen = await house.call('swarm.list_budgets', other.admin, { threadId });
  expect(seen).toMatchObject({ is: 'done', output: { budgets: [] } });
});
