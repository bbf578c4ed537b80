/** What the anomaly detector remembers, over every engine: added up by all servers, acted on once, and nobody's text or address. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Detector, openDetector } from '../../src/guard/anomalies/detector.ts';
import type { Suspect } from '../../src/guard/anomalies/ports.ts';
import type { Claimed } from '../../src/guard/permit.ts';
import type { AgentId, OrgId } from '../../src/kernel/ids.ts';
import type { Store } from '../../src/store/open.ts';
import { type Desk, openDesk } from '../support/desk.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import { type TestClock, testClock, testKeys } from '../support/house.ts';

const ORG: OrgId = 'org_a';
const sent = (agent: AgentId, text: string | null, contact: string): Claimed => ({
  id: 'act_1',
  org: ORG,
  agent,
  action: 'test.send',
  input: { text, contact },
  attempt: 1,
  duties: [],
  context: {},
});

async function detectorOf(
  { activity }: Pick<Store, 'activity'>,
  clock: TestClock,
  act?: (suspect: Suspect) => Promise<void>,
) {
  const suspects: Suspect[] = [];
  const faults: unknown[] = [];
  const detector = await openDetector({
    store: activity,
    clock,
    traits: ({ input }) => ({ ...(input as { text: string | null; contact: string }), first: false }),
    act: act ?? (async (suspect) => void suspects.push(suspect)),
    onFault: (fault) => faults.push(fault),
  });
  const told = () =>
    suspects.splice(0).map(({ subject, anomalies }) => [subject.label, anomalies.map(({ kind }) => kind)]);
  return { detector, told, faults };
}

const sends = (detector: Detector, times: number, agent: AgentId, text: string | null = null) => {
  for (let i = 0; i < times; i++) detector.settled(sent(agent, text, `contact ${i}`), { state: 'ok', ref: 'r' });
};

describe.each(engines)('the activity of agents on $name', (on) => {
  async function database() {
    const { engine, again, dispose } = await on.open();
    const keys = testKeys();
    const clock = testClock();
    const open: Desk[] = [];
    onTestFinished(async () => {
      for (const desk of open) await desk.store.close();
      await dispose();
    });
    const server = async (more: Parameters<typeof openDesk>[0]) => {
      const one = await openDesk({ keys, clock, ...more });
      open.unshift(one);
      return one.store;
    };
    const first = await server({ engine });
    return { engine, clock, first, desk: open[0]!, another: () => server({ engine: again(), beside: open[0]! }) };
  }

  it('is unusual once it is, told once, and again after half an hour', async () => {
    const { clock, first } = await database();
    const { detector, told, faults } = await detectorOf(first, clock);
    sends(detector, 9, 'agt_1');
    await detector.round();
    expect(told()).toEqual([]);
    sends(detector, 1, 'agt_1');
    await detector.round();
    expect(told()).toEqual([['agt_1', ['volume_spike']]]);
    sends(detector, 50, 'agt_1');
    await detector.round();
    expect(told()).toEqual([]);
    clock.pass(30 * 60_000);
    sends(detector, 50, 'agt_1');
    sends(detector, 50, 'agt_2');
    await detector.round();
    expect(told()).toEqual([
      ['agt_1', ['volume_spike']],
      ['agt_2', ['volume_spike']],
    ]);
    expect(faults).toEqual([]);
  });

  it('survives a restart, all that was counted when it was stopped', async () => {
    const { clock, first } = await database();
    const before = await detectorOf(first, clock);
    sends(before.detector, 6, 'agt_1');
    before.detector.failedAuthentication('203.0.113.7', '203.0.113.0/24');
    await before.detector[Symbol.asyncDispose]();
    clock.pass(60_000);
    const after = await detectorOf(first, clock);
    sends(after.detector, 4, 'agt_1');
    for (let i = 0; i < 10; i++) after.detector.failedAuthentication('203.0.113.7', '203.0.113.0/24');
    await after.detector.round();
    expect(after.told().toSorted()).toEqual([
      ['203.0.113.0/24', ['failed_authentications']],
      ['agt_1', ['volume_spike']],
    ]);
  });

  it('that was found and not acted on, because the server died, is acted on by the next', async () => {
    const { clock, first } = await database();
    const dying = await detectorOf(first, clock, async () => Promise.reject(new Error('killed')));
    sends(dying.detector, 20, 'agt_1');
    await dying.detector.round();
    expect(dying.faults).toHaveLength(1);
    const next = await detectorOf(first, clock);
    await next.detector.round();
    expect(next.told()).toEqual([]); // the first may still be at it
    clock.pass(60_000);
    await next.detector.round();
    expect(next.told()).toEqual([['agt_1', ['volume_spike']]]);
  });

  it('holds no address and no text, and is forgotten after two hours', async () => {
    const { clock, first, engine } = await database();
    const { detector } = await detectorOf(first, clock);
    for (let i = 0; i < 30; i++)
      detector.settled(sent('agt_1', 'a very private text', `+1415555${i}`), { state: 'ok', ref: '' });
    detector.failedAuthentication('203.0.113.7', '203.0.113.0/24');
    await detector.round();
    const rows = (await dump(engine)).get('activity')!;
    expect(rows).toContain('agt_1');
    for (const secret of ['private', '+1415555', '203.0.113.7']) expect(rows).not.toContain(secret);
    clock.pass(2 * 60 * 60_000);
    await detector.round();
    expect(await engine.db.selectFrom('activity').select('subject').execute()).toEqual([]);
  });

  it('counts each token of an agent, with the write that makes it', async () => {
    const { clock, first, desk } = await database();
    const { org, agent } = desk;
    const { detector, told } = await detectorOf(first, clock);
    const token = (n: number) => ({
      kind: 'agent-token.create',
      row: { id: `tok_${n}`, hash: `h${n}`, agent, createdAt: clock.now(), expiresAt: null },
    });
    for (let n = 0; n < 3; n++) await first.found(org, 'test', [token(n)]);
    await detector.round();
    expect(told()).toEqual([]);
    await expect(first.found(org, 'test', [token(3), { kind: 'no.such.write', row: {} }])).rejects.toThrow();
    await detector.round();
    expect(told()).toEqual([]);
    clock.pass(59 * 60_000);
    await first.found(org, 'test', [token(4)]);
    await detector.round();
    expect(told()).toEqual([[agent, ['many_tokens']]]);
  });

  if (on.name === 'postgres') {
    it('is counted by two servers together, and acted on by one', async () => {
      const { clock, first, another } = await database();
      const [a, b] = [await detectorOf(first, clock), await detectorOf(await another(), clock)];
      const agents = Array.from({ length: 30 }, (_, i): AgentId => `agt_${i}`);
      for (const agent of agents) sends(a.detector, 5, agent);
      for (const agent of agents.toReversed()) sends(b.detector, 5, agent);
      await Promise.all([a.detector.round(), b.detector.round()]);
      await Promise.all([a.detector.round(), b.detector.round()]);
      const told = [...a.told(), ...b.told()].map(([label]) => label);
      expect(told.toSorted()).toEqual(agents.toSorted());
      expect([...a.faults, ...b.faults]).toEqual([]);
    });
  }
});

describe('the detector', () => {
  it('is bounded: whom it has no room for it does not count, until the next round', async () => {
    const { engine } = await engines[0]!.open();
    const clock = testClock();
    const desk = await openDesk({ engine, clock });
    onTestFinished(() => desk.store.close());
    const suspects: string[] = [];
    const detector = await openDetector({
      store: desk.store.activity,
      clock,
      traits: () => ({ contact: 'c', text: null, first: false }),
      act: async ({ subject }) => void suspects.push(subject.id),
      onFault: (fault) => {
        throw fault;
      },
      maxSubjects: 3,
    });
    for (let i = 0; i < 10; i++) sends(detector, 20, `agt_${i}`);
    for (let i = 0; i < 100; i++) detector.failedAuthentication(`192.0.2.${i}`, '192.0.2.0/24');
    await detector.round();
    expect(suspects).toEqual(['agt_0', 'agt_1', 'agt_2']);
    expect(await engine.db.selectFrom('activity').select('subject').execute()).toHaveLength(6);
    sends(detector, 20, 'agt_9');
    await detector.round();
    expect(suspects.at(-1)).toBe('agt_9');
  });
});
