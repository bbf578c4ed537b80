/**
 * Statements and transactions as values. A transaction is a generator that yields statements and gets their rows: on
 * SQLite it is driven to its end synchronously, on PostgreSQL it waits at each step, and the code is one. Nothing else
 * can be awaited inside, so no network call can ever happen within a transaction.
 *
 * Statements are built with Kysely, compiled once per dialect, and prepared once per connection.
 */
import {
  type CompiledQuery,
  type DialectAdapter,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresQueryCompiler,
  type QueryCompiler,
  SqliteAdapter,
  SqliteQueryCompiler,
} from 'kysely';
import type { Schema } from './schema.ts';

export type DialectName = 'sqlite' | 'postgres';
export type Value = string | number | null | Uint8Array;
export type Row = Readonly<Record<string, Value>>;

export interface Answer {
  readonly rows: readonly Row[];
  /** Rows written. */
  readonly changes: number;
}

export interface Step {
  readonly statement: Statement;
  readonly values: readonly Value[];
}

/** A lookup of many keys of one shape at once: one query on PostgreSQL, one prepared point query a key on SQLite. */
export interface LookupStep {
  readonly lookup: Lookup;
  readonly keys: readonly (readonly string[])[];
}

/** Rows for one table at once, in their order: one query on PostgreSQL, one prepared insert a row on SQLite. */
export interface InsertStep {
  readonly insert: Insert;
  readonly rows: readonly Row[];
}

export type Tx<T> = Generator<Step | LookupStep | InsertStep, T, Answer>;

export interface Compiled {
  readonly sql: string;
  /** Of its parameters, in order. */
  readonly names: readonly string[];
}

class Parameter {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

const dialect = (adapter: () => DialectAdapter, compiler: () => QueryCompiler): Kysely<Schema> =>
  new Kysely<Schema>({
    dialect: {
      createAdapter: adapter,
      createDriver: () => new DummyDriver(),
      createIntrospector: () => {
        throw new TypeError('a builder of statements reads no schema');
      },
      createQueryCompiler: compiler,
    },
  });

/*
 * Only names are bound; constants stand in the text. SQLite plans a query anew at each run where a bound value may change the
 * plan, as that of `limit ?` may, and a partial index applies only where its constant is in the text.
 */
class SqliteStatements extends SqliteQueryCompiler {
  protected override appendValue(value: unknown): void {
    if (value instanceof Parameter) super.appendValue(value);
    else this.appendImmediateValue(value);
  }
}
class PostgresStatements extends PostgresQueryCompiler {
  protected override appendValue(value: unknown): void {
    if (value instanceof Parameter) super.appendValue(value);
    else this.appendImmediateValue(value);
  }
}

const builders = {
  sqlite: dialect(
    () => new SqliteAdapter(),
    () => new SqliteStatements(),
  ),
  postgres: dialect(
    () => new PostgresAdapter(),
    () => new PostgresStatements(),
  ),
} satisfies Record<DialectName, Kysely<Schema>>;

/** A prepared statement: compiled once per dialect, identified by itself. */
export interface Statement {
  compiled(dialect: DialectName): Compiled;
}

/**
 * Locks what a query selects until the transaction ends, where the engine has other writers. Keys never change, so that
 * rows which only refer to a locked one need not wait.
 */
type Lock = <Q extends Lockable<Q>>(query: Q) => Q;
/** Of a query of several tables the rows of this one. */
type LockOf = <Q extends Lockable<Q>>(query: Q, table?: keyof Schema) => Q;
interface Lockable<Q> {
  forNoKeyUpdate(of?: never): Q;
  skipLocked(): Q;
}
type Build<Args> = (
  db: Kysely<Schema>,
  p: <K extends keyof Args & string>(name: K) => Args[K],
  lock: Locks,
) => { compile(): CompiledQuery };

interface Locks {
  readonly wait: Lock;
  readonly skip: LockOf;
}
const LOCKS = {
  sqlite: { wait: (query) => query, skip: (query) => query },
  postgres: {
    wait: (query) => query.forNoKeyUpdate(),
    skip: (query, table) => query.forNoKeyUpdate(table as never).skipLocked(),
  },
} satisfies Record<DialectName, Locks>;

export interface Prepared<Args, R> extends Statement {
  all(args: Args): Tx<readonly R[]>;
  first(args: Args): Tx<R | undefined>;
  /** Rows written. */
  run(args: Args): Tx<number>;
}

/** `statement<{ id: string }, AgentRow>((db, p) => db.selectFrom('agent').selectAll().where('id', '=', p('id')))` */
export function statement<Args extends Readonly<Record<string, Value>>, R = Row>(
  build: Build<Args>,
): Prepared<Args, R> {
  const texts = new Map<DialectName, Compiled>();
  const compiled = (dialect: DialectName): Compiled =>
    texts.getOrInsertComputed(dialect, () => {
      const { sql, parameters } = build(
        builders[dialect],
        (name) => new Parameter(name) as never,
        LOCKS[dialect],
      ).compile();
      return { sql, names: (parameters as readonly Parameter[]).map(({ name }) => name) };
    });
  // the order of parameters is the same in every dialect: the compilers walk the same tree
  const { names } = compiled('sqlite');
  const bind = (args: Args): readonly Value[] => names.map((name) => args[name]!);
  const self: Prepared<Args, R> = {
    compiled,
    *all(args) {
      return (yield { statement: self, values: bind(args) }).rows as readonly R[];
    },
    *first(args) {
      return (yield { statement: self, values: bind(args) }).rows[0] as R | undefined;
    },
    *run(args) {
      return (yield { statement: self, values: bind(args) }).changes;
    },
  };
  return self;
}

/** Rows of a table by text key columns. `rows` come in any order and carry the key columns. */
export interface Lookup {
  readonly table: keyof Schema;
  readonly key: readonly string[];
  readonly columns: readonly string[];
  /** Lock the rows until the transaction ends, in key order, where the engine has other writers. */
  readonly lock: 'share' | 'update' | null;
}

export function lookup<T extends keyof Schema, K extends keyof Schema[T] & string, C extends keyof Schema[T] & string>(
  table: T,
  key: readonly K[],
  columns: readonly C[],
  lock: Lookup['lock'] = null,
): Lookup & { rows(keys: readonly (readonly string[])[]): Tx<readonly Pick<Schema[T], K | C>[]> } {
  const self: Lookup = { table, key, columns, lock };
  return {
    ...self,
    *rows(keys) {
      if (keys.length === 0) return [];
      return (yield { lookup: self, keys }).rows as unknown as readonly Pick<Schema[T], K | C>[];
    },
  };
}

export interface Insert {
  readonly table: keyof Schema;
  /** Each with its type. */
  readonly columns: readonly (readonly [name: string, type: 'text' | 'bigint'])[];
}

export function inserts<T extends keyof Schema, C extends keyof Schema[T] & string>(
  table: T,
  columns: Readonly<Record<C, 'text' | 'bigint'>>,
): Insert & { all(rows: readonly Pick<Schema[T], C>[]): Tx<void> } {
  const self: Insert = { table, columns: Object.entries(columns) as [string, 'text' | 'bigint'][] };
  return {
    ...self,
    *all(rows) {
      if (rows.length > 0) yield { insert: self, rows: rows as unknown as readonly Row[] };
    },
  };
}
