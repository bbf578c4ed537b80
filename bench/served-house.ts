/**
 * The product in a target's own process: the real house with every door and protection in front, at rate limits that the
 * load does not reach. Its database is on the disk whose fsync time is reported.
 */
import { systemEntropy } from '../src/kernel/entropy.ts';
import { compose, type House } from '../src/main/compose.ts';
import { countedPerform } from '../src/main/counted-perform.ts';
import { openDataDir } from '../src/main/data-dir.ts';
import { loadSettings } from '../src/main/settings.ts';
import { createServer } from '../src/server/app.ts';
import { createMetrics } from '../src/server/metrics.ts';
import { bearerAlone } from '../test/support/credentials.ts';
import type { Act } from './production/provision.ts';
import { scratch } from './scratch.ts';

const REQUESTS_PER_MINUTE = 1_000_000;

export interface ServedHouse {
  readonly port: number;
  readonly house: House;
  /** Without a door. */
  readonly act: Act;
}

/** @param environment settings, by their names. Call once; everything is given back when the process ends. */
export async function serveHouse(environment: Readonly<Record<string, string>> = {}): Promise<ServedHouse> {
  const folder = scratch();
  process.on('exit', () => folder[Symbol.dispose]());
  const settings = loadSettings({ DATA_DIR: folder.path, PORT: '0', ...environment });
  const onFault = (fault: unknown) => process.stderr.write(`${String(fault)}\n`);
  const dataDir = openDataDir(folder.path, systemEntropy());
  const house = await compose({ settings, dataDir, onFault });
  const orchestrator = house.newOrchestratorToken!;
  const metrics = createMetrics({ ofProcess: true });
  const server = createServer({
    catalogue: house.catalogue,
    perform: countedPerform(house.perform, metrics),
    metrics,
    directory: house.store.tenancy,
    people: house.people,
    webhooks: house.webhooks,
    lockOut: {
      lockedUntil: (group) => house.lockOut.lockedUntil(group),
      failedAuthentication: (group) => house.lockOut.failed(group),
      attemptedWhileLocked: (group) => house.lockOut.failed(group),
    },
    authenticate: house.authenticate,
    unauthenticated: house.ledger.unauthenticated,
    ready: () => true,
    clock: house.clock,
    ids: house.ids,
    version: 'bench',
    onFault,
    settings: {
      ...settings,
      publicUrl: settings.publicUrl ?? 'http://localhost',
      hsts: false,
      principalRateLimit: REQUESTS_PER_MINUTE,
      signInRateLimit: REQUESTS_PER_MINUTE,
    },
  });
  const { port } = await server.listen('127.0.0.1', 0);

  return {
    port,
    house,
    async act(name, input, token = orchestrator) {
      const by = (await house.authenticate(bearerAlone(token)))!;
      const outcome = await house.perform(house.catalogue.byName(name)!, by, input);
      if (outcome.is !== 'done') throw new Error(`${name}: ${JSON.stringify(outcome)}`);
      return outcome.output;
    },
  };
}
