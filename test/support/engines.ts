/**
 * The engines that a suite runs on: memory, SQLite on disk, and PostgreSQL where `TEST_DATABASE_URL` names a server that
 * may be written to (each house gets a schema of its own there, dropped afterwards).
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Engine } from '../../src/store/engine.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { openSqlite } from '../../src/store/sqlite.ts';

export interface TestEngine {
  readonly name: string;
  /** Opens one database; `again` opens the same one a second time, as another process would. */
  open(): Promise<{ readonly engine: Engine; again(): Engine; dispose(): Promise<void> }>;
}

const url = process.env['TEST_DATABASE_URL'];

const memory: TestEngine = {
  name: 'memory',
  async open() {
    const engine = openSqlite(':memory:');
    return { engine, again: () => engine, dispose: async () => undefined };
  },
};

const sqlite: TestEngine = {
  name: 'sqlite',
  async open() {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-'));
    const path = join(folder, 'sallyport.db');
    return {
      engine: openSqlite(path),
      again: () => openSqlite(path),
      dispose: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};

const postgres = (at: string): TestEngine => ({
  name: 'postgres',
  async open() {
    const schema = `t_${randomBytes(8).toString('hex')}`;
    const admin = new pg.Client({ connectionString: at });
    await admin.connect();
    await admin.query(`create schema "${schema}"`);
    return {
      engine: openPostgres(at, schema),
      again: () => openPostgres(at, schema),
      async dispose() {
        await admin.query(`drop schema "${schema}" cascade`);
        await admin.end();
      },
    };
  },
});

export const engines: readonly TestEngine[] = url === undefined ? [memory, sqlite] : [memory, sqlite, postgres(url)];
