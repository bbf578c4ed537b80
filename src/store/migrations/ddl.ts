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
}

export const DDL = {
  sqlite: { int: 'integer', blob: 'blob', clustered: ' without rowid', serial: 'integer primary key autoincrement' },
  postgres: { int: 'bigint', blob: 'bytea', clustered: '', serial: 'bigint generated always as identity primary key' },
} satisfies Record<DialectName, Ddl>;
