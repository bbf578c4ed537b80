/**
 * Whether an action stays as cheap as the database grows: CPU time per message, sent in groups through the whole house
 * (no door, and a carrier that does nothing), over a young database and over one that holds two hundred thousand.
 */
import type { MessageProvider } from '../../src/comms/provider-ports.ts';
import type { Principal } from '../../src/guard/principal.ts';
import { systemEntropy } from '../../src/kernel/entropy.ts';
import { compose, type House } from '../../src/main/compose.ts';
import { openDataDir } from '../../src/main/data-dir.ts';
import { loadSettings } from '../../src/main/settings.ts';
import { bearerAlone } from '../../test/support/credentials.ts';
import type { Micro } from '../micro.ts';
import { PLENTY } from '../production/provision.ts';
import { scratch } from '../scratch.ts';

const YOUNG = 1_000;
const GROWN = 200_000;
const MEASURED = 5_000;
const AGENTS = 50; // each sends one message at a time

const carrier: MessageProvider = { name: 'none', retry: 'same-key', send: async () => ({ state: 'ok', ref: 'none' }) };

export const growth: Micro = {
  name: 'growth-1k-to-200k',
  unit: '× CPU',
  goal: { atMost: 1.2 },
  async run(note) {
    await inHouse((send) => send(MEASURED)); // a house of its own: the code is warm before the young one is measured
    return inHouse(async (send, rows) => {
      await send(YOUNG - rows());
      const young = await cpuMicros(() => send(MEASURED));
      await send(GROWN - rows());
      const grown = await cpuMicros(() => send(MEASURED));
      note(`${young.toFixed(0)} → ${grown.toFixed(0)} µs/action`);
      return grown / young;
    });
  },
};

/** User and system time, all threads, per message. */
async function cpuMicros(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / MEASURED;
}

/** `send` sends that many messages, `rows` says how many actions the database holds. */
type Work<T> = (send: (count: number) => Promise<void>, rows: () => number) => Promise<T>;

async function inHouse<T>(work: Work<T>): Promise<T> {
  using folder = scratch();
  using dataDir = openDataDir(folder.path, systemEntropy());
  await using house = await compose({
    settings: loadSettings({ DATA_DIR: folder.path }),
    dataDir,
    onFault: (fault) => process.stderr.write(`${String(fault)}\n`),
    overrides: { carriers: { sandbox: { sms: carrier }, production: {} } },
  });
  let rows = 0;
  const act = (by: Principal, name: string, input: unknown) => {
    rows++;
    return done(house, by, name, input);
  };
  const orchestrator = (await house.authenticate(bearerAlone(house.newOrchestratorToken!)))!;
  const agents: { readonly by: Principal; readonly to: string }[] = [];
  for (let n = 0; n < AGENTS; n++) {
    const to = `+1415200${String(n).padStart(4, '0')}`;
    const made = await act(orchestrator, 'comms.provision_channels', {
      displayName: `Agent ${n}`,
      capabilities: { sms: true },
    });
    await act(orchestrator, 'comms.set_agent_limits', { agentId: made.agentId, limits: PLENTY });
    await act(orchestrator, 'comms.record_consent', {
      agentId: made.agentId,
      contact: to,
      channel: 'sms',
      type: 'express',
    });
    agents.push({ by: (await house.authenticate(bearerAlone(made.securityToken)))!, to });
  }
  return await work(
    async (count) => {
      let left = count;
      const sender = async ({ by, to }: (typeof agents)[number]): Promise<void> => {
        while (left-- > 0) await act(by, 'comms.send_message', { to, body: 'Your order is on its way.' });
      };
      await Promise.all(agents.map(sender));
    },
    () => rows,
  );
}

// biome-ignore lint/suspicious/noExplicitAny: outputs of three actions, used right above
async function done(house: House, by: Principal, name: string, input: unknown): Promise<any> {
  const outcome = await house.perform(house.catalogue.byName(name)!, by, input);
  if (outcome.is !== 'done') throw new Error(`${name}: ${JSON.stringify(outcome)}`);
  return outcome.output;
}
