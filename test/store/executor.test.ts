/** The executor over a real ledger: bounded, and it takes over what others left behind. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Delivery } from '../../src/guard/action.ts';
import { createExecutor, type Executor } from '../../src/guard/executor.ts';
import { guardWrite } from '../../src/guard/writes.ts';
import { type Desk, openDesk } from '../support/desk.ts';
import { engines } from '../support/engines.ts';
import { testClock, testKeys } from '../support/house.ts';
import { deskOn } from '../support/open.ts';

const OK: Delivery = { state: 'ok', ref: 'r' };
const never = () => new Promise<never>(() => undefined);

function executorOf({ ledger, catalogue, clock, faults }: Desk, maxInFlight: number): Executor {
  return createExecutor({
    ledger,
    catalogue,
    maxInFlight,
    maxPerOrganization: maxInFlight,
    tickMs: 3_600_000,
    clock,
    onFault: (fault) => faults.push(fault),
  });
}

describe('the executor', () => {
  const memory = engines[0]!;

  it('never runs more at once than it may, however many are proposed at once', async () => {
    let running = 0;
    let most = 0;
    const open: (() => void)[] = [];
    const desk = await deskOn(memory, {
      execute: async () => {
        most = Math.max(most, ++running);
        await new Promise<void>((resolve) => open.push(resolve));
        running--;
        return OK;
      },
    });
    const executor = executorOf(desk, 3);
    const send = async () => {
      const proposed = await executor.withRoom(desk.org, (claim) => desk.propose('test.send', {}, { claim }));
      return proposed.is === 'pending' && proposed.claimed !== null ? executor.run(proposed.claimed, 0) : null;
    };
    await Promise.all(Array.from({ length: 10 }, send));
    await vi.waitFor(() => expect(running).toBe(3), { timeout: 10_000 }); // each looks first whether it may still begin
    await executor.tick();
    expect(running).toBe(3);
    for (let released = 0; released < 10; ) {
      await vi.waitFor(() => expect(open).not.toEqual([]), { timeout: 10_000 }); // a place that is free is taken without waiting for a round
      for (const release of open.splice(0)) {
        release();
        released++;
      }
    }
    await executor.stop();
    expect(most).toBe(3);
    expect((await desk.log()).filter(({ state }) => state === 'ok')).toHaveLength(10);
  });

  it('gives its place back when the proposal is refused or fails', async () => {
    const desk = await deskOn(memory);
    const executor = executorOf(desk, 1);
    const failing = () => executor.withRoom(desk.org, () => Promise.reject(new Error('no')));
    await expect(failing()).rejects.toThrow('no');
    expect(await executor.withRoom(desk.org, async (claim) => claim)).toBe(true);
    const [first, second] = await Promise.all([
      executor.withRoom(desk.org, async (claim) => claim),
      executor.withRoom(desk.org, async (claim) => claim),
    ]);
    expect([first, second]).toEqual([true, false]);
  });

  it('calls an attempt that throws unknown, and claims nothing once it is stopped', async () => {
    const desk = await deskOn(memory, { execute: () => Promise.reject(new Error('connection reset')) });
    const executor = executorOf(desk, 5);
    const settled = await executor.run(await desk.claimed('test.send'), 5_000);
    expect(settled).toMatchObject({ is: 'moved', delivery: { state: 'unknown', code: 'outcome_unknown' } });
    await executor.stop();
    expect(await executor.withRoom(desk.org, async (claim) => claim)).toBe(false);
  });
});

describe.each(engines)('of what was claimed, the executor on $name', (on) => {
  it('begins nothing that was stopped since, whoever asked for it', async () => {
    const sent: string[] = [];
    const execute = async ({ action }: { readonly action: { readonly id: string } }) => {
      sent.push(action.id);
      return OK;
    };
    const desk = await deskOn(on, { execute });
    const executor = executorOf(desk, 5);
    const contact = '+14155550101';
    const claimed = await desk.claimed('test.send', { to: contact }); // a server may be slow to hear of it
    await desk.propose('test.note', { writes: [guardWrite('fence.bump', { of: 'contact', id: contact })] });
    expect(await executor.run(claimed, 5_000)).toMatchObject({ is: 'moved', delivery: { state: 'cancelled' } });
    const next = await desk.claimed('test.send', { to: contact });
    expect(await executor.run(next, 5_000)).toMatchObject({ delivery: OK });
    expect(sent).toEqual([next.id]);
    await executor.stop();
  });
});

describe.each(engines)('of attempts whose outcome is not known, the executor on $name', (on) => {
  const UNKNOWN: Delivery = { state: 'unknown', code: 'outcome_unknown', say: 'Who knows.' };

  it('asks about each that can be asked about, however many later ones can not', async () => {
    const asked = new Set<string>();
    const desk = await deskOn(on, {
      find: async ({ id }) => {
        asked.add(id);
        if (asked.size === 1) throw new Error('no answer'); // one question's failure is not another's
        return asked.size === 2 ? OK : null;
      },
    });
    const end = async (name: 'test.send' | 'test.resend') => {
      const claimed = await desk.claimed(name);
      await desk.ledger.settle(claimed, UNKNOWN);
      return claimed.id;
    };
    const early = await Promise.all(Array.from({ length: 20 }, () => end('test.resend')));
    desk.clock.pass(1);
    await Promise.all(Array.from({ length: 300 }, () => end('test.send')));
    const executor = executorOf(desk, 1);
    await vi.waitFor(
      async () => {
        await executor.tick();
        expect(asked).toEqual(new Set(early));
      },
      { timeout: 20_000 },
    );
    await executor.stop();
    expect((await desk.log()).filter(({ state }) => state === 'ok')).toHaveLength(1);
    expect(desk.faults).toEqual([new Error('no answer')]);
  });

  it('asks nobody twice before it is time, and nobody a day later', async () => {
    let asked = 0;
    const desk = await deskOn(on, {
      find: async () => {
        asked++;
        return null;
      },
    });
    await desk.ledger.settle(await desk.claimed('test.resend'), UNKNOWN);
    const executor = executorOf(desk, 1);
    const askedAfter = async (seconds: number) => {
      desk.clock.pass(seconds * 1_000);
      await executor.tick();
      await executor.tick();
      return asked;
    };
    await vi.waitFor(async () => expect(await askedAfter(0)).toBe(1), { timeout: 10_000 });
    expect(await askedAfter(4)).toBe(1);
    await vi.waitFor(async () => expect(await askedAfter(1)).toBe(2), { timeout: 10_000 });
    await executor.stop();
    const later = executorOf(desk, 1); // one that remembers nothing
    desk.clock.pass(24 * 3_600_000);
    await later.tick();
    await later.stop();
    expect(asked).toBe(2);
  });
});

describe.each(engines.filter(({ name }) => name === 'postgres'))('of two executors on $name', (on) => {
  it('one that lives takes over what one that died had claimed, once the lease is over', async () => {
    const { engine, again, dispose } = await on.open();
    const [clock, keys] = [testClock(), testKeys()];
    const dead = await openDesk({ engine, clock, keys, execute: never });
    const sent: string[] = [];
    const alive = await openDesk({
      engine: again(),
      clock,
      keys,
      beside: dead,
      execute: async ({ action }) => {
        sent.push(action.id);
        return OK;
      },
    });
    onTestFinished(async () => {
      await alive.store.close();
      await dead.store.close();
      await dispose();
    });
    const [once, repeatable] = [await dead.claimed('test.send'), await dead.claimed('test.resend')];
    const executor = executorOf(alive, 10);

    clock.pass(30_000);
    await executor.tick();
    expect(sent).toEqual([]);

    clock.pass(1);
    await executor.tick();
    await vi.waitFor(
      async () => {
        const log = await alive.log();
        expect(log.filter(({ type }) => type === 'result')).toMatchObject([
          { action: once.id, state: 'unknown' },
          { action: repeatable.id, state: 'ok' },
        ]);
      },
      { timeout: 10_000 },
    );
    expect(sent).toEqual([repeatable.id]);

    // it was not dead after all
    expect(
      await dead.ledger.settle(repeatable, { state: 'failed', code: 'provider_rejected', say: 'No.' }),
    ).toMatchObject({ is: 'already' });
    expect(await dead.ledger.settle(once, OK)).toMatchObject({ is: 'moved' });
    expect([...dead.faults, ...alive.faults]).toEqual([]);
  });
});
