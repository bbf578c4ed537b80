/**
 * A house as large as the design promises: organisations with thousands of agents, a hundred thousand people, a million
 * messages. Made by the product's own actions; the carrier does nothing, so that what is measured is ours.
 */
import type { MessageProvider } from '../../src/comms/provider-ports.ts';
import type { Principal } from '../../src/guard/principal.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemEntropy } from '../../src/kernel/entropy.ts';
import { MINUTE_MS } from '../../src/kernel/time.ts';
import { compose } from '../../src/main/compose.ts';
import { openDataDir } from '../../src/main/data-dir.ts';
import { loadSettings } from '../../src/main/settings.ts';
import { bearerAlone } from '../../test/support/credentials.ts';
import { PLENTY } from '../production/provision.ts';

export interface SizedAgent {
  readonly by: Principal;
  readonly id: string;
  readonly org: string;
  readonly contacts: readonly string[];
}

export interface SizedHouse extends AsyncDisposable {
  readonly agents: readonly SizedAgent[];
  readonly orchestrator: Principal;
  // biome-ignore lint/suspicious/noExplicitAny: outputs of a dozen actions
  act(by: Principal, name: string, input: object): Promise<any>;
  /** Reads have a limit a minute, which is not what is measured. */
  nextMinute(): void;
  addAgents(organizations: number, each: number, contactsEach: number): Promise<void>;
  /** Sends that many messages, the agents and their contacts in turn, as many at once as there are agents up to a hundred. */
  send(count: number): Promise<void>;
}

const AT_ONCE = 100;
const carrier: MessageProvider = { name: 'none', retry: 'same-key', send: async () => ({ state: 'ok', ref: 'none' }) };

/** Numbers of a range that carriers serve; nobody is called here. */
const numberOf = (n: number): string => `+1${212 + (Math.floor(n / 8_000_000) % 8)}${2_000_000 + (n % 8_000_000)}`;

export async function openSizedHouse(folder: string): Promise<SizedHouse> {
  const stack = new AsyncDisposableStack();
  let ahead = 0;
  const dataDir = stack.use(openDataDir(folder, systemEntropy()));
  const house = stack.use(
    await compose({
      settings: loadSettings({ DATA_DIR: folder }),
      dataDir,
      onFault: (fault) => process.stderr.write(`${String(fault)}\n`),
      overrides: {
        clock: { now: () => systemClock.now() + ahead },
        carriers: { sandbox: { sms: carrier }, production: {} },
      },
    }),
  );
  const orchestrator = (await house.authenticate(bearerAlone(house.newOrchestratorToken!)))!;
  const act: SizedHouse['act'] = async (by, name, input) => {
    const outcome = await house.perform(house.catalogue.byName(name)!, by, input);
    if (outcome.is !== 'done') throw new Error(`${name}: ${JSON.stringify(outcome)}`);
    return outcome.output;
  };
  const agents: SizedAgent[] = [];
  let people = 0;
  let next = 0;

  async function addAgent(org: string, contactsEach: number): Promise<void> {
    const organizationId = org;
    const asked = { organizationId, displayName: 'Desk', capabilities: { sms: true } };
    const { agentId, securityToken } = await act(orchestrator, 'comms.provision_channels', asked);
    await act(orchestrator, 'comms.set_agent_limits', { organizationId, agentId, limits: PLENTY });
    const contacts = Array.from({ length: contactsEach }, () => numberOf(people++));
    const by = (await house.authenticate(bearerAlone(securityToken)))!;
    for (const contact of contacts) await act(by, 'comms.record_consent', { contact, channel: 'sms', type: 'express' });
    agents.push({ by, id: agentId, org, contacts });
  }

  return {
    agents,
    orchestrator,
    act,
    nextMinute() {
      ahead += MINUTE_MS;
    },
    async addAgents(organizations, each, contactsEach) {
      for (let n = 0; n < organizations; n++) {
        const slug = `tenant-${agents.length}-${n}`;
        const { organizationId } = await act(orchestrator, 'comms.create_organization', { name: slug, slug });
        await act(orchestrator, 'comms.expand_agent_pool', { organizationId, maxAgents: each });
        await inParallel(each, () => addAgent(organizationId, contactsEach));
      }
    },
    send: (count) =>
      inParallel(count, async () => {
        const turn = next++;
        const { by, contacts } = agents[turn % agents.length]!;
        const to = contacts[Math.floor(turn / agents.length) % contacts.length]!;
        await act(by, 'comms.send_message', { to, body: 'Your order is on its way.' });
      }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function inParallel(count: number, work: () => Promise<void>): Promise<void> {
  let left = count;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, worker));
}
