/**
 * A look at a database without changing it: no migration, no key, no file beside it. For whoever wants to know what is
 * wrong before anything runs, or while it runs. SQLite is opened for reading alone; where no process has left a
 * write-ahead log beside it, as immutable, since even a reader would make one.
 */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { Frontier, leafHash } from '../audit/merkle.ts';
import type { Clock } from '../kernel/clock.ts';
import { PLATFORM_ORG } from '../kernel/ids.ts';
import { SECOND_MS } from '../kernel/time.ts';
import type { KeyRing } from '../vault/key-ring.ts';
import { open } from '../vault/sealed.ts';
import { VaultError } from '../vault/vault-error.ts';
import { MIGRATION_NAMES } from './migrations/index.ts';
import { cellOf } from './sealing.ts';

export interface Inspection {
  /** Migrations of this release that have not run. All of them: nothing has been started on it yet. */
  readonly pending: readonly string[];
  /** Migrations that this release does not know: it is older than the data. */
  readonly unknown: readonly string[];
  /** Null before the first start. */
  readonly log: InspectedLog | null;
  /** Who has an account of the platform's: the names of providers. */
  readonly platformProviders: readonly string[];
  /** Milliseconds that the database's own clock is ahead of this process's; null where it has none of its own (SQLite). */
  readonly aheadMs: number | null;
  /** Whether the ring opens what the database holds; null when it holds nothing yet. */
  opensWith(ring: KeyRing): boolean | null;
}
export interface InspectedLog {
  readonly size: number;
  readonly checkpoint: string;
  /** Ms since the epoch. */
  readonly signedAt: number;
  readonly entries: number;
  /** The root of the tree over the stored entries; null when there are more than are read here. */
  readonly root: Uint8Array | null;
}

type Row = Readonly<Record<string, unknown>>;
type Query = (text: string) => Promise<readonly Row[]>;

/** Larger logs are verified by export (`audit verify`), not in passing. */
const MAX_ENTRIES = 200_000;
const PAGE = 5_000;
const WITHIN_MS = 10 * SECOND_MS;

/** @throws the engine's error when the database can't be read. */
export async function inspectSqlite(path: string): Promise<Inspection> {
  const url = pathToFileURL(path);
  if (!existsSync(`${path}-wal`)) url.searchParams.set('immutable', '1');
  const database = new DatabaseSync(url, { readOnly: true, timeout: WITHIN_MS });
  try {
    database.exec('BEGIN'); // one state for all questions
    return await inspect(
      async (text) => database.prepare(text).all() as Row[],
      "select name from sqlite_master where type = 'table'",
      null,
    );
  } finally {
    database.close();
  }
}

/** @throws the engine's error when the database can't be reached or read. */
export async function inspectPostgres(url: string, clock: Clock): Promise<Inspection> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: WITHIN_MS,
    statement_timeout: WITHIN_MS,
  });
  client.on('error', () => undefined); // a connection that breaks fails its query as well
  await client.connect();
  try {
    const aheadMs = await aheadOf(clock, client);
    await client.query('begin isolation level repeatable read read only');
    return await inspect(
      async (text) => (await client.query(text)).rows as Row[],
      'select table_name as name from information_schema.tables where table_schema = current_schema()',
      aheadMs,
    );
  } finally {
    await client.end();
  }
}

/** By how much at least: what the question itself took is nobody's fault. */
async function aheadOf(clock: Clock, client: pg.Client): Promise<number> {
  const before = clock.now();
  const { rows } = await client.query('select extract(epoch from clock_timestamp()) * 1000 as now');
  const told = Number(rows[0].now);
  return told < before ? told - before : Math.max(0, told - clock.now());
}

async function inspect(query: Query, tables: string, aheadMs: number | null): Promise<Inspection> {
  const present = new Set((await query(tables)).map(({ name }) => String(name)));
  const names = present.has('kysely_migration') ? await query('select name from kysely_migration') : [];
  const applied = names.map(({ name }) => String(name));
  const [keys] = present.has('org_key') ? await query(`select ref_key from org_key where org = '${PLATFORM_ORG}'`) : [];
  const accounts = present.has('provider_credential')
    ? await query(`select provider from provider_credential where org = '${PLATFORM_ORG}'`)
    : [];
  return {
    aheadMs,
    pending: MIGRATION_NAMES.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !MIGRATION_NAMES.includes(name)),
    platformProviders: accounts.map(({ provider }) => String(provider)),
    log: present.has('log_head') ? await inspectLog(query) : null,
    opensWith: (ring) => (keys === undefined ? null : opens(ring, String(keys['ref_key']))),
  };
}

async function inspectLog(query: Query): Promise<InspectedLog | null> {
  const [head] = await query('select size, checkpoint, signed_at from log_head where id = 1');
  if (head === undefined) return null;
  const [counted] = await query('select count(*) as entries from log_entry');
  const entries = Number(counted?.['entries']);
  return {
    size: Number(head['size']),
    checkpoint: String(head['checkpoint']),
    signedAt: Number(head['signed_at']),
    entries,
    root: entries > MAX_ENTRIES ? null : await rootOf(query, entries),
  };
}

async function rootOf(query: Query, entries: number): Promise<Uint8Array> {
  const tree = new Frontier();
  for (let from = 0; from < entries; from += PAGE) {
    const rows = await query(`select body from log_entry where idx >= ${from} and idx < ${from + PAGE} order by idx`);
    for (const { body } of rows) tree.push(leafHash(String(body)));
  }
  return tree.root();
}

function opens(ring: KeyRing, sealed: string): boolean {
  try {
    open(ring, sealed, cellOf(PLATFORM_ORG, 'org_key', 'ref_key', PLATFORM_ORG));
    return true;
  } catch (failure) {
    if (failure instanceof VaultError) return false;
    throw failure;
  }
}
