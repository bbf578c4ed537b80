/** What may be written about swarms' configurations. */
import type { AgentId, OrgId } from '../../kernel/ids.ts';
import { writer } from '../../kernel/write.ts';
import type { ConfigSource, ProposedConfig } from './facts.ts';
import type { SwarmConfig } from './schema.ts';

export interface SwarmConfigWrites {
  /**
   * Makes a version and makes it live, and ends what was proposed. Its agents become active, all others drain. Runs again on
   * fresh facts when another version became live since `before` was read.
   */
  'swarm.configure': {
    readonly org: OrgId;
    /** The version that was live; 0: none. */
    readonly before: number;
    readonly config: SwarmConfig;
    readonly hash: string;
    readonly by: string;
    readonly note: string | null;
    readonly source: ConfigSource;
    readonly at: number;
    readonly agents: readonly { readonly name: string; readonly agent: AgentId }[];
  };
  /** Takes the place of what was proposed before. */
  'swarm.propose': ProposedConfig;
}
export const swarmConfigWrite = writer<SwarmConfigWrites>();
