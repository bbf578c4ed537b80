/** What the store needs of a database engine. Only the two files that implement it know which engine runs. */
import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';
import type { DialectName, Tx } from './statement.ts';

export interface Engine {
  readonly dialect: DialectName;
  /** The PostgreSQL schema that holds the tables; null where there is no such thing. */
  readonly schema: string | null;
  /** True when no other process writes to this database, so that what was read may be kept between transactions. */
  readonly exclusive: boolean;
  /** For cold reads and migrations. */
  readonly db: Kysely<Schema>;
  /** Runs the generator's reads without a transaction around them. */
  read<T>(body: () => Tx<T>): Promise<T>;
  /** Runs the generator in one transaction, durable on return; rolls back and rejects when it throws. */
  transaction<T>(body: () => Tx<T>): Promise<T>;
  /**
   * Copies what was written lately to its place, where the engine else does that seldom and much at once: for work that writes
   * a lot in the background. Does nothing elsewhere.
   */
  writeBack(): void;
  /** Releases the connection. Call once, after everything else has stopped. */
  close(): Promise<void>;
}
