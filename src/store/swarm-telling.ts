/**
 * What a change of the swarm's work tells: an event for those who watch, and the counts that reads sum up. All of it is written in
 * the transaction of the change, so nothing is told that did not happen, and nothing that happened is left out.
 */
import { sql as raw } from 'kysely';
import { agentsIn, type BookedAlert } from '../guard/alert-book.ts';
import { boundedMap } from '../kernel/bounded-map.ts';
import { toHex } from '../kernel/encoding.ts';
import { hmacSha256 } from '../kernel/hash.ts';
import type { ActionId, AgentId, Ids as IdMaker, OrgId, ThreadId } from '../kernel/ids.ts';
import { calendarDay } from '../kernel/time.ts';
import type { EventDetail, SwarmEvent } from '../swarm/feed/event.ts';
import type { ModelUsage } from '../swarm/models/port.ts';
import type { Frame, Speaker, Thread, ThreadMessage } from '../swarm/thread.ts';
import type { Organization } from '../tenancy/organization.ts';
import type { Group } from './group.ts';
import type { Schema } from './schema.ts';
import type { Sealing } from './sealing.ts';
import { inserts, statement, type Tx } from './statement.ts';
import { speakerText } from './swarm-rows.ts';

const EVENTS = inserts('swarm_event', {
  ...{ org: 'text', id: 'text', kind: 'text', thread: 'text', agents: 'text' },
  ...{ ref: 'text', mac: 'text', detail: 'text', at: 'bigint' },
} as const);
/** Also of one that is not in the live configuration any more. */
export const agentOfName = statement<{ org: string; name: string }, { agent: string }>((db, p) =>
  db.selectFrom('swarm_agent').select('agent').where('org', '=', p('org')).where('name', '=', p('name')),
);
const costOfAction = statement<{ org: string; id: string }, { cost: number }>((db, p) =>
  db.selectFrom('action').select('cost').where('org', '=', p('org')).where('id', '=', p('id')),
);
const addUsage = statement<Schema['swarm_usage']>((db, p) =>
  db
    .insertInto('swarm_usage')
    .values({
      org: p('org'),
      day: p('day'),
      thread: p('thread'),
      name: p('name'),
      steps: p('steps'),
      calls: p('calls'),
      input_tokens: p('input_tokens'),
      cached_tokens: p('cached_tokens'),
      output_tokens: p('output_tokens'),
      cost: p('cost'),
      unpriced: p('unpriced'),
    })
    .onConflict((conflict) =>
      conflict.columns(['org', 'day', 'thread', 'name']).doUpdateSet((eb) => ({
        steps: eb('swarm_usage.steps', '+', eb.ref('excluded.steps')),
        calls: eb('swarm_usage.calls', '+', eb.ref('excluded.calls')),
        input_tokens: eb('swarm_usage.input_tokens', '+', eb.ref('excluded.input_tokens')),
        cached_tokens: eb('swarm_usage.cached_tokens', '+', eb.ref('excluded.cached_tokens')),
        output_tokens: eb('swarm_usage.output_tokens', '+', eb.ref('excluded.output_tokens')),
        cost: eb('swarm_usage.cost', '+', eb.ref('excluded.cost')),
        unpriced: eb('swarm_usage.unpriced', '+', eb.ref('excluded.unpriced')),
      })),
    ),
);
const addEdge = statement<Omit<Schema['swarm_edge'], 'calls'>>((db, p) =>
  db
    .insertInto('swarm_edge')
    .values({
      org: p('org'),
      thread: p('thread'),
      speaker: p('speaker'),
      listener: p('listener'),
      calls: 1,
      last_at: p('last_at'),
    })
    .onConflict((conflict) =>
      conflict
        .columns(['org', 'thread', 'speaker', 'listener'])
        .doUpdateSet({ calls: raw`swarm_edge.calls + 1`, last_at: raw`excluded.last_at` }),
    ),
);

interface Told {
  readonly kind: SwarmEvent['kind'];
  readonly thread: string | null;
  readonly agents: readonly string[];
  readonly ref?: string;
  readonly mac?: string;
  readonly detail: EventDetail;
}

export interface Telling {
  /** @param of the action that is held, or was. */
  approval(
    group: Group,
    of: Pick<Schema['action'], 'org' | 'id' | 'name' | 'agent'> & { readonly thread: string | null },
    state: 'held' | 'approved' | 'denied' | 'expired',
  ): void;
  alert(group: Group, alert: BookedAlert): void;
  created(group: Group, org: OrgId, thread: Pick<Thread, 'id' | 'visibility'>): void;
  changed(group: Group, org: OrgId, thread: Pick<Thread, 'id' | 'status' | 'because'>): void;
  /** @param receiver the agent whose frame takes it up; null: it is for none. */
  said(
    group: Group,
    org: OrgId,
    message: Pick<ThreadMessage, 'id' | 'thread' | 'kind' | 'from' | 'to' | 'payload'>,
    receiver: AgentId | null,
  ): Tx<void>;
  /** A step of a mind is done. `cost`: null where nobody knows, 0 and no usage where no model thought. */
  thought(group: Group, org: OrgId, frame: Frame, usage: ModelUsage | null, cost: number | null): Tx<void>;
  /** A call has come to its end. `of`: its action, or the frame of a peer. */
  called(group: Group, org: OrgId, frame: Frame, of: string | null): Tx<void>;
  failed(
    group: Group,
    org: OrgId,
    failed: { readonly agent: AgentId; readonly thread: ThreadId; readonly code: string },
  ): void;
}

interface Parts {
  readonly ids: IdMaker;
  readonly sealing: Pick<Sealing, 'orgKeys'>;
  readonly onEvent: (org: OrgId) => void;
}

const MAC_CHARS = 24;
const MAX_NAMES = 10_000;
/** Of these one calls another; the others answer. */
const CALLS: ReadonlySet<string> = new Set<ThreadMessage['kind']>(['inject', 'inbound', 'call', 'self']);
const NOTHING_USED = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 } as const;

export function createTelling({ ids, sealing, onEvent }: Parts): Telling {
  /** A name is of one agent for good. */
  const names = boundedMap<string, AgentId>(MAX_NAMES);

  function* agentOf(org: OrgId, speaker: Speaker): Tx<AgentId | null> {
    if (speaker.is !== 'agent') return null;
    const key = `${org}\n${speaker.name}`;
    const known = names.get(key);
    if (known !== undefined) return known;
    const agent = (yield* agentOfName.first({ org, name: speaker.name }))?.agent as AgentId | undefined;
    if (agent !== undefined) names.set(key, agent);
    return agent ?? null;
  }

  function tell(group: Group, org: OrgId, { kind, thread, agents, ref, mac, detail }: Told): void {
    group.append(EVENTS, {
      ...{ org, id: ids.next('evt'), kind, thread, agents: agents.join(' ') },
      ...{ ref: ref ?? null, mac: mac ?? null, detail: JSON.stringify(detail), at: group.now },
    });
    group.afterCommit(() => onEvent(org));
  }

  function* count(
    group: Group,
    org: OrgId,
    { thread, name }: Frame,
    more: Pick<Schema['swarm_usage'], 'steps' | 'calls' | 'cost' | 'unpriced'>,
    used: ModelUsage,
  ): Tx<void> {
    const [home] = (yield* group.facts.load([{ org, kind: 'organization', key: 'self' }])) as (Organization | null)[];
    yield* addUsage.run({
      ...{ org, day: calendarDay(group.now, home?.zone ?? 'UTC'), thread, name, ...more },
      input_tokens: used.inputTokens,
      cached_tokens: used.cachedInputTokens,
      output_tokens: used.outputTokens,
    });
  }

  return {
    approval: (group, { org, id, name, agent, thread }, state) =>
      tell(group, org as OrgId, {
        ...{ kind: 'approval', thread, ref: id },
        agents: agent === null ? [] : [agent],
        detail: { state, action: name },
      }),
    alert: (group, { id, org, kind, severity, thread = null, person, ...alert }) =>
      tell(group, org, {
        ...{ kind: 'alert', thread, ref: id, agents: agentsIn(alert) },
        detail: { kind, severity, ...(person === undefined ? {} : { person }) },
      }),
    created: (group, org, { id, visibility }) =>
      tell(group, org, { kind: 'thread_created', thread: id, agents: [], detail: { visibility, status: 'active' } }),
    changed: (group, org, { id, status, because }) =>
      tell(group, org, { kind: 'thread_updated', thread: id, agents: [], detail: { status, because } }),
    *said(group, org, { id, thread, kind, from, to, payload }, receiver) {
      const speaker = yield* agentOf(org, from);
      const listener = receiver ?? (yield* agentOf(org, to));
      const { refKey } = yield* sealing.orgKeys(org);
      const mac = toHex(hmacSha256(refKey, `payload:${JSON.stringify(payload ?? null)}`)).slice(0, MAC_CHARS);
      const edge = { speaker: speakerText(from), listener: speakerText(to) };
      if (CALLS.has(kind)) yield* addEdge.run({ org, thread, ...edge, last_at: group.now });
      tell(group, org, {
        kind: 'message',
        thread,
        agents: [...new Set([speaker, listener].filter((one) => one !== null))],
        ref: id,
        mac,
        detail: { kind, from: edge.speaker, to: edge.listener },
      });
    },
    *thought(group, org, frame, usage, cost) {
      if (usage === null && cost === 0) return; // no model thought
      const used = usage ?? NOTHING_USED;
      yield* count(group, org, frame, { steps: 1, calls: 0, cost: cost ?? 0, unpriced: cost === null ? 1 : 0 }, used);
      const { inputTokens, cachedInputTokens, outputTokens } = used;
      const detail = { agent: frame.name, inputTokens, cachedInputTokens, outputTokens, costMicros: cost };
      tell(group, org, { kind: 'usage', thread: frame.thread, agents: [frame.agent], detail });
    },
    *called(group, org, frame, of) {
      const cost = of?.startsWith('act_') ? ((yield* costOfAction.first({ org, id: of as ActionId }))?.cost ?? 0) : 0;
      yield* count(group, org, frame, { steps: 0, calls: 1, cost, unpriced: 0 }, NOTHING_USED);
    },
    failed: (group, org, { agent, thread, code }) =>
      tell(group, org, { kind: 'error', thread, agents: [agent], detail: { code } }),
  };
}
