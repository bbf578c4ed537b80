import { afterEach, describe, expect, test, vi } from 'vitest';
import type { AgentId } from '../../../src/kernel/ids.ts';
import type { SwarmSource } from '../../../src/swarm/config/schema.ts';
import { swarmControlWrite } from '../../../src/swarm/control/writes.ts';
import { signedIn } from '../../support/enrol.ts';
import { type SwarmHouse, swarmHouse } from '../fixture.ts';
import { asksTeller, BANK, hangs, sendsThrice, type Wire, wire } from './wire.ts';

let swarm: SwarmHouse | undefined;
afterEach(async () => {
  await swarm?.[Symbol.asyncDispose]();
  swarm = undefined;
});
const HANDLERS = { desk: asksTeller, teller: sendsThrice };
const open = async (outside: Wire, source: SwarmSource = BANK, handlers = HANDLERS) => {
  swarm = await swarmHouse(source, { handlers, outside });
  return swarm;
};
const inject = async (house: SwarmHouse, to = 'teller') =>
  (await house.done('swarm.inject', house.orchestrator, { to, payload: 'Please.' })).threadId as string;
const agentOf = async (house: SwarmHouse, name: string) =>
  (await house.house.store.swarms.live(house.org))!.agents.get(name) as AgentId;
const inspect = (house: SwarmHouse, threadId: string) =>
  house.done('swarm.inspect_thread', house.orchestrator, { threadId });
/** The agent at `name` has its own token, and an SMS of it waits for an approval. */
async function held(house: SwarmHouse, agentId: AgentId) {
  const { securityToken } = await house.done('identity.rotate_agent_token', house.orchestrator, { agentId });
  const by = (await house.house.authenticate(securityToken))!;
  await house.consent({ id: agentId, token: securityToken, by }, '+14155550101');
  await house.done('comms.set_approval_policy', house.orchestrator, { agentId, policy: 'always' });
  const outcome = await house.call('comms.send_message', by, { to: '+14155550101', body: 'Hello' });
  if (outcome.is !== 'held') throw new Error(JSON.stringify(outcome));
  return { securityToken, by, actionId: outcome.id };
}

describe('killing an agent', () => {
  test('ends what it has under way in every thread, tells its callers, ends its tokens and pauses it', async () => {
    const outside = wire(hangs);
    const house = await open(outside);
    const agentId = await agentOf(house, 'teller');
    const { securityToken, actionId } = await held(house, agentId);
    const own = await inject(house);
    const asked = await inject(house, 'desk');
    const pump = house.pump();
    await vi.waitFor(() => expect(outside.begun).toHaveLength(2));
    const report = await house.done('swarm.kill_agent', house.orchestrator, { name: 'teller' });
    expect(report.framesEnded.map(({ agent }: { agent: string }) => agent)).toEqual(['teller', 'teller']);
    expect(report.notProven.map((line: { actionId: string }) => line.actionId).sort()).toEqual(
      outside.begun.toSorted(),
    );
    expect(report.approvalsCancelled).toEqual([{ actionId, action: 'comms.send_message', agentId }]);
    expect(report.tokensEnded.map((token: { agentId: string }) => token.agentId)).toContain(agentId);
    expect(await house.house.authenticate(securityToken)).toBeNull();
    await pump;
    await house.pump(); // the desk goes on with what it was told
    expect(await inspect(house, own)).toMatchObject({ status: 'error', because: 'agent_killed' });
    const { status, messages } = await inspect(house, asked);
    expect(status).not.toBe('killed');
    expect(JSON.stringify(messages)).toContain('failed');
    // nothing of it begins until it is resumed, and then nothing that was killed
    await inject(house);
    await house.pump();
    expect(outside.begun).toHaveLength(2);
    await house.done('comms.resume_agent', house.orchestrator, { agentId });
    void house.pump();
    await vi.waitFor(() => expect(outside.begun).toHaveLength(3));
    await house.done('swarm.emergency_stop', house.orchestrator);
  });

  test('of a name that the swarm does not have is refused', async () => {
    const house = await open(wire());
    const outcome = await house.call('swarm.kill_agent', house.orchestrator, { name: 'nobody' });
    expect(outcome).toMatchObject({ is: 'refused', why: [{ code: 'not_found' }] });
  });

  test('leaves a thread that a person paused as it is: it is resumed, and does what it was told since', async () => {
    let pause: (() => Promise<unknown>) | null = null;
    const outside = wire(async () => {
      await pause?.();
      pause = null;
      return 'sent';
    });
    const house = await open(outside);
    const threadId = await inject(house);
    pause = () => house.done('swarm.pause_thread', house.orchestrator, { threadId });
    await house.pump();
    await house.done('swarm.kill_agent', house.orchestrator, { name: 'teller' });
    expect(await inspect(house, threadId)).toMatchObject({ status: 'paused', because: 'person' });
    await house.done('comms.resume_agent', house.orchestrator, { agentId: await agentOf(house, 'teller') });
    await house.done('swarm.inject', house.orchestrator, { to: 'teller', payload: 'Again.', threadId });
    await house.pump();
    expect(outside.begun).toHaveLength(1);
    await house.done('swarm.resume_thread', house.orchestrator, { threadId });
    await house.pump();
    expect(outside.begun).toHaveLength(4);
    expect((await inspect(house, threadId)).status).toBe('completed');
  });

  test('ends what it had called, however deep', async () => {
    const outside = wire(hangs);
    const house = await open(outside);
    const threadId = await inject(house, 'desk');
    const pump = house.pump();
    await vi.waitFor(() => expect(outside.begun).toHaveLength(1));
    const report = await house.done('swarm.kill_agent', house.orchestrator, { name: 'desk' });
    expect(report.framesEnded.map(({ agent }: { agent: string }) => agent).sort()).toEqual(['desk', 'teller']);
    expect(report.notProven).toMatchObject([{ actionId: outside.begun[0] }]);
    await pump;
    expect((await inspect(house, threadId)).frames.map(({ status }: { status: string }) => status)).toEqual([
      'killed',
      'killed',
    ]);
  });
});

describe('of what a killed agent had called', () => {
  /** The kill is committed, and the server that did it is gone before it ended anything. */
  const committed = async (house: SwarmHouse, name: string) =>
    house.house.store.found(house.org, 'killed', [
      swarmControlWrite('swarm-stop.begin', {
        ...{ id: house.house.ids.next('act'), by: 'usr_a' },
        subject: { is: 'agent', name, id: await agentOf(house, name) },
      }),
    ]);

  test('nothing begins after the commit, and it ends when another server finishes the kill', async () => {
    const gate = Promise.withResolvers<string>();
    const outside = wire(() => gate.promise);
    const house = await open(outside);
    const threadId = await inject(house, 'desk');
    const pump = house.pump();
    await vi.waitFor(() => expect(outside.begun).toHaveLength(1));
    await committed(house, 'desk');
    house.clock.pass(3_000);
    await house.house.watchStops(); // which leaves it to who began it
    gate.resolve('sent');
    await pump;
    house.clock.pass(1_500);
    await house.pump();
    expect(outside.begun).toHaveLength(1);
    house.clock.pass(10_000);
    await house.house.watchStops();
    await house.pump();
    expect(outside.begun).toHaveLength(1);
    const { frames } = await inspect(house, threadId);
    expect(frames.map(({ status }: { status: string }) => status)).toEqual(['killed', 'killed']);
  });

  test('what waits for an approval is not released by one', async () => {
    const outside = wire();
    const house = await open(outside, { ...BANK, policies: { approvals: { tools: ['wire'] } } });
    await inject(house, 'desk');
    await house.pump();
    const { signed } = await signedIn(house.house, 'admin', house.org);
    const admin = (await house.house.authenticate(signed.accessToken))!;
    const [one] = (await house.done('comms.list_held', admin)).held;
    await committed(house, 'desk');
    await house.call('comms.approve', admin, { actionId: one.actionId, argsHash: one.argsHash });
    expect(outside.begun).toEqual([]);
    house.clock.pass(10_000);
    await house.house.watchStops();
    await house.pump();
    expect(outside.begun).toEqual([]);
    expect((await house.done('comms.list_held', admin)).held).toEqual([]);
  });
});

describe('the emergency stop', () => {
  test('ends everything, is the same twice, and what it ended does not come back', async () => {
    const outside = wire(hangs);
    const house = await open(outside);
    const outsider = await house.agent(); // not in the swarm
    const { actionId } = await held(house, await agentOf(house, 'desk'));
    const threads = [await inject(house), await inject(house, 'desk')];
    const pump = house.pump();
    await vi.waitFor(() => expect(outside.begun).toHaveLength(2));
    house.clock.pass(1);
    const report = await house.done('swarm.emergency_stop', house.orchestrator);
    expect(report).toMatchObject({ what: 'swarm', found: 'something', complete: true });
    expect(report.framesEnded).toHaveLength(3);
    expect(report.notProven).toHaveLength(2);
    expect(report.approvalsCancelled).toMatchObject([{ actionId }]);
    expect(report.tokensEnded.map((token: { agentId: string }) => token.agentId)).toContain(outsider.id);
    expect(await house.house.authenticate(outsider.token)).toBeNull();
    const approval = await house.call('comms.approve', house.orchestrator, { actionId });
    expect(approval).toMatchObject({ is: 'refused', why: [{ code: 'not_held' }] });
    const late = await house.call('comms.send_message', outsider.by, { to: '+14155550101', body: 'Hello' });
    expect(late).toMatchObject({ is: 'refused', why: [{ code: 'stale' }] });
    await pump;

    const again = await house.done('swarm.stop', house.orchestrator);
    expect(again).toMatchObject({ found: 'nothing', framesEnded: [], notProven: [], tokensEnded: [] });
    // what comes in is kept, and nobody takes it up
    const kept = await inject(house);
    await house.pump();
    expect(outside.begun).toHaveLength(2);
    await house.done('swarm.resume', house.orchestrator);
    void house.pump();
    await vi.waitFor(() => expect(outside.begun).toHaveLength(3));
    for (const threadId of threads) expect((await inspect(house, threadId)).status).toBe('killed');
    expect((await inspect(house, kept)).status).toBe('active');
    expect(await house.house.authenticate(outsider.token)).toBeNull();
    await house.done('swarm.emergency_stop', house.orchestrator);
    expect(house.faults).toEqual([]);
  });

  test('answers in time while two hundred turns are under way', async () => {
    const outside = wire(hangs);
    const limits = { queueDepth: 500, concurrency: 300 };
    const source = {
      ...BANK,
      swarm: { name: 'bank', limits: { threadsPerUser: 1_000 } },
      agents: BANK.agents.map((agent) => ({ ...agent, limits })),
    };
    const house = await open(outside, source);
    for (let i = 0; i < 200; i++) {
      house.clock.pass(6_001);
      await inject(house);
    }
    const pump = house.pump();
    await vi.waitFor(() => expect(outside.begun.length).toBeGreaterThanOrEqual(100), { timeout: 10_000 });
    const began = performance.now();
    const report = await house.done('swarm.emergency_stop', house.orchestrator);
    expect(performance.now() - began).toBeLessThan(5_000);
    const before = outside.begun.length;
    expect(report.framesEnded).toHaveLength(200);
    expect(report.notProven).toHaveLength(before);
    expect(report.notProven.length + report.actionsStopped.length).toBeLessThanOrEqual(200);
    await pump;
    await house.pump();
    expect(outside.begun).toHaveLength(before);
  }, 30_000);

  test('stops nothing of another organisation', async () => {
    const outside = wire(hangs);
    const house = await open(outside);
    const other = await house.organization();
    const theirs = await house.agent(other.admin);
    const report = await house.done('swarm.emergency_stop', other.admin);
    expect(report.tokensEnded).toMatchObject([{ agentId: theirs.id }]);
    const threadId = await inject(house);
    void house.pump();
    await vi.waitFor(() => expect(outside.begun).toHaveLength(1));
    const outcome = await house.call('swarm.kill_thread', other.admin, { threadId });
    expect(outcome).toMatchObject({ is: 'refused', why: [{ code: 'not_found' }] });
    await house.done('swarm.emergency_stop', house.orchestrator);
  });
});
