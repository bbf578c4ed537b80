/**
 * PostgreSQL: a transaction waits at each step on its own connection, READ COMMITTED; what must not change under it is
 * locked by its statements. Several servers may share one database.
 */
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Engine } from './engine.ts';
import type { Schema } from './schema.ts';
import type { Answer, Lookup, LookupStep, Statement, Step, Tx } from './statement.ts';

const INT8 = 20;
/** A server that froze inside a transaction must not make the others wait: not for its locks, and not for ever. */
const BOUNDS = { lockMs: 2_000, idleInTransactionMs: 5_000 };

/** @param url `postgres://user:password@host:port/database`. @param schema the PostgreSQL schema that holds the tables. */
export function openPostgres(
  url: string,
  schema = 'public',
  { lockMs, idleInTransactionMs }: typeof BOUNDS = BOUNDS,
): Engine {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    options: `-c search_path=${schema} -c statement_timeout=30000 -c synchronous_commit=on -c lock_timeout=${lockMs} -c idle_in_transaction_session_timeout=${idleInTransactionMs}`,
    types: { getTypeParser: (oid, format) => (oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) },
  });
  pool.on('error', () => undefined); // an idle connection that broke is replaced at its next use
  // one that breaks inside a transaction fails its statements; without a listener it would end the process as well
  pool.on('connect', (client) => client.on('error', () => undefined));
  const names = new Map<Statement, string>();

  const run = async (client: pg.PoolClient, { statement, values }: Step): Promise<Answer> => {
    const { sql } = statement.compiled('postgres');
    const name = names.getOrInsertComputed(statement, () => `s${names.size}`);
    const { rows, rowCount } = await client.query({ name, text: sql, values: [...values] });
    return { rows, changes: rowCount ?? 0 };
  };

  const find = async (client: pg.PoolClient, { lookup, keys }: LookupStep): Promise<Answer> => {
    const columns = lookup.key.map((_, i) => keys.map((key) => key[i]!));
    const { rows } = await client.query({ text: lookupText(lookup), values: columns });
    return { rows, changes: 0 };
  };

  const drive = async <T>(client: pg.PoolClient, tx: Tx<T>): Promise<T> => {
    let next = tx.next();
    while (!next.done) {
      next = tx.next('lookup' in next.value ? await find(client, next.value) : await run(client, next.value));
    }
    return next.value;
  };

  return {
    dialect: 'postgres',
    schema,
    exclusive: false,
    db: new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) }),
    async read(body) {
      const client = await pool.connect();
      try {
        return await drive(client, body());
      } finally {
        client.release();
      }
    },
    async transaction(body) {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        await client.query('BEGIN');
        const value = await drive(client, body());
        await client.query('COMMIT');
        return value;
      } catch (failure) {
        await client.query('ROLLBACK').catch((fault: Error) => {
          broken = fault;
        });
        throw failure;
      } finally {
        client.release(broken);
      }
    },
    writeBack: () => undefined,
    close: () => pool.end(),
  };
}

function lookupText({ table, key, columns, lock }: Lookup): string {
  const list = [...key, ...columns].map((name) => `t."${name}"`).join(', ');
  const arrays = key.map((_, i) => `$${i + 1}::text[]`).join(', ');
  const names = key.map((name) => `"${name}"`).join(', ');
  const match = key.map((name) => `t."${name}" = k."${name}"`).join(' and ');
  const locking = lock === null ? '' : ` order by ${key.map((name) => `t."${name}"`).join(', ')} for ${lock} of t`;
  return `select ${list} from (select distinct * from unnest(${arrays}) as k(${names})) k join "${table}" t on ${match}${locking}`;
}
