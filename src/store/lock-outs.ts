/**
 * Failed authentications and lock-outs in the store. The rule is applied in the transaction, on the locked row, so that
 * failures which several servers record at once are all counted. Groups are recorded in the order of their names: two
 * servers never wait for each other.
 */
import type { Failures, Lock, LockOutStore } from '../identity/ports.ts';
import { type Attempts, afterFailure, forgettableAt, NO_ATTEMPTS } from '../identity/rules/lock-out.ts';
import { toBase64url } from '../kernel/encoding.ts';
import { hmacSha256 } from '../kernel/hash.ts';
import { PLATFORM_ORG } from '../kernel/ids.ts';
import type { Committer } from './committer.ts';
import type { Engine } from './engine.ts';
import type { Schema } from './schema.ts';
import type { Sealing } from './sealing.ts';
import { statement, type Tx } from './statement.ts';

type Row = Schema['lock_out'];

const NAME_BYTES = 16;

const find = statement<Pick<Row, 'name'>, Pick<Row, 'failures' | 'locked_until'>>((db, p, lock) =>
  lock.wait(db.selectFrom('lock_out').select(['failures', 'locked_until']).where('name', '=', p('name'))),
);
/** So that there is a row to lock: the first failure of a group may come to two servers at once. */
const ensure = statement<Pick<Row, 'name' | 'forget_at'>>((db, p) =>
  db
    .insertInto('lock_out')
    .values({ name: p('name'), failures: '[]', locked_until: null, forget_at: p('forget_at') })
    .onConflict((conflict) => conflict.column('name').doNothing()),
);
const put = statement<Row>((db, p) =>
  db
    .updateTable('lock_out')
    .set({ failures: p('failures'), locked_until: p('locked_until'), forget_at: p('forget_at') })
    .where('name', '=', p('name')),
);

export function createLockOutStore(
  { db, exclusive }: Engine,
  committer: Pick<Committer, 'submit'>,
  sealing: Pick<Sealing, 'orgKeys'>,
): LockOutStore {
  function* record({ name, times, lockedUntil }: Failures): Tx<Attempts> {
    yield* ensure.run({ name, forget_at: times[0] ?? lockedUntil ?? 0 });
    const row = (yield* find.first({ name }))!;
    const stored: Attempts = { failures: JSON.parse(row.failures) as number[], lockedUntil: row.locked_until };
    const counted = times.reduce(afterFailure, stored);
    const attempts =
      lockedUntil === null ? counted : { ...counted, lockedUntil: later(counted.lockedUntil, lockedUntil) };
    const { failures } = attempts;
    const forget_at = forgettableAt(attempts);
    yield* put.run({ name, failures: JSON.stringify(failures), locked_until: attempts.lockedUntil, forget_at });
    return attempts;
  }

  return {
    shared: !exclusive,
    naming: () =>
      committer.submit(PLATFORM_ORG, function* () {
        const { refKey } = yield* sealing.orgKeys(PLATFORM_ORG);
        return (address: string) => toBase64url(hmacSha256(refKey, `net:${address}`).subarray(0, NAME_BYTES));
      }),
    recordFailures: (failures) =>
      committer.submit(PLATFORM_ORG, function* () {
        const attempts = new Map<string, Attempts>();
        const inOrder = failures.toSorted((a, b) => (a.name < b.name ? -1 : 1));
        for (const one of inOrder) attempts.set(one.name, yield* record(one));
        return failures.map(({ name }) => attempts.get(name) ?? NO_ATTEMPTS);
      }),
    async locksEndingAfter(ms) {
      const rows = await db
        .selectFrom('lock_out')
        .select(['name', 'locked_until'])
        .where('locked_until', '>', ms)
        .orderBy('locked_until')
        .execute();
      return rows.map(({ name, locked_until }): Lock => ({ name, until: locked_until! }));
    },
    async sweep(now) {
      await db.deleteFrom('lock_out').where('forget_at', '<=', now).execute();
    },
  };
}

const later = (a: number | null, b: number): number => (a === null ? b : Math.max(a, b));
