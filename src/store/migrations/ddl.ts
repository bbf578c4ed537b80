/** The words in which the engines' table definitions differ. */
import type { DialectName } from '../statement.ts';

export interface Ddl {
  /** A 64-bit whole number. */
  readonly int: string;
  readonly blob: string;
  /** Rows stored in the order of the primary key. */
  readonly clustered: string;
  /** A key that the engine counts up. */
  readonly serial: string;
  /** The number of the transaction that writes, as a column's default; 0 where transactions come one after the other. */
  readonly transaction: string;
  /** Of a column `tx` with that number: everything up to it was committed or undone. */
  readonly settled: string;
}

export const DDL = {
  sqlite: {
    ...{ int: 'integer', blob: 'blob', clustered: ' without rowid', serial: 'integer primary key autoincrement' },
    ...{ transaction: '0', settled: 'tx >= 0' },
  },
  postgres: {
    ...{ int: 'bigint', blob: 'bytea', clustered: '', serial: 'bigint generated always as identity primary key' },
    transaction: '(pg_current_xact_id()::text::bigint)',
    settled: 'tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint',
  },
} satisfies Record<DialectName, Ddl>;
