/**
 * How long a message waits at most while retention ends a million rows: half a million messages and as many actions, all too
 * old, under twenty agents that send one message after the other (no door, and a carrier that does nothing).
 */
import { DatabaseSync } from 'node:sqlite';
import type { MessageProvider } from '../../src/comms/provider-ports.ts';
import type { Principal } from '../../src/guard/principal.ts';
import { systemEntropy } from '../../src/kernel/entropy.ts';
import { idFloor } from '../../src/kernel/ids.ts';
import { DAY_MS } from '../../src/kernel/time.ts';
import { compose, type House } from '../../src/main/compose.ts';
import { openDataDir } from '../../src/main/data-dir.ts';
import { loadSettings } from '../../src/main/settings.ts';
import { bearerAlone } from '../../test/support/credentials.ts';
import type { Micro } from '../micro.ts';
import { PLENTY } from '../production/provision.ts';
import { scratch } from '../scratch.ts';

const OLD = 500_000; // of messages, and of actions
const AGENTS = 20;
const BASELINE_SENDS = 5_000;

const carrier: MessageProvider = { name: 'none', retry: 'same-key', send: async () => ({ state: 'ok', ref: 'none' }) };

export const retention: Micro = {
  name: 'send-p99-during-retention-of-1m',
  unit: 'ms',
  goal: { atMost: 50 },
  async run(note) {
    using folder = scratch();
    using dataDir = openDataDir(folder.path, systemEntropy());
    await using house = await compose({
      settings: loadSettings({ DATA_DIR: folder.path }),
      dataDir,
      onFault: (fault) => process.stderr.write(`${String(fault)}\n`),
      overrides: { carriers: { sandbox: { sms: carrier }, production: {} } },
    });
    const orchestrator = (await house.authenticate(bearerAlone(house.newOrchestratorToken!)))!;
    const agents: Sender[] = [];
    for (let n = 0; n < AGENTS; n++) agents.push(await agent(house, orchestrator, n));
    await sending(house, agents, (sent) => sent < BASELINE_SENDS); // to warm up
    const alone = await sending(house, agents, (sent) => sent < BASELINE_SENDS);
    grow(`${folder.path}/sallyport.db`);
    let over = false;
    const start = performance.now();
    await done(house, orchestrator, 'comms.run_retention', {});
    const run = house.retain().then(() => {
      over = true;
    });
    const during = await sending(house, agents, () => !over);
    await run;
    const seconds = (performance.now() - start) / 1000;
    const { lastRun } = await done(house, orchestrator, 'comms.get_retention', {});
    const told = (times: readonly number[]) =>
      `${times.length} sends, p50 ${at(times, 0.5).toFixed(1)}, p99 ${at(times, 0.99).toFixed(1)}, longest ${at(times, 1).toFixed(1)} ms`;
    note(`${JSON.stringify(lastRun.ended)} in ${seconds.toFixed(0)} s; alone: ${told(alone)}; during: ${told(during)}`);
    return at(during, 0.99);
  },
};

const at = (times: readonly number[], share: number): number =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))]!;

interface Sender {
  readonly by: Principal;
  readonly to: string;
}

async function agent(house: House, orchestrator: Principal, n: number): Promise<Sender> {
  const to = `+1415200${String(n).padStart(4, '0')}`;
  const made = await done(house, orchestrator, 'comms.provision_channels', {
    ...{ displayName: `Agent ${n}`, capabilities: { sms: true } },
  });
  const { agentId } = made;
  await done(house, orchestrator, 'comms.set_agent_limits', { agentId, limits: PLENTY });
  await done(house, orchestrator, 'comms.record_consent', { agentId, contact: to, channel: 'sms', type: 'express' });
  return { by: (await house.authenticate(bearerAlone(made.securityToken)))!, to };
}

/** How long each message took, in ms. */
async function sending(house: House, agents: readonly Sender[], goOn: (sent: number) => boolean): Promise<number[]> {
  const times: number[] = [];
  const one = async ({ by, to }: Sender): Promise<void> => {
    while (goOn(times.length)) {
      const start = performance.now();
      await done(house, by, 'comms.send_message', { to, body: 'Your order is on its way.' });
      times.push(performance.now() - start);
    }
  };
  await Promise.all(agents.map(one));
  return times;
}

/** Copies messages that are there, and their actions, into a time that is too old by now. */
function grow(path: string): void {
  const database = new DatabaseSync(path);
  const then = performance.timeOrigin - 100 * DAY_MS;
  for (const [table, prefix, only] of [
    ['message', 'msg', ''],
    ['action', 'act', `where name = 'comms.send_message'`],
  ] as const) {
    const columns = (
      database.prepare(`select name from pragma_table_info('${table}')`).all() as { name: string }[]
    ).map(({ name }) => name);
    const id = `'${idFloor(prefix, Math.floor(then)).slice(0, -16)}' || printf('%08d%08d', source.k, n.value)`;
    const list = columns.map((name) => (name === 'id' ? id : `source."${name}"`)).join(', ');
    database.exec(`with recursive n(value) as (select 0 union all select value + 1 from n where value < 999)
      insert into "${table}" (${columns.map((name) => `"${name}"`).join(', ')})
      select ${list} from (select *, row_number() over () as k from "${table}" ${only} limit ${OLD / 1000}) source, n`);
  }
  database.close();
}

// biome-ignore lint/suspicious/noExplicitAny: outputs of a few actions, used right above
async function done(house: House, by: Principal, name: string, input: unknown): Promise<any> {
  const outcome = await house.perform(house.catalogue.byName(name)!, by, input);
  if (outcome.is !== 'done') throw new Error(`${name}: ${JSON.stringify(outcome)}`);
  return outcome.output;
}
