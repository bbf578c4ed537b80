/**
 * SIGKILL at any moment of a swarm's work (P15; known-failures 26, 29): models think, peers answer, messages leave. No message
 * is lost, no finished step runs again, what was cut off in the middle is unknown and shown. `SALLYPORT_CRASH=1` kills fifty times.
 */
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { HOUR_MS } from '../../src/kernel/time.ts';
import { COMPILE_CACHE } from '../support/compile-cache.ts';
import { fileCarrier, linesOf } from '../support/file-carrier.ts';
import { openHouse, testClock } from '../support/house.ts';
import { verifiedLog } from '../support/log.ts';
import { keysOf, seeded } from './scenario.ts';
import { minds, openEngine, type SwarmScenario, type SwarmTold } from './swarm-scenario.ts';

const SEED = Number(process.env['CRASH_SEED'] ?? randomBytes(4).readUInt32LE());
const IS_WHOLE = process.env['SALLYPORT_CRASH'] === '1';
const URL = process.env['TEST_DATABASE_URL'];

type Scenario = Omit<SwarmScenario, 'first' | 'seed'>;

function scenarioOn(database: (folder: string) => SwarmScenario['database']): Scenario {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-crash-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const keys = { encryption: randomBytes(32).toString('hex'), log: randomBytes(32).toString('hex') };
  return { database: database(folder), sentFile: join(folder, 'sent'), keys, injects: 1_000 };
}

/** A server, until it is killed; the threads that it accepted. */
async function server(scenario: SwarmScenario) {
  const child = fork(join(import.meta.dirname, 'swarm-process.ts'), [JSON.stringify(scenario)], {
    execArgv: [],
    env: { ...process.env, ...COMPILE_CACHE },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const gone = once(child, 'close');
  const accepted: string[] = [];
  const ready = Promise.withResolvers<void>();
  child.on('message', (told: SwarmTold) => ('ready' in told ? ready.resolve() : accepted.push(told.accepted)));
  child.once('exit', (code) => ready.reject(new Error(`the server ended by itself (${code})`)));
  await ready.promise;
  return {
    async kill(): Promise<readonly string[]> {
      child.kill('SIGKILL');
      const [, signal] = await gone;
      expect(signal).toBe('SIGKILL');
      return accepted;
    },
  };
}

/** Lets everything come to an end, in a server that is not killed, an hour later: every lease is over. */
async function comesToAnEnd(scenario: Scenario, accepted: readonly string[]) {
  const engine = openEngine(scenario);
  const clock = testClock(Date.now() + HOUR_MS);
  const carriers = fileCarrier({ file: scenario.sentFile, retry: 'never' });
  const overrides = { carriers, swarm: minds(() => 0) };
  await using t = await openHouse({ engine, clock, keys: keysOf(scenario as never), overrides });
  const atWork = async () =>
    Number(
      (
        await engine.db
          .selectFrom('frame')
          .select((eb) => eb.fn.countAll<number>().as('n'))
          .where('status', 'in', ['ready', 'running'])
          .executeTakeFirstOrThrow()
      ).n,
    );
  for (let rounds = 0; rounds === 0 || (await atWork()) > 0; rounds++) {
    expect(rounds).toBeLessThan(200);
    await t.house.tick();
    await t.house.pump.tick();
    clock.pass(2_000);
  }
  await t.house.store.checkpoint();
  const all = async <T>(query: { execute(): Promise<T> }) => query.execute();
  const threads = await all(engine.db.selectFrom('thread').select(['id', 'status', 'because', 'seq']));
  const frames = await all(engine.db.selectFrom('frame').select(['id', 'thread', 'name', 'status']));
  const steps = await all(
    engine.db.selectFrom('step').select(['frame', 'n', 'kind', 'state', 'name', 'action']).orderBy('n'),
  );
  const sends = await all(
    engine.db.selectFrom('action').select(['id', 'state']).where('name', '=', 'comms.send_message'),
  );
  await verifiedLog(engine, t.house.vkey);
  expect(t.faults).toEqual([]);

  const sent = linesOf(scenario.sentFile);
  expect(new Set(sent).size).toBe(sent.length); // nothing left twice
  const stateOf = new Map(sends.map(({ id, state }) => [id, state]));
  expect(threads.map(({ id }) => id)).toEqual(expect.arrayContaining([...accepted])); // nothing accepted was lost
  const framesOf = Map.groupBy(frames, ({ thread }) => thread);
  const stepsOf = Map.groupBy(steps, ({ frame }) => frame);
  let unknown = 0;
  for (const { id, status, because, seq } of threads) {
    const own = framesOf.get(id)!;
    expect(own.map(({ name }) => name).toSorted()).toEqual(['desk', 'left', 'right']); // nobody was asked twice
    for (const frame of own)
      expect(stepsOf.get(frame.id)!.map(({ n }) => n)).toEqual([...stepsOf.get(frame.id)!.keys()]);
    const desk = stepsOf.get(own.find(({ name }) => name === 'desk')!.id)!;
    const call = desk.find(({ name }) => name === 'comms_send_message')!;
    const sending = stateOf.get(call.action!)!;
    if (status === 'completed') {
      expect(desk.map(({ kind }) => kind)).toEqual([
        'input',
        'think',
        'call',
        'call',
        'think',
        'call',
        'think',
        'answer',
      ]);
      expect(seq).toBe(6); // the message, two questions, two answers, the answer
      // one that nobody had begun when its server died may have become too old to send: the agent was told so
      expect(['done', 'cancelled']).toContain(sending);
      expect(sent.includes(call.action!)).toBe(sending === 'done');
    } else {
      expect({ status, because, state: call.state, sending }).toEqual({
        ...{ status: 'active', because: 'outcome_unknown', state: 'unknown', sending: 'unknown' },
      });
      unknown++;
    }
  }
  expect(sends).toHaveLength(threads.length);
  return { threads: threads.length, unknown };
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Some messages have left, and others are about to. */
async function underWay({ sentFile }: Scenario, random: () => number): Promise<void> {
  const enough = linesOf(sentFile).length + 1 + Math.floor(random() * 5);
  await vi.waitFor(() => expect(linesOf(sentFile).length).toBeGreaterThanOrEqual(enough), {
    timeout: 30_000,
    interval: 2,
  });
  await wait(random() * 30);
}

describe(`a swarm whose server is killed (CRASH_SEED=${SEED})`, () => {
  it('again and again on one database loses nothing, runs nothing twice, and shows what it can’t know', async () => {
    const kills = IS_WHOLE ? 50 : 3;
    const random = seeded(SEED);
    const scenario = scenarioOn((folder) => ({ file: join(folder, 'sallyport.db') }));
    const accepted: string[] = [];
    for (let n = 0; n < kills; n++) {
      const one = await server({ ...scenario, first: n === 0, seed: Math.floor(random() * 2 ** 31) });
      await underWay(scenario, random);
      accepted.push(...(await one.kill()));
    }
    const { threads, unknown } = await comesToAnEnd(scenario, accepted);
    expect(threads).toBeGreaterThan(kills);
    if (IS_WHOLE) expect(unknown).toBeGreaterThan(0); // else the moments were badly chosen and show nothing
  }, 600_000);
});

describe.runIf(URL !== undefined)('a swarm of two servers on postgres, one of which is killed', () => {
  it('again and again loses nothing, and what one had the other finishes', async () => {
    const kills = IS_WHOLE ? 10 : 2;
    const random = seeded(SEED + 1);
    const schema = `t_${randomBytes(8).toString('hex')}`;
    const admin = new pg.Client({ connectionString: URL! });
    await admin.connect();
    await admin.query(`create schema "${schema}"`);
    onTestFinished(async () => {
      await admin.query(`drop schema "${schema}" cascade`);
      await admin.end();
    });
    const scenario = scenarioOn(() => ({ url: URL!, schema }));
    const next = (first: boolean) => server({ ...scenario, first, seed: Math.floor(random() * 2 ** 31) });
    const accepted: string[] = [];
    let one = await next(true);
    let other = await next(false);
    for (let n = 0; n < kills; n++) {
      await underWay(scenario, random);
      accepted.push(...(await one.kill()));
      one = other;
      other = await next(false);
    }
    for (const left of [one, other]) accepted.push(...(await left.kill()));
    const { threads } = await comesToAnEnd(scenario, accepted);
    expect(threads).toBeGreaterThan(kills);
  }, 600_000);
});
