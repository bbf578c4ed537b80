/** A house with a swarm: a configuration put live, a scripted model, handlers; rounds of the pump go by hand. */
import type { AgentId, OrgId } from '../../src/kernel/ids.ts';
import type { SwarmOverrides } from '../../src/main/swarm.ts';
import type { Store } from '../../src/store/open.ts';
import { configHash } from '../../src/swarm/config/rules/hash.ts';
import { type SwarmSource, swarmConfig } from '../../src/swarm/config/schema.ts';
import { swarmConfigWrite } from '../../src/swarm/config/writes.ts';
import type { Handler } from '../../src/swarm/define.ts';
import type { ModelMessage, ModelReply, Models } from '../../src/swarm/models/port.ts';
import type { OutsideTools } from '../../src/swarm/tools/port.ts';
import { type HouseOptions, openHouse, type TestHouse } from '../support/house.ts';

/** What a scripted model says next: text, or calls. */
export type Say =
  | string
  | { readonly text?: string; readonly calls: readonly { readonly name: string; readonly args: unknown }[] };
export type Script = (messages: readonly ModelMessage[]) => Say | Promise<Say>;

export function scripted(script: Script): Models & { readonly asked: ModelMessage[][] } {
  const asked: ModelMessage[][] = [];
  return {
    asked,
    estimate: () => ({ tokens: 100, cost: 0 }),
    async generate(alias, { messages }): Promise<ModelReply> {
      asked.push([...messages]);
      const said = await script(messages);
      const { text = '', calls = [] } = typeof said === 'string' ? { text: said } : said;
      return {
        text,
        calls: calls.map((call, i) => ({ id: `c${asked.length}-${i}`, ...call })),
        finish: calls.length > 0 ? 'calls' : 'stop',
        usage: { inputTokens: 10, cachedInputTokens: 0, outputTokens: 5 },
        cost: 0,
        servedBy: { alias, key: 'k', ref: `r${asked.length}` },
      };
    },
  };
}

export interface SwarmHouse extends TestHouse {
  readonly org: OrgId;
  /** Runs the pump until nothing is ready. */
  pump(): Promise<void>;
}

/** The default organisation's swarm, live. */
export async function swarmHouse(
  source: SwarmSource,
  given: {
    readonly models?: Models;
    /** Of models of provider scripted. */
    readonly scripts?: SwarmOverrides['scripts'];
    readonly handlers?: Record<string, Handler>;
    readonly outside?: OutsideTools;
    readonly options?: HouseOptions;
  } = {},
): Promise<SwarmHouse> {
  const { models, scripts = {}, handlers = {}, outside, options = {} } = given;
  const house = await openHouse({
    ...options,
    overrides: {
      ...options.overrides,
      swarm: {
        ...options.overrides?.swarm,
        ...(models === undefined ? {} : { models }),
        scripts,
        ...(outside === undefined ? {} : { outside }),
        handlers: new Map(Object.entries(handlers)),
      },
    },
  });
  const org = house.house.defaultOrganization;
  await goLive(house, org, source);
  return {
    ...house,
    org,
    pump: () => house.house.pump.tick(),
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  };
}

export async function goLive(house: TestHouse, org: OrgId, source: SwarmSource): Promise<void> {
  const agents: AgentId[] = [];
  for (const _ of source.agents) agents.push((await house.agent()).id);
  await putLive(house.house.store, org, source, agents);
}

/** @param agents those behind the names, in their order. */
export async function putLive(
  store: Pick<Store, 'found'>,
  org: OrgId,
  source: SwarmSource,
  agents: readonly AgentId[],
): Promise<void> {
  const config = swarmConfig.parse(source);
  await store.found(org, 'swarm_made', [
    swarmConfigWrite('swarm.configure', {
      ...{ org, before: 0, config, hash: configHash(config), by: 'system:test', note: null, source: 'put', at: 0 },
      agents: config.agents.map(({ name }, i) => ({ name, agent: agents[i]! })),
    }),
  ]);
}
