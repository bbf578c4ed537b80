/**
 * What is unusual in a swarm's work, from the events of one organisation in their order. Counts alone, bounded, and kept by who
 * calls; each finding is told once and again only when its ground has gone. Pure: state in, state and findings out.
 *
 * - `unexpected_peer`: one agent calls another for the first time, after so many calls that what is usual is known;
 * - `denied_peers`: five calls or more to whom it may not call, within a minute;
 * - `swarm_errors`: of what an agent did lately more than a third went wrong, and far more than before;
 * - `loop`: the same is said between the same two again and again.
 */
import { MINUTE_MS } from '../../../kernel/time.ts';

export interface Happened {
  readonly is: 'call' | 'reply' | 'error' | 'denied';
  /** The agent's id, or who speaks. */
  readonly from: string;
  readonly to: string;
  readonly thread: string;
  /** Of the payload. */
  readonly mac: string | null;
  /** Ms since the epoch. */
  readonly at: number;
}

export type UnusualKind = 'unexpected_peer' | 'denied_peers' | 'swarm_errors' | 'loop';
export interface Unusual {
  readonly kind: UnusualKind;
  readonly agent: string;
  readonly count: number;
}

/** What is usual is known after so many calls. */
export const LEARNT_CALLS = 200;
export const DENIED_PER_MINUTE = 5;
const ERRORS = { windowMs: 5 * MINUTE_MS, least: 5, share: 1 / 3, times: 3 } as const;
export const LOOP = { windowMs: 10 * MINUTE_MS, times: 6 } as const;
const MAX_TRACKED = 5_000;

interface OfAgent {
  denied: readonly number[];
  /** Of the window, and what was before it. */
  recent: readonly { readonly at: number; readonly failed: boolean }[];
  before: { readonly done: number; readonly failed: number };
}

export interface Watched {
  readonly calls: number;
  readonly edges: ReadonlySet<string>;
  readonly agents: ReadonlyMap<string, OfAgent>;
  /** When the same was said between the same two, by thread. */
  readonly said: ReadonlyMap<string, readonly number[]>;
}
export const NOTHING_WATCHED: Watched = { calls: 0, edges: new Set(), agents: new Map(), said: new Map() };

/** @param known who called whom before anybody looked, and how often in all. */
export const watchedFrom = (
  known: readonly { readonly from: string; readonly to: string; readonly calls: number }[],
): Watched => ({
  ...NOTHING_WATCHED,
  calls: known.reduce((sum, { calls }) => sum + calls, 0),
  edges: new Set(known.map(({ from, to }) => `${from} ${to}`)),
});

const NEW: OfAgent = { denied: [], recent: [], before: { done: 0, failed: 0 } };

export function look(
  watched: Watched,
  happened: readonly Happened[],
): { readonly watched: Watched; readonly found: readonly Unusual[] } {
  let { calls } = watched;
  const edges = new Set(watched.edges);
  const agents = new Map(watched.agents);
  const said = new Map(watched.said);
  const found: Unusual[] = [];

  for (const { is, from, to, thread, mac, at } of happened) {
    const own = agents.get(from) ?? NEW;
    if (is === 'denied') {
      const denied = [...own.denied.filter((then) => then > at - MINUTE_MS), at];
      if (denied.length === DENIED_PER_MINUTE) found.push({ kind: 'denied_peers', agent: from, count: denied.length });
      agents.set(from, { ...own, denied });
      continue;
    }
    if (is === 'call') {
      const edge = `${from} ${to}`;
      if (!edges.has(edge) && calls >= LEARNT_CALLS) found.push({ kind: 'unexpected_peer', agent: from, count: calls });
      edges.add(edge);
      calls++;
      if (mac !== null) {
        const key = `${thread} ${[from, to].sort().join(' ')} ${mac}`;
        const times = [...(said.get(key) ?? []).filter((then) => then > at - LOOP.windowMs), at];
        if (times.length === LOOP.times) found.push({ kind: 'loop', agent: from, count: times.length });
        said.delete(key);
        said.set(key, times.slice(-LOOP.times));
      }
      continue;
    }
    const next = judged(own, is === 'error', at);
    if (next.spikes) found.push({ kind: 'swarm_errors', agent: from, count: next.failures });
    agents.set(from, next.own);
  }
  return { watched: { calls, edges, agents: latest(agents), said: latest(said) }, found };
}

function judged(own: OfAgent, failed: boolean, at: number): { own: OfAgent; spikes: boolean; failures: number } {
  const left = own.recent.filter((one) => one.at > at - ERRORS.windowMs);
  const gone = own.recent.slice(0, own.recent.length - left.length);
  const before = {
    done: own.before.done + gone.length,
    failed: own.before.failed + gone.filter((one) => one.failed).length,
  };
  const wasSpike = isSpike(left, before);
  const recent = [...left, { at, failed }];
  return {
    own: { ...own, recent: recent.slice(-500), before },
    spikes: !wasSpike && isSpike(recent, before),
    failures: recent.filter((one) => one.failed).length,
  };
}

function isSpike(recent: OfAgent['recent'], { done, failed }: OfAgent['before']): boolean {
  const failures = recent.filter((one) => one.failed).length;
  if (failures < ERRORS.least || failures < recent.length * ERRORS.share) return false;
  return done === 0 || failures / recent.length >= (ERRORS.times * failed) / done;
}

/** Those that were put in last. */
const latest = <V>(all: Map<string, V>): Map<string, V> =>
  all.size <= MAX_TRACKED ? all : new Map([...all].slice(-MAX_TRACKED));
