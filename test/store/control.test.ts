/** Stopping over a database that several servers share: what one stops, the other one does not go on with. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MINUTE_MS } from '../../src/kernel/time.ts';
import { engines } from '../support/engines.ts';
import { openHouse, type TestHouse, testClock, testKeys } from '../support/house.ts';
import { asksTeller, BANK, hangs, sendsThrice, type Wire, wire } from '../swarm/control/wire.ts';
import { type SwarmHouse, swarmHouse } from '../swarm/fixture.ts';

const HANDLERS = { desk: asksTeller, teller: sendsThrice };
const inject = async (house: TestHouse, to = 'teller') =>
  (await house.done('swarm.inject', house.orchestrator, { to, payload: 'Please.' })).threadId as string;

describe.each(engines.filter(({ name }) => name === 'postgres'))('two servers on $name', (on) => {
  /** One that people ask, and one that works and looks for stops as often as a server does. */
  async function servers(outside: Wire): Promise<readonly [SwarmHouse, TestHouse]> {
    const { engine, again, dispose } = await on.open();
    const shared = { keys: testKeys(), clock: testClock() };
    const asked = await swarmHouse(BANK, {
      // it has no room for a turn of its own
      options: { ...shared, engine, overrides: { swarm: { maxTurns: 0 } } },
      handlers: HANDLERS,
      outside,
    });
    const works = await openHouse({
      ...{ ...shared, engine: again() },
      overrides: { swarm: { outside, handlers: new Map(Object.entries(HANDLERS)) } },
    });
    let over = false;
    const rounds = (async () => {
      while (!over) {
        await works.house.watchStops();
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    })();
    onTestFinished(async () => {
      over = true;
      await rounds;
      await works[Symbol.asyncDispose]();
      await asked[Symbol.asyncDispose]();
      await dispose();
    });
    return [asked, works];
  }

  it('a kill on one ends what runs on the other, within its time', async () => {
    const outside = wire(hangs);
    const [a, b] = await servers(outside);
    const threadId = await inject(a, 'desk');
    const work = b.house.pump.tick();
    await vi.waitFor(() => expect(outside.begun).toHaveLength(1), { timeout: 5_000 });
    const began = performance.now();
    const report = await a.done('swarm.kill_thread', a.orchestrator, { threadId });
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(report).toMatchObject({
      ...{ complete: true, found: 'something' },
      notProven: [{ actionId: outside.begun[0], why: 'outcome_unknown' }], // ended there, and settled
    });
    await work;
    await b.house.pump.tick();
    expect(outside.begun).toHaveLength(1);
    expect([...a.faults, ...b.faults]).toEqual([]);
  });

  it('after the answer of a kill, at any moment, nothing begins that it did not tell', async () => {
    const outside = wire(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return 'sent';
    });
    const [a, b] = await servers(outside);
    let inTime = 0;
    for (let moment = 0; moment < 12; moment++) {
      a.clock.pass(MINUTE_MS);
      const threadId = await inject(a);
      const before = outside.begun.length;
      const work = b.house.pump.tick();
      await new Promise((resolve) => setTimeout(resolve, moment * 8));
      const report = await a.done('swarm.kill_thread', a.orchestrator, { threadId });
      const begun = outside.begun.slice(before);
      const told = report.notProven.map(({ actionId }: { actionId: string }) => actionId);
      await work;
      await b.house.pump.tick();
      for (const action of outside.begun.slice(before)) expect([...begun, ...told]).toContain(action);
      if (outside.begun.length - before < 3) inTime++;
    }
    expect(inTime).toBeGreaterThan(1);
    expect([...a.faults, ...b.faults]).toEqual([]);
  });

  it('the emergency stop reaches the other one, tokens included, and is finished by it when the first one dies', async () => {
    const outside = wire(hangs);
    const [a, b] = await servers(outside);
    const agent = await a.agent();
    await Promise.all([inject(a), inject(a, 'desk')]);
    const work = b.house.pump.tick();
    await vi.waitFor(() => expect(outside.begun).toHaveLength(2), { timeout: 5_000 });
    expect(await b.house.authenticate(agent.token)).not.toBeNull();
    // what a server that dies right after its commit leaves behind
    const by = a.orchestrator;
    const entry = a.house.catalogue.byName('swarm.emergency_stop')!;
    const { finish: _, ...action } = entry.action as { finish: unknown } & typeof entry.action;
    await a.house.perform({ ...entry, action: action as typeof entry.action }, by, {});
    expect(await b.house.authenticate(agent.token)).toBeNull();
    await work; // aborted there
    const open = () => a.call('swarm.resume', by);
    expect(await open()).toMatchObject({ is: 'refused', why: [{ code: 'conflict' }] });
    a.clock.pass(10_000);
    await vi.waitFor(async () => expect(await open()).toMatchObject({ is: 'done' }), { timeout: 5_000 });
    await b.house.pump.tick();
    expect(outside.begun).toHaveLength(2);
    expect([...a.faults, ...b.faults]).toEqual([]);
  });
});

describe.each(engines.filter(({ name }) => name !== 'memory'))('over a restart on $name', (on) => {
  it('what is paused and what is stopped stays so, and goes on when it is resumed', async () => {
    const { engine, again, dispose } = await on.open();
    const shared = { keys: testKeys(), clock: testClock() };
    const outside = wire();
    const first = await swarmHouse(BANK, { handlers: HANDLERS, outside, options: { ...shared, engine } });
    await first.done('swarm.pause', first.orchestrator);
    await inject(first);
    await first[Symbol.asyncDispose]();
    const second = await openHouse({
      ...{ ...shared, engine: again() },
      overrides: { swarm: { outside, handlers: new Map(Object.entries(HANDLERS)) } },
    });
    onTestFinished(async () => {
      await second[Symbol.asyncDispose]();
      await dispose();
    });
    await second.house.pump.tick();
    expect(outside.begun).toEqual([]);
    await second.done('swarm.emergency_stop', second.orchestrator);
    await second.house.pump.tick();
    await second.done('swarm.resume', second.orchestrator);
    await second.house.pump.tick();
    expect(outside.begun).toEqual([]); // it was killed
    await inject(second);
    await second.house.pump.tick();
    expect(outside.begun).toHaveLength(3);
  });
});
