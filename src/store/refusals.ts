/**
 * Refusals on record, without letting them fill the disk: each of the first 20 a minute of one caller, action and code has
 * its row and entry; beyond that they are only counted, and one entry carries the count when the minute is over.
 */
import type { AgentId, OrgId } from '../kernel/ids.ts';
import { looksLikeId } from '../kernel/ids.ts';
import { MINUTE_MS, rfc3339 } from '../kernel/time.ts';
import type { Group } from './group.ts';
import type { Schema } from './schema.ts';
import { statement, type Tx } from './statement.ts';

export const RECORDED_PER_MINUTE = 20;

type Row = Schema['refusal_count'];
type Key = Pick<Row, 'org' | 'caller' | 'name' | 'code'>;

const find = statement<Key, Pick<Row, 'since' | 'count'>>((db, p, lock) =>
  lock.wait(
    db
      .selectFrom('refusal_count')
      .select(['since', 'count'])
      .where('org', '=', p('org'))
      .where('caller', '=', p('caller'))
      .where('name', '=', p('name'))
      .where('code', '=', p('code')),
  ),
);
const put = statement<Row>((db, p) =>
  db
    .insertInto('refusal_count')
    .values({
      org: p('org'),
      caller: p('caller'),
      name: p('name'),
      code: p('code'),
      since: p('since'),
      count: p('count'),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['org', 'caller', 'name', 'code'])
        .doUpdateSet((eb) => ({ since: eb.ref('excluded.since'), count: eb.ref('excluded.count') })),
    ),
);
const over = statement<{ before: number }, Row>((db, p, lock) =>
  lock.skip(db.selectFrom('refusal_count').selectAll().where('since', '<=', p('before')).limit(1000)),
);
const remove = statement<Key>((db, p) =>
  db
    .deleteFrom('refusal_count')
    .where('org', '=', p('org'))
    .where('caller', '=', p('caller'))
    .where('name', '=', p('name'))
    .where('code', '=', p('code')),
);

/** Counts a refusal; true when it is to be recorded in full. */
export function* countRefusal(group: Group, key: Key): Tx<boolean> {
  const old = yield* find.first(key);
  const current = old !== undefined && old.since > group.now - MINUTE_MS;
  if (old !== undefined && !current) yield* recordCount(group, { ...key, ...old });
  const count = current ? old.count + 1 : 1;
  yield* put.run({ ...key, since: current ? old.since : group.now, count });
  return count <= RECORDED_PER_MINUTE;
}

/** Records and drops the counts whose minute is over. */
export function* flushRefusals(group: Group): Tx<void> {
  for (const row of yield* over.all({ before: group.now - MINUTE_MS })) {
    yield* recordCount(group, row);
    yield* remove.run({ org: row.org, caller: row.caller, name: row.name, code: row.code });
  }
}

function* recordCount(group: Group, row: Row): Tx<void> {
  const count = row.count - RECORDED_PER_MINUTE;
  if (count <= 0) return;
  yield* group.record({
    v: 1,
    type: 'refusals',
    at: rfc3339(group.now),
    org: row.org as OrgId,
    agent: looksLikeId('agt', row.caller) ? (row.caller as AgentId) : null,
    name: row.name,
    code: row.code,
    count,
    from: rfc3339(row.since),
    to: rfc3339(Math.min(row.since + MINUTE_MS, group.now)),
  });
}
