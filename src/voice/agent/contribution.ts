/**
 * What was added to an agent by somebody else (a skill), kept apart from what the agent was told itself: so it can be taken away
 * again whole, and nothing of the agent's own with it.
 */
import type { AgentState, PomSection } from './agent-state.ts';

export interface Contribution {
  readonly sections: readonly PomSection[];
  readonly hints: readonly string[];
  readonly globalData: Readonly<Record<string, unknown>>;
}

/** By who contributed it. */
export type Contributions = ReadonlyMap<string, Contribution>;

const joined = new WeakMap<AgentState, WeakMap<Contributions, AgentState>>();

/** The agent's own and all contributions: sections and hints after its own, data beneath its own. The same value each time. */
export function withContributions(own: AgentState, contributions: Contributions): AgentState {
  if (contributions.size === 0) return own;
  const known = joined.get(own) ?? new WeakMap<Contributions, AgentState>();
  joined.set(own, known);
  const found = known.get(contributions);
  if (found !== undefined) return found;
  const all = [...contributions.values()];
  const made: AgentState = Object.freeze({
    ...own,
    sections: [...own.sections, ...all.flatMap(({ sections }) => sections)],
    hints: [...new Set([...own.hints, ...all.flatMap(({ hints }) => hints)])],
    globalData: { ...Object.assign({}, ...all.map(({ globalData }) => globalData)), ...own.globalData },
  });
  known.set(contributions, made);
  return made;
}
