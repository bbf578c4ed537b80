/** A look at a database without changing it, on PostgreSQL (on SQLite: test/cli/doctor.test.ts). */
import { expect, it, onTestFinished } from 'vitest';
import { parseCheckpoint } from '../../src/audit/checkpoint.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { HOUR_MS } from '../../src/kernel/time.ts';
import { examine } from '../../src/main/doctor/doctor.ts';
import { inspectPostgres } from '../../src/store/inspect.ts';
import { MIGRATION_NAMES } from '../../src/store/migrations/index.ts';
import { createKeyRing } from '../../src/vault/key-ring.ts';
import { openDesk } from '../support/desk.ts';
import { engines } from '../support/engines.ts';
import { testKeys } from '../support/house.ts';

const postgres = engines.find(({ name }) => name === 'postgres');

it.runIf(postgres !== undefined)('on postgres: tells what is there, and a server beside it goes on', async () => {
  const { engine, dispose } = await postgres!.open();
  const url = `${process.env['TEST_DATABASE_URL']}?options=${encodeURIComponent(`-c search_path=${engine.schema}`)}`;
  const empty = await inspectPostgres(url, systemClock);
  expect(empty).toMatchObject({ pending: MIGRATION_NAMES, unknown: [], log: null });

  const keys = testKeys();
  const desk = await openDesk({ engine, keys });
  onTestFinished(async () => {
    await desk.store.close();
    await dispose();
  });
  await desk.store.checkpoint();
  const seen = await inspectPostgres(url, systemClock);
  expect(seen).toMatchObject({ pending: [], unknown: [] });
  expect(seen.log?.size).toBe(seen.log?.entries);
  expect(Buffer.from(seen.log!.root!)).toEqual(
    Buffer.from(parseCheckpoint(`${seen.log!.checkpoint.split('\n\n')[0]!}\n`)!.root),
  );
  expect(seen.opensWith(createKeyRing(keys.encryption))).toBe(true);
  expect(seen.opensWith(createKeyRing(testKeys().encryption))).toBe(false);
  expect(empty.opensWith(createKeyRing(keys.encryption))).toBeNull();
  expect((await desk.propose('test.send')).is).toBe('pending');

  expect(Math.abs(seen.aheadMs!)).toBeLessThan(1_000); // one machine; the database counts microseconds
  const late = { now: () => systemClock.now() - HOUR_MS };
  expect((await inspectPostgres(url, late)).aheadMs).toBeGreaterThan(HOUR_MS - 10_000);
  const told = async (clock: typeof systemClock) =>
    (await examine(clock, { PORT: '0', DATABASE_URL: url })).checks.find(({ check }) => check === 'database clock');
  expect(await told(systemClock)).toMatchObject({ is: 'ok' });
  expect(await told(late)).toMatchObject({
    is: 'fail',
    says: expect.stringMatching(/ahead of/),
    todo: expect.stringContaining('NTP'),
  });
});
