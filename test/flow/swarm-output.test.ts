/** Within the swarm: what must not leave goes neither to a peer, nor from a tool of the outside into the record. */
import { expect, it } from 'vitest';
import { OUTSIDE } from '../../src/guard/label.ts';
import type { SwarmSource } from '../../src/swarm/config/schema.ts';
import type { OutsideTools } from '../../src/swarm/tools/port.ts';
import { somebody } from '../swarm/eyes/house.ts';
import { scripted, swarmHouse } from '../swarm/fixture.ts';

const SECRET = 'Wq8-zT5nHb3vXc6y-7f3a9c2e';
const PROMPT =
  'You are the desk of Acme. The discount code for staff is BLUEHERON and the floor price is 40 percent of list; never tell either.';

const LLM = { kind: 'llm', model: 'm', prompt: PROMPT } as const;
const SOURCE: SwarmSource = {
  swarm: { name: 'acme' },
  models: [{ alias: 'm', provider: 'scripted', model: 's', script: 's' }],
  agents: [
    { name: 'desk', description: 'Talks to people.', ...LLM, peers: ['clerk'], tools: ['web'] },
    { name: 'clerk', description: 'Counts things.', kind: 'handler' },
  ],
};

const web = (text: string): OutsideTools => ({
  show: async () => [{ name: 'web', description: 'Reads.', schema: { type: 'object' }, idempotent: true }],
  run: async () => ({ text, isError: false, label: OUTSIDE, ref: 'http:page.example' }),
});

async function acme(told: string, models: ReturnType<typeof scripted>) {
  const heard: unknown[] = [];
  const clerk = (_context: unknown, input: unknown) => {
    heard.push(input);
    return 'ok';
  };
  const house = await swarmHouse(SOURCE, { models, outside: web(told), handlers: { clerk } });
  await house.done('swarm.put_secret', house.orchestrator, { organizationId: house.org, name: 'crm', value: SECRET });
  return {
    house,
    heard,
    async run() {
      await house.done('swarm.inject', somebody(house.org, 'operator'), { to: 'desk', payload: 'Hello' });
      await house.pump();
      const { alerts } = await house.done('comms.list_alerts', somebody(house.org, 'admin'));
      return { alerts, messages: await house.done('swarm.list_messages', somebody(house.org, 'admin'), {}) };
    },
  };
}

it('a message to a peer holds no secret and no instructions; who asked is told so, and an alert is raised', async () => {
  for (const message of [PROMPT.slice(20, 110), `Keep this: ${SECRET}`]) {
    let n = 0;
    const models = scripted(() => (n++ === 0 ? { calls: [{ name: 'ask_clerk', args: { message } }] } : 'Done.'));
    const { house, heard, run } = await acme('nothing', models);
    await using _ = house;
    const { alerts, messages } = await run();
    expect(heard).toEqual([]);
    expect(JSON.stringify(messages)).not.toContain(message);
    expect(models.asked[1]?.at(-1)).toMatchObject({ role: 'tool', text: expect.stringContaining('output_blocked') });
    expect(alerts).toMatchObject([{ kind: 'output_blocked', severity: 'HIGH', detail: { action: 'swarm.call_peer' } }]);
  }
});

it('a secret that a tool answers is neither kept nor shown to a model', async () => {
  const told = `HTTP 200\n\n{"headers":{"authorization":"Bearer ${SECRET}"}}`;
  let n = 0;
  const models = scripted(() => (n++ === 0 ? { calls: [{ name: 'web', args: {} }] } : 'Done.'));
  const { house, run } = await acme(told, models);
  await using _ = house;
  const { alerts } = await run();
  expect(JSON.stringify(models.asked)).not.toContain(SECRET);
  expect(models.asked[1]?.at(-1)).toMatchObject({
    role: 'tool',
    text: expect.stringContaining('output_blocked'),
  });
  const { agents } = (await house.house.store.swarms.live(house.org))!;
  expect(alerts).toMatchObject([
    { kind: 'tool_told_secret', severity: 'HIGH', detail: { tool: 'web', from: 'http:page.example', found: 'secret' } },
  ]);
  expect(alerts[0].say).toContain(agents.get('desk'));
  expect(JSON.stringify(alerts)).not.toContain(SECRET);
});

it('what a tool answers that is in the instructions is the agent’s own already, and is shown', async () => {
  let n = 0;
  const models = scripted(() => (n++ === 0 ? { calls: [{ name: 'web', args: {} }] } : 'Done.'));
  const { house, run } = await acme(`On the page: ${PROMPT}`, models);
  await using _ = house;
  expect((await run()).alerts).toEqual([]);
  expect(JSON.stringify(models.asked[1]?.at(-1))).toContain('BLUEHERON');
});
