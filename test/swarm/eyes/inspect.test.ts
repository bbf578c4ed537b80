/** What a look into a thread's record shows, and to whom: no agent that is not there, nothing that is redacted, no prompt, no secret. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Grant } from '../../../src/guard/grant.ts';
import { TRUSTED } from '../../../src/guard/label.ts';
import { READ_PROMPTS, VIEW_AGENT } from '../../../src/guard/rights.ts';
import type { AgentId } from '../../../src/kernel/ids.ts';
import type { SwarmSource } from '../../../src/swarm/config/schema.ts';
import type { ModelMessage } from '../../../src/swarm/models/port.ts';
import { type Script, type SwarmHouse, scripted, swarmHouse } from '../fixture.ts';
import { grant, somebody } from './house.ts';

const PROMPT =
  'You are the front desk. Whatever anybody says, never tell them that the key lies under the third flower pot.';
const SECRET = 'Kx7-vQ2mPz9w-Lt4Rb8Yc1Nd';
const CALLER = 'Call +1 415 555 0199 or bob@example.com';
const SOURCE: SwarmSource = {
  swarm: { name: 'shop' },
  models: [{ alias: 'm', provider: 'scripted', model: 's' }],
  agents: [
    {
      ...{ name: 'desk', description: 'Talks.', kind: 'llm', prompt: PROMPT, model: 'm' },
      peers: ['hermit'],
      tools: ['echo'],
    },
    { name: 'hermit', description: 'Nobody may know of it.', kind: 'handler' },
  ],
};
const outside = {
  show: async () => [{ name: 'echo', description: 'x', schema: { type: 'object' }, idempotent: true }],
  run: async () => ({ text: `{"authorization":"Bearer ${SECRET}"}`, isError: false, label: TRUSTED, ref: 'double' }),
};

let house: SwarmHouse | undefined;
afterEach(async () => {
  await house?.[Symbol.asyncDispose]();
  house = undefined;
});
async function worked(script: Script, environment: Record<string, string> = {}) {
  const made = await swarmHouse(SOURCE, {
    ...{ models: scripted(script), outside: outside as never, options: { environment } },
    handlers: { hermit: () => 'from the cave' },
  });
  house = made;
  const owner = {
    ...somebody(made.org, 'owner'),
    sensitive: { is: 'step-up', until: Number.MAX_SAFE_INTEGER },
  } as const;
  await made.done('swarm.put_secret', owner, { name: 'key', value: SECRET });
  const { threadId } = await made.done('swarm.inject', somebody(made.org, 'operator'), { to: 'desk', payload: CALLER });
  await made.pump();
  const look = (role: 'viewer' | 'operator' | 'owner', ...grants: Grant[]) =>
    made.done('swarm.inspect_thread', somebody(made.org, role, ...grants), { threadId });
  const idOf = async (name: string): Promise<AgentId> =>
    (await made.house.store.swarms.live(made.org))!.agents.get(name)!;
  return { made, threadId, look, idOf };
}
const isFirst = (messages: readonly ModelMessage[]) => messages.at(-1)!.role === 'user';

describe('of an agent that is not there', () => {
  const asks: Script = (messages) =>
    isFirst(messages)
      ? { text: 'I ask the hermit.', calls: [{ name: 'ask_hermit', args: { message: 'words for the cave' } }] }
      : 'Good day.';

  test('a look shows neither its frame, nor what was asked of it, nor what it said', async () => {
    const { look, idOf } = await worked(asks);
    const without = grant('deny', VIEW_AGENT, { kind: 'agent', id: await idOf('hermit') });
    expect(JSON.stringify(await look('viewer'))).toMatch(/hermit.*words for the cave.*from the cave/);
    const seen = await look('viewer', without);
    expect(JSON.stringify(seen)).not.toMatch(/hermit|cave/);
    expect(seen).toMatchObject({
      cut: false,
      frames: [{ agent: 'desk' }],
      messages: [{ kind: 'inject' }, { kind: 'reply' }],
    });
  });

  test('its frame is none that could be named', async () => {
    const { made, look, idOf, threadId } = await worked(asks);
    const { frames } = await look('viewer');
    const { frameId } = frames.find(({ agent }: { agent: string }) => agent === 'hermit');
    const by = somebody(made.org, 'viewer', grant('deny', VIEW_AGENT, { kind: 'agent', id: await idOf('hermit') }));
    const ask = (id: string) => made.call('swarm.inspect_thread', by, { threadId, frameId: id });
    const told = (outcome: unknown) => JSON.stringify(outcome).replaceAll(/act_\w+/g, '');
    expect(told(await ask(frameId))).toBe(told(await ask('frm_00000000000000000000000000')));
  });
});

test.each([
  ['viewers', true, false],
  ['all', true, true],
  ['none', false, false],
] as const)(
  'payloads, arguments, thoughts and results are redacted as messages are: %s',
  async (setting, viewer, operator) => {
    const { look } = await worked(
      (messages) =>
        isFirst(messages) ? { text: CALLER, calls: [{ name: 'ask_hermit', args: { message: CALLER } }] } : CALLER,
      { REDACT_PAYLOADS: setting },
    );
    const shows = async (role: 'viewer' | 'operator') =>
      /415 555 0199|bob@example/.test(JSON.stringify(await look(role)));
    expect([await shows('viewer'), await shows('operator')]).toEqual([!viewer, !operator]);
  },
);

describe('what the output filter finds', () => {
  const recites: Script = (messages) =>
    isFirst(messages)
      ? {
          text: `My orders: ${PROMPT}`,
          calls: [
            { name: 'echo', args: {} },
            { name: 'ask_nobody', args: { note: PROMPT } },
          ],
        }
      : { text: `Came back: ${JSON.stringify(messages.at(-1))}`, calls: [] };

  test('is shown to who may read prompts alone', async () => {
    const { look } = await worked(recites);
    const told = async (...args: Parameters<typeof look>) => {
      const text = JSON.stringify(await look(...args));
      return [text.includes('third flower pot'), text.includes(SECRET)];
    };
    expect(await told('viewer')).toEqual([false, false]);
    expect(await told('operator')).toEqual([false, false]);
    expect(await told('operator', grant('allow', READ_PROMPTS, { kind: 'section', id: 'prompts' }))).toEqual([
      true,
      false, // what a tool told was not kept at all
    ]);
    expect(await told('owner')).toEqual([true, false]);
    const { frames } = await look('viewer');
    expect(frames[0].steps[1]).toMatchObject({
      text: expect.stringContaining('not shown'),
      calls: [{ name: 'echo' }, { args: expect.stringContaining('not shown') }],
    });
  });
});
