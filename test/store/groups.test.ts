/** Group commit: who shares a transaction, in which order, and what a failure costs the others. */
import { describe, expect, it } from 'vitest';
import type { OrgId } from '../../src/kernel/ids.ts';
import { type Committer, createCommitter } from '../../src/store/committer.ts';
import type { Engine } from '../../src/store/engine.ts';
import type { Group, Groups } from '../../src/store/group.ts';
import type { Tx } from '../../src/store/statement.ts';

/** An engine without a database: it counts transactions, and fails when told. */
function counting(): { committer: Committer; transactions: number[]; fail: (times: number, code: string) => void } {
  const transactions: number[] = [];
  let failures = 0;
  let code = '';
  let size = 0;
  const group = { open: function* () {}, close: function* () {}, committed: () => undefined } as unknown as Group;
  const groups: Groups = { begin: () => group, rolledBack: () => undefined };
  const engine = {
    async transaction<T>(body: () => Tx<T>): Promise<T> {
      size = 0;
      const { value } = body().next() as { value: T };
      if (failures > 0) {
        failures--;
        throw Object.assign(new Error('engine'), { code });
      }
      transactions.push(size);
      return value;
    },
  } as unknown as Engine;
  const committer = createCommitter(engine, { now: () => 0 }, groups);
  const submit: Committer['submit'] = (org, work) =>
    committer.submit(org, (of) => {
      size++;
      return work(of);
    });
  return {
    committer: { ...committer, submit },
    transactions,
    fail(times, with_) {
      failures = times;
      code = with_;
    },
  };
}

const done = function* (): Tx<void> {};

describe('a group', () => {
  it('holds what arrives in one turn of the loop, at most 64 operations', async () => {
    const { committer, transactions } = counting();
    await Promise.all(Array.from({ length: 150 }, () => committer.submit('org_a', done)));
    expect(transactions).toEqual([64, 64, 22]);
  });

  it('takes from each organisation in turn, so that none crowds out the others', async () => {
    const { committer } = counting();
    const order: OrgId[] = [];
    const submit = (org: OrgId) => committer.submit(org, done).then(() => order.push(org));
    await Promise.all([
      ...Array.from({ length: 500 }, () => submit('org_flood')),
      submit('org_a'),
      submit('org_b'),
      submit('org_a'),
    ]);
    expect(order.indexOf('org_a')).toBeLessThan(64);
    expect(order.indexOf('org_b')).toBeLessThan(64);
    expect(order.lastIndexOf('org_a')).toBeLessThan(64);
  });

  it('gives everyone a turn when more than 64 organisations never stop asking', async () => {
    const { committer } = counting();
    const order: OrgId[] = [];
    const asks = Array.from({ length: 1_000 }, (_, i): OrgId => `org_${i % 100}`);
    await Promise.all(asks.map((org) => committer.submit(org, done).then(() => order.push(org))));
    expect(new Set(order.slice(0, 2 * 64)).size).toBe(100);
  });

  it.each(['40001', '40P01', '23505'])(
    'is tried again one by one after %s, which another server caused',
    async (code) => {
      const { committer, fail } = counting();
      fail(2, code);
      await Promise.all([committer.submit('org_a', done), committer.submit('org_b', done)]);
    },
  );

  it('gives up after three tries, and on any other failure at once', async () => {
    const { committer, fail } = counting();
    fail(3, '40001');
    await expect(committer.submit('org_a', done)).rejects.toThrow('engine');
    await committer.submit('org_a', done);
    fail(1, 'EIO');
    await expect(committer.submit('org_a', done)).rejects.toThrow('engine');
  });

  it('is idle only when nothing is queued or runs', async () => {
    const { committer, transactions } = counting();
    for (let i = 0; i < 100; i++) void committer.submit('org_a', done);
    await committer.idle();
    expect(transactions).toEqual([64, 36]);
    await committer.idle();
  });
});
