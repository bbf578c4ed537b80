import { afterEach, describe, expect, test } from 'vitest';
import type { Principal, Scope } from '../../../src/guard/principal.ts';
import { MINUTE_MS } from '../../../src/kernel/time.ts';
import { type Script, type SwarmHouse, scripted, swarmHouse } from '../fixture.ts';
import { codeOf, pumpHouse } from '../pump-house.ts';
import { type Wire, wire } from './wire.ts';

let swarm: SwarmHouse | undefined;
afterEach(async () => {
  await swarm?.[Symbol.asyncDispose]();
  swarm = undefined;
});

const open = async (outside: Wire, script: Script) => {
  swarm = await swarmHouse(
    {
      swarm: { name: 'bank', visibility: 'private' },
      tools: [{ name: 'wire', kind: 'http', description: 'Sends money.', domains: ['bank.example'] }],
      models: [{ alias: 'm', provider: 'scripted', model: 's' }],
      agents: [
        { name: 'desk', description: 'Talks.', kind: 'llm', prompt: 'The secret recipe.', model: 'm', tools: ['wire'] },
      ],
    },
    { models: scripted(script), outside },
  );
  return swarm;
};
const inspect = (house: SwarmHouse, threadId: string) =>
  house.done('swarm.inspect_thread', house.orchestrator, { threadId });
const inject = (house: SwarmHouse, payload: string, threadId?: string) =>
  house.done('swarm.inject', house.orchestrator, { to: 'desk', payload, threadId });
const person = (house: SwarmHouse, ...scopes: Scope[]): Principal => ({
  ...{ id: 'usr_1', kind: 'person', org: house.org, agent: null, scopes: new Set(scopes), fences: [] },
  sensitive: { is: 'step-up', until: Number.MAX_SAFE_INTEGER },
});
const ADMIN = ['org:view', 'org:operate', 'org:admin'] as const;

/** Sends what it is told to, then says what came back. */
const sends: Script = (messages) => {
  const last = messages.at(-1)!;
  if (last.role === 'tool') return `Came back: ${last.text}`;
  const amount = /\d+/.exec(last.role === 'user' ? last.text : '')?.[0] ?? '0';
  return { calls: [{ name: 'wire', args: { amount } }] };
};

describe('a fork', () => {
  test('has the messages up to one of them, its own owner, and tools that answer from the record', async () => {
    const outside = wire(({ args }) => `sent ${JSON.stringify(args)}`);
    const house = await open(outside, sends);
    const { threadId } = await inject(house, 'Send 100');
    await house.pump();
    const second = await inject(house, 'Send 200', threadId);
    await house.pump();
    expect(outside.begun).toHaveLength(2);
    await house.done('swarm.kill_thread', house.orchestrator, { threadId }); // what was killed can be looked into all the same

    const by = person(house, ...ADMIN);
    const forked = await house.done('swarm.fork_thread', by, { threadId, fromMessage: second.messageId });
    expect(forked).toMatchObject({ forkOf: threadId, at: 3, tools: 'stub' });
    await house.pump();
    const { fork, status, frames, messages } = await inspect(house, forked.threadId);
    expect({ fork, status }).toEqual({ fork: { of: threadId, at: 3, tools: 'stub' }, status: 'completed' });
    expect(messages.map(({ payload }: { payload: string }) => payload)).toEqual([
      'Send 100',
      'Came back: sent {"amount":"100"}',
      'Send 200',
      'Came back: sent {"amount":"200"}',
    ]);
    expect(frames[0].steps).toHaveLength(10);
    expect(outside.begun).toHaveLength(2); // nothing left the house

    // its owner goes on with it, and what was never asked there is not asked now
    const more = { to: 'desk', payload: 'Send 300', threadId: forked.threadId };
    await house.done('swarm.inject', by, more);
    await house.pump();
    expect(outside.begun).toHaveLength(2);
    expect((await inspect(house, forked.threadId)).messages.at(-1).payload).toContain('fork with stubbed tools');
    const theirs = await house.call('swarm.inject', house.orchestrator, more);
    expect(theirs).toMatchObject({ is: 'refused', why: [{ code: 'not_found' }] });
    // the record it was made from is as it was
    expect((await inspect(house, threadId)).messages).toHaveLength(4);
    expect(house.faults).toEqual([]);
  });

  test('counts in the queue of its agents with what nobody has read yet', async () => {
    const t = await pumpHouse({ desk: () => 'ok' }, { agents: { desk: { limits: { queueDepth: 3 } } } });
    await t.done('swarm.pause', t.orchestrator);
    const { threadId, messageId } = await t.done('swarm.inject', t.by, { to: 'desk', payload: 'one' });
    for (let n = 0; n < 6; n++) {
      t.clock.pass(MINUTE_MS);
      await t.done('swarm.fork_thread', t.by, { threadId, fromMessage: messageId });
    }
    expect(codeOf(await t.inject('desk', 'no room'))).toBe('queue_full');
    await t.done('swarm.resume', t.orchestrator);
    await t.pump();
    await t.done('swarm.pause', t.orchestrator);
    const codes: string[] = [];
    for (let n = 0; n < 4; n++) {
      t.clock.pass(MINUTE_MS);
      codes.push(codeOf(await t.inject('desk', n)));
    }
    expect(codes).toEqual(['done', 'done', 'done', 'queue_full']);
  });

  test('with live tools is for owners alone, and a message of another thread is none of it', async () => {
    const outside = wire(() => 'sent');
    const house = await open(outside, sends);
    const { threadId, messageId } = await inject(house, 'Send 1');
    await house.pump();
    const fork = (scopes: readonly Scope[], more = {}) =>
      house.call('swarm.fork_thread', person(house, ...scopes), { threadId, fromMessage: messageId, ...more });
    expect(await fork(ADMIN, { tools: 'live' })).toMatchObject({ is: 'refused', why: [{ code: 'forbidden' }] });
    const other = await inject(house, 'Send 2');
    expect(await fork(ADMIN, { fromMessage: other.messageId })).toMatchObject({
      is: 'refused',
      why: [{ code: 'not_found' }],
    });
    await house.pump();
    expect(await fork([...ADMIN, 'org:own'], { tools: 'live' })).toMatchObject({ is: 'done' });
    await house.pump();
    expect(outside.begun).toHaveLength(3);
  });
});

describe('a look into a thread', () => {
  test('shows prompts to who may read them, and nothing at all to who may not see it', async () => {
    const house = await open(wire(), () => 'Hello.');
    const { threadId } = await inject(house, 'Hi');
    await house.pump();
    const look = (...scopes: Scope[]) => house.call('swarm.inspect_thread', person(house, ...scopes), { threadId });
    const prompts = async (...scopes: Scope[]) => {
      const { frames } = await house.done('swarm.inspect_thread', person(house, ...scopes), { threadId });
      return frames.map(({ prompt }: { prompt: string | null }) => prompt);
    };
    expect(await prompts(...ADMIN)).toEqual([null]);
    expect(await prompts(...ADMIN, 'org:own')).toEqual(['The secret recipe.']);
    expect(await look('org:view')).toMatchObject({ is: 'refused', why: [{ code: 'not_found' }] });
    expect(await look('org:view', 'org:operate')).toMatchObject({ is: 'refused', why: [{ code: 'not_found' }] });
  });

  test.each(['pause_thread', 'resume_thread', 'kill_thread', 'inspect_thread', 'fork_thread'])(
    'a right on a thread is enough to %s it, and only that one, for who may know of its agent',
    async (name) => {
      const house = await open(wire(), () => 'Hello.');
      const [mine, other] = [await inject(house, 'Hi'), await inject(house, 'Hi')];
      await house.pump();
      if (name === 'resume_thread')
        await house.done('swarm.pause_thread', house.orchestrator, { threadId: mine.threadId });
      const resource = { kind: 'thread', id: mine.threadId } as const;
      const by = {
        ...person(house, 'agent:read'),
        grants: [{ id: 'grt_1', effect: 'allow', action: `swarm.${name}`, resource }],
      } as const;
      const ask = ({ threadId, messageId }: { threadId: string; messageId: string }) =>
        house.call(`swarm.${name}`, by, { threadId, ...(name === 'fork_thread' ? { fromMessage: messageId } : {}) });
      expect(await ask(mine)).toMatchObject({ is: 'done' });
      const refused = await ask(other);
      expect(refused.is === 'refused' && refused.why.map(({ code }) => code)).toEqual(['not_found']);
    },
  );
});
