/** What the swarm's agents ask for and a person decides: bound to conversation, policy and time; the frame goes on by itself. */
import { expect, test } from 'vitest';
import { TRUSTED } from '../../src/guard/label.ts';
import type { Principal } from '../../src/guard/principal.ts';
import { MINUTE_MS, rfc3339, SECOND_MS } from '../../src/kernel/time.ts';
import { configHash } from '../../src/swarm/config/rules/hash.ts';
import { type SwarmSource, swarmConfig } from '../../src/swarm/config/schema.ts';
import { swarmConfigWrite } from '../../src/swarm/config/writes.ts';
import { CallFailed } from '../../src/swarm/define.ts';
import type { ToolRun } from '../../src/swarm/tools/port.ts';
import { signedIn } from '../support/enrol.ts';
import { swarmHouse } from './fixture.ts';

const CONTACT = '+14155550101';

const source = (approvals: object, more: object = {}): SwarmSource => ({
  swarm: { name: 'shop', ...more },
  agents: [
    { name: 'desk', description: 'Texts people.', kind: 'handler', tools: ['comms.send_message', 'files.write'] },
  ],
  policies: { approvals },
});

async function texting(
  approvals: object,
  tool = 'comms.send_message',
  args: object = { to: CONTACT, body: 'Hello' },
  more: object = {},
) {
  const answers: string[] = [];
  const ran: ToolRun[] = [];
  const outside = {
    show: async (_org: unknown, name: string) =>
      name === 'files.write'
        ? [{ name: 'files__write', description: 'Writes.', schema: { type: 'object' }, idempotent: false }]
        : [],
    run: async (call: ToolRun) => {
      ran.push(call);
      return { text: 'written', isError: false, label: TRUSTED, ref: 'mcp:files/write' };
    },
  };
  const house = await swarmHouse(source(approvals, more), {
    handlers: {
      desk: async (context) => {
        try {
          answers.push(JSON.stringify(await context.tool(tool, args)));
        } catch (failure) {
          if (!(failure instanceof CallFailed)) throw failure;
          answers.push(failure.message);
        }
        return 'done';
      },
    },
    options: { overrides: { swarm: { outside: outside as never } } },
  });
  const agentId = (await house.house.store.swarms.live(house.org))!.agents.get('desk')!;
  await house.done('comms.record_consent', house.orchestrator, {
    ...{ agentId, contact: CONTACT, channel: 'sms', type: 'express' },
  });
  const { signed } = await signedIn(house.house, 'admin', house.org);
  const admin = (await house.house.authenticate(signed.accessToken))!;
  const say = async () =>
    (await house.done('swarm.inject', house.orchestrator, { to: 'desk', payload: 'Go.' })).threadId;
  const held = async () => (await house.done('comms.list_held', admin)).held;
  const code = async (name: string, by: Principal, input: object) => {
    const outcome = await house.call(name, by, input);
    return outcome.is === 'refused' ? outcome.why[0]!.code : outcome.is === 'done' ? outcome.output : outcome.is;
  };
  return {
    ...house,
    agentId,
    admin,
    answers,
    ran,
    say,
    held,
    code,
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  };
}

test('a tool of the policy waits for another person than whose conversation it is; then the agent goes on', async () => {
  await using desk = await texting({ tools: ['comms.*'] });
  const threadId = await desk.say();
  await desk.pump();
  const [one] = await desk.held();
  expect(one).toMatchObject({
    name: 'comms.send_message',
    threadId,
    requestedBy: desk.agentId,
    input: { to: CONTACT },
  });
  expect(await desk.code('comms.approve', desk.orchestrator, { actionId: one.actionId })).toBe('forbidden');
  const approved = { actionId: one.actionId, argsHash: one.argsHash };
  expect(await desk.code('comms.approve', desk.admin, { actionId: one.actionId })).toBe('invalid_input');
  expect(await desk.code('comms.approve', desk.admin, { ...approved, argsHash: 'A'.repeat(43) })).toBe('conflict');
  expect(await desk.code('comms.approve', desk.admin, approved)).toMatchObject({ outcome: 'done' });
  expect(await desk.code('comms.approve', desk.admin, approved)).toBe('not_held');
  await desk.pump();
  expect(desk.answers).toEqual([expect.stringContaining('"status":"sent"')]);
  expect(desk.faults).toEqual([]);
});

test('whoever began the conversation may approve where the policy says so', async () => {
  await using desk = await texting({ tools: ['comms.send_message'], otherPerson: false });
  await desk.say();
  await desk.pump();
  const [{ actionId }] = await desk.held();
  expect(await desk.code('comms.approve', desk.orchestrator, { actionId })).toMatchObject({ outcome: 'done' });
});

test('a denial is told to the agent at once, and so is that nobody decided in time', async () => {
  await using desk = await texting({ tools: ['*'], ttlMs: MINUTE_MS });
  await desk.say();
  await desk.pump();
  const [{ actionId }] = await desk.held();
  await desk.done('comms.deny', desk.admin, { actionId });
  await desk.house.pump.poke();
  await desk.pump();
  expect(desk.answers).toEqual([expect.stringContaining('approval_denied')]);
  desk.clock.pass(SECOND_MS);
  await desk.say();
  await desk.pump();
  desk.clock.pass(MINUTE_MS);
  await desk.house.ledger.sweep();
  await desk.pump();
  expect(desk.answers[1]).toContain('approval_expired');
});

test.each([
  ['the thread was killed', 'thread'],
  ['the swarm was stopped', 'swarm'],
  ['the agent changed', 'agent'],
  ['the configuration has other policies', 'policy'],
])('an approval is stale when %s meanwhile: nothing is done', async (_says, what) => {
  await using desk = await texting({ tools: ['*'] });
  const threadId = await desk.say();
  await desk.pump();
  const [{ actionId, argsHash }] = await desk.held();
  if (what === 'policy') {
    const config = swarmConfig.parse(source({ tools: ['comms.*'] }));
    const agents = [{ name: 'desk', agent: desk.agentId }];
    await desk.house.store.found(desk.org, 'swarm_changed', [
      swarmConfigWrite('swarm.configure', {
        ...{ org: desk.org, before: 1, config, hash: configHash(config), by: 'system:test', note: null },
        ...{ source: 'put' as const, at: 0, agents },
      }),
    ]);
  } else {
    const id = { thread: threadId, swarm: desk.org, agent: desk.agentId }[what] as string;
    const { guardWrite } = await import('../../src/guard/writes.ts');
    await desk.house.store.found(desk.org, 'stopped', [guardWrite('fence.bump', { of: what as 'thread', id })]);
  }
  const output = await desk.code('comms.approve', desk.admin, { actionId, argsHash });
  expect(output).toMatchObject({ outcome: 'refused', reasons: [{ code: 'stale' }] });
  expect((await desk.done('comms.get_messages', desk.orchestrator, { agentId: desk.agentId })).messages).toEqual([]);
});

test('a tool of the outside is held by its own name, with its arguments', async () => {
  await using desk = await texting({ tools: ['files.*'] }, 'files.write', { path: 'a.txt' });
  await desk.say();
  await desk.pump();
  expect(desk.ran).toEqual([]);
  const [{ actionId, argsHash, input }] = await desk.held();
  expect(input).toMatchObject({ tool: 'files__write', args: { path: 'a.txt' } });
  expect(await desk.code('comms.approve', desk.admin, { actionId, argsHash })).toMatchObject({ outcome: 'done' });
  await desk.pump();
  expect(desk.ran).toMatchObject([{ name: 'files__write', args: { path: 'a.txt' } }]);
  expect(desk.answers).toEqual([expect.stringContaining('written')]);
});

test('what is approved while a budget is used up waits for it, and leaves when it is raised', async () => {
  const limits = { usdPerDay: '0.01' }; // one message, not two
  await using desk = await texting({ tools: ['comms.*'] }, undefined, undefined, { limits });
  for (let n = 0; n < 2; n++) await desk.say();
  await desk.pump();
  const outcomes: unknown[] = [];
  for (const { actionId, argsHash } of await desk.held())
    outcomes.push(await desk.code('comms.approve', desk.admin, { actionId, argsHash }));
  expect(outcomes).toMatchObject([{ outcome: 'done' }, { outcome: 'pending' }]);
  const sent = async () =>
    (await desk.done('comms.get_messages', desk.orchestrator, { agentId: desk.agentId })).messages.length;
  for (let n = 0; n < 3; n++) await desk.house.tick();
  expect(await sent()).toBe(1);
  const until = rfc3339(desk.clock.now() + MINUTE_MS);
  const raise = { scope: 'swarm', kind: 'costMicros', limit: 20_000, until };
  await desk.done('swarm.raise_budget', desk.orchestrator, raise);
  await desk.house.tick();
  expect(await sent()).toBe(2);
  await desk.pump();
  expect(desk.answers).toEqual(Array(2).fill(expect.stringContaining('"status":"sent"')));
  expect(desk.faults).toEqual([]);
});

test('what agents send counts in the swarm’s budget of money too', async () => {
  await using desk = await texting({});
  const config = swarmConfig.parse(source({}, { limits: { usdPerDay: '0.01' } }));
  const agents = [{ name: 'desk', agent: desk.agentId }];
  await desk.house.store.found(desk.org, 'swarm_changed', [
    swarmConfigWrite('swarm.configure', {
      ...{ org: desk.org, before: 1, config, hash: configHash(config), by: 'system:test', note: null },
      ...{ source: 'put' as const, at: 0, agents },
    }),
  ]);
  await desk.say();
  await desk.pump();
  const { budgets } = await desk.done('swarm.list_budgets', desk.orchestrator);
  expect(budgets).toMatchObject([{ scope: 'swarm', kind: 'costMicros', limit: 10_000, used: 7_900, waits: false }]);
  await desk.say();
  await desk.pump();
  expect(desk.answers).toHaveLength(1);
  const until = rfc3339(desk.clock.now() + MINUTE_MS);
  await desk.done('swarm.raise_budget', desk.orchestrator, {
    scope: 'swarm',
    kind: 'costMicros',
    limit: 20_000,
    until,
  });
  desk.clock.pass(SECOND_MS);
  await desk.pump();
  expect(desk.answers).toHaveLength(2);
});
