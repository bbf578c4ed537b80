/** The house's own routers at work for its agents: scripted, and against a vendor on this machine. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Script } from '../../../src/providers/models/scripted.ts';
import type { ModelMessage } from '../../../src/swarm/models/port.ts';
import { type ModelsDouble, startModelsDouble } from '../../doubles/models.ts';
import { dump } from '../../support/dump.ts';
import { engines } from '../../support/engines.ts';
import { swarmHouse } from '../fixture.ts';

const KEY = 'sk-secret-0001-of-openai';
let double: ModelsDouble;
beforeAll(async () => {
  double = await startModelsDouble();
});
afterAll(() => double[Symbol.asyncDispose]());

test('an agent is told that its arguments were no object, writes them again, and is answered', async () => {
  const seen: ModelMessage[] = [];
  const desk: Script = ({ messages }) => {
    const last = messages.at(-1)!;
    seen.push(last);
    if (last.role === 'user') return { calls: [{ name: 'ask_clerk', args: { $unparsed: '{"message": ' } }] };
    if (last.role === 'tool' && last.isError) return { calls: [{ name: 'ask_clerk', args: { message: 'How many?' } }] };
    return { text: 'Done.' };
  };
  await using swarm = await swarmHouse(
    {
      swarm: { name: 'shop' },
      models: [
        { alias: 'first', provider: 'scripted', model: 'down', fallback: ['second'] },
        { alias: 'second', provider: 'scripted', model: 'desk' },
      ],
      agents: [
        { name: 'desk', description: 'Talks.', prompt: 'Be brief.', model: 'first', peers: ['clerk'] },
        { name: 'clerk', description: 'Counts.', kind: 'handler' },
      ],
    },
    {
      scripts: { desk, down: () => ({ fail: { why: 'down', status: 503 } }) },
      handlers: { clerk: () => ({ count: 7 }) },
    },
  );
  await swarm.done('swarm.inject', swarm.orchestrator, { to: 'desk', payload: 'How many are there?' });
  await swarm.pump();
  expect(swarm.faults).toEqual([]);
  expect(seen.map(({ role, text }) => [role, text.includes('not a JSON object')])).toEqual([
    ['user', false],
    ['tool', true],
    ['tool', false],
  ]);
});

test('a key from the vault goes to the vendor and nowhere else, and people see how it stands', async () => {
  const baseUrl = double.baseUrl.anthropic;
  const { engine } = await engines[0]!.open();
  await using swarm = await swarmHouse(
    {
      swarm: { name: 'shop' },
      models: [
        {
          ...{ alias: 'm', provider: 'anthropic', model: 'm-1', baseUrl },
          keys: [{ name: 'spring', secret: 'anthropic-spring', since: '2026-01-01', tokensPerMinute: 100_000 }],
        },
      ],
      agents: [{ name: 'desk', description: 'Talks.', prompt: 'Be brief.', model: 'm' }],
    },
    { options: { engine, environment: { SWARM_LOCAL_ORIGINS: new URL(baseUrl).origin } } },
  );
  const organizationId = swarm.org;
  await swarm.done('swarm.put_secret', swarm.orchestrator, { organizationId, name: 'anthropic-spring', value: KEY });
  double.will({ is: 'reply', text: 'Good morning.' }, { is: 'status', status: 401, type: 'authentication_error' });
  await swarm.done('swarm.inject', swarm.orchestrator, { to: 'desk', payload: 'Hello.' });
  await swarm.pump();
  expect(double.asked).toMatchObject([{ key: KEY }]);
  expect(double.asked[0]!.body.system[0]).toMatchObject({ text: 'Be brief.' });
  await swarm.done('swarm.inject', swarm.orchestrator, { to: 'desk', payload: 'Hello again.' });
  await swarm.pump();
  const { models } = await swarm.done('swarm.list_models', swarm.orchestrator, { organizationId });
  expect(models).toMatchObject([
    { alias: 'm', hasPrice: false, keys: [{ source: { secret: 'anthropic-spring' }, state: 'retired', inFlight: 0 }] },
  ]);
  for (const [table, rows] of await dump(engine)) expect(rows, table).not.toContain(KEY);
  expect(JSON.stringify(models)).not.toContain(KEY);
  expect(swarm.faults).toEqual([]);
  expect(double.faults).toEqual([]);
});

test.each(['refused', 'cut', 'down'] as const)(
  'a step whose model was %s is made again where that may do better, and else told',
  async (why) => {
    let asked = 0;
    const flaky: Script = () => (++asked === 1 ? { text: 'Half', fail: { why } } : { text: 'Whole.' });
    await using swarm = await swarmHouse(
      {
        swarm: { name: 'shop' },
        models: [{ alias: 'm', provider: 'scripted', model: 'flaky', timeoutMs: 500 }],
        agents: [{ name: 'desk', description: 'Talks.', prompt: 'Be brief.', model: 'm' }],
      },
      { scripts: { flaky } },
    );
    const { threadId } = await swarm.done('swarm.inject', swarm.orchestrator, { to: 'desk', payload: 'Hello.' });
    for (let round = 0; round < 5; round++) {
      await swarm.pump();
      swarm.clock.pass(60_000);
    }
    expect(threadId).toMatch(/^thr_/);
    expect(asked).toBe(why === 'refused' ? 1 : 2);
    expect(swarm.faults).toEqual([]);
  },
);
