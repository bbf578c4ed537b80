/**
 * Every value that is sealed under the key ring itself: what a rotation must seal anew. What is sealed under the key of a
 * person or an organisation stays as it is; that key is in here. `test/store/vault.test.ts` looks for any other.
 */
import { sql } from 'kysely';
import type { Cell } from '../vault/sealed.ts';
import type { Schema } from './schema.ts';
import { cellOf } from './sealing.ts';
import { statement, type Tx } from './statement.ts';
import { swarmSecretCell } from './swarm-secret-cell.ts';
import { routeCell } from './writers/alerts.ts';
import { secretCell } from './writers/senders.ts';

export type Row = Readonly<Record<string, string>>;

export interface RingCells {
  readonly table: keyof Schema;
  readonly column: string;
  /** The first key of all. */
  readonly start: Row;
  /** At most `limit` rows after a key, in the order of their keys. */
  page(after: Row, limit: number): Tx<readonly Row[]>;
  /** Puts one sealed value in the place of another, unless that has changed meanwhile: 1, or 0. */
  replace(row: Row, old: string, fresh: string): Tx<number>;
  cell(row: Row): Cell;
}

function ringCells<T extends keyof Schema & string>(
  table: T,
  key: readonly (keyof Schema[T] & string)[],
  column: keyof Schema[T] & string,
  cell: (row: Row) => Cell,
  more: readonly (keyof Schema[T] & string)[] = [],
): RingCells {
  const names = sql.join(key.map((name) => sql.ref(name)));
  const page = statement<Record<string, string | number>, Row>((db, p) =>
    db
      .selectFrom(table as 'contact')
      .select([...key, ...more, column] as never)
      .where(sql<boolean>`(${names}) > (${sql.join(key.map((name) => p(name)))})`)
      .orderBy(names)
      .limit(p('limit') as never),
  );
  const replace = statement<Record<string, string>>((db, p) =>
    db
      .updateTable(table as 'contact')
      .set({ [column]: p('fresh') } as never)
      .where(sql<boolean>`(${names}) = (${sql.join(key.map((name) => p(name)))})`)
      .where(column as 'key', '=', p('old') as never),
  );
  return {
    table,
    column,
    start: Object.fromEntries(key.map((name) => [name, ''])),
    page: (after, limit) => page.all({ ...keyOf(after), limit }),
    replace: (row, old, fresh) => replace.run({ ...keyOf(row), old, fresh }),
    cell,
  };
  function keyOf(row: Row): Record<string, string> {
    return Object.fromEntries(key.map((name) => [name, row[name]!]));
  }
}

export const RING_CELLS: readonly RingCells[] = [
  ringCells('org_key', ['org'], 'ref_key', ({ org }) => cellOf(org!, 'org_key', 'ref_key', org!)),
  ringCells('org_key', ['org'], 'data_key', ({ org }) => cellOf(org!, 'org_key', 'data_key', org!)),
  ringCells(
    'provider_credential',
    ['org', 'provider'],
    'sealed',
    ({ org, provider, id }) => cellOf(org!, 'provider_credential', 'sealed', `${provider}:${id}`),
    ['id'],
  ),
  ringCells('bound_sender', ['channel', 'address'], 'secret', ({ channel, address }) => secretCell(channel!, address!)),
  ringCells('former_sender', ['org', 'agent', 'channel', 'address'], 'secret', ({ channel, address }) =>
    secretCell(channel!, address!),
  ),
  ringCells('alert_route', ['org'], 'secret', ({ org }) => routeCell(org!, 'secret')),
  ringCells('swarm_secret', ['org', 'name'], 'sealed', ({ org, name, id }) => swarmSecretCell(org!, name!, id!), [
    'id',
  ]),
  ringCells('contact', ['org', 'ref'], 'key', ({ org, ref }) => cellOf(org!, 'contact', 'key', ref!)),
];
