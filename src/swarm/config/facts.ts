/** Facts about swarms' configurations. Each is of the request's organisation. */
import { factKind } from '../../kernel/fact.ts';
import type { AgentId } from '../../kernel/ids.ts';
import type { SwarmConfig } from './schema.ts';

/** An agent of the swarm as it is bound, also after it left the configuration: one that comes back is the same. */
export interface BoundAgent {
  readonly name: string;
  readonly agent: AgentId;
  readonly status: 'active' | 'draining';
  /** Its agent was deprovisioned: it can't be bound again. */
  readonly ended: boolean;
}

/** The configuration that is live, and all agents that were ever bound. */
export interface SwarmState {
  /** 0: there is none yet. */
  readonly version: number;
  readonly hash: string | null;
  readonly config: SwarmConfig | null;
  readonly bound: readonly BoundAgent[];
}

/** How many turns of an agent may be under way at once; one that left the configuration finishes what it has, one by one. */
export const concurrencyOf = (state: SwarmState | null, name: string): number =>
  state?.config?.agents.find((agent) => agent.name === name)?.limits.concurrency ?? 1;

/** A configuration that is stored, live or not. */
export interface StoredConfig {
  readonly config: SwarmConfig;
  readonly hash: string;
}

/** A change that waits for a second person. One an organisation: a later one takes its place. */
export interface ProposedConfig extends StoredConfig {
  readonly id: string;
  /** The principal who proposed it. */
  readonly by: string;
  /** The version that it changes. */
  readonly base: number;
  readonly note: string | null;
  readonly source: ConfigSource;
  readonly at: number;
}

/** Of the agents that it binds by id those that are there and have not ended. */
export interface Bindable {
  readonly bindable: readonly AgentId[];
}

/** How a version came: put through a door, from the file of SWARM_FILE, by a rollback. */
export type ConfigSource = 'put' | 'file' | 'rollback';

export const swarmConfigFacts = {
  state: factKind<'self', SwarmState>()('swarm-state'),
  version: factKind<number, StoredConfig & Bindable>()('swarm-version'),
  proposed: factKind<'self', ProposedConfig & Bindable>()('swarm-proposed'),
  /** Which of these agents are there and have not ended. */
  bindable: factKind<readonly AgentId[], readonly AgentId[]>()('swarm-bindable'),
} as const;
