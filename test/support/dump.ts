/** Every row of every table as text, so that a test can look for what must not be there. */
import { sql } from 'kysely';
import type { Engine } from '../../src/store/engine.ts';

/** @returns the tables' names with their rows as JSON; bytes as Latin-1, so that text in them is found too. */
export async function dump(engine: Engine): Promise<ReadonlyMap<string, string>> {
  const tables = await sql<{ name: string }>`${
    engine.dialect === 'sqlite'
      ? sql`select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`
      : sql`select table_name as name from information_schema.tables where table_schema = current_schema()`
  }`.execute(engine.db);
  const rows = new Map<string, string>();
  for (const { name } of tables.rows) {
    const found = await sql`select * from ${sql.table(name)}`.execute(engine.db);
    rows.set(
      name,
      JSON.stringify(found.rows, (_, value) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : latin1(value),
      ),
    );
  }
  return rows;
}

/** JSON turns a Buffer into `{ type, data }` before a replacer sees it. */
function latin1(value: unknown): unknown {
  const isBuffer =
    typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer' && 'data' in value;
  return isBuffer ? Buffer.from(value.data as number[]).toString('latin1') : value;
}
