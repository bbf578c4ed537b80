/** What an agent is doing, in one word, from what its frames and threads are. Pure. */
import type { FrameStatus, ThreadStatus } from '../thread.ts';

export const AGENT_STATES = ['idle', 'processing', 'waiting', 'paused', 'error'] as const;
export type AgentState = (typeof AGENT_STATES)[number];

export interface Doing {
  readonly paused: boolean;
  /** Its frames that are at work, by status. */
  readonly frames: Readonly<Partial<Record<FrameStatus, number>>>;
  /** How the last of its threads that changed lately stands; null: none did. */
  readonly last: ThreadStatus | null;
}

export function agentState({ paused, frames, last }: Doing): AgentState {
  if (paused) return 'paused';
  if ((frames.running ?? 0) + (frames.ready ?? 0) > 0) return 'processing';
  if ((frames.waiting ?? 0) > 0) return 'waiting';
  return last === 'error' ? 'error' : 'idle';
}

/** Of the swarm: what most needs to be known of its agents. @param paused the whole of it is. */
export function swarmState(paused: boolean, agents: readonly AgentState[]): AgentState {
  if (paused) return 'paused';
  return WORST.find((state) => agents.includes(state)) ?? 'idle';
}
const WORST = ['error', 'processing', 'waiting'] as const satisfies readonly AgentState[];
