/** The queue of world actions: what is too old or unreadable ends, and one organisation's troubles are not another's. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createExecutor, type Executor } from '../../src/guard/executor.ts';
import type { Take } from '../../src/guard/take.ts';
import { guardWrite } from '../../src/guard/writes.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/kernel/time.ts';
import { testCarrier } from '../support/carrier.ts';
import { approval, type Desk, type Execute, HOLD_MS, type ProposeOptions } from '../support/desk.ts';
import { engines } from '../support/engines.ts';
import { deskOn, houseOn } from '../support/open.ts';

const BEGIN_WITHIN_MS = 15 * MINUTE_MS;
const LEASE_MS = 30_000;
const TO = '+14155550101';
const TAKES: readonly Take[] = [
  { meter: 'm', amount: 1, caps: [{ limit: 99, window: { ms: HOUR_MS }, code: 'rate_limited', name: 'perHour' }] },
  {
    meter: 'money',
    amount: 10,
    unit: 'money',
    caps: [{ limit: 999, window: { calendar: 'day', zone: 'UTC' }, code: 'spend_limit', name: 'perDay' }],
  },
];
const taken = async (desk: Desk) => [await desk.meter('m'), await desk.meter('money@2026-11-20')];
const endOf = async (desk: Desk, id: string | null) =>
  (await desk.log()).filter(({ type, action }) => type === 'result' && action === id);

/** An execution that remembers what it was given, and hangs where the test says; what hangs ends with the test. */
function sender(hangs: (org: string) => boolean = () => false): {
  readonly execute: Execute;
  readonly begun: string[];
} {
  const begun: string[] = [];
  const end = Promise.withResolvers<void>();
  onTestFinished(() => end.resolve());
  const execute: Execute = async ({ action }) => {
    begun.push(action.id);
    if (hangs(action.org)) await end.promise;
    return { state: 'ok', ref: 'r' };
  };
  return { execute, begun };
}

function executorOf(
  { ledger, catalogue, clock, faults }: Desk,
  maxInFlight = 9,
  maxPerOrganization = maxInFlight,
): Executor {
  const onFault = (fault: unknown) => faults.push(fault);
  return createExecutor({
    ledger,
    catalogue,
    maxInFlight,
    maxPerOrganization,
    tickMs: HOUR_MS,
    clock,
    onFault,
  });
}

describe.each(engines)('what was allowed on $name', (on) => {
  it('begins within 15 minutes, to the millisecond', async () => {
    const { execute, begun } = sender();
    const desk = await deskOn(on, { execute });
    const executor = executorOf(desk);
    const late = await desk.propose('test.send', { takes: TAKES });
    desk.clock.pass(2);
    const { id } = await desk.propose('test.send', { takes: TAKES });
    desk.clock.pass(BEGIN_WITHIN_MS - 1);
    await executor.tick();
    await executor.stop();
    expect(begun).toEqual([id]);
    expect(await endOf(desk, late.id)).toMatchObject([{ state: 'cancelled', code: 'too_late', cost: 0 }]);
    expect(await taken(desk)).toEqual([1, 10]);
  });

  it('and begins too late is a failed message that was not sent', async () => {
    const { carriers, sent } = testCarrier();
    const t = await houseOn(on, { overrides: { carriers, maxInFlight: 0 } });
    const agent = await t.agent();
    await t.consent(agent, TO);
    await t.call('comms.send_message', agent.by, { to: TO, body: 'Hello' });
    t.clock.pass(BEGIN_WITHIN_MS + 1);
    expect(await t.house.ledger.claim(9)).toEqual([]);
    const { messages } = await t.done('comms.get_messages', agent.by);
    expect(messages).toMatchObject([{ status: 'failed', errorCode: 'too_late', cost: 0 }]);
    expect(sent).toEqual([]);
  });

  it('and had begun is not called unsent when its repeat comes too late', async () => {
    const desk = await deskOn(on);
    const { id } = await desk.claimed('test.resend', { takes: TAKES });
    desk.clock.pass(LEASE_MS + 1);
    await desk.ledger.recover();
    desk.clock.pass(BEGIN_WITHIN_MS);
    expect(await desk.ledger.claim(9)).toEqual([]);
    expect(await endOf(desk, id)).toMatchObject([{ state: 'unknown', code: 'outcome_unknown', cost: 10 }]);
    expect(await taken(desk)).toEqual([1, 10]);
  });

  it('is attempted five times under its key at most, and then unknown', async () => {
    const desk = await deskOn(on);
    const { id, attempt } = await desk.claimed('test.resend', { takes: TAKES });
    const attempts = [attempt];
    for (let round = 0; round < 9; round++) {
      desk.clock.pass(LEASE_MS + 1);
      await desk.ledger.recover();
      for (const claimed of await desk.ledger.claim(9)) attempts.push(claimed.attempt);
    }
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
    expect(await endOf(desk, id)).toMatchObject([{ state: 'unknown', cost: 10 }]);
  });
});

describe.each(engines)('a row that can’t be read on $name', (on) => {
  it.each<readonly [string, (desk: Desk, id: string) => Promise<unknown>]>([
    [
      'because its action is gone from the catalogue',
      ({ engine }, id) => engine.db.updateTable('action').set({ name: 'test.gone' }).where('id', '=', id).execute(),
    ],
    [
      'because its person’s key was destroyed',
      async ({ engine }, id) => {
        const { contact } = await engine.db
          .selectFrom('action')
          .select('contact')
          .where('id', '=', id)
          .executeTakeFirstOrThrow();
        await engine.db.deleteFrom('contact').where('ref', '=', contact!).execute();
      },
    ],
  ])('%s, is told and ended, and holds up nothing of the same round', async (_, spoil) => {
    const { execute, begun } = sender();
    const desk = await deskOn(on, { execute });
    const executor = executorOf(desk);
    let people = 1000;
    const to = () => ({ to: `+1415556${people++}`, takes: TAKES });
    const pair = async <T>(make: () => Promise<T>) => [await make(), await make()] as const;
    const held = await pair(() => desk.propose('test.send', { ...to(), hold: true }));
    desk.clock.pass(HOLD_MS - LEASE_MS - 1);
    const claimed = await pair(() => desk.claimed('test.resend', to()));
    desk.clock.pass(LEASE_MS + 1);
    const ready = await pair(() => desk.propose('test.send', to()));
    for (const [bad] of [held, claimed, ready]) await spoil(desk, bad.id!);
    expect(await taken(desk)).toEqual([4, 40]);

    await executor.tick();
    await executor.stop();
    expect(begun.toSorted()).toEqual([claimed[1].id, ready[1].id].toSorted());
    const ends = async ([bad, good]: readonly [{ id: string | null }, { id: string | null }]) =>
      [...(await endOf(desk, bad.id)), ...(await endOf(desk, good.id))].map(({ state, code }) => [state, code]);
    expect(await ends(held)).toEqual([
      ['cancelled', 'internal'],
      ['cancelled', 'approval_expired'],
    ]);
    expect(await ends(claimed)).toEqual([
      ['unknown', 'internal'],
      ['ok', undefined],
    ]);
    expect(await ends(ready)).toEqual([
      ['cancelled', 'internal'],
      ['ok', undefined],
    ]);
    expect(await taken(desk)).toEqual([3, 30]); // what never began gave back what it took
    const told = desk.faults.map((fault) => /act_\w+ can't be read/.exec(String(fault))?.[0]);
    expect(told.toSorted()).toEqual([held, claimed, ready].map(([{ id }]) => `${id} can't be read`).toSorted());
    await executor.tick();
    expect(desk.faults).toHaveLength(3);
  });

  it('is ended as well when a person has approved it', async () => {
    const desk = await deskOn(on);
    const { id } = await desk.propose('test.send', { to: TO, hold: true });
    await desk.propose('test.note', {
      writes: [approval(id!, 'tok_admin')],
    });
    await desk.engine.db.deleteFrom('contact').execute();
    expect(await desk.ledger.release(desk.org, id!, true)).toBeNull();
    expect(await endOf(desk, id)).toMatchObject([{ state: 'cancelled', code: 'internal' }]);
    expect(desk.faults).toHaveLength(1);
  });
});

describe.each(engines)('the organisations on $name', (on) => {
  const sends = async (desk: Desk, count: number, options: ProposeOptions = {}) => {
    const ids: string[] = [];
    for (let i = 0; i < count; i++) ids.push((await desk.propose('test.send', {}, options)).id!);
    return ids;
  };

  it('have places of their own: one whose provider hangs keeps no other waiting', async () => {
    const hanging = new Set<string>();
    const { execute, begun } = sender((org) => hanging.has(org));
    const desk = await deskOn(on, { execute });
    const other = await desk.tenant('other');
    hanging.add(desk.org);
    const executor = executorOf(desk, 4, 2);
    const stuck = await sends(desk, 6);
    await executor.tick();
    await vi.waitFor(() => expect(begun).toEqual(stuck.slice(0, 2)));
    expect(await executor.withRoom(desk.org, async (claim) => claim)).toBe(false);
    expect(await executor.withRoom(other.org, async (claim) => claim)).toBe(true);
    const sent = await sends(desk, 3, other);
    await executor.tick();
    await vi.waitFor(() => expect(begun).toEqual([...stuck.slice(0, 2), ...sent]));
    expect(await desk.ledger.claim(9, () => 0)).toEqual([]);
  });

  it('are claimed in turn, each its oldest first, as many as each has room for', async () => {
    const desk = await deskOn(on);
    const other = await desk.tenant('other');
    const [many, few] = [await sends(desk, 8), await sends(desk, 3, other)];
    const claim = async (max: number, roomOf?: (org: string) => number) =>
      (await desk.ledger.claim(max, roomOf)).map(({ id }) => id);
    expect(await claim(3)).toEqual([many[0], few[0], many[1]]);
    expect(await claim(1, (org) => (org === desk.org ? 0 : 9))).toEqual([few[1]]); // no room for it: the next one's turn
    expect(await claim(4, (org) => (org === desk.org ? 1 : 9))).toEqual([many[2], few[2]]);
    expect(await claim(9)).toEqual(many.slice(3));
  });
});

describe.each(engines)('holds on $name', (on) => {
  it('are 100 of an agent at most, until some are decided', async () => {
    const desk = await deskOn(on);
    const other = await desk.tenant('other');
    const hold = (options: ProposeOptions = {}) => desk.propose('test.send', { hold: true }, options);
    const held = await Promise.all(Array.from({ length: 100 }, () => hold()));
    expect(new Set(held.map(({ is }) => is))).toEqual(new Set(['held']));
    expect(await hold()).toMatchObject({ is: 'refused', why: [{ guard: 'approval', code: 'overloaded' }] });
    expect((await hold(other)).is).toBe('held');
    expect((await desk.propose('test.send')).is).toBe('pending'); // what needs nobody's approval goes on
    await desk.approve(held[0]!.id!);
    await desk.propose('test.note', {
      writes: [guardWrite('hold.deny', { action: held[1]!.id!, by: 'tok_admin', note: null })],
    });
    expect([(await hold()).is, (await hold()).is, (await hold()).is]).toEqual(['held', 'held', 'refused']);
  });
});
