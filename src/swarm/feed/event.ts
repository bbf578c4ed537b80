/**
 * What those who watch a swarm are told. An event holds ids and states; the text of a message is fetched when it is delivered,
 * by the right of who gets it. Which right that is, is said here, kind by kind: nobody is told by an event what they could not
 * ask for.
 */
import type { Scope } from '../../guard/principal.ts';
import type { SeenThread } from '../../guard/thread-visibility.ts';
import type { AgentId, EventId, OrgId } from '../../kernel/ids.ts';

/** Each with the read that would tell the same: its right is the right to the event. */
export const EVENT_KINDS = {
  agent_state: { action: 'swarm.list_agents', access: 'org:view' },
  message: { action: 'swarm.list_messages', access: 'org:view' },
  thread_created: { action: 'swarm.list_threads', access: 'org:view' },
  thread_updated: { action: 'swarm.list_threads', access: 'org:view' },
  approval: { action: 'comms.list_held', access: 'org:admin' },
  alert: { action: 'comms.list_alerts', access: 'org:view' },
  usage: { action: 'swarm.show_usage', access: 'org:view' },
  error: { action: 'swarm.show_thread', access: 'org:view' },
} as const satisfies Record<string, { readonly action: string; readonly access: Scope }>;
export type EventKind = keyof typeof EVENT_KINDS;
export const EVENT_KIND_NAMES = Object.keys(EVENT_KINDS) as [EventKind, ...EventKind[]];

/** What somebody has to act on: told first, and dropped last. */
export const URGENT: ReadonlySet<EventKind> = new Set<EventKind>(['approval', 'alert', 'error']);

/** Small and nothing personal: names of agents, states, codes, counts. */
export type EventDetail = Readonly<Record<string, string | number | null>>;

export interface SwarmEvent {
  readonly id: EventId;
  readonly org: OrgId;
  readonly kind: Exclude<EventKind, 'agent_state'>;
  /** Null: it is of none. */
  readonly thread: SeenThread | null;
  /** Every agent that it tells of. */
  readonly agents: readonly AgentId[];
  /** The message, action or alert. */
  readonly ref: string | null;
  readonly detail: EventDetail;
  /** Of a message's payload, under the organisation's key: the same for the same. */
  readonly mac: string | null;
  /** Ms since the epoch. */
  readonly at: number;
}

/** A place in an organisation's stream. Compared by `tx`, then by `seq`. */
export interface Place {
  readonly tx: number;
  readonly seq: number;
}
