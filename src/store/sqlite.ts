/**
 * SQLite in the process (`node:sqlite`): WAL, `synchronous=FULL`, one connection. A transaction runs synchronously from
 * BEGIN to COMMIT, so nothing interleaves with it. ATTACH is refused by the authorizer: injected SQL couldn't reach other
 * files. The WAL is checkpointed apart from the hot path, because the automatic checkpoint stalls it.
 */
import { constants, DatabaseSync, type StatementSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import type { Engine } from './engine.ts';
import type { Schema } from './schema.ts';
import type { Answer, Insert, InsertStep, Lookup, LookupStep, Row, Statement, Step, Tx } from './statement.ts';

const CHECKPOINT_EVERY_MS = 5_000; // seldom enough that pages written again and again are copied once
const AUTOCHECKPOINT_PAGES = 20_000; // a backstop of about 80 MB, should the timer be starved

/** @param path a file, or `:memory:` for a store that lives and dies with the process. */
export function openSqlite(path: string): Engine {
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;
    PRAGMA busy_timeout=5000; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=${AUTOCHECKPOINT_PAGES};`);
  database.setAuthorizer((code) => (code === constants.SQLITE_ATTACH ? constants.SQLITE_DENY : constants.SQLITE_OK));
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const rollback = database.prepare('ROLLBACK');
  const prepared = new Map<Statement, { readonly statement: StatementSync; readonly reads: boolean }>();
  const lookups = new Map<Lookup, StatementSync>();
  const inserts = new Map<Insert, StatementSync>();

  const run = (step: Step): Answer => {
    const { statement, reads } = prepared.getOrInsertComputed(step.statement, () => {
      const compiled = database.prepare(step.statement.compiled('sqlite').sql);
      return { statement: compiled, reads: compiled.columns().length > 0 };
    });
    if (reads) return { rows: statement.all(...step.values) as Row[], changes: 0 };
    return { rows: [], changes: Number(statement.run(...step.values).changes) };
  };

  const find = (step: LookupStep): Answer => {
    const statement = lookups.getOrInsertComputed(step.lookup, (spec) => database.prepare(lookupText(spec)));
    return { rows: step.keys.flatMap((key) => statement.all(...key) as Row[]), changes: 0 };
  };

  const insert = ({ insert, rows }: InsertStep): Answer => {
    const statement = inserts.getOrInsertComputed(insert, (spec) => database.prepare(insertText(spec)));
    for (const row of rows) statement.run(...insert.columns.map(([name]) => row[name]!));
    return { rows: [], changes: rows.length };
  };

  const answer = (step: Step | LookupStep | InsertStep): Answer =>
    'statement' in step ? run(step) : 'lookup' in step ? find(step) : insert(step);

  const drive = <T>(body: Tx<T>): T => {
    let next = body.next();
    while (!next.done) next = body.next(answer(next.value));
    return next.value;
  };

  const checkpoint = setInterval(() => database.exec('PRAGMA wal_checkpoint(PASSIVE)'), CHECKPOINT_EVERY_MS).unref();

  return {
    dialect: 'sqlite',
    schema: null,
    exclusive: true,
    db: new Kysely<Schema>({ dialect: new SqliteDialect({ database: kyselyView(database) }) }),
    async read(body) {
      return drive(body());
    },
    async transaction(body) {
      begin.run();
      try {
        const value = drive(body());
        commit.run();
        return value;
      } catch (failure) {
        if (database.isTransaction) rollback.run();
        throw failure;
      }
    },
    writeBack: () => database.exec('PRAGMA wal_checkpoint(PASSIVE)'),
    async close() {
      clearInterval(checkpoint);
      if (path !== ':memory:') database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      database.close();
    },
  };
}

const lookupText = ({ table, key, columns }: Lookup): string =>
  `select ${[...key, ...columns].map(quoted).join(', ')} from ${quoted(table)} where ${key.map((name) => `${quoted(name)} = ?`).join(' and ')}`;

const insertText = ({ table, columns }: Insert): string =>
  `insert into ${quoted(table)} (${columns.map(([name]) => quoted(name)).join(', ')}) values (${columns.map(() => '?').join(', ')})`;

const quoted = (name: string): string => `"${name}"`;

/** Kysely's SQLite dialect speaks to better-sqlite3; the two differ in how a statement says whether it returns rows. */
function kyselyView(database: DatabaseSync) {
  return {
    close: () => undefined, // the engine closes it
    prepare(text: string) {
      const statement = database.prepare(text);
      return {
        reader: statement.columns().length > 0,
        all: (parameters: readonly unknown[]) => statement.all(...(parameters as Value[])),
        run: (parameters: readonly unknown[]) => {
          const { changes, lastInsertRowid } = statement.run(...(parameters as Value[]));
          return { changes, lastInsertRowid };
        },
        iterate: (parameters: readonly unknown[]) => statement.iterate(...(parameters as Value[])),
      };
    },
  };
}
type Value = string | number | null | Uint8Array;
