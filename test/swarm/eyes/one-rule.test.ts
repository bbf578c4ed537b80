/**
 * A thread or an agent that is not there for somebody is told apart from one that never was by nothing: not by an operation on it, by
 * what it is missing (a fresh factor, a signature), by what waits in it, nor by the answer of a stop.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Grant } from '../../../src/guard/grant.ts';
import { TRUSTED } from '../../../src/guard/label.ts';
import type { Principal } from '../../../src/guard/principal.ts';
import { READ_PROMPTS, VIEW_AGENT, VIEW_THREAD } from '../../../src/guard/rights.ts';
import type { Role } from '../../../src/identity/rules/roles.ts';
import { identityWrite } from '../../../src/identity/writes.ts';
import type { AgentId } from '../../../src/kernel/ids.ts';
import { HOUR_MS, rfc3339 } from '../../../src/kernel/time.ts';
import type { SwarmSource } from '../../../src/swarm/config/schema.ts';
import { ToolFailure } from '../../../src/swarm/tools/port.ts';
import { signedIn } from '../../support/enrol.ts';
import { type SwarmHouse, scripted, swarmHouse } from '../fixture.ts';
import { grant, somebody } from './house.ts';

/** The desk asks the canary, which asks the clerk; each pays, or writes what waits for an approval, when it is told to. */
const SOURCE: SwarmSource = {
  swarm: { name: 'shop', limits: { threadMs: HOUR_MS, callsPerThread: 1_000 } },
  agents: [
    { name: 'desk', description: 'Talks.', kind: 'handler', peers: ['canary'], tools: ['pay', 'files.write'] },
    { name: 'canary', description: 'Hidden.', kind: 'handler', peers: ['clerk'], tools: ['pay', 'files.write'] },
    { name: 'clerk', description: 'Counts.', kind: 'handler', peers: ['third'] },
    { name: 'third', description: 'Ends it.', kind: 'handler' },
  ],
  policies: { approvals: { tools: ['files.write'], otherPerson: false } },
};
const outside = {
  show: async (_org: unknown, name: string) => [
    { name: name.replace('.', '__'), description: 'x', schema: { type: 'object' }, idempotent: false },
  ],
  run: async ({ name }: { name: string }) => {
    if (name === 'pay') throw new ToolFailure('tool_timeout', 'cut', { mayHaveHappened: true });
    return { text: 'written', isError: false, label: TRUSTED, ref: 'double' };
  },
};
type Context = {
  call(peer: string, input: unknown): Promise<unknown>;
  tool(name: string, args: unknown): Promise<unknown>;
};
const atWork =
  (peer: string) =>
  async ({ call, tool }: Context, input: unknown) =>
    input === 'pay' || input === 'files.write'
      ? await tool(input, { plan: 'a private matter' })
      : `I heard: ${JSON.stringify(await call(peer, input))}`;
const handlers = { desk: atWork('canary'), canary: atWork('clerk'), clerk: atWork('third'), third: () => 'a count' };

let house: SwarmHouse;
let agents: ReadonlyMap<string, AgentId>;
const open = async () => {
  const made = await swarmHouse(SOURCE, { outside: outside as never, handlers: handlers as never });
  return { house: made, agents: (await made.house.store.swarms.live(made.org))!.agents };
};
beforeAll(async () => {
  ({ house, agents } = await open());
});
afterAll(async () => house[Symbol.asyncDispose]());

const NO_THREAD = 'thr_00000000000000000000000000';
const NO_ACTION = 'act_00000000000000000000000000';
const fresh = (by: Principal): Principal => ({
  ...by,
  sensitive: { is: 'step-up', until: Number.MAX_SAFE_INTEGER },
});
const without = (name: string): Grant => grant('deny', VIEW_AGENT, { kind: 'agent', id: agents.get(name)! });
const say = async (to: string, payload: string): Promise<string> => {
  const { threadId } = await house.done('swarm.inject', somebody(house.org, 'operator'), { to, payload });
  await house.pump();
  return threadId;
};
const inspect = (threadId: string, by = somebody(house.org, 'owner')) =>
  house.done('swarm.inspect_thread', by, { threadId });
const neutral = (value: unknown): string =>
  JSON.stringify(value).replaceAll(/\b(act|thr|frm|msg)_[0-9A-Z]{26}\b/g, '$1_');

describe('of a thread that is not there, whoever asks and whatever else they lack', () => {
  let paid: { threadId: string; frameId: string; step: number; message: string };
  beforeAll(async () => {
    const threadId = await say('canary', 'pay');
    const { frames, messages } = await inspect(threadId);
    const call = frames[0].steps.find(({ kind }: { kind: string }) => kind === 'call');
    paid = { threadId, frameId: frames[0].frameId, step: call.n, message: messages[0].messageId };
  });
  const until = () => rfc3339(house.clock.now() + HOUR_MS);
  const ASKED: readonly (readonly [name: string, input: (threadId: string) => object])[] = [
    ...['show_thread', 'list_thread_messages', 'inspect_thread', 'list_budgets'].map(
      (name) => [`swarm.${name}`, (threadId: string) => ({ threadId })] as const,
    ),
    ...['pause_thread', 'resume_thread', 'kill_thread'].map(
      (name) => [`swarm.${name}`, (threadId: string) => ({ threadId })] as const,
    ),
    ['swarm.fork_thread', (threadId) => ({ threadId, fromMessage: paid.message })],
    ['swarm.resolve_step', (threadId) => ({ threadId, frameId: paid.frameId, step: paid.step, as: 'done' })],
    ['swarm.raise_budget', (of) => ({ scope: 'thread', of, kind: 'calls', limit: 2_000, until: until() })],
  ];
  const HIDING: readonly (readonly [string, () => readonly Grant[]])[] = [
    ['by its agent', () => [without('canary')]],
    ['by a grant on it', () => [grant('deny', VIEW_THREAD, { kind: 'thread', id: paid.threadId })]],
    ['by everything of the swarm taken on it', () => [grant('deny', 'swarm.*', { kind: 'thread', id: paid.threadId })]],
  ];
  const owner = (by: Principal): Principal => ({
    ...by,
    kind: 'service',
    sensitive: { is: 'by-name', actions: new Set(ASKED.map(([name]) => name)) },
  });
  const WHO: readonly (readonly [string, (...grants: Grant[]) => Principal])[] = [
    ...(['viewer', 'operator', 'admin'] as Role[]).map(
      (role) => [role, (...grants: Grant[]) => somebody(house.org, role, ...grants)] as const,
    ),
    ['admin who has just confirmed', (...grants) => fresh(somebody(house.org, 'admin', ...grants))],
    ['program of an owner', (...grants) => owner(somebody(house.org, 'owner', ...grants))],
  ];
  for (const [how, grants] of HIDING)
    for (const [role, who] of WHO)
      test(`${how}, to a ${role}`, async () => {
        const by = who(...grants());
        for (const [name, input] of ASKED) {
          const hidden = await house.call(name, by, input(paid.threadId));
          const unknown = await house.call(name, by, input(NO_THREAD));
          expect(neutral(hidden), name).toBe(neutral(unknown));
          expect(hidden.is, name).toBe('refused');
          expect(neutral(await house.call(name, by, { ...input(paid.threadId), dryRun: true })), name).toBe(
            neutral(await house.call(name, by, { ...input(NO_THREAD), dryRun: true })),
          );
        }
      });

  test('but for who may see it, each of them is told', async () => {
    const by = owner(somebody(house.org, 'owner'));
    const done = async (name: string) => {
      const input = ASKED.find(([one]) => one === name)![1](paid.threadId);
      return (await house.call(name, by, input)).is;
    };
    for (const [name] of ASKED.filter(([one]) => !/pause|resume|kill/.test(one)))
      expect(await done(name), name).toBe('done');
    for (const name of ['swarm.pause_thread', 'swarm.resume_thread', 'swarm.kill_thread'])
      expect(await done(name), name).toBe('done');
  });

  test('a frame of a hidden agent is none to resolve a step of, also where the thread is there', async () => {
    const threadId = await say('desk', 'nothing');
    const canary = (await inspect(threadId)).frames.find(({ agent }: { agent: string }) => agent === 'canary');
    const by = fresh(somebody(house.org, 'admin', without('canary')));
    const resolve = (frameId: string) =>
      house.call('swarm.resolve_step', by, { threadId, frameId, step: 2, as: 'done' });
    expect(neutral(await resolve(canary.frameId))).toBe(neutral(await resolve('frm_00000000000000000000000000')));
  });

  test('a budget of a hidden agent is none to raise', async () => {
    const by = owner(somebody(house.org, 'owner', without('canary')));
    const raise = (of: string) =>
      house.call('swarm.raise_budget', by, { scope: 'agent', of, kind: 'calls', limit: 2_000, until: until() });
    expect(neutral(await raise('canary'))).toBe(neutral(await raise('nobody')));
  });
});

describe('what waits for an approval', () => {
  let threadId: string;
  let held: { actionId: string; argsHash: string };
  beforeAll(async () => {
    threadId = await say('desk', 'files.write');
    [held] = (await house.done('comms.list_held', somebody(house.org, 'owner'))).held;
  });
  const asked = (actionId: string) => ({ actionId, argsHash: held.argsHash });
  const HIDING: readonly (readonly [string, () => readonly Grant[]])[] = [
    ['in a thread that a grant takes', () => [grant('deny', VIEW_THREAD, { kind: 'thread', id: threadId })]],
    ['for an agent that is not there', () => [without('desk')]],
  ];
  test.each(HIDING)(
    '%s is in no list, and every word about it is the word about one that there is not',
    async (_, grants) => {
      const by = fresh(somebody(house.org, 'admin', ...grants()));
      expect((await house.done('comms.list_held', by)).held).toEqual([]);
      for (const name of ['comms.approve', 'comms.deny', 'comms.get_approval_challenge']) {
        const input = (id: string) => (name === 'comms.approve' ? asked(id) : { actionId: id });
        const hidden = await house.call(name, by, input(held.actionId));
        expect(hidden, name).toMatchObject({ is: 'refused', why: [{ code: 'not_held' }] });
        expect(neutral(hidden), name).toBe(neutral(await house.call(name, by, input(NO_ACTION))));
      }
    },
  );

  test('is not there for who was given the list on its agent, where its thread is private', async () => {
    await using one = await swarmHouse(
      { ...SOURCE, swarm: { name: 'shop', visibility: 'private' } },
      { outside: outside as never, handlers: handlers as never },
    );
    await one.done('swarm.inject', somebody(one.org, 'operator'), { to: 'desk', payload: 'files.write' });
    await one.pump();
    const agentId = (await one.house.store.swarms.live(one.org))!.agents.get('desk')!;
    const viewer = somebody(one.org, 'viewer', grant('allow', 'comms.list_held', { kind: 'agent', id: agentId }));
    expect((await one.done('comms.list_held', viewer, { agentId })).held).toEqual([]);
    expect((await one.done('comms.list_held', somebody(one.org, 'admin'), { agentId })).held).toHaveLength(1);
  });

  test('no passkey is asked for what is not there', async () => {
    const { signed, id: person } = await signedIn(house.house, 'admin', house.org);
    const key = {
      credential: 'cred',
      publicKey: 'key',
      counter: 0,
      transports: [],
      backupEligible: true,
      backedUp: true,
    };
    await house.house.store.people.commit(house.org, { event: 'factor_added', person } as never, [
      identityWrite('passkey.create', {
        ...{ id: house.house.ids.next('psk'), person, ...key, name: 'Key', createdAt: house.clock.now() },
      }),
    ]);
    const admin = fresh((await house.house.authenticate(signed.accessToken))!);
    const blind = { ...admin, grants: [without('desk')] };
    expect(await house.call('comms.approve', admin, asked(held.actionId))).toMatchObject({
      why: [{ code: 'signature_required' }],
    });
    expect(neutral(await house.call('comms.approve', blind, asked(held.actionId)))).toBe(
      neutral(await house.call('comms.approve', blind, asked(NO_ACTION))),
    );
  });
});

describe('beneath an agent that is not there', () => {
  test('what others said and did is theirs, and the same in every read', async () => {
    const threadId = await say('desk', 'Count.');
    const by = somebody(house.org, 'viewer', without('canary'));
    const { frames } = await house.done('swarm.show_thread', by, { threadId });
    const shown = frames.map(({ agent, calledBy }: Record<string, string>) => [agent, calledBy !== null]);
    expect(shown).toEqual([
      ['desk', false],
      ['clerk', false],
      ['third', true],
    ]);
    const { messages } = await house.done('swarm.list_thread_messages', by, { threadId });
    const looked = await inspect(threadId, by);
    expect(looked.messages.map(({ messageId }: { messageId: string }) => messageId).toSorted()).toEqual(
      messages.map(({ messageId }: { messageId: string }) => messageId).toSorted(),
    );
    const frameIds = frames.map(({ frameId }: { frameId: string }) => frameId);
    expect(looked.frames.map(({ frameId }: { frameId: string }) => frameId)).toEqual(frameIds);
    for (const { frameId } of messages) expect([null, ...frameIds]).toContain(frameId);
    expect(JSON.stringify([frames, messages, looked])).not.toContain('canary');
  });
});

test('a configuration is compared with what of the live one is there for who asks', async () => {
  const of = { kind: 'llm', prompt: 'Be brief.', model: 'm' } as const;
  const hermit = { ...of, name: 'hermit', description: 'Hidden.' };
  const clerk = { ...of, name: 'clerk', description: 'Counts.' };
  const desk = (...peers: string[]) => ({ ...of, name: 'desk', description: 'Talks.', peers });
  const source = (...agents: SwarmSource['agents'][number][]): SwarmSource => ({
    ...{ swarm: { name: 'shop' }, models: [{ alias: 'm', provider: 'scripted', model: 's' }], agents },
  });
  await using one = await swarmHouse(source(desk('clerk', 'hermit'), clerk, hermit), { models: scripted(() => 'x') });
  const agentId = (await one.house.store.swarms.live(one.org))!.agents.get('hermit')!;
  const reads = grant('allow', READ_PROMPTS, { kind: 'section', id: 'prompts' });
  const by = somebody(one.org, 'operator', reads, grant('deny', VIEW_AGENT, { kind: 'agent', id: agentId }));
  const diff = (config: unknown) => one.done('swarm.diff_config', by, { source: JSON.stringify(config) });
  const nothing = { sections: [], forbidden: [], changes: [] };
  expect(await diff(source(desk('clerk'), clerk))).toMatchObject(nothing);
  expect(await diff((await one.done('swarm.show_config', by)).config)).toMatchObject(nothing);
  const more = async (name: string, description = hermit.description) => {
    const told = await diff(source(desk('clerk', name), clerk, { ...hermit, name, description }));
    return JSON.stringify(told).replaceAll(name, 'new');
  };
  expect(await more('hermit')).toBe(await more('parrot'));
  expect(await more('hermit', 'Else.')).toBe(await more('parrot', 'Else.'));
});

describe('the answer of a stop', () => {
  test('tells of what is not there for who stops how much there was, and no more', async () => {
    await using one = (await open()).house;
    const known = (await one.house.store.swarms.live(one.org))!.agents;
    const hidden = grant('deny', VIEW_AGENT, { kind: 'agent', id: known.get('canary')! });
    await one.done('swarm.inject', somebody(one.org, 'operator'), { to: 'desk', payload: 'x' });
    await one.done('swarm.inject', somebody(one.org, 'operator'), { to: 'canary', payload: 'pay' });
    await one.done('swarm.inject', somebody(one.org, 'operator'), { to: 'canary', payload: 'files.write' });
    await one.pump();
    const direct = await one.done('swarm.inject', somebody(one.org, 'operator'), { to: 'canary', payload: 'wait' });
    const report = await one.done('swarm.emergency_stop', somebody(one.org, 'admin', hidden));
    const told = JSON.stringify(report);
    for (const word of ['canary', known.get('canary')!, direct.threadId]) expect(told).not.toContain(word);
    expect(report).toMatchObject({ found: 'something', framesEnded: [], notProven: [], approvalsCancelled: [] });
    expect(report.messagesHeld).toEqual({ count: 1, messageIds: [] });
    expect(report.others.notProven).toBe(1);
    expect(report.others.count).toBeGreaterThanOrEqual(4); // two frames, the payment, what was held
    expect(report.say).toContain('not shown to you');
  });

  test('the same of a thread', async () => {
    await using one = (await open()).house;
    const { threadId } = await one.done('swarm.inject', somebody(one.org, 'operator'), { to: 'desk', payload: 'x' });
    const hidden = grant('deny', VIEW_THREAD, { kind: 'thread', id: threadId });
    const report = await one.done('swarm.emergency_stop', somebody(one.org, 'admin', hidden));
    expect(report).toMatchObject({ found: 'something', framesEnded: [], others: { count: 1, notProven: 0 } });
    expect(report.messagesHeld).toEqual({ count: 1, messageIds: [] });
    expect(JSON.stringify(report)).not.toContain(threadId);
  });
});
