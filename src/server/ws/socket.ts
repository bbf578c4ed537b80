/**
 * One open socket: what its client wants to hear, what waits for it, what was sent. It belongs to one principal and asks again who
 * that is before each batch of events and each command: a socket must not outlive the right to it, nor any right that has changed.
 *
 * It is written to no faster than its client reads: what the network has not taken yet is not written over, what comes meanwhile
 * waits here, and is folded. Only a client that takes nothing at all is cut off.
 */
import type { WebSocket } from 'ws';
import type { Principal } from '../../guard/principal.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { AgentId, EventId, OrgId } from '../../kernel/ids.ts';
import { rfc3339, SECOND_MS } from '../../kernel/time.ts';
import type { EventKind, Place, SwarmEvent } from '../../swarm/feed/event.ts';
import type { PlacedEvent } from '../../swarm/feed/port.ts';
import { deliverableTo } from '../../swarm/feed/rules/deliverable.ts';
import { type Pending, reduce } from '../../swarm/feed/rules/reduce.ts';
import { CLOSE, type CloseReason } from './close.ts';
import type { MessageFilter } from './commands.ts';
import { sameRights } from './same-rights.ts';

/** Bytes written and not taken by the network, beyond which no event is written: a large frame may stand on top. */
const FULL_BYTES = 262_144;
/** The same with answers to commands, of a client that says much and reads none of it. */
const MAX_UNREAD_BYTES = 4_194_304;
/** So long the network may take for a frame. */
const STALLED_MS = 15 * SECOND_MS;
/** That may wait before the rest is folded: what one second may bring. */
export const MAX_WAITING = 100;
/** Of what a client missed; it has the snapshot besides. */
const MAX_CAUGHT_UP = 2_000;
/** Sent and not acknowledged, to a client that acknowledges. */
const MAX_UNACKNOWLEDGED = 500;

export interface Wanted {
  readonly threads: ReadonlySet<string> | null;
  readonly agents: ReadonlySet<string> | null;
  readonly events: ReadonlySet<EventKind> | null;
}
export const EVERYTHING: Wanted = { threads: null, agents: null, events: null };

/** What became of an agent: derived, and so without an event of its own. */
export interface AgentNow {
  readonly agent: string;
  readonly agentId: AgentId;
  readonly state: string;
  readonly paused: string | null;
  readonly queue: number;
  readonly working: number;
}

interface Waiting extends Pending {
  readonly event: SwarmEvent | null;
  readonly agent: AgentNow | null;
}

export interface SocketParts {
  readonly ws: WebSocket;
  readonly org: OrgId;
  /** Who opened it. */
  readonly by: Principal;
  /** Who that is now; null: nobody any more. */
  who(): Promise<Principal | null>;
  /** For `/ws/messages`: messages alone, of these. */
  readonly messages: MessageFilter | null;
  /** The bodies of messages, by id, as this principal may see them. */
  bodies(ids: readonly string[], by: Principal): Promise<ReadonlyMap<string, object>>;
  readonly clock: Clock;
  onFault(fault: unknown): void;
}

export interface Socket {
  readonly owner: string;
  readonly org: OrgId;
  /** Up to where events were looked at. */
  place: Place;
  /** The principal of this moment; null: it is closed, or was just now. */
  renew(): Promise<Principal | null>;
  /** Takes what it may hear of these. */
  take(events: readonly PlacedEvent[]): Promise<void>;
  tell(agents: readonly AgentNow[]): void;
  /** These its client has from the snapshot. */
  know(agents: readonly AgentNow[]): void;
  wantsAgents(): boolean;
  /** Sends at most so many of what waits, as the network takes them. @returns how many it sent and dropped. */
  flush(room: number): Promise<{ readonly sent: number; readonly dropped: number }>;
  waiting(): number;
  /** What waits now is what it missed: it is sent all of it, if it is not too much. */
  catchUp(): void;
  want(wanted: Wanted): void;
  acknowledge(id: string): void;
  send(frame: object): void;
  /** What it has up to now is whatever came before this. */
  begin(cursor: EventId): void;
  close(reason: CloseReason): void;
  isOpen(): boolean;
}

export function createSocket(parts: SocketParts): Socket {
  const { ws, org, by: opener, messages, clock } = parts;
  let wanted = EVERYTHING;
  let pending: readonly Waiting[] = [];
  /** Of the last event that was sent or is to be. */
  let lastId = '';
  const told = new Map<string, string>();
  const unacknowledged: string[] = [];
  let acknowledges = false;
  /** How many may wait: more for a client that catches up, until it has. */
  let patience = MAX_WAITING;
  /** When the network last took a frame, or there was none to take. */
  let takenAt = clock.now();

  const isOpen = () => ws.readyState === ws.OPEN;
  const close = (reason: CloseReason): void => {
    pending = [];
    if (ws.readyState !== ws.CLOSED) ws.close(CLOSE[reason], reason);
  };
  const send = (frame: object): void => {
    if (!isOpen()) return;
    const taken = () => {
      takenAt = clock.now();
    };
    if (ws.bufferedAmount === 0) taken();
    ws.send(JSON.stringify(frame), taken);
    if (ws.bufferedAmount > MAX_UNREAD_BYTES) close('slow_reader');
  };
  const isFull = () => ws.bufferedAmount > FULL_BYTES;
  const isStalled = () => ws.bufferedAmount > 0 && clock.now() - takenAt > STALLED_MS;

  async function renew(): Promise<Principal | null> {
    if (!isOpen()) return null;
    if (isStalled()) {
      close('slow_reader'); // which it is told if it reads on within the time that `ws` gives it
      return null;
    }
    let now: Principal | null;
    try {
      now = await parts.who();
    } catch (fault) {
      if (!(fault instanceof Error && 'code' in fault && fault.code === 'organization_inactive')) parts.onFault(fault);
      now = null; // what can't be checked is not good
    }
    if (now?.id !== opener.id) {
      close('session_ended');
      return null;
    }
    if (!sameRights(opener, now)) {
      close('rights_changed');
      return null;
    }
    return isOpen() ? now : null;
  }

  const isWanted = ({ kind, thread, agents, detail }: SwarmEvent): boolean => {
    if (messages !== null)
      return (
        kind === 'message' &&
        (messages.thread ?? thread?.id) === thread?.id &&
        (messages.kind ?? detail['kind']) === detail['kind'] &&
        (messages.agent === undefined || isOfAgent(detail, messages.agent))
      );
    if (wanted.events !== null && !wanted.events.has(kind)) return false;
    if (wanted.threads !== null && thread !== null && !wanted.threads.has(thread.id)) return false;
    if (wanted.agents === null) return true;
    return agents.length === 0 || [...wanted.agents].some((name) => isOfAgent(detail, name));
  };

  const waitingOf = (event: SwarmEvent): Waiting => ({
    ...{ id: event.id, kind: event.kind, event, agent: null },
    about: event.thread?.id ?? event.agents.join(' '),
  });

  const push = (more: readonly Waiting[]): void => {
    if (more.length === 0) return;
    pending = [...pending, ...more];
    lastId = more.at(-1)!.id;
  };

  function frameOf({ event, agent, id, kind }: Waiting, bodies: ReadonlyMap<string, object>): object {
    if (agent !== null) return { type: kind, id, ...agent };
    const { thread, ref, detail, at } = event!;
    const base = { type: kind, id, at: rfc3339(at), ...(thread === null ? {} : { threadId: thread.id }) };
    switch (kind) {
      case 'message':
        return { ...base, messageId: ref, ...detail, ...(bodies.get(ref ?? '') ?? {}) };
      case 'approval':
        return { ...base, actionId: ref, ...detail };
      case 'alert':
        return { ...base, alertId: ref, ...detail };
      default:
        return { ...base, ...detail };
    }
  }

  /** One, two, four and so on at a time: their texts may be large, and are fetched to be sent. @returns how many were */
  async function sendSome(out: readonly Waiting[], by: Principal): Promise<number> {
    let sent = 0;
    for (let size = 1; sent < out.length; size *= 2) {
      const some = out.slice(sent, sent + size);
      if (isFull()) return sent;
      const bodies = await parts.bodies(
        some.flatMap(({ kind, event }) => (kind === 'message' && event?.ref != null ? [event.ref] : [])),
        by,
      );
      for (const one of some) {
        if (isFull() || !isOpen()) return sent;
        if (one.event !== null) unacknowledged.push(one.id);
        send(frameOf(one, bodies));
        sent++;
      }
    }
    return sent;
  }

  return {
    owner: opener.id,
    org,
    place: { tx: -1, seq: 0 },
    renew,
    async take(events) {
      const by = await renew();
      if (by === null) return;
      const may = deliverableTo(by);
      push(events.flatMap(({ event }) => (event !== null && isWanted(event) && may(event) ? [waitingOf(event)] : [])));
    },
    tell(agents) {
      const changed = agents.filter((agent) => {
        const text = JSON.stringify(agent);
        if (told.get(agent.agent) === text) return false;
        told.set(agent.agent, text);
        return wanted.agents === null || wanted.agents.has(agent.agent);
      });
      push(
        changed.map(
          (agent) => ({ ...{ id: lastId, kind: 'agent_state', event: null, agent }, about: agent.agent }) as const,
        ),
      );
    },
    know(agents) {
      for (const agent of agents) told.set(agent.agent, JSON.stringify(agent));
    },
    wantsAgents: () => messages === null && (wanted.events === null || wanted.events.has('agent_state')),
    async flush(room) {
      const hasToWait = isFull() && pending.length <= patience;
      if (pending.length === 0 || hasToWait || !isOpen()) return { sent: 0, dropped: 0 };
      const by = await renew();
      if (by === null) return { sent: 0, dropped: 0 };
      const may = deliverableTo(by); // of what has waited, rights may have changed
      const left = pending.filter(({ event }) => event === null || may(event));
      const outstanding = acknowledges ? MAX_UNACKNOWLEDGED - unacknowledged.length : room;
      const { send: out, gap, dropped, keep } = reduce(left, Math.max(0, Math.min(room, outstanding)), patience);
      pending = keep;
      if (gap !== null) send({ type: 'gap', ...gap });
      const sent = await sendSome(out, by);
      if (isOpen()) pending = [...out.slice(sent), ...pending];
      patience = Math.min(patience, MAX_WAITING + pending.length);
      if (!acknowledges && unacknowledged.length > MAX_UNACKNOWLEDGED)
        unacknowledged.splice(0, unacknowledged.length - MAX_UNACKNOWLEDGED);
      return { sent, dropped };
    },
    waiting: () => pending.length,
    catchUp() {
      if (pending.length > MAX_CAUGHT_UP) {
        send({ type: 'gap', from: pending[0]!.id, to: pending.at(-1)!.id });
        pending = [];
      }
      patience = MAX_WAITING + pending.length;
    },
    want(next) {
      wanted = next;
    },
    acknowledge(id) {
      const at = unacknowledged.indexOf(id);
      if (at < 0) return;
      acknowledges = true;
      unacknowledged.splice(0, at + 1);
    },
    send,
    begin(cursor) {
      lastId = cursor;
    },
    close,
    isOpen,
  };
}

const isOfAgent = (detail: SwarmEvent['detail'], name: string): boolean =>
  detail['agent'] === name || detail['from'] === `agent:${name}` || detail['to'] === `agent:${name}`;
