/**
 * PostgreSQL: a transaction waits at each step on its own connection, READ COMMITTED; what must not change under it is
 * locked by its statements. Several servers may share one database.
 */
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Engine } from './engine.ts';
import type { Schema } from './schema.ts';
import type { Answer, Insert, InsertStep, Lookup, LookupStep, Statement, Step, Tx } from './statement.ts';

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
  const names = new Map<Statement | Lookup | Insert, string>(); // a named one is planned once on each connection
  const nameOf = (of: Statement | Lookup | Insert): string => names.getOrInsertComputed(of, () => `s${names.size}`);

  const run = async (client: pg.PoolClient, { statement, values }: Step): Promise<Answer> => {
    const { sql } = statement.compiled('postgres');
    const { rows, rowCount } = await client.query({ name: nameOf(statement), text: sql, values: [...values] });
    return { rows, changes: rowCount ?? 0 };
  };

  const find = async (client: pg.PoolClient, { lookup, keys }: LookupStep): Promise<Answer> => {
    const columns = lookup.key.map((_, i) => keys.map((key) => key[i]!));
    const { rows } = await client.query({ name: nameOf(lookup), text: lookupText(lookup), values: columns });
    return { rows, changes: 0 };
  };

  const insert = async (client: pg.PoolClient, { insert, rows }: InsertStep): Promise<Answer> => {
    const values = insert.columns.map(([name]) => rows.map((row) => row[name]));
    const { rowCount } = await client.query({ name: nameOf(insert), text: insertText(insert), values });
    return { rows: [], changes: rowCount ?? 0 };
  };

  const answer = (client: pg.PoolClient, step: Step | LookupStep | InsertStep): Promise<Answer> =>
    'statement' in step ? run(client, step) : 'lookup' in step ? find(client, step) : insert(client, step);

  const drive = async <T>(client: pg.PoolClient, tx: Tx<T>): Promise<T> => {
    let next = tx.next();
    while (!next.done) next = tx.next(await answer(client, next.value));
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

function insertText({ table, columns }: Insert): string {
  const arrays = columns.map(([, type], i) => `$${i + 1}::${type}[]`).join(', ');
  return `insert into "${table}" (${columns.map(([name]) => `"${name}"`).join(', ')}) select * from unnest(${arrays})`;
}
