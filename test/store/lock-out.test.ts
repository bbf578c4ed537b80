/** Lock-outs over every engine: by the rule, durable, shared by all servers, and without an address in the database. */
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type LockOutParts, openLockOut, type RunningLockOut } from '../../src/identity/lock-out.ts';
import { LOCK_OUT } from '../../src/identity/rules/lock-out.ts';
import type { Engine } from '../../src/store/engine.ts';
import type { Store } from '../../src/store/open.ts';
import { type Desk, openDesk } from '../support/desk.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import { type TestClock, testClock, testKeys } from '../support/house.ts';

const ADDRESS = '203.0.113.7';
const { lockMs, withinMs } = LOCK_OUT;

interface Counter {
  readonly lockOut: RunningLockOut;
  readonly locked: readonly string[];
  readonly faults: readonly unknown[];
}

async function counterOf(
  store: Pick<Store, 'lockOuts'>,
  clock: TestClock,
  more: Partial<LockOutParts> = {},
): Promise<Counter> {
  const locked: string[] = [];
  const faults: unknown[] = [];
  const lockOut = await openLockOut({
    store: store.lockOuts,
    clock,
    onLocked: (address) => locked.push(address),
    onFault: (fault) => faults.push(fault),
    ...more,
  });
  onTestFinished(() => lockOut[Symbol.asyncDispose]());
  return { lockOut, locked, faults };
}

async function failTimes({ lockOut }: Counter, times: number, address = ADDRESS): Promise<void> {
  for (let i = 0; i < times; i++) lockOut.failed(address);
  await lockOut.written();
}

describe.each(engines)('a lock-out on $name', (on) => {
  const keys = testKeys();

  /** A database and desks over it, each as another process would open it. */
  async function database() {
    const { engine, again, dispose } = await on.open();
    const clock = testClock();
    const open: Desk[] = [];
    onTestFinished(async () => {
      for (const desk of open) await desk.store.close();
      await dispose();
    });
    const server = async (at: Engine, more: { beside?: Desk } = {}) => {
      const desk = await openDesk({ engine: at, keys, clock, ...more });
      open.unshift(desk);
      return desk;
    };
    const first = await server(engine);
    return { clock, engine, first, another: () => server(again(), { beside: first }) };
  }

  it('begins at the tenth failure, ends after 15 minutes to the millisecond, and is told of once', async () => {
    const { clock, first } = await database();
    const counter = await counterOf(first.store, clock);
    await failTimes(counter, 9);
    expect(counter.lockOut.lockedUntil(ADDRESS)).toBeNull();
    await failTimes(counter, 30);
    const until = clock.now() + lockMs;
    expect(counter.lockOut.lockedUntil(ADDRESS)).toBe(until);
    expect(counter.lockOut.lockedUntil('203.0.113.8')).toBeNull();
    expect(counter.locked).toEqual([ADDRESS]);
    clock.set(until - 1);
    expect(counter.lockOut.lockedUntil(ADDRESS)).toBe(until);
    clock.set(until);
    expect(counter.lockOut.lockedUntil(ADDRESS)).toBeNull();
    expect(counter.faults).toEqual([]);
  });

  it('locks a /64 of IPv6 as one, and not its neighbour', async () => {
    const { clock, first } = await database();
    const counter = await counterOf(first.store, clock);
    await failTimes(counter, 10, '2001:db8:a:b::/64');
    expect(counter.lockOut.lockedUntil('2001:db8:a:b::/64')).not.toBeNull();
    expect(counter.lockOut.lockedUntil('2001:db8:a:c::/64')).toBeNull();
  });

  it('outlives the process, and so does the count', async () => {
    const { clock, first } = await database();
    const before = await counterOf(first.store, clock);
    await failTimes(before, 10);
    await failTimes(before, 9, '198.51.100.9');
    await before.lockOut[Symbol.asyncDispose]();
    clock.pass(60_000);
    const after = await counterOf(first.store, clock);
    expect(after.lockOut.lockedUntil(ADDRESS)).toBe(clock.now() - 60_000 + lockMs);
    expect(after.lockOut.lockedUntil('198.51.100.9')).toBeNull();
    await failTimes(after, 1, '198.51.100.9');
    expect(after.lockOut.lockedUntil('198.51.100.9')).toBe(clock.now() + lockMs);
    expect(after.locked).toEqual(['198.51.100.9']);
  });

  it('of failures that are written at once counts each', async () => {
    const { clock, first } = await database();
    const { lockOuts } = first.store;
    const name = (await lockOuts.naming())(ADDRESS);
    const one = { name, times: [clock.now()], lockedUntil: null };
    const answers = await Promise.all(Array.from({ length: 10 }, () => lockOuts.recordFailures([one])));
    const locked = answers.filter(([attempts]) => attempts!.lockedUntil !== null);
    expect(locked).toHaveLength(1);
    expect(await lockOuts.locksEndingAfter(clock.now())).toEqual([{ name, until: clock.now() + lockMs }]);
  });

  it('is swept when it can not matter any more, and not before', async () => {
    const { clock, first, engine } = await database();
    const counter = await counterOf(first.store, clock);
    await failTimes(counter, 10);
    await failTimes(counter, 1, '198.51.100.9');
    const rows = async () => (await engine.db.selectFrom('lock_out').select('name').execute()).length;
    expect(await rows()).toBe(2);
    await first.store.lockOuts.sweep(clock.now() + Math.min(lockMs, withinMs) - 1);
    expect(await rows()).toBe(2);
    clock.pass(lockMs);
    await counter.lockOut.refresh();
    expect(await rows()).toBe(0);
  });

  it('leaves no address in the database', async () => {
    const { clock, first, engine } = await database();
    await failTimes(await counterOf(first.store, clock), 10);
    const tables = await dump(engine);
    expect(tables.get('lock_out')).toMatch(/[\w-]{22}/);
    for (const [table, text] of tables) expect(text, table).not.toContain(ADDRESS);
  });

  it('does not stop working when the store does', async () => {
    const { clock, first } = await database();
    const broken = {
      ...first.store.lockOuts,
      recordFailures: async () => Promise.reject(new Error('the disk is full')),
    };
    const counter = await counterOf({ lockOuts: broken }, clock);
    await failTimes(counter, 10);
    expect(counter.lockOut.lockedUntil(ADDRESS)).not.toBeNull();
    expect(counter.faults).not.toEqual([]);
  });

  if (on.name === 'postgres') {
    it('that one server made is known to the others, and they count together', async () => {
      const { clock, first, another } = await database();
      const second = await another();
      const [a, b] = [await counterOf(first.store, clock), await counterOf(second.store, clock)];
      await failTimes(a, 10);
      expect(b.lockOut.lockedUntil(ADDRESS)).toBeNull();
      await b.lockOut.refresh();
      expect(b.lockOut.lockedUntil(ADDRESS)).toBe(clock.now() + lockMs);
      expect(b.locked).toEqual([]);

      const shared = '198.51.100.9';
      await failTimes(a, 5, shared);
      await failTimes(b, 5, shared);
      expect(b.lockOut.lockedUntil(shared)).not.toBeNull();
      expect(a.lockOut.lockedUntil(shared)).toBeNull();
      await a.lockOut.refresh();
      expect(a.lockOut.lockedUntil(shared)).not.toBeNull();
      expect([a.locked, b.locked]).toEqual([[ADDRESS], [shared]]);
    });

    it('is made once when two servers fail for the same groups at once, in whatever order', async () => {
      const { clock, first, another } = await database();
      const second = await another();
      const [a, b] = [await counterOf(first.store, clock), await counterOf(second.store, clock)];
      const groups = Array.from({ length: 40 }, (_, i) => `10.0.${i}.1`);
      for (let i = 0; i < 5; i++) {
        for (const group of groups) a.lockOut.failed(group);
        for (const group of groups.toReversed()) b.lockOut.failed(group);
      }
      await Promise.all([a.lockOut.written(), b.lockOut.written()]);
      expect([...a.locked, ...b.locked].sort()).toEqual([...groups].sort());
      expect([...a.faults, ...b.faults]).toEqual([]);
    });
  }
});

describe('the lock-out', () => {
  it('forgets no lock for any number of single failures from elsewhere', async () => {
    const clock = testClock();
    const { engine } = await engines[0]!.open();
    const desk = await openDesk({ engine, clock });
    onTestFinished(() => desk.store.close());
    const counter = await counterOf(desk.store, clock, { bounds: { counted: 10, locked: 3, unwritten: 100_000 } });
    await failTimes(counter, 10);
    for (let i = 0; i < 2_000; i++) counter.lockOut.failed(`10.${i >> 8}.${i & 255}.1`);
    expect(counter.lockOut.lockedUntil(ADDRESS)).not.toBeNull();
    await counter.lockOut.written();
    // three more locks push it out of memory; its next failure finds it again
    for (const other of ['a', 'b']) await failTimes(counter, 10, other);
    for (const one of [ADDRESS, 'a', 'b']) expect(counter.lockOut.lockedUntil(one)).not.toBeNull();
    await failTimes(counter, 10, 'c');
    expect(counter.lockOut.lockedUntil(ADDRESS)).toBeNull();
    await failTimes(counter, 1);
    expect(counter.lockOut.lockedUntil(ADDRESS)).not.toBeNull();
    // and what was pushed out of the counts is counted in the store
    await failTimes(counter, 9, '10.0.0.1');
    expect(counter.lockOut.lockedUntil('10.0.0.1')).not.toBeNull();
  });

  it('locks whom a naive model locks, through restarts at any moment', async () => {
    const step = fc.record({
      wait: fc.oneof(fc.integer({ min: 0, max: 60_000 }), fc.constant(withinMs)),
      address: fc.constantFrom('a', 'b'),
      fails: fc.integer({ min: 0, max: 6 }),
      restart: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const clock = testClock();
        const { engine } = await engines[0]!.open();
        const desk = await openDesk({ engine, clock });
        const open = () =>
          openLockOut({
            store: desk.store.lockOuts,
            clock,
            onLocked: () => {},
            onFault: (fault) => {
              throw fault;
            },
          });
        let lockOut = await open();
        const failures = { a: [] as number[], b: [] as number[] };
        const until = { a: 0, b: 0 };
        for (const { wait, address, fails, restart } of steps) {
          clock.pass(wait);
          const now = clock.now();
          for (let i = 0; i < fails; i++) {
            lockOut.failed(address);
            if (now < until[address]) continue;
            failures[address].push(now);
            if (failures[address].filter((at) => at > now - withinMs).length === 10) until[address] = now + lockMs;
          }
          await lockOut.written();
          if (restart) {
            await lockOut[Symbol.asyncDispose]();
            lockOut = await open();
          }
          for (const one of ['a', 'b'] as const)
            expect(lockOut.lockedUntil(one)).toBe(now < until[one] ? until[one] : null);
        }
        await lockOut[Symbol.asyncDispose]();
        await desk.store.close();
      }),
      { numRuns: 30 },
    );
  });
});
