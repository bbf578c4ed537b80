import { expect, test } from 'vitest';
import { shop, somebody } from './house.ts';

test('who may look sees the swarm, its agents, threads with who called whom, messages, topology and usage', async () => {
  await using swarm = await shop();
  const operator = somebody(swarm.org, 'operator');
  const { threadId } = await swarm.done('swarm.inject', operator, { to: 'desk', payload: 'How many?' });
  await swarm.pump();
  expect(swarm.faults).toEqual([]);
  const by = somebody(swarm.org, 'viewer');
  expect(await swarm.done('swarm.show_swarm', by)).toMatchObject({
    name: 'shop',
    version: 1,
    state: 'idle',
    agents: { idle: 2 },
    threads: { completed: 1, active: 0 },
  });
  expect(await swarm.done('swarm.list_agents', by)).toMatchObject({
    agents: [
      { name: 'clerk', kind: 'handler', state: 'idle', queue: 0 },
      { name: 'desk', description: 'Talks to people.' },
    ],
  });
  expect(await swarm.done('swarm.show_agent', by, { name: 'desk' })).toMatchObject({ name: 'desk', peers: ['clerk'] });
  expect(await swarm.done('swarm.list_threads', by)).toMatchObject({
    threads: [{ threadId, status: 'completed', agents: ['desk'], owner: { is: 'principal', id: operator.id } }],
    cursor: null,
  });
  const { frames } = await swarm.done('swarm.show_thread', by, { threadId });
  expect(frames).toMatchObject([
    { agent: 'desk', calledBy: null },
    { agent: 'clerk', status: 'done', calledBy: frames[0].frameId },
  ]);
  const { messages } = await swarm.done('swarm.list_thread_messages', by, { threadId });
  expect(messages.map(({ kind, from, to }: Record<string, string>) => [kind, from, to])).toEqual([
    ['reply', 'agent:desk', 'owner'],
    ['reply', 'agent:clerk', 'agent:desk'],
    ['call', 'agent:desk', 'agent:clerk'],
    ['inject', 'owner', 'agent:desk'],
  ]);
  expect(messages.at(-1).payload).toBe('How many?');
  expect(await swarm.done('swarm.list_messages', by, { agent: 'clerk' })).toMatchObject({
    messages: [{ kind: 'reply' }, { kind: 'call' }],
  });
  expect(await swarm.done('swarm.show_topology', by)).toMatchObject({
    nodes: [{ name: 'clerk' }, { name: 'desk' }],
    edges: [
      { from: 'desk', to: 'clerk', configured: true, calls: 1 },
      { from: null, to: 'desk', configured: true, calls: 1 },
    ],
  });
  expect(await swarm.done('swarm.show_usage', by)).toMatchObject({
    rows: [{ of: 'desk', calls: 1 }],
    total: { calls: 1 },
  });
});
