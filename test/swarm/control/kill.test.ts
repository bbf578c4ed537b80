import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ActionId } from '../../../src/kernel/ids.ts';
import { MINUTE_MS } from '../../../src/kernel/time.ts';
import { type SwarmHouse, scripted, swarmHouse } from '../fixture.ts';
import { asksTeller, BANK, hangs, sendsThrice, type Wire, wire } from './wire.ts';

let swarm: SwarmHouse | undefined;
afterEach(async () => {
  await swarm?.[Symbol.asyncDispose]();
  swarm = undefined;
});

const open = async (outside: Wire, handlers = { desk: asksTeller, teller: sendsThrice }) => {
  swarm = await swarmHouse(BANK, { handlers, outside });
  return swarm;
};
const inject = async (house: SwarmHouse, to = 'teller') =>
  (await house.done('swarm.inject', house.orchestrator, { to, payload: 'Please.' })).threadId as string;
const kill = (house: SwarmHouse, threadId: string) => house.done('swarm.kill_thread', house.orchestrator, { threadId });
const stateOf = async (house: SwarmHouse, threadId: string) =>
  await house.done('swarm.inspect_thread', house.orchestrator, { threadId });

describe('a kill', () => {
  test('in the middle of a tool call says that it is not proven, with the action to look at', async () => {
    const outside = wire(hangs);
    const house = await open(outside);
    const threadId = await inject(house, 'desk');
    const pump = house.pump();
    await vi.waitFor(() => expect(outside.begun).toHaveLength(1));
    const report = await kill(house, threadId);
    expect(report).toMatchObject({
      ...{ what: 'thread', found: 'something', complete: true, turnsUnderWay: 0, actionsStopped: [] },
      framesEnded: [
        { agent: 'desk', was: 'waiting', threadId },
        { agent: 'teller', was: 'running', threadId },
      ],
      notProven: [{ actionId: outside.begun[0], action: 'swarm.use_tool', why: 'outcome_unknown' }],
    });
    await pump;
    await house.pump();
    expect(outside.begun).toHaveLength(1);
    const { status, frames } = await stateOf(house, threadId);
    expect(status).toBe('killed');
    expect(frames.map((frame: { status: string }) => frame.status)).toEqual(['killed', 'killed']);
  });

  test('answers within five seconds, also where a tool listens to nothing', async () => {
    let answer = (_text: string) => {};
    const outside = wire(() => new Promise((resolve) => (answer = resolve))); // listens to nothing
    const house = await open(outside);
    const threadId = await inject(house);
    void house.pump();
    await vi.waitFor(() => expect(outside.begun).toHaveLength(1));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const killing = kill(house, threadId);
    let answered = false;
    void killing.then(() => (answered = true));
    while (!answered && performance.now() < 60_000) await vi.advanceTimersByTimeAsync(50);
    expect(performance.now()).toBeLessThan(5_000);
    vi.useRealTimers();
    expect(await killing).toMatchObject({ complete: true, turnsUnderWay: 1, notProven: [{ why: 'under_way' }] });
    answer('at last');
  });

  test('of a thread in which nothing is at work says that there was nothing', async () => {
    const house = await open(wire());
    const threadId = await inject(house);
    await house.pump();
    expect(await kill(house, threadId)).toMatchObject({ found: 'nothing', framesEnded: [], notProven: [] });
    expect((await stateOf(house, threadId)).status).toBe('killed');
    expect(await kill(house, threadId)).toMatchObject({ found: 'nothing' });
    const again = await house.call('swarm.inject', house.orchestrator, { to: 'teller', payload: 'x', threadId });
    expect(again).toMatchObject({ is: 'refused', why: [{ code: 'conflict' }] });
  });

  test('of a thread that is not there is refused', async () => {
    const house = await open(wire());
    const threadId = 'thr_01ARZ3NDEKTSV4RRFFQ69G5FAV';
    const outcome = await house.call('swarm.kill_thread', house.orchestrator, { threadId });
    expect(outcome).toMatchObject({ is: 'refused', why: [{ code: 'not_found' }] });
  });

  test('at any moment: after its answer nothing begins', async () => {
    const outside = wire(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return 'sent';
    });
    const house = await open(outside);
    let killedInTime = 0;
    for (let moment = 0; moment < 100; moment++) {
      house.clock.pass(MINUTE_MS);
      const threadId = await inject(house, moment % 2 === 0 ? 'teller' : 'desk');
      const before = outside.begun.length;
      const pump = house.pump();
      for (let i = 0; i < moment % 50; i++) await new Promise((resolve) => setImmediate(resolve));
      const report = await kill(house, threadId);
      const begun = outside.begun.slice(before);
      await pump;
      await house.pump();
      expect(outside.begun.slice(before), `after a kill at moment ${moment}`).toEqual(begun);
      if (begun.length < 3) killedInTime++;
      // what had begun and is not known to have ended is told
      for (const { actionId } of report.notProven) expect(begun).toContain(actionId);
    }
    expect(killedInTime).toBeGreaterThan(20);
    expect(house.faults).toEqual([]);
  }, 20_000);

  test('discards what comes late: it stays in its own row and never reaches the frame', async () => {
    let answer = (_text: string) => {};
    const outside = wire(() => new Promise((resolve) => (answer = resolve)));
    const house = await open(outside);
    const threadId = await inject(house);
    const pump = house.pump();
    await vi.waitFor(() => expect(outside.begun).toHaveLength(1));
    const killing = kill(house, threadId);
    await vi.waitFor(async () => expect((await stateOf(house, threadId)).status).toBe('killed'));
    answer('sent after all');
    expect(await killing).toMatchObject({ notProven: [], actionsStopped: [{ how: 'finished' }] });
    await pump;
    const { frames } = await stateOf(house, threadId);
    expect(JSON.stringify(frames)).not.toContain('sent after all');
    expect(await house.house.ledger.look(house.org, outside.begun[0] as ActionId)).toMatchObject({ is: 'done' });
  });

  test("aborts a model's step, which costs and does nothing else", async () => {
    const models = scripted(() => new Promise(() => undefined));
    const asked = vi.fn();
    const generate: typeof models.generate = (_alias, request) => {
      asked();
      return new Promise((_, reject) => request.signal.addEventListener('abort', () => reject(new Error('aborted'))));
    };
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
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());
    const report = await kill(swarm, threadId);
    expect(report).toMatchObject({
      notProven: [],
      modelCalls: [{ how: 'aborted' }],
      framesEnded: [{ was: 'running' }],
    });
    await pump;
  });
});
