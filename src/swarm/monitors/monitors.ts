/**
 * Looks over the shoulder of every swarm: reads its events on, on one server at a time, and tells people what is unusual. Details
 * are counts and agents' ids.
 */
import type { Alerts } from '../../guard/alerts.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { OrgId } from '../../kernel/ids.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import type { SwarmEvent } from '../feed/event.ts';
import type { SwarmEvents, SwarmWatchStore } from '../feed/port.ts';
import { DENIED_PEER } from '../guards/peer.ts';
import type { SwarmReader } from '../ports.ts';
import { type Happened, look, type Unusual, type UnusualKind, type Watched, watchedFrom } from './rules/unusual.ts';

export interface MonitorParts {
  readonly events: SwarmEvents;
  readonly watch: SwarmWatchStore;
  readonly reader: Pick<SwarmReader, 'bound' | 'edges'>;
  readonly alerts: Alerts;
  readonly node: string;
  readonly clock: Clock;
}

/** Longer than a round lasts; who dies is followed by another server then. */
const LEASE_MS = 45 * SECOND_MS;
const BATCH = 1_000;

const SAYS: Readonly<Record<UnusualKind, (agent: string, count: number) => string>> = {
  unexpected_peer: (agent) =>
    `Agent ${agent} called a peer that it never called before. Look at the thread; pause the agent if nobody expects it.`,
  denied_peers: (agent, count) =>
    `Agent ${agent} tried ${count} times within a minute to call agents that it may not call. Something it read may be telling it to: look at its threads.`,
  swarm_errors: (agent, count) =>
    `Agent ${agent} failed ${count} times within five minutes, far more than usual. Look at its model and its tools.`,
  loop: (agent, count) =>
    `Agent ${agent} and a peer have said the same to each other ${count} times. Pause the thread, or they go on until a limit ends it.`,
};
const SEVERITY = { unexpected_peer: 'MEDIUM', denied_peers: 'HIGH', swarm_errors: 'MEDIUM', loop: 'MEDIUM' } as const;

export function createMonitors({ events, watch, reader, alerts, node, clock }: MonitorParts): () => Promise<boolean> {
  const known = new Map<OrgId, Watched>();

  async function round(org: OrgId): Promise<boolean> {
    const now = clock.now();
    const place = await watch.take(org, node, now, now + LEASE_MS);
    if (place === null) {
      known.delete(org); // what another server has seen meanwhile is not known here
      return false;
    }
    const before = known.get(org) ?? watchedFrom(await edgesOf(org));
    const batch = await events.after(org, place, BATCH);
    const last = batch.at(-1);
    if (last === undefined) {
      known.set(org, before);
      return false;
    }
    const ids = new Map((await reader.bound(org)).map(({ name, agent }) => [name, agent as string]));
    const { watched, found } = look(
      before,
      batch.flatMap(({ event }) => (event === null ? [] : happenedOf(event, ids))),
    );
    known.set(org, watched);
    await watch.reached(org, node, last.place);
    for (const one of found) alerts.raise(alertOf(org, one));
    return batch.length === BATCH;
  }

  async function edgesOf(org: OrgId) {
    const ids = new Map((await reader.bound(org)).map(({ name, agent }) => [`agent:${name}`, agent as string]));
    return (await reader.edges({ org, sight: EVERYTHING, without: [] })).map(({ from, to, calls }) => ({
      ...{ from: ids.get(from) ?? from, to: ids.get(to) ?? to, calls },
    }));
  }

  return async () => {
    let more = false;
    for (const org of await watch.organizations()) more = (await round(org)) || more;
    return more;
  };
}

/** The server itself, which tells nobody. */
const EVERYTHING = {
  ...{ owner: '', organization: true, private: true, only: null },
  ...{ shown: [], hidden: [], taken: [] },
} as const;

/** Of events, what the rules look at. Who speaks as owner is no agent, and calls nobody unexpected. */
function happenedOf(
  { kind, detail, agents, thread, mac, at }: SwarmEvent,
  ids: ReadonlyMap<string, string>,
): readonly Happened[] {
  const common = { thread: thread?.id ?? '', mac, at };
  if (kind === 'error') {
    const is = detail['code'] === DENIED_PEER ? 'denied' : 'error';
    return agents.map((agent) => ({ ...common, is, from: agent, to: '' }));
  }
  if (kind !== 'message') return [];
  const idOf = (speaker: unknown) => ids.get(String(speaker).replace(/^agent:/, ''));
  const [from, to] = [idOf(detail['from']), idOf(detail['to'])];
  if (from === undefined) return [];
  if (detail['kind'] === 'call' || detail['kind'] === 'self')
    return to === undefined ? [] : [{ ...common, is: 'call', from, to }];
  return detail['kind'] === 'reply' ? [{ ...common, is: 'reply', from, to: '' }] : [];
}

const alertOf = (org: OrgId, { kind, agent, count }: Unusual) => ({
  ...{ severity: SEVERITY[kind], kind, org, say: SAYS[kind](agent, count), subject: agent },
  detail: { count },
});
