/**
 * The product itself: `comms_send_message` with everything on (authentication, every guard, takes, the durable log, the
 * simulator), over its own MCP door. 200 agents with two consenting contacts each, at limits that the load does not reach.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { systemEntropy } from '../../src/kernel/entropy.ts';
import { compose } from '../../src/main/compose.ts';
import { countedPerform } from '../../src/main/counted-perform.ts';
import { openDataDir } from '../../src/main/data-dir.ts';
import { loadSettings } from '../../src/main/settings.ts';
import { createServer } from '../../src/server/app.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import type { Party } from '../messages.ts';
import { reportListening } from '../target-process.ts';

const AGENTS = 200;
const CONTACTS_EACH = 2;
const PLENTY = { perMinute: 1_000_000, perHour: 1_000_000, perDay: 1_000_000, spendPerDay: 1e12, spendPerMonth: 1e12 };

mkdirSync('data', { recursive: true });
const folder = mkdtempSync('data/bench-');
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const settings = loadSettings({ DATA_DIR: folder, PORT: '0' });
const onFault = (fault: unknown) => process.stderr.write(`${String(fault)}\n`);
const house = await compose({ settings, dataDir: openDataDir(folder, systemEntropy()), onFault });
const orchestrator = (await house.authenticate(house.newOrchestratorToken))!;

const parties = (await Promise.all(Array.from({ length: AGENTS }, (_, n) => agent(n)))).flat();
const metrics = createMetrics({ ofProcess: true });
const server = createServer({
  catalogue: house.catalogue,
  perform: countedPerform(house.perform, metrics),
  metrics,
  directory: house.store.tenancy,
  authenticate: house.authenticate,
  unauthenticated: house.ledger.unauthenticated,
  ready: () => true,
  clock: house.clock,
  ids: house.ids,
  version: 'bench',
  onFault,
  settings: { ...settings, publicUrl: 'http://localhost', hsts: false, principalRateLimit: 1_000_000 },
});
const { port } = await server.listen('127.0.0.1', 0);
reportListening(port, parties);

async function agent(n: number): Promise<Party[]> {
  const made = await done('comms.provision_channels', { displayName: `Agent ${n}`, capabilities: { sms: true } });
  await done('comms.set_agent_limits', { agentId: made.agentId, limits: PLENTY });
  const contacts = Array.from(
    { length: CONTACTS_EACH },
    (_, i) => `+1415200${String(n * CONTACTS_EACH + i).padStart(4, '0')}`,
  );
  for (const contact of contacts)
    await done('comms.record_consent', { agentId: made.agentId, contact, channel: 'sms', type: 'express' });
  return contacts.map((to) => ({ token: made.securityToken, to }));
}

// biome-ignore lint/suspicious/noExplicitAny: outputs of three actions, used right above
async function done(name: string, input: unknown): Promise<any> {
  const outcome = await house.perform(house.catalogue.byName(name)!, orchestrator, input);
  if (outcome.is !== 'done') throw new Error(`${name}: ${JSON.stringify(outcome)}`);
  return outcome.output;
}
