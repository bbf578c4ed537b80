/**
 * `npm run pump-servers`: what a second server on the same PostgreSQL brings where models take their time, 50 ms a step here. A message
 * is one step of a model and its answer. With two turns at once in each server the model is what is waited for, and the goals hold;
 * with eight the machine is: PostgreSQL, the servers and this share its cores. Needs TEST_DATABASE_URL, in which it makes schemas
 * of its own and drops them again.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import pg from 'pg';
import { keyFromSeed } from '../src/audit/signed-note.ts';
import { type Principal, SCOPES_OF } from '../src/guard/principal.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { fromHex } from '../src/kernel/encoding.ts';
import { openPostgres } from '../src/store/postgres.ts';
import { openHouse } from '../test/support/house.ts';
import { goLive, scripted } from '../test/swarm/fixture.ts';
import { median } from './statistics.ts';
import { cpuMicros } from './target-process.ts';

const MESSAGES = 600;
const ROUNDS = 3;
const MODEL_MS = 50;
/** Turns at once in each server. */
const WAITING = 2;
const FULL = 8;
const GOALS = { times: 1.7, cpu: 1.2 };

interface Place {
  readonly url: string;
  readonly schema: string;
  readonly keys: { readonly encryption: string; readonly log: string };
  readonly first: boolean;
  readonly turns: number;
}
type Order = 'fill' | 'resume' | 'start' | 'cpu';
interface Measured {
  readonly perSecond: number;
  readonly cpuMicros: number;
}

const print = (line: string) => void process.stdout.write(`${line}\n`);
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** One server; it does what the bench says, and ends with it. */
async function serve({ url, schema, keys, first, turns }: Place): Promise<void> {
  const models = scripted(async () => {
    await wait(MODEL_MS);
    return 'done';
  });
  const overrides = { clock: systemClock, swarm: { models, maxTurns: turns } };
  const opened = { encryption: fromHex(keys.encryption)!, log: keyFromSeed(fromHex(keys.log)!) };
  const house = await openHouse({ engine: openPostgres(url, schema), keys: opened, overrides });
  const { defaultOrganization: org, pump } = house.house;
  const wide = { queueDepth: 10_000, concurrency: 1_000 };
  if (first)
    await goLive(house, org, {
      swarm: { name: 'bench', limits: { threadsPerUser: 10_000 } },
      models: [{ alias: 'm', provider: 'scripted', model: 's' }],
      agents: [{ name: 'desk', description: 'Answers.', prompt: 'p', model: 'm', limits: wide }],
    });
  const person = (n: number): Principal => ({
    ...{ id: `tok_${n}`, kind: 'organization', org, agent: null, scopes: SCOPES_OF.organization, fences: [] },
  });
  const orders: Readonly<Record<Order, () => unknown>> = {
    async fill() {
      await house.done('swarm.pause', house.orchestrator);
      for (let n = 0; n < MESSAGES; n += 50)
        await Promise.all(
          Array.from({ length: 50 }, (_, i) =>
            house.done('swarm.inject', person(n + i), { to: 'desk', payload: 'Hello' }),
          ),
        );
    },
    resume: () => house.done('swarm.resume', house.orchestrator),
    start: () => pump.start(),
    cpu: cpuMicros,
  };
  process.on('message', async (order: Order) => void process.send!({ came: (await orders[order]()) ?? null }));
  process.on('disconnect', () => process.exit());
  process.send!({ came: null });
}

async function measure(url: string, servers: number, turns: number): Promise<Measured> {
  const schema = `bench_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(`create schema "${schema}"`);
  const keys = { encryption: randomBytes(32).toString('hex'), log: randomBytes(32).toString('hex') };
  const children: ChildProcess[] = [];
  const told = async (child: ChildProcess): Promise<number> => {
    const [{ came }] = (await once(child, 'message')) as [{ came: number }];
    return came;
  };
  const ask = (child: ChildProcess, order: Order): Promise<number> => {
    const answer = told(child);
    child.send(order);
    return answer;
  };
  const all = (order: Order) => Promise.all(children.map((child) => ask(child, order)));
  const count = async (what: string): Promise<number> =>
    Number((await admin.query<{ n: string }>(`select count(*) as n from "${schema}".${what}`)).rows[0]!.n);
  try {
    for (let n = 0; n < servers; n++) {
      const place: Place = { url, schema, keys, first: n === 0, turns };
      const child = fork(import.meta.filename, [JSON.stringify(place)], { execArgv: [] });
      children.push(child);
      await told(child);
    }
    await ask(children[0]!, 'fill');
    await all('start');
    const before = await all('cpu');
    const begun = performance.now();
    await ask(children[0]!, 'resume');
    while ((await count(`thread_message where kind = 'reply'`)) < MESSAGES) await wait(50);
    const seconds = (performance.now() - begun) / 1_000;
    const after = await all('cpu');
    const twice = await count('frame where attempt > 1');
    const steps = await count(`step where kind = 'think'`);
    if (twice > 0 || steps !== MESSAGES)
      throw new Error(`${twice} claimed twice, ${steps} steps for ${MESSAGES} messages`);
    const used = after.reduce((sum, cpu, n) => sum + cpu - before[n]!, 0);
    return { perSecond: MESSAGES / seconds, cpuMicros: used / MESSAGES };
  } finally {
    for (const child of children) {
      child.disconnect();
      await once(child, 'exit');
    }
    await admin.query(`drop schema "${schema}" cascade`);
    await admin.end();
  }
}

async function main(): Promise<void> {
  const url = process.env['TEST_DATABASE_URL'];
  if (url === undefined) throw new Error('Set TEST_DATABASE_URL, such as postgres://user@127.0.0.1:5432/database.');
  const waiting = await compare(url, WAITING);
  print(
    `  goals: at least ${GOALS.times} times the messages, at most ${GOALS.cpu} times the CPU of each; none claimed twice`,
  );
  await compare(url, FULL);
  if (waiting.times < GOALS.times || waiting.cpu > GOALS.cpu) process.exitCode = 1;
}

/** Two servers beside one: medians of the ratios of each round. */
async function compare(url: string, turns: number): Promise<typeof GOALS> {
  const times: number[] = [];
  const cpu: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const [one, two] = [await measure(url, 1, turns), await measure(url, 2, turns)];
    times.push(two.perSecond / one.perSecond);
    cpu.push(two.cpuMicros / one.cpuMicros);
    const shown = ({ perSecond, cpuMicros }: Measured) =>
      `${perSecond.toFixed(0)} messages/s, ${cpuMicros.toFixed(0)} µs each`;
    print(`${turns} turns at once, round ${round}: one server ${shown(one)}; two ${shown(two)}`);
  }
  const found = { times: median(times), cpu: median(cpu) };
  print(
    `${turns} turns at once: two servers ${found.times.toFixed(2)} times the messages, ${found.cpu.toFixed(2)} times the CPU of each`,
  );
  return found;
}

const [place] = process.argv.slice(2);
await (place === undefined ? main() : serve(JSON.parse(place) as Place));
