/** The facts that most of the swarm's guards and actions ask for. */
import { need } from '../guard/facts.ts';
import type { AgentId } from '../kernel/ids.ts';
import { type SwarmState, swarmConfigFacts } from './config/facts.ts';
import type { AgentConfig } from './config/schema.ts';
import { swarmFacts } from './facts.ts';

/** The organisation's configuration that is live, with its agents. */
export const liveSwarm = need<unknown>()(swarmConfigFacts.state, () => 'self' as const);

/** The agent of that name in the live configuration; null: nothing new starts for it. */
export function liveAgent(
  state: SwarmState | null,
  name: string,
): { readonly agent: AgentConfig; readonly id: AgentId } | null {
  const agent = state?.config?.agents.find((one) => one.name === name);
  const bound = state?.bound.find((one) => one.name === name && one.status === 'active' && !one.ended);
  return agent === undefined || bound === undefined ? null : { agent, id: bound.agent };
}

/** The frame in which the caller works; none for whoever is not at work in the swarm. */
export const ownFrame = need<unknown>()(swarmFacts.frame, ({ by }) => by.turn?.frame ?? null);

/** Who called it, and whoever called them. */
export const ownCallers = need<unknown>()(swarmFacts.callers, ({ by }) => by.turn?.frame ?? null);

/** Whose conversation it works in. */
export const ownThread = need<unknown>()(swarmFacts.thread, ({ by }) => by.turn?.thread ?? null);
