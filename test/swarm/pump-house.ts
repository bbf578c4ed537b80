/** A swarm of handlers for tests of the pump: one or two servers over one database, people who inject, rows to look at. */
import { onTestFinished } from 'vitest';
import type { Principal, Scope } from '../../src/guard/principal.ts';
import type { OrgId } from '../../src/kernel/ids.ts';
import type { Engine } from '../../src/store/engine.ts';
import type { SwarmSource } from '../../src/swarm/config/schema.ts';
import type { Handler } from '../../src/swarm/define.ts';
import { engines, type TestEngine } from '../support/engines.ts';
import { type HouseOptions, openHouse, type TestHouse, testClock, testKeys } from '../support/house.ts';
import { type SwarmHouse, swarmHouse } from './fixture.ts';

type AgentSource = Partial<SwarmSource['agents'][number]>;

/** Handlers by name; what their agents have besides, by name. */
export const sourceOf = (
  handlers: Readonly<Record<string, Handler>>,
  more: Readonly<Record<string, AgentSource>> = {},
  limits: SwarmSource['swarm']['limits'] = {},
): SwarmSource => ({
  swarm: { name: 'desk', limits },
  agents: Object.keys(handlers).map((name) => ({ name, description: name, kind: 'handler', input: {}, ...more[name] })),
});

const SCOPES: readonly Scope[] = ['agent:read', 'org:view', 'org:operate', 'org:admin'];
/** Somebody who has just shown a factor. */
export const person = (org: OrgId, id: string): Principal => ({
  ...{ id, kind: 'person', org, agent: null, fences: [] },
  scopes: new Set(SCOPES),
  sensitive: { is: 'step-up', until: Number.MAX_SAFE_INTEGER },
});

export interface PumpHouse extends SwarmHouse {
  readonly engine: Engine;
  readonly by: Principal;
  /** Another server over the same database. */
  beside(handlers: Readonly<Record<string, Handler>>): Promise<TestHouse>;
  inject(to: string, payload: unknown, more?: object, by?: Principal): ReturnType<SwarmHouse['call']>;
  /** What was said in a thread, in order: who to whom, what kind. */
  said(thread: string): Promise<readonly string[]>;
  thread(id: string): Promise<{ readonly status: string; readonly because: string | null }>;
  frames(thread: string): Promise<readonly { id: string; name: string; status: string; attempt: number }[]>;
}

export async function pumpHouse(
  handlers: Readonly<Record<string, Handler>>,
  given: {
    readonly on?: TestEngine;
    readonly agents?: Readonly<Record<string, AgentSource>>;
    readonly limits?: SwarmSource['swarm']['limits'];
    readonly source?: SwarmSource;
    readonly models?: Parameters<typeof swarmHouse>[1] extends infer G
      ? NonNullable<G> extends { models?: infer M }
        ? M
        : never
      : never;
    readonly options?: HouseOptions;
  } = {},
): Promise<PumpHouse> {
  const { engine, again, dispose } = await (given.on ?? engines[0]!).open();
  const keys = testKeys();
  const clock = testClock();
  const shared = { keys, clock, ...given.options };
  const swarm = await swarmHouse(given.source ?? sourceOf(handlers, given.agents, given.limits), {
    handlers: { ...handlers },
    ...(given.models === undefined ? {} : { models: given.models }),
    options: { ...shared, engine },
  });
  const others: TestHouse[] = [];
  onTestFinished(async () => {
    for (const other of others) await other[Symbol.asyncDispose]();
    await swarm[Symbol.asyncDispose]();
    await dispose();
  });
  const { org } = swarm;
  const by = person(org, 'usr_a');
  return {
    ...swarm,
    engine,
    by,
    async beside(own) {
      const other = await openHouse({
        ...shared,
        engine: again(),
        overrides: { ...given.options?.overrides, swarm: { handlers: new Map(Object.entries(own)) } },
      });
      others.push(other);
      return other;
    },
    inject: (to, payload, more = {}, as = by) => swarm.call('swarm.inject', as, { to, payload, ...more }),
    async said(thread) {
      const rows = await engine.db
        .selectFrom('thread_message')
        .select(['speaker', 'listener', 'kind'])
        .where('thread', '=', thread)
        .orderBy('seq')
        .execute();
      return rows.map(({ speaker, listener, kind }) => `${speaker} > ${listener}: ${kind}`);
    },
    thread: (id) =>
      engine.db.selectFrom('thread').select(['status', 'because']).where('id', '=', id).executeTakeFirstOrThrow(),
    frames: (thread) =>
      engine.db
        .selectFrom('frame')
        .select(['id', 'name', 'status', 'attempt'])
        .where('thread', '=', thread)
        .orderBy('created_at')
        .orderBy('id')
        .execute(),
  };
}

export const threadOf = (outcome: Awaited<ReturnType<SwarmHouse['call']>>): string => {
  if (outcome.is !== 'done') throw new Error(JSON.stringify(outcome));
  return (outcome.output as { threadId: string }).threadId;
};
export const codeOf = (outcome: Awaited<ReturnType<SwarmHouse['call']>>): string =>
  outcome.is === 'refused' ? outcome.why[0]!.code : outcome.is;
