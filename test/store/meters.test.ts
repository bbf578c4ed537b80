/** Limits, exact: sliding windows against a naive model, money by calendar, on every engine. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentActions } from '../../src/comms/meters.ts';
import type { Delivery } from '../../src/guard/action.ts';
import type { Proposed } from '../../src/guard/ledger.ts';
import type { Claimed } from '../../src/guard/permit.ts';
import type { Take, Window } from '../../src/guard/take.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/kernel/time.ts';
import { type Desk, openDesk } from '../support/desk.ts';
import { engines } from '../support/engines.ts';
import { testClock } from '../support/house.ts';
import { deskOn } from '../support/open.ts';

const START = Date.parse('2026-11-20T15:00:00Z');
const CANCELLED: Delivery = { state: 'cancelled', code: 'stale', say: 'Not sent.' };

const sliding = (meter: string, limits: Readonly<Record<number, number>>, amount = 1): Take => ({
  meter,
  amount,
  caps: Object.entries(limits).map(([ms, limit]) => ({
    limit,
    window: { ms: Number(ms) },
    code: 'rate_limited',
    name: `per${ms}`,
  })),
});

const retryAt = (proposed: Proposed): number | undefined => {
  if (proposed.is !== 'refused') throw new Error(`was ${proposed.is}`);
  return Math.max(...proposed.why.map((reason) => reason.retryAt ?? Number.POSITIVE_INFINITY));
};

/** What a window allows, told by looking at every grant. Grants never lie in the past of an earlier one. */
class NaiveMeter {
  readonly grants: { at: number; readonly amount: number; readonly action: Claimed; settled: boolean }[] = [];
  #latest = 0;

  fits(now: number, amount: number, limits: Readonly<Record<number, number>>): boolean {
    return Object.entries(limits).every(([ms, limit]) => this.used(now, Number(ms)) + amount <= limit);
  }
  used(now: number, ms: number): number {
    return this.grants.filter(({ at }) => at > now - ms).reduce((sum, { amount }) => sum + amount, 0);
  }
  /** In the window that ends at `end`. */
  before(end: number, ms: number): number {
    return this.used(end, ms) - this.used(end + ms, ms);
  }
  /** A clock that stood more than a day ahead: what was granted then counts from now on. */
  bringBack(now: number): void {
    if (this.#latest <= now + DAY_MS) return;
    this.#latest = now;
    for (const grant of this.grants) grant.at = Math.min(grant.at, now);
  }
  grant(now: number, amount: number, action: Claimed): void {
    this.#latest = Math.max(now, this.#latest);
    this.grants.push({ at: this.#latest, amount, action, settled: false });
  }
  /** An action gives back once; what no window sees by then has nothing to give. */
  release(pick: number, now: number): Claimed | null {
    const open = this.grants.filter(({ settled }) => !settled);
    const grant = open[open.length === 0 ? 0 : pick % open.length];
    if (grant === undefined) return null;
    grant.settled = true;
    if (grant.at > now - DAY_MS) this.grants.splice(this.grants.indexOf(grant), 1);
    return grant.action;
  }
  /** The first time from which the amount fits, if nothing else happens. */
  roomAt(now: number, amount: number, limits: Readonly<Record<number, number>>): number {
    if (Object.values(limits).some((limit) => amount > limit)) return Number.POSITIVE_INFINITY;
    const ends = this.grants.flatMap(({ at }) => Object.keys(limits).map((ms) => at + Number(ms)));
    return Math.min(...[now, ...ends].filter((time) => time >= now && this.fits(time, amount, limits)));
  }
}

type Step =
  | { readonly is: 'ask'; readonly amount: number }
  | { readonly is: 'pass'; readonly ms: number }
  | { readonly is: 'release'; readonly pick: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ is: fc.constant('ask' as const), amount: fc.constantFrom(1, 1, 1, 2, 7, 30, 64) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      is: fc.constant('pass' as const),
      ms: fc.oneof(
        fc.integer({ min: 0, max: 70 * SECOND_MS }),
        fc.constantFrom(
          1,
          MINUTE_MS - 1,
          MINUTE_MS,
          MINUTE_MS + 1,
          HOUR_MS,
          DAY_MS - 1,
          DAY_MS,
          -1,
          -MINUTE_MS,
          -DAY_MS,
        ),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('release' as const), pick: fc.nat() }) },
);

describe.each(engines)('sliding limits on $name', (on) => {
  let desk: Desk;
  let dispose: () => Promise<void>;
  beforeAll(async () => {
    const opened = await on.open();
    dispose = opened.dispose;
    desk = await openDesk({ engine: opened.engine, clock: testClock(START) });
  });
  afterAll(async () => {
    await desk.store.close();
    await dispose();
  });

  it('grant exactly what a naive model grants, and never more when the clock goes back, whatever is given back', async () => {
    let run = 0;
    const runs = on.name === 'postgres' ? 12 : 60;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 20, maxLength: 50 }),
        fc.record({ minute: fc.integer({ min: 1, max: 80 }), day: fc.integer({ min: 1, max: 200 }) }),
        async (steps, { minute, day }) => {
          const meter = `run${run++}`;
          const limits = { [MINUTE_MS]: minute, [DAY_MS]: day };
          const model = new NaiveMeter();
          let exact = true; // what was pruned before the clock went back is told no more: later then, but never sooner
          desk.clock.set(START);
          for (const one of steps) {
            if (one.is === 'pass') {
              desk.clock.pass(one.ms);
              if (one.ms < 0) exact = false;
            } else if (one.is === 'release') {
              const released = model.release(one.pick, desk.clock.now());
              if (released !== null) await desk.ledger.settle(released, CANCELLED);
            } else {
              const now = desk.clock.now();
              model.bringBack(now);
              const proposed = await desk.propose(
                'test.send',
                { takes: [sliding(meter, limits, one.amount)] },
                { claim: true },
              );
              if (proposed.is === 'pending') {
                expect(model.fits(now, one.amount, limits)).toBe(true);
                model.grant(now, one.amount, proposed.claimed!);
              } else {
                const roomAt = model.roomAt(now, one.amount, limits);
                if (exact) expect([model.fits(now, one.amount, limits), retryAt(proposed)]).toEqual([false, roomAt]);
                else expect(retryAt(proposed)).toBeGreaterThanOrEqual(roomAt);
              }
            }
          }
          if (exact) for (const { at } of model.grants) expect(model.before(at, MINUTE_MS)).toBeLessThanOrEqual(minute);
        },
      ),
      { numRuns: runs },
    );
  }, 60_000);

  it('say when to come back: a millisecond earlier is too early', async () => {
    const meter = 'retry';
    const ask = () => desk.propose('test.send', { takes: [sliding(meter, { [MINUTE_MS]: 3 })] });
    desk.clock.set(START);
    for (const ms of [0, 10_000, 10_000]) {
      desk.clock.pass(ms);
      expect((await ask()).is).toBe('pending');
    }
    desk.clock.pass(5_000);
    const at = retryAt(await ask())!;
    expect(at).toBe(START + MINUTE_MS);
    desk.clock.set(at - 1);
    expect(retryAt(await ask())).toBe(at);
    desk.clock.set(at);
    expect((await ask()).is).toBe('pending');
    expect(retryAt(await ask())).toBe(START + 10_000 + MINUTE_MS);
  });

  it('refuse an amount above the limit for ever, without a time to come back', async () => {
    const refused = await desk.propose('test.send', { takes: [sliding('above', { [MINUTE_MS]: 3 }, 4)] });
    expect(refused).toMatchObject({ is: 'refused', why: [{ code: 'rate_limited' }] });
    if (refused.is === 'refused') expect(refused.why[0]!.retryAt).toBeUndefined();
  });

  it('make room at once for what was given back', async () => {
    const ask = () => desk.propose('test.send', { takes: [sliding('back', { [MINUTE_MS]: 2 })] }, { claim: true });
    desk.clock.set(START);
    const first = await ask();
    await ask();
    expect((await ask()).is).toBe('refused');
    if (first.is === 'pending') await desk.ledger.settle(first.claimed!, CANCELLED);
    expect((await ask()).is).toBe('pending');
    expect((await ask()).is).toBe('refused');
  });

  it('count nothing twice when an old action gives back after the window and the pruning', async () => {
    const meter = 'old';
    const ask = (amount: number) =>
      desk.propose('test.send', { takes: [sliding(meter, { [DAY_MS]: 70 }, amount)] }, { claim: true });
    desk.clock.set(START);
    await ask(64);
    desk.clock.pass(DAY_MS);
    const base = await ask(64);
    desk.clock.pass(DAY_MS);
    for (let i = 0; i < 66; i++) await ask(1); // prunes what came before `base`
    if (base.is === 'pending') await desk.ledger.settle(base.claimed!, CANCELLED);
    expect((await ask(4)).is).toBe('pending');
    expect((await ask(1)).is).toBe('refused');
  });

  it('make no room when the clock goes back', async () => {
    const ask = () => desk.propose('test.send', { takes: [sliding('clock', { [MINUTE_MS]: 2 })] });
    desk.clock.set(START);
    await ask();
    await ask();
    desk.clock.pass(-HOUR_MS);
    expect(retryAt(await ask())).toBe(START + MINUTE_MS);
    desk.clock.set(START + MINUTE_MS - 1);
    expect((await ask()).is).toBe('refused');
    desk.clock.set(START + MINUTE_MS);
    expect((await ask()).is).toBe('pending');
  });

  it('keep contacts apart without keeping their addresses', async () => {
    const ask = (contact: string) =>
      desk.propose('test.send', { takes: [{ ...sliding('per-contact', { [DAY_MS]: 1 }), contact }] });
    expect((await ask('+14155550101')).is).toBe('pending');
    expect((await ask('+14155550102')).is).toBe('pending');
    expect((await ask('+14155550101')).is).toBe('refused');
    const meters = await desk.engine.db.selectFrom('meter').select('id').execute();
    expect(meters.filter(({ id }) => id.startsWith('per-contact'))).toHaveLength(2);
    expect(JSON.stringify(meters)).not.toContain('4155550101');
  });

  it('read as they are granted, before and after pruning', async () => {
    const actions = agentActions(desk.agent);
    const read = (ms: number) => desk.store.comms.actionsWithin(desk.org, desk.agent, ms);
    desk.clock.set(START);
    for (let i = 0; i < 70; i++) {
      await desk.propose('test.send', { takes: [sliding(actions, { [DAY_MS]: 1_000 })] });
      desk.clock.pass(MINUTE_MS / 4);
    }
    expect([await read(MINUTE_MS), await read(HOUR_MS), await read(DAY_MS)]).toEqual([3, 70, 70]);
    desk.clock.pass(DAY_MS);
    for (let i = 0; i < 130; i++) await desk.propose('test.send', { takes: [sliding(actions, { [DAY_MS]: 1_000 })] });
    expect([await read(MINUTE_MS), await read(DAY_MS)]).toEqual([130, 130]);
    const kept = await desk.engine.db.selectFrom('take').select('cum').where('meter', '=', actions).execute();
    expect(kept.length).toBeLessThan(195); // what no window sees is dropped
  });

  it('remember as long as they are told to, also where nothing limits yet', async () => {
    const contact = '+14155550101';
    const take = (limits: Readonly<Record<number, number>>): Take => ({
      ...sliding('law', limits),
      contact,
      keptMs: 30 * DAY_MS,
    });
    desk.clock.set(START);
    for (let day = 0; day < 20; day++) {
      for (let i = 0; i < 7; i++) await desk.propose('test.send', { takes: [take({})] });
      desk.clock.pass(DAY_MS);
    }
    const use = (limit: number, ms: number) => {
      const cap = { limit, window: { ms }, code: 'contact_frequency', name: 'law' } as const;
      return desk.store.comms.capUse(desk.org, { meter: 'law', contact, amount: 1, caps: [cap] }, desk.clock.now());
    };
    expect((await use(500, 30 * DAY_MS)).used).toBe(140);
    expect(await use(140, 30 * DAY_MS)).toEqual({ used: 140, freeAt: START + 30 * DAY_MS });
    expect((await use(500, DAY_MS)).used).toBe(0);
    const refused = await desk.propose('test.send', { takes: [take({ [30 * DAY_MS]: 140 })] });
    expect(retryAt(refused)).toBe(START + 30 * DAY_MS);
  });
});

describe.each(engines)('units on $name', (on) => {
  const DAY: Window = { calendar: 'day', zone: 'UTC' };
  const take = (
    meter: string,
    amount: number,
    unit: 'count' | 'money' | 'tokens',
    window: Window,
    limit = 100,
  ): Take => ({
    ...{ meter, amount, unit },
    caps: [{ limit, window, code: 'budget_reached', name: `${meter} limit`, pauses: 'thread:t' }],
  });

  it('of one action settle apart: a count stays, money and tokens become what was used', async () => {
    const desk = await deskOn(on);
    const takes = [
      take('n', 1, 'count', DAY),
      take('usd', 20, 'money', DAY),
      take('tok', 50, 'tokens', { lifetime: true }),
    ];
    const left = async () => [
      await desk.meter('n@2026-11-20'),
      await desk.meter('usd@2026-11-20'),
      await desk.meter('tok@ever'),
    ];
    const [told, silent, unknown, failed, never] = [
      await desk.claimed('test.send', { takes }),
      await desk.claimed('test.send', { takes: takes.slice(0, 2) }),
      await desk.claimed('test.send', { takes: takes.slice(0, 2) }),
      await desk.claimed('test.send', { takes: takes.slice(0, 2) }),
      await desk.claimed('test.send', { takes: [takes[0]!, take('tok', 50, 'tokens', { lifetime: true })] }),
    ];
    expect(await left()).toEqual([5, 80, 100]);
    await desk.ledger.settle(told, { state: 'ok', ref: 'r', cost: 0, tokens: 7 });
    expect(await left()).toEqual([5, 60, 57]);
    await desk.ledger.settle(silent, { state: 'ok', ref: 'r' });
    await desk.ledger.settle(unknown, { state: 'unknown', code: 'outcome_unknown', say: '?' });
    expect(await left()).toEqual([5, 60, 57]);
    await desk.ledger.settle(failed, { state: 'failed', code: 'provider_rejected', say: 'No.' });
    await desk.ledger.settle(never, CANCELLED);
    expect(await left()).toEqual([4, 40, 7]);
  });

  it('with a lifetime never begin anew; what alone is too much is told apart from what is used up', async () => {
    const clock = testClock(START);
    const desk = await deskOn(on, { clock });
    const ever = (amount: number) =>
      desk.propose('test.send', { takes: [take('t', amount, 'tokens', { lifetime: true })] });
    expect((await ever(60)).is).toBe('pending');
    clock.pass(400 * DAY_MS);
    expect(await ever(60)).toMatchObject({
      is: 'refused',
      why: [{ code: 'budget_reached', pauses: { subject: 'thread:t', until: null } }],
    });
    const alone = await ever(101);
    expect(alone).toMatchObject({ is: 'refused', why: [{ code: 'above_budget' }] });
    expect(alone.is === 'refused' && alone.why[0]).not.toHaveProperty('pauses');
    expect((await ever(40)).is).toBe('pending');
  });
});

describe.each(engines)('money on $name', (on) => {
  const NEW_YORK = 'America/New_York';
  const money = (amount: number, limits: { readonly day: number; readonly month: number }, zone = NEW_YORK): Take => ({
    meter: 'spend',
    amount,
    unit: 'money',
    caps: (['day', 'month'] as const).map((calendar) => ({
      limit: limits[calendar],
      window: { calendar, zone } satisfies Window,
      code: 'spend_limit' as const,
      name: calendar,
    })),
  });
  const LIMITS = { day: 100, month: 250 };

  it('is reserved, then settled to what it cost, lower or higher, and given back when nothing left', async () => {
    const desk = await deskOn(on);
    const used = async () => [await desk.meter('spend@2026-11-20'), await desk.meter('spend@2026-11')];
    const [cheap, dear, failed, never] = [
      await desk.claimed('test.send', { takes: [money(20, LIMITS)] }),
      await desk.claimed('test.send', { takes: [money(20, LIMITS)] }),
      await desk.claimed('test.send', { takes: [money(20, LIMITS)] }),
      await desk.claimed('test.send', { takes: [money(20, LIMITS)] }),
    ];
    expect(await used()).toEqual([80, 80]);
    expect(await desk.propose('test.send', { takes: [money(21, LIMITS)] })).toMatchObject({
      is: 'refused',
      why: [{ code: 'spend_limit', source: 'limit day' }],
    });
    await desk.ledger.settle(cheap, { state: 'ok', ref: 'r', cost: 5 });
    expect(await used()).toEqual([65, 65]);
    await desk.ledger.settle(dear, { state: 'ok', ref: 'r', cost: 30 });
    expect(await used()).toEqual([75, 75]);
    await desk.ledger.settle(failed, { state: 'failed', code: 'provider_rejected', say: 'No.' });
    expect(await used()).toEqual([55, 55]);
    await desk.ledger.settle(never, CANCELLED);
    expect(await used()).toEqual([35, 35]);
    expect((await desk.propose('test.send', { takes: [money(65, LIMITS)] })).is).toBe('pending');
    expect((await desk.propose('test.send', { takes: [money(1, LIMITS)] })).is).toBe('refused');
  });

  it.each([
    // the clocks go back on the night to 1 November 2026 at 2:00 (06:00 UTC), forward on 8 March 2026 at 2:00 (07:00 UTC)
    ['a day of 25 hours', '2026-11-01T04:00:00Z', '2026-11-02T05:00:00Z'],
    ['a day of 23 hours', '2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z'],
    ['an ordinary day', '2026-11-20T05:00:00Z', '2026-11-21T05:00:00Z'],
  ])('has a new budget at local midnight after %s', async (_, from, to) => {
    const [start, end] = [Date.parse(from), Date.parse(to)];
    const desk = await deskOn(on, { clock: testClock(start) });
    const ask = (amount: number) => desk.propose('test.send', { takes: [money(amount, LIMITS)] });
    expect((await ask(100)).is).toBe('pending');
    expect(retryAt(await ask(1))).toBe(end);
    desk.clock.set(end - 1);
    expect(retryAt(await ask(1))).toBe(end);
    desk.clock.set(start - 1); // the clock goes back into the day before: it makes no room today
    expect((await ask(100)).is).toBe('pending');
    desk.clock.set(end - 1);
    expect((await ask(1)).is).toBe('refused');
    desk.clock.set(end);
    expect((await ask(40)).is).toBe('pending');
  });

  it('has a new month at local midnight too, and settles an old reservation in its own month', async () => {
    const end = Date.parse('2026-11-01T04:00:00Z');
    const desk = await deskOn(on, { clock: testClock(end - 1) });
    const ask = (amount: number, limits = { day: 1_000, month: 250 }) =>
      desk.propose('test.send', { takes: [money(amount, limits)] }, { claim: true });
    const october = await ask(250);
    expect(retryAt(await ask(1))).toBe(end);
    desk.clock.set(end);
    expect((await ask(200)).is).toBe('pending');
    if (october.is === 'pending') await desk.ledger.settle(october.claimed!, { state: 'ok', ref: 'r', cost: 240 });
    expect([await desk.meter('spend@2026-10'), await desk.meter('spend@2026-10-31')]).toEqual([240, 240]);
    expect([await desk.meter('spend@2026-11'), await desk.meter('spend@2026-11-01')]).toEqual([200, 200]);
  });

  it('above the limit itself is refused without a time to come back', async () => {
    const desk = await deskOn(on);
    const refused = await desk.propose('test.send', { takes: [money(101, LIMITS)] });
    expect(refused).toMatchObject({ is: 'refused', why: [{ code: 'spend_limit' }] });
    if (refused.is === 'refused') expect(refused.why.every((reason) => reason.retryAt === undefined)).toBe(true);
  });
});
