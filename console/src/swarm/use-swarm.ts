/** The swarm and its agents, as they are at this moment. */
import { useEffect, useState } from 'preact/hooks';
import { everyPage } from '../api/pages.ts';
import { get } from '../api/session.ts';
import type { Told } from '../api/socket.ts';
import type { Agent, AgentState, Swarm } from '../api/swarm-shapes.ts';
import { about, organizationId } from '../organization.ts';
import { type Loaded, useLoad } from '../use-load.ts';
import { isKind, useLive, useThrottled } from './use-live.ts';

export interface SwarmNow {
  readonly swarm: Swarm;
  readonly agents: readonly Agent[];
}

/** Counts of threads and messages are asked for again as often, ms, while anything happens. */
const RECOUNT_MS = 2_000;
const COUNTED = isKind('thread_created', 'thread_updated', 'message', 'usage');

export function useSwarm(): Loaded<SwarmNow> & { reload(): Promise<void> } {
  const loaded = useLoad(load, organizationId() ?? '');
  /** What was told since it was loaded, by agent. */
  const [told, setTold] = useState<ReadonlyMap<string, Partial<Agent>>>(new Map());
  const value = loaded.is === 'ready' ? loaded.value : null;
  useEffect(() => setTold(new Map()), [value]);
  const reload = useThrottled(() => void loaded.reload(), RECOUNT_MS);
  useLive({
    told(frames) {
      const changes = frames.filter(isKind('agent_state'));
      if (changes.length > 0)
        setTold(
          (before) =>
            new Map([...before, ...changes.map((frame) => [String(frame['agent']), stateOf(frame)] as const)]),
        );
      if (frames.some(COUNTED)) reload();
    },
    look: reload,
  });
  if (loaded.is !== 'ready') return loaded;
  const agents = loaded.value.agents.map((agent) => ({ ...agent, ...told.get(agent.name) }));
  return { ...loaded, value: { swarm: recounted(loaded.value.swarm, agents), agents } };
}

async function load(): Promise<SwarmNow> {
  const [swarm, agents] = await Promise.all([get<Swarm>(about('/swarm')), everyPage<Agent>('/agents', 'agents')]);
  return { swarm, agents };
}

const stateOf = (frame: Told): Partial<Agent> => ({
  state: frame['state'] as AgentState,
  paused: (frame['paused'] as string | null) ?? null,
  queue: frame['queue'] as number,
  working: frame['working'] as number,
});

function recounted(swarm: Swarm, agents: readonly Agent[]): Swarm {
  const counts: Record<AgentState, number> = { idle: 0, processing: 0, waiting: 0, paused: 0, error: 0 };
  for (const { state } of agents) counts[state]++;
  return { ...swarm, agents: counts, queued: agents.reduce((sum, { queue }) => sum + queue, 0) };
}
