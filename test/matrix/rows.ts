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

/** Where decisions and refusals are recorded; everything else is what they are about. */
const RECORDS = new Set([
  'action',
  'refusal_count',
  'log_entry',
  'log_inbox',
  'log_tile',
  'log_head',
  'sqlite_sequence',
]);

/** The rows of the product's own tables. */
export const withoutRecords = (rows: Rows): Rows =>
  Object.fromEntries(Object.entries(rows).filter(([name]) => !RECORDS.has(name)));
