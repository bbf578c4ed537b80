/**
 * The durable pump: messages per second from people to a handler and back, each on disk before it counts; what a step costs
 * besides its model; what threads at rest cost in memory.
 */
import { SCOPES_OF } from '../../src/guard/principal.ts';
import { systemEntropy } from '../../src/kernel/entropy.ts';
import { compose, type House } from '../../src/main/compose.ts';
import { openDataDir } from '../../src/main/data-dir.ts';
import { loadSettings } from '../../src/main/settings.ts';
import { configHash } from '../../src/swarm/config/rules/hash.ts';
import { type SwarmSource, swarmConfig } from '../../src/swarm/config/schema.ts';
import { swarmConfigWrite } from '../../src/swarm/config/writes.ts';
import type { Models } from '../../src/swarm/models/port.ts';
import { ALERT_ALONE } from '../../src/tenancy/anomaly-policy.ts';
import { TIER_LIMITS } from '../../src/tenancy/limits.ts';
import { tenancyWrite } from '../../src/tenancy/writes.ts';
import { heapMb } from '../heap.ts';
import type { Micro } from '../micro.ts';
import { scratch } from '../scratch.ts';
import { median } from '../statistics.ts';

const wide = { queueDepth: 10_000, concurrency: 1_000 };
const SOURCE: SwarmSource = {
  swarm: { name: 'bench', limits: { threadsPerUser: 10_000 } },
  models: [{ alias: 'm', provider: 'scripted', model: 's' }],
  agents: [
    { name: 'echo', description: 'Says it again.', kind: 'handler', limits: wide },
    {
      name: 'model',
      description: 'Thinks.',
      kind: 'llm',
      prompt: 'p',
      model: 'm',
      limits: { ...wide, maxSteps: 1_000 },
    },
  ],
};

const NEW_AGENT = {
  status: 'active',
  senders: {},
  bound: {},
  limits: TIER_LIMITS.starter,
  approvalPolicy: 'never',
  anomalyPolicy: ALERT_ALONE,
  country: 'US',
} as const;

/** Its model answers at once; a message of `n` makes it think n times. */
const AT_ONCE: Models = {
  estimate: () => ({ tokens: 1, cost: 0 }),
  async generate(alias, { messages }) {
    const results = messages.filter(({ role }) => role === 'tool').length;
    const wanted = Number(messages.find(({ role }) => role === 'user')?.text ?? 0);
    const calls = results + 1 < wanted ? [{ id: `c${results}`, name: 'none', args: {} }] : [];
    return {
      ...{ text: 'done', calls, finish: 'stop', cost: 0, servedBy: { alias, key: 'k', ref: 'r' } },
      usage: { inputTokens: 1, cachedInputTokens: 0, outputTokens: 1 },
    };
  },
};

async function withSwarm<T>(work: (swarm: Bench) => Promise<T>): Promise<T> {
  using folder = scratch();
  using dataDir = openDataDir(folder.path, systemEntropy());
  await using house = await compose({
    settings: loadSettings({ DATA_DIR: folder.path, ORCHESTRATOR_SECURITY_TOKEN: 'x'.repeat(40) }),
    dataDir,
    onFault: (fault) => {
      throw fault;
    },
    overrides: { swarm: { models: AT_ONCE, handlers: new Map([['echo', (_context, input) => input]]) } },
  });
  const org = house.defaultOrganization;
  const config = swarmConfig.parse(SOURCE);
  const agents = config.agents.map(({ name }) => ({ name, agent: house.ids.next('agt') }));
  const made = agents.map(({ name, agent }) =>
    tenancyWrite('agent.create', { ...NEW_AGENT, org, id: agent, name, createdAt: house.clock.now() }),
  );
  const stored = { config, hash: configHash(config), by: 'system:bench', note: null, source: 'put', at: 0 } as const;
  await house.store.found(org, 'swarm_made', [
    ...made,
    swarmConfigWrite('swarm.configure', { ...stored, org, before: 0, agents }),
  ]);
  const inject = house.catalogue.byName('swarm.inject')!;
  let people = 0;
  return await work({
    house,
    async say(to, payload) {
      const who = `tok_${Math.floor(people++ / 10)}`; // at most ten messages a minute each
      const by = {
        id: who,
        kind: 'organization',
        org,
        agent: null,
        scopes: SCOPES_OF.organization,
        fences: [],
      } as const;
      const outcome = await house.perform(inject, by, { to, payload });
      if (outcome.is !== 'done') throw new Error(JSON.stringify(outcome));
    },
  });
}
interface Bench {
  readonly house: House;
  say(to: string, payload: string): Promise<void>;
}

const PER_BATCH = 2_000;
const AT_A_TIME = 256;
const BATCHES = 5;

/** All messages said and answered: two durable messages each. */
async function batch({ house, say }: Bench): Promise<number> {
  const start = performance.now();
  let left = PER_BATCH;
  const someone = async () => {
    while (left-- > 0) await say('echo', 'hello');
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, someone));
  await house.pump.tick();
  return (2 * PER_BATCH * 1_000) / (performance.now() - start);
}

export const pumpMessages: Micro = {
  name: 'pump-messages',
  unit: 'messages/s',
  goal: { atLeast: 5_000 },
  run: () =>
    withSwarm(async (swarm) => {
      await batch(swarm);
      const rates: number[] = [];
      for (let n = 0; n < BATCHES; n++) rates.push(await batch(swarm));
      return median(rates);
    }),
};

const STEPS = 100;

/** Alone, one step after the other: admission, record, settlement, each on disk. */
export const pumpStep: Micro = {
  name: 'pump-step',
  unit: 'ms/step',
  goal: { atMost: 2 },
  run: (note) =>
    withSwarm(async ({ house, say }) => {
      const once = async () => {
        await say('model', String(STEPS));
        const start = performance.now();
        await house.pump.tick();
        return (performance.now() - start) / STEPS;
      };
      await once();
      note('besides the model; the disk’s flushes are in it');
      return median([await once(), await once(), await once()]);
    }),
};

const RESTING = 10_000;

export const pumpAtRest: Micro = {
  name: 'pump-at-rest',
  unit: 'MB',
  goal: { atMost: 50 },
  run: (note) =>
    withSwarm(async (swarm) => {
      await batch(swarm);
      const before = heapMb();
      for (let n = 0; n < RESTING / PER_BATCH; n++) await batch(swarm);
      note(`for ${RESTING} threads`);
      return heapMb() - before;
    }),
};
