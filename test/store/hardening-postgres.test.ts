/** Servers that share a PostgreSQL: one that freezes or hangs holds up the others for seconds, and a first STOP has a lock to wait at. */
import { sql } from 'kysely';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { guardWrite } from '../../src/guard/writes.ts';
import { SECOND_MS } from '../../src/kernel/time.ts';
import type { Engine } from '../../src/store/engine.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { statement } from '../../src/store/statement.ts';
import { bumpFence } from '../../src/store/writers/statements.ts';
import { testCarrier } from '../support/carrier.ts';
import { openDesk } from '../support/desk.ts';
import { engines, type TestEngine } from '../support/engines.ts';
import { openHouse, type TestAgent, type TestHouse, testClock, testKeys } from '../support/house.ts';
import { houseOn } from '../support/open.ts';

const TO = '+14155550101';
const url = process.env['TEST_DATABASE_URL'] ?? '';
const SHORT = { lockMs: 100, idleInTransactionMs: 200 };

/** An engine with short bounds, and a session of somebody else's over the same tables. */
async function shortBounds(on: TestEngine): Promise<{ readonly engine: Engine; readonly foreign: pg.Client }> {
  const { engine: usual, dispose } = await on.open();
  const foreign = await session(usual);
  onTestFinished(async () => {
    await usual.close();
    await dispose();
  });
  return { engine: openPostgres(url, usual.schema!, SHORT), foreign };
}

/** A session outside the program, in the schema of the engine's tables. */
async function session({ schema }: Engine): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

/** Stands still as a stopped process does: nothing of it runs meanwhile. */
const freeze = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

describe.skipIf(url === '')('on postgres', () => {
  const on = engines.at(-1)!;

  it('every session of ours waits 2 s for a lock, and may stand still in a transaction for 5 s', async () => {
    const { engine, dispose } = await on.open();
    onTestFinished(async () => {
      await engine.close();
      await dispose();
    });
    const setting = async (name: string) =>
      (await sql<{ value: string }>`select current_setting(${name}) as value`.execute(engine.db)).rows[0]!.value;
    expect(await setting('lock_timeout')).toBe('2s');
    expect(await setting('idle_in_transaction_session_timeout')).toBe('5s');
  });

  it('a server that froze in a transaction loses its locks and that transaction alone', async () => {
    const { engine, foreign } = await shortBounds(on);
    const desk = await openDesk({ engine });
    onTestFinished(() => desk.store.close());
    const at = { org: desk.org, subject: 'contact:x' };
    const look = statement<typeof at>((db, p) =>
      db.selectFrom('fence').selectAll().where('subject', '=', p('subject')),
    );
    const frozen = engine.transaction(function* () {
      yield* bumpFence.run(at);
      freeze(4 * SHORT.idleInTransactionMs);
      return yield* look.all(at);
    });
    await expect(frozen).rejects.toThrow(/idle-in-transaction|terminated/);
    expect((await foreign.query(`select * from fence where subject = 'contact:x' for update nowait`)).rows).toEqual([]);
    expect((await desk.propose('test.note')).is).toBe('done');
  });

  it('a lock that a session of somebody else’s keeps fails who needs it, and holds up no other tenant', async () => {
    const { engine, foreign } = await shortBounds(on);
    const desk = await openDesk({ engine });
    onTestFinished(() => desk.store.close());
    const other = await desk.tenant('other');
    await desk.propose('test.send', { to: TO });
    await foreign.query('begin');
    await foreign.query(`select * from fence where subject like 'contact:%' for share`);
    const stop = () => desk.propose('test.note', { writes: [guardWrite('fence.bump', { of: 'contact', id: TO })] });
    const began = performance.now();
    const [stopped, sent] = await Promise.allSettled([stop(), desk.propose('test.send', { to: TO }, other)]);
    expect(performance.now() - began).toBeLessThan(5 * SECOND_MS);
    expect(stopped).toMatchObject({ status: 'rejected', reason: { code: '55P03' } });
    expect(sent).toMatchObject({ status: 'fulfilled', value: { is: 'pending' } });
    await foreign.query('rollback');
    expect((await stop()).is).toBe('done');
  });

  it.each<readonly [string, (b: TestHouse, agent: TestAgent) => Promise<unknown>]>([
    ['STOP', (b, agent) => b.inbound(agent, TO, 'STOP')],
    ['a revoked consent', (b, agent) => b.done('comms.revoke_consent', agent.by, { contact: TO, channel: 'sms' })],
    [
      'a do-not-contact entry of the organisation',
      (b, { by }) => b.done('comms.dnc_add', b.orchestrator, { organizationId: by.org, contact: TO }),
    ],
    [
      'a do-not-contact entry of the platform',
      (b) => b.done('comms.dnc_add', b.orchestrator, { organizationId: 'org_platform', contact: TO }),
    ],
  ])('%s, the first of a contact, waits for what another server is admitting', async (_, stop) => {
    const { carriers } = testCarrier();
    const shared = { keys: testKeys(), clock: testClock(), overrides: { carriers } };
    const a = await houseOn(on, shared);
    const b = await openHouse({ ...shared, engine: a.again() });
    onTestFinished(() => b[Symbol.asyncDispose]());
    const agent = await a.agent();
    for (const contact of [TO, '+14155550105']) await a.consent(agent, contact);
    await a.done('comms.send_message', agent.by, { to: '+14155550105', body: 'its meters are there' });

    const foreign = await session(a.engine);
    const me = (await foreign.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid;
    /** Sessions that wait for this one, or for one that waits for it. */
    const waiting = async () =>
      (
        await foreign.query(
          `with recursive w(pid) as (select $1::int union select s.pid from pg_stat_activity s join w on w.pid = any(pg_blocking_pids(s.pid)))
           select pid from w where pid <> $1`,
          [me],
        )
      ).rowCount!;
    await foreign.query('begin');
    await foreign.query(`select * from meter for update`); // what the send needs last
    const sending = a.call('comms.send_message', agent.by, { to: TO, body: 'Hello' });
    while ((await waiting()) < 1);
    let stopped = false;
    const stopping = stop(b, agent).then(() => {
      stopped = true;
    });
    while ((await waiting()) < 2 && !stopped);
    expect(stopped).toBe(false);
    await foreign.query('rollback');
    // before the wish, not after it: or called off, as the wish was there by the time that it would have left
    const sent = await sending;
    const calledOff = { is: 'failed', delivery: { state: 'cancelled', code: 'stale' } };
    expect(sent).toMatchObject(sent.is === 'done' ? { is: 'done' } : calledOff);
    await stopping;
    expect((await a.call('comms.send_message', agent.by, { to: TO, body: 'Again' })).is).toBe('refused');
    expect([...a.faults, ...b.faults]).toEqual([]);
  });
});
