/** A house for tests: the real composition over a chosen engine, with a clock that the test moves. */
import { generateKeyPairSync, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import type { Outcome, PerformOptions } from '../../src/guard/perform.ts';
import type { Principal } from '../../src/guard/principal.ts';
import type { Authenticate, Credentials } from '../../src/identity/authenticate.ts';
import { SallyportError } from '../../src/kernel/errors.ts';
import type { AgentId, OrgId } from '../../src/kernel/ids.ts';
import { compose, type House, type Overrides } from '../../src/main/compose.ts';
import type { DataDir, KeyFiles } from '../../src/main/data-dir.ts';
import { loadSettings } from '../../src/main/settings.ts';
import type { Engine } from '../../src/store/engine.ts';
import { vaultKey } from '../../src/vault/key-ring.ts';
import { type Canaries, createCanaries, secretMembers } from './canaries.ts';
import { bearerAlone } from './credentials.ts';
import { engines } from './engines.ts';
import { type TestVendors, testVendors } from './vendors.ts';

/** Keys that a second house over the same database must share. */
export interface TestKeys {
  readonly encryption: Uint8Array;
  readonly log: KeyObject;
}
export const testKeys = (): TestKeys => ({
  encryption: new Uint8Array(randomBytes(32)),
  log: generateKeyPairSync('ed25519').privateKey,
});

/** The key files of a data folder, in memory. */
function keysInMemory(first: Uint8Array): KeyFiles {
  const held = [first];
  return {
    kept: () => held.slice(0, -1),
    add() {
      const key = new Uint8Array(randomBytes(32));
      held.push(key);
      return key;
    },
    remove(kid) {
      const at = held.findIndex((key) => vaultKey(key).kid === kid);
      return at >= 0 && held.splice(at, 1).length === 1;
    },
  };
}

export interface TestClock {
  now(): number;
  /** Moves the time on by `ms`; back, if negative. */
  pass(ms: number): void;
  set(ms: number): void;
}
/** A Friday on which it is 11 in California and 14 in New York, so that anybody there may be called. */
export function testClock(start = Date.parse('2026-11-20T19:00:00Z')): TestClock {
  let at = start;
  return {
    now: () => at,
    pass(ms) {
      at += ms;
    },
    set(ms) {
      at = ms;
    },
  };
}

export interface TestAgent {
  readonly id: AgentId;
  readonly token: string;
  readonly by: Principal;
}

/** A house that also takes a token alone, as most tests have no more. */
interface HouseOfTests extends Omit<House, 'authenticate'> {
  authenticate(given: Credentials | string | null): ReturnType<Authenticate>;
}

export interface TestHouse extends AsyncDisposable {
  readonly house: HouseOfTests;
  readonly engine: Engine;
  readonly clock: TestClock;
  readonly faults: unknown[];
  readonly vendors: TestVendors;
  /** What the house has handed out, and must not turn up again. */
  readonly canaries: Canaries;
  readonly orchestrator: Principal;
  /** What `swarm.reload` reads for an organisation, where the environment has no SWARM_FILE. */
  readonly swarmFiles: Map<OrgId, string>;
  call(name: string, by: Principal, input?: unknown, options?: PerformOptions): Promise<Outcome>;
  /** `call` for what must succeed: its output. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into outputs of every shape
  done(name: string, by: Principal, input?: unknown, options?: PerformOptions): Promise<any>;
  organization(slug?: string): Promise<{ readonly id: OrgId; readonly admin: Principal; readonly token: string }>;
  agent(admin?: Principal, limits?: Record<string, number>): Promise<TestAgent>;
  /** Express consent of a contact to an agent, by SMS, which an administrator records. */
  consent(agent: TestAgent, contact: string): Promise<void>;
  /** An inbound SMS, as a provider would deliver it. */
  inbound(agent: TestAgent, from: string, body: string): Promise<Outcome>;
}

export interface HouseOptions {
  readonly engine?: Engine;
  readonly keys?: TestKeys;
  /** Instead of `keys`: a folder with key files. */
  readonly dataDir?: DataDir;
  readonly clock?: TestClock;
  readonly overrides?: Overrides;
  readonly environment?: Readonly<Record<string, string>>;
  /** Shared by houses over one database. */
  readonly canaries?: Canaries;
  /** The orchestrator's token, where the database already has one. */
  readonly orchestratorToken?: string;
}

export const ORCHESTRATOR_TOKEN = 'orchestrator-token-of-the-test-suite-0123456789';

const ENVIRONMENT = {
  ORCHESTRATOR_SECURITY_TOKEN: ORCHESTRATOR_TOKEN,
  ALERT_FROM_EMAIL: 'alerts@example.com',
  ALERT_FROM_NUMBER: '+12025550199',
} as const;

export async function openHouse(options: HouseOptions = {}): Promise<TestHouse> {
  const clock = options.clock ?? testClock();
  const keys = options.keys ?? testKeys();
  const faults: unknown[] = [];
  const vendors = testVendors();
  const swarmFiles = new Map<OrgId, string>();
  const swarmFile = {
    async read(org: OrgId) {
      const source = swarmFiles.get(org);
      if (source === undefined) throw new SallyportError('not_found', 'There is no file.');
      return source;
    },
  };
  const engine = options.engine ?? (await engines[0]!.open()).engine;
  const composed = await compose({
    settings: loadSettings({ ...ENVIRONMENT, ...options.environment }),
    dataDir: options.dataDir ?? {
      path: '',
      encryptionKey: () => keys.encryption,
      logKey: () => keys.log,
      keys: keysInMemory(keys.encryption),
    },
    onFault: (fault) => faults.push(fault),
    overrides: {
      clock,
      engine,
      connectVendors: vendors.connect,
      roundsByHand: true,
      ...(options.environment?.['SWARM_FILE'] === undefined ? { swarmFile } : {}),
      ...options.overrides,
    },
  });
  const house: HouseOfTests = {
    ...composed,
    authenticate: (given) =>
      composed.authenticate(given === null || typeof given === 'string' ? bearerAlone(given) : given),
  };
  const orchestrator = (await house.authenticate(ORCHESTRATOR_TOKEN))!;
  let slugs = 0;

  const canaries = options.canaries ?? createCanaries();
  const isSecret = secretMembers(house.catalogue);
  canaries.plant("the orchestrator's token", ORCHESTRATOR_TOKEN);
  canaries.plant('the set-up link', house.setUpToken);

  const call: TestHouse['call'] = async (name, by, input = {}, more = {}) => {
    const outcome = await house.perform(house.catalogue.byName(name)!, by, input, more);
    canaries.handedOut(`the outcome of ${name}`, outcome, isSecret);
    return outcome;
  };
  const done: TestHouse['done'] = async (name, by, input, more) => {
    const outcome = await call(name, by, input, more);
    if (outcome.is !== 'done') throw new Error(`${name}: ${JSON.stringify(outcome)}`);
    return outcome.output;
  };

  return {
    house,
    engine,
    clock,
    faults,
    vendors,
    canaries,
    orchestrator,
    swarmFiles,
    call,
    done,
    async organization(slug = `org-${slugs++}`) {
      const made = await done('comms.create_organization', orchestrator, { name: slug, slug });
      return { id: made.organizationId, admin: (await house.authenticate(made.adminToken))!, token: made.adminToken };
    },
    async agent(admin = orchestrator, limits) {
      const made = await done('comms.provision_channels', admin, {
        displayName: 'Front desk',
        capabilities: { sms: true },
      });
      const agent = {
        id: made.agentId,
        token: made.securityToken,
        by: (await house.authenticate(made.securityToken))!,
      };
      if (limits !== undefined) await done('comms.set_agent_limits', orchestrator, { agentId: agent.id, limits });
      return agent;
    },
    async consent(agent, contact) {
      await done('comms.record_consent', orchestrator, { agentId: agent.id, contact, channel: 'sms', type: 'express' });
    },
    inbound(agent, from, body) {
      const by: Principal = {
        id: 'provider:test',
        kind: 'provider',
        org: agent.by.org,
        agent: null,
        scopes: new Set(['provider:deliver']),
        fences: [],
      };
      return call('comms.receive_message', by, {
        agentId: agent.id,
        channel: 'sms',
        from,
        to: '+15005550006',
        body,
        providerRef: `in_${randomUUID()}`, // of two houses on one database too, none is a duplicate
      });
    },
    async [Symbol.asyncDispose]() {
      await house[Symbol.asyncDispose]();
      for (const fault of faults) canaries.lookHard('a fault', inspect(fault));
    },
  };
}
