/** Every row of a test house's database, to show that something changed nothing, or only what it should. */
import { sql } from 'kysely';
import type { Engine } from '../../src/store/engine.ts';

type Row = Readonly<Record<string, unknown>>;
export type Rows = Readonly<Record<string, readonly Row[]>>;

/** By table. SQLite only. */
export async function rowsOf({ db }: Engine): Promise<Rows> {
  const names = await sql<{ name: string }>`select name from sqlite_master where type = 'table' order by name`.execute(
    db,
  );
  const tables: Record<string, readonly Row[]> = {};
  for (const { name } of names.rows) tables[name] = (await sql<Row>`select * from ${sql.table(name)}`.execute(db)).rows;
  return tables;
}

/** The same of the product's own tables, of these organisations alone. */
export const rowsOfOrganizations = async (engine: Engine, ...orgs: readonly string[]): Promise<Rows> =>
  withoutRecords(await rowsIn(engine, orgs));

/** Every row of one organisation, and how many there are of each table in all. */
export async function countedRows(engine: Engine, org: string): Promise<object> {
  const counts: Record<string, unknown> = {};
  const names = await sql<{ name: string }>`select name from sqlite_master where type = 'table'`.execute(engine.db);
  for (const { name } of names.rows) {
    const counted = await sql<{ n: number }>`select count(*) as n from ${sql.table(name)}`.execute(engine.db);
    counts[name] = counted.rows[0]!.n;
  }
  return { counts, rows: await rowsIn(engine, [org]) };
}

async function rowsIn({ db }: Engine, orgs: readonly string[]): Promise<Rows> {
  const columns = await sql<{ table: string; column: string }>`
    select m.name as "table", c.name as "column" from sqlite_master m, pragma_table_info(m.name) c
    where m.type = 'table' and (c.name = 'org' or (m.name = 'organization' and c.name = 'id')) order by m.name`.execute(
    db,
  );
  const tables: Record<string, readonly Row[]> = {};
  for (const { table, column } of columns.rows)
    tables[table] = (
      await sql<Row>`select * from ${sql.table(table)} where ${sql.ref(column)} in (${sql.join(orgs)})`.execute(db)
    ).rows;
  return tables;
}

/** Where decisions and refusals are recorded; everything else is what they are about. */
const RECORDS = new Set([
  'action',
  'refusal_count',
  'log_entry',
  'log_inbox',
  'log_tile',
  'log_head',
  'sqlite_sequence',
  'swarm_event', // what those who watch are told of it
]);

/** The rows of the product's own tables. */
export const withoutRecords = (rows: Rows): Rows =>
  Object.fromEntries(Object.entries(rows).filter(([name]) => !RECORDS.has(name)));
