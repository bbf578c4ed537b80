import { expect, test } from 'vitest';
import { scripted, swarmHouse } from './fixture.ts';

const MODEL = { alias: 'm', provider: 'scripted', model: 's' } as const;

test('a message goes to an agent, from there to a peer, and the answer comes back to who asked', async () => {
  const models = scripted((messages) => {
    const last = messages.at(-1)!;
    if (last.role === 'tool') return `The clerk says: ${last.text}`;
    return { calls: [{ name: 'ask_clerk', args: { message: 'How many?' } }] };
  });
  await using swarm = await swarmHouse(
    {
      swarm: { name: 'shop' },
      models: [MODEL],
      agents: [
        {
          name: 'desk',
          description: 'Talks to people.',
          kind: 'llm',
          prompt: 'Be brief.',
          model: 'm',
          peers: ['clerk'],
        },
        { name: 'clerk', description: 'Counts things.', kind: 'handler' },
      ],
    },
    { models, handlers: { clerk: (_context, input) => ({ count: 7, asked: input }) } },
  );
  const made = await swarm.done('swarm.inject', swarm.orchestrator, { to: 'desk', payload: 'How many are there?' });
  await swarm.pump();
  expect(swarm.faults).toEqual([]);
  expect(models.asked.at(-1)!.map(({ role }) => role)).toEqual(['system', 'system', 'user', 'assistant', 'tool']);
  expect(models.asked.at(-1)!.at(-1)).toMatchObject({
    name: 'ask_clerk',
    text: JSON.stringify({ count: 7, asked: 'How many?' }),
  });
  expect(made.threadId).toMatch(/^thr_/);
});
