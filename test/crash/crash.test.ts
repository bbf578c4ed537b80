/**
 * SIGKILL at any moment: a process dies in the middle of its sends, another one opens its database, and nothing is lost,
 * doubled, sent twice or missing from the log. `CRASH_SEED` repeats a run.
 */
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openSqlite } from '../../src/store/sqlite.ts';
import { COMPILE_CACHE } from '../support/compile-cache.ts';
import { fileCarrier, linesOf } from '../support/file-carrier.ts';
import { openHouse, testClock } from '../support/house.ts';
import { verifiedLog } from '../support/log.ts';
import { keysOf, type Scenario, seeded, type Told } from './scenario.ts';

const SEED = Number(process.env['CRASH_SEED'] ?? randomBytes(4).readUInt32LE());
/** `SALLYPORT_CRASH=1`: all of them. */
const KILLS = process.env['SALLYPORT_CRASH'] === '1' ? 20 : 4;
const SENDS = 200;
const COST = 7_900;

function scenarioOf(seed: number, more: Pick<Scenario, 'retry'> & Partial<Scenario>): Scenario {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-crash-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const keys = { encryption: randomBytes(32).toString('hex'), log: randomBytes(32).toString('hex') };
  return {
    database: join(folder, 'sallyport.db'),
    sentFile: join(folder, 'sent'),
    keys,
    hangs: false,
    sends: SENDS,
    maxInFlight: 12,
    seed,
    ...more,
  };
}

/** Runs the sender until `isTime` after its first send, and kills it. */
async function killed(
  scenario: Scenario,
  isTime: () => Promise<unknown>,
): Promise<{ readonly agent: string; readonly answered: readonly string[] }> {
  const child = fork(join(import.meta.dirname, 'sender.ts'), [JSON.stringify(scenario)], {
    execArgv: [],
    env: { ...process.env, ...COMPILE_CACHE },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const gone = once(child, 'close');
  const answered: string[] = [];
  const { promise: started, resolve, reject } = Promise.withResolvers<string>();
  child.on('message', (told: Told) => ('agent' in told ? resolve(told.agent) : answered.push(told.sent)));
  child.once('exit', (code) => reject(new Error(`the sender ended by itself (${code})`)));
  const agent = await started;
  await isTime();
  child.kill('SIGKILL');
  const [, signal] = await gone;
  expect(signal).toBe('SIGKILL');
  return { agent, answered };
}

/** What stands in the file at this moment. */
function atDeath(scenario: Scenario) {
  using database = new DatabaseSync(scenario.database, { readOnly: true });
  const rows = database.prepare(`select id, state from action where name = 'comms.send_message'`).all() as {
    id: string;
    state: string;
  }[];
  const byState = Map.groupBy(rows, ({ state }) => state);
  const idsIn = (state: string) => (byState.get(state) ?? []).map(({ id }) => id);
  return {
    all: rows.map(({ id }) => id),
    ready: idsIn('ready'),
    claimed: idsIn('claimed'),
    sent: linesOf(scenario.sentFile),
  };
}

/** Opens the database again, lets everything end, and closes. */
async function afterwards(scenario: Scenario, agent: string) {
  const engine = openSqlite(scenario.database);
  const { sentFile: file, retry } = scenario;
  const clock = testClock();
  clock.pass(1);
  await using t = await openHouse({
    engine,
    clock,
    keys: keysOf(scenario),
    overrides: { carriers: fileCarrier({ file, retry }) },
  });
  const sends = () =>
    engine.db.selectFrom('action').select(['id', 'state', 'cost']).where('name', '=', 'comms.send_message').execute();
  await vi.waitFor(
    async () => expect((await sends()).filter(({ state }) => state === 'ready' || state === 'claimed')).toEqual([]),
    { timeout: 10_000, interval: 5 },
  );
  await t.house.store.checkpoint();
  const meters = await engine.db
    .selectFrom('meter')
    .select(['id', 'used'])
    .where('id', 'like', `agent:${agent}:%`)
    .execute();
  const takes = await engine.db
    .selectFrom('take')
    .select(['action', 'cum'])
    .where('meter', '=', `agent:${agent}:actions`)
    .orderBy('cum')
    .execute();
  const messages = await engine.db
    .selectFrom('message')
    .select(['action', 'status'])
    .where('direction', '=', 'outbound')
    .execute();
  const log = await verifiedLog(engine, t.house.vkey);
  expect(t.faults).toEqual([]);
  return { sends: await sends(), meters: new Map(meters.map(({ id, used }) => [id, used])), takes, messages, log };
}

type After = Awaited<ReturnType<typeof afterwards>>;

/** What holds whenever and however the process died. */
function expectWhole(agent: string, { all }: ReturnType<typeof atDeath>, after: After, sent: readonly string[]) {
  const admitted = after.sends.map(({ id }) => id).toSorted();
  expect(admitted).toEqual(all.toSorted());
  // no take lost or doubled
  expect(after.takes.map(({ action }) => action).toSorted()).toEqual(admitted);
  expect(after.takes.map(({ cum }) => cum)).toEqual(admitted.map((_, i) => i + 1));
  expect(after.meters.get(`agent:${agent}:actions`) ?? 0).toBe(admitted.length);
  expect(after.meters.get(`agent:${agent}:spend@2026-11-20`) ?? 0).toBe(admitted.length * COST);
  // none is sent twice, and none that was not admitted first
  expect(new Set(sent).size).toBe(sent.length);
  expect(sent.filter((id) => !admitted.includes(id))).toEqual([]);
  // each has its row, its message and its log entries, and they agree
  const status = new Map(after.messages.map((message) => [message.action, message.status]));
  const logged = Map.groupBy(after.log, (entry) => entry['action']);
  for (const { id, state } of after.sends) {
    expect(['done', 'unknown']).toContain(state);
    if (state === 'done') expect(sent).toContain(id);
    expect(status.get(id)).toBe(state === 'done' ? 'sent' : 'unknown');
    expect(
      logged.get(id)?.map(({ type, decision, state: result }) => (type === 'decision' ? decision : result)),
    ).toEqual(['allow', state === 'done' ? 'ok' : 'unknown']);
  }
}

describe(`a process killed in the middle of ${SENDS} sends (CRASH_SEED=${SEED})`, () => {
  it.each(['never', 'same-key'] as const)(
    `leaves nothing lost, doubled or sent twice, ${KILLS} times over, where the carrier may be asked again: %s`,
    async (retry) => {
      const random = seeded(SEED + (retry === 'never' ? 0 : 1));
      const seen = { ready: 0, claimed: 0, sent: 0 };
      const once = async (seed: number, ms: number) => {
        const scenario = scenarioOf(seed, { retry });
        const { agent, answered } = await killed(scenario, () => new Promise((resolve) => setTimeout(resolve, ms)));
        const death = atDeath(scenario);
        const after = await afterwards(scenario, agent);
        const sent = linesOf(scenario.sentFile);
        expectWhole(agent, death, after, sent);

        const stateOf = new Map(after.sends.map(({ id, state }) => [id, state]));
        for (const id of answered) expect(stateOf.get(id)).toBe('done'); // what was answered was durable
        for (const id of death.ready) expect(stateOf.get(id)).toBe('done'); // nobody had begun it: it is sent
        for (const id of death.claimed) expect(stateOf.get(id)).toBe(retry === 'never' ? 'unknown' : 'done');
        if (retry === 'never') expect(sent.slice(death.sent.length).toSorted()).toEqual(death.ready.toSorted());
        seen.ready += death.ready.length;
        seen.claimed += death.claimed.length;
        seen.sent += death.sent.length;
      };
      const runs = Array.from({ length: KILLS }, () => [Math.floor(random() * 2 ** 32), 10 + random() * 240] as const);
      const worker = async () => {
        for (let run = runs.pop(); run !== undefined; run = runs.pop()) await once(...run);
      };
      await Promise.all([worker(), worker()]);
      // else the moments were badly chosen and show nothing
      expect(Math.min(seen.ready, seen.claimed, seen.sent)).toBeGreaterThan(KILLS);
    },
    120_000,
  );

  it.each(['never', 'same-key'] as const)(
    'while every attempt hangs leaves them unknown or repeats them under their key: %s',
    async (retry) => {
      const scenario = scenarioOf(SEED, { retry, hangs: true, sends: 8, maxInFlight: 5 });
      const { agent } = await killed(scenario, () =>
        vi.waitFor(
          () => {
            expect(linesOf(scenario.sentFile)).toHaveLength(5);
            expect(atDeath(scenario).ready).toHaveLength(3);
          },
          { timeout: 10_000, interval: 20 },
        ),
      );
      const death = atDeath(scenario);
      expect([death.claimed.length, death.ready.length]).toEqual([5, 3]);
      const after = await afterwards(scenario, agent);
      const sent = linesOf(scenario.sentFile);
      expectWhole(agent, death, after, sent);
      const states = after.sends.map(({ state }) => state).toSorted();
      expect(states).toEqual(
        retry === 'never' ? [...Array(3).fill('done'), ...Array(5).fill('unknown')] : Array(8).fill('done'),
      );
      expect(sent).toHaveLength(8);
    },
  );
});
