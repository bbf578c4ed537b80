import { afterEach, describe, expect, test, vi } from 'vitest';
import type { AgentId } from '../../../src/kernel/ids.ts';
import { swarmControlWrite } from '../../../src/swarm/control/writes.ts';
import type { Handler } from '../../../src/swarm/define.ts';
import type { ModelReply } from '../../../src/swarm/models/port.ts';
import { signedIn } from '../../support/enrol.ts';
import { type SwarmHouse, scripted, swarmHouse } from '../fixture.ts';
import { pumpHouse, threadOf } from '../pump-house.ts';
import { asksTeller, BANK, sendsThrice, type Wire, wire } from './wire.ts';

let swarm: SwarmHouse | undefined;
afterEach(async () => {
  await swarm?.[Symbol.asyncDispose]();
  swarm = undefined;
});
const open = async (outside: Wire) => {
  swarm = await swarmHouse(BANK, { handlers: { desk: asksTeller, teller: sendsThrice }, outside });
  return swarm;
};
const inject = async (house: SwarmHouse, to = 'teller', threadId?: string) =>
  (await house.done('swarm.inject', house.orchestrator, { to, payload: 'Please.', threadId })).threadId as string;
const inspect = (house: SwarmHouse, threadId: string) =>
  house.done('swarm.inspect_thread', house.orchestrator, { threadId });

describe('a pause', () => {
  test.each([
    ['of the thread', 'swarm.pause_thread', 'swarm.resume_thread'],
    ['of the swarm', 'swarm.pause', 'swarm.resume'],
    ['of the agent in the registry', 'comms.pause_agent', 'comms.resume_agent'],
  ])(
    '%s lets what began end, starts nothing new, keeps what comes in, and goes on where it was',
    async (_, pause, resume) => {
      let first: (() => Promise<unknown>) | null = async () => undefined;
      const outside: Wire = wire(async () => {
        await first?.();
        first = null;
        return 'sent';
      });
      const house = await open(outside);
      const threadId = await inject(house);
      const agentId = (await house.house.store.swarms.live(house.org))!.agents.get('teller') as AgentId;
      const about = { 'swarm.pause_thread': { threadId }, 'swarm.pause': {}, 'comms.pause_agent': { agentId } }[pause];
      first = () => house.done(pause, house.orchestrator, about);
      await house.pump();
      expect(outside.begun).toHaveLength(1);
      await inject(house, 'teller', threadId);
      house.clock.pass(10_000);
      await house.pump();
      expect(outside.begun).toHaveLength(1);
      await house.done(resume, house.orchestrator, about);
      await house.pump();
      expect(outside.begun).toHaveLength(6); // the other two, and three for what came meanwhile
      const { status, messages } = await inspect(house, threadId);
      expect(status).toBe('completed');
      expect(messages.map(({ kind }: { kind: string }) => kind)).toEqual(['inject', 'inject', 'reply', 'reply']);
      expect(house.faults).toEqual([]);
    },
  );

  test('makes again what it called off while the turn that asked for it went on', async () => {
    const names = ['x', 'y', 'a'] as const;
    const gates = {
      x: Promise.withResolvers<void>(),
      y: Promise.withResolvers<void>(),
      a: Promise.withResolvers<void>(),
    };
    const ran: string[] = [];
    const outside = wire(async ({ args }) => {
      const { of } = args as { of: keyof typeof gates };
      ran.push(of);
      await gates[of]?.promise;
      return 'sent';
    });
    const sends =
      (...all: readonly string[]): Handler =>
      async ({ tool }) => {
        await Promise.all(all.map((of) => tool('wire', { of })));
        return 'done';
      };
    const handlers = { x: sends('x'), y: sends('y'), both: sends('a', 'b') };
    const agents = Object.keys(handlers).map((name) => ({ ...BANK.agents[1]!, name }));
    const t = await pumpHouse(handlers, {
      source: { ...BANK, agents },
      options: { overrides: { maxInFlight: names.length, swarm: { outside } } },
    });
    const states = async () =>
      (await t.engine.db.selectFrom('action').select('state').execute()).map(({ state }) => state);
    await t.inject('x', 'Please.');
    await t.inject('y', 'Please.');
    const work = t.pump();
    await vi.waitFor(() => expect(ran).toHaveLength(2));
    const threadId = threadOf(await t.inject('both', 'Please.'));
    await vi.waitFor(() => expect(ran).toEqual(['x', 'y', 'a'])); // and no place for b
    await vi.waitFor(async () => expect(await states()).toContain('ready'));
    await t.done('swarm.pause_thread', t.orchestrator, { threadId });
    gates.x.resolve();
    await vi.waitFor(async () => expect(await states()).toContain('cancelled'));
    for (const name of names) gates[name].resolve();
    await work;
    await t.done('swarm.resume_thread', t.orchestrator, { threadId });
    t.clock.pass(5_000);
    await t.pump();
    expect(ran).toEqual(['x', 'y', 'a', 'b']);
    expect(await t.thread(threadId)).toMatchObject({ status: 'completed' });
  });

  test('aborts a step of a model where it is told to, which is made again after resuming', async () => {
    let asked = 0;
    const models = scripted(() => 'Hello.');
    const generate: typeof models.generate = (alias, request): Promise<ModelReply> =>
      ++asked > 1
        ? models.generate(alias, request)
        : new Promise((_, reject) => request.signal.addEventListener('abort', () => reject(new Error('aborted'))));
    swarm = await swarmHouse(
      {
        swarm: { name: 'one' },
        models: [{ alias: 'm', provider: 'scripted', model: 's' }],
        agents: [{ name: 'desk', description: 'Talks.', kind: 'llm', prompt: 'Be brief.', model: 'm' }],
      },
      { models: { ...models, generate } },
    );
    const threadId = await inject(swarm, 'desk');
    const pump = swarm.pump();
    await vi.waitFor(() => expect(asked).toBe(1));
    const paused = await swarm.done('swarm.pause_thread', swarm.orchestrator, { threadId, abort: true });
    expect(paused).toMatchObject({ status: 'paused', abortedModelCalls: [expect.stringMatching(/^act_/)] });
    await pump;
    swarm.clock.pass(60_000);
    await swarm.pump();
    expect(asked).toBe(1);
    await swarm.done('swarm.resume_thread', swarm.orchestrator, { threadId });
    await swarm.pump();
    expect(asked).toBe(2);
    expect((await inspect(swarm, threadId)).messages.at(-1)).toMatchObject({ payload: 'Hello.' });
  });

  test('twice, or of what is not paused, or of what was killed, says so', async () => {
    const house = await open(wire());
    const threadId = await inject(house);
    const by = house.orchestrator;
    const refused = async (name: string, input = {}) =>
      expect(await house.call(name, by, input), name).toMatchObject({ is: 'refused', why: [{ code: 'conflict' }] });
    await refused('swarm.resume_thread', { threadId });
    await refused('swarm.resume');
    await house.done('swarm.pause_thread', by, { threadId });
    await refused('swarm.pause_thread', { threadId });
    await house.done('swarm.kill_thread', by, { threadId });
    await refused('swarm.resume_thread', { threadId });
    await refused('swarm.pause_thread', { threadId });
    await house.done('swarm.pause', by);
    await refused('swarm.pause');
  });

  test('by a budget is not lifted by resuming, and gives way to a person', async () => {
    const house = await open(wire());
    const threadId = await inject(house);
    const subject = { is: 'thread', id: threadId as never } as const;
    const found = (write: ReturnType<typeof swarmControlWrite>) =>
      house.house.store.found(house.org, 'budget', [write]);
    const set = (because: 'budget' | 'person') =>
      found(swarmControlWrite('swarm-pause.set', { subject, because, by: 'x' }));
    await set('budget');
    expect(await inspect(house, threadId)).toMatchObject({ status: 'paused', because: 'budget' });
    const resumed = await house.call('swarm.resume_thread', house.orchestrator, { threadId });
    expect(resumed).toMatchObject({ is: 'refused', why: [{ code: 'conflict' }] });
    await house.done('swarm.pause_thread', house.orchestrator, { threadId });
    await set('budget'); // no weaker reason takes its place
    const lifted = found(swarmControlWrite('swarm-pause.lift', { subject, because: 'budget' }));
    await expect(lifted).rejects.toMatchObject({ code: 'conflict' });
    expect(await inspect(house, threadId)).toMatchObject({ status: 'paused', because: 'person' });
    await house.done('swarm.resume_thread', house.orchestrator, { threadId });
    house.clock.pass(10_000);
    await house.pump();
    expect((await inspect(house, threadId)).status).toBe('completed');
  });

  test('is lifted for the reason that was seen alone: a stop that came meanwhile stays', async () => {
    const house = await open(wire());
    const subject = { is: 'swarm' } as const;
    await house.done('swarm.pause', house.orchestrator);
    const seen = house.house.store.found(house.org, 'as_judged', [
      swarmControlWrite('swarm-pause.set', { subject, because: 'stop', by: 'x' }),
      swarmControlWrite('swarm-pause.lift', { subject, because: 'person' }),
    ]);
    await expect(seen).rejects.toMatchObject({ code: 'conflict' });
    await house.done('swarm.emergency_stop', house.orchestrator);
    await house.done('swarm.resume', house.orchestrator); // of what was looked at
    expect((await house.call('swarm.resume', house.orchestrator)).is).toBe('refused');
  });

  test('keeps what is held: approved meanwhile, it leaves after resuming and not before', async () => {
    const handlers: Record<string, Handler> = {
      desk: ({ tool }) => tool('comms.send_message', { to: CONTACT, body: 'Hello' }),
    };
    swarm = await swarmHouse(
      {
        swarm: { name: 'one' },
        agents: [{ name: 'desk', description: 'Writes.', kind: 'handler', tools: ['comms.send_message'] }],
      },
      { handlers },
    );
    const { orchestrator: by } = swarm;
    const agentId = (await swarm.house.store.swarms.live(swarm.org))!.agents.get('desk') as AgentId;
    await swarm.done('comms.record_consent', by, { agentId, contact: CONTACT, channel: 'sms', type: 'express' });
    await swarm.done('comms.set_approval_policy', by, { agentId, policy: 'always' });
    const threadId = await inject(swarm, 'desk');
    await swarm.pump();
    await swarm.done('swarm.pause_thread', by, { threadId });
    const { held } = await swarm.done('comms.list_held', by);
    const { actionId, argsHash } = held[0];
    const { signed } = await signedIn(swarm.house, 'admin', swarm.org);
    await swarm.done('comms.approve', (await swarm.house.authenticate(signed.accessToken))!, { actionId, argsHash });
    const look = () => swarm!.house.ledger.look(swarm!.org, actionId);
    const rounds = async () => {
      for (let i = 0; i < 2; i++) await swarm!.house.tick();
    };
    await rounds();
    expect(await look()).toMatchObject({ is: 'held' });
    await swarm.done('swarm.resume_thread', by, { threadId });
    await rounds();
    expect(await look()).toMatchObject({ is: 'done' });
    await swarm.pump();
    expect((await inspect(swarm, threadId)).status).toBe('completed');
    expect(swarm.faults).toEqual([]);
  });
});

const CONTACT = '+14155550101';
