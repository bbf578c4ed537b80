/**
 * The configurations of swarms as those who run them ask for them. A version never changes once it is there: what ran under
 * one can be read as it was. Which one is live is one number of the organisation's.
 */
import type { AgentId, OrgId } from '../../kernel/ids.ts';
import type { ConfigSource, ProposedConfig } from './facts.ts';
import type { SwarmConfig } from './schema.ts';

export interface LiveConfig {
  /** From 1, without gaps within the organisation. */
  readonly version: number;
  readonly config: SwarmConfig;
  /** The tenancy agent behind each name of this version; nothing new starts for an agent that is not in it. */
  readonly agents: ReadonlyMap<string, AgentId>;
}

/** Consistency: what is answered was committed; on a server that did not commit it, a new version is seen within a second. */
export interface SwarmConfigs {
  /** Null: the organisation has none. The same object until another version is live. */
  live(org: OrgId): Promise<LiveConfig | null>;
  /** Null: there is no such version. Never another organisation's. */
  at(org: OrgId, version: number): Promise<SwarmConfig | null>;
}

export interface ConfigVersion {
  readonly version: number;
  readonly hash: string;
  /** The principal who made it. */
  readonly by: string;
  readonly note: string | null;
  readonly source: ConfigSource;
  /** Ms since the epoch. */
  readonly at: number;
  readonly live: boolean;
}

/** For who looks at and changes configurations. */
export interface SwarmConfigReader extends SwarmConfigs {
  /** Newest first, those before a version. */
  versions(org: OrgId, page: { readonly limit: number; readonly before?: number }): Promise<readonly ConfigVersion[]>;
  /** What waits for a second person; null: nothing. */
  proposed(org: OrgId): Promise<ProposedConfig | null>;
  /** The hash of the last version that came from a file; null: none did. */
  lastFromFile(org: OrgId): Promise<string | null>;
}
