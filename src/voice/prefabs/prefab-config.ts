/** What every agent that comes ready made can be told. */
import type { AgentOptions } from '../agent-base.ts';

export interface PrefabConfig {
  readonly name?: string;
  readonly route?: string;
  /** Everything else that an agent can be told. */
  readonly agentOptions?: Partial<AgentOptions>;
}

export const optionsOf = (
  { name, route, agentOptions }: PrefabConfig,
  fallback: { readonly name: string; readonly route: string },
): AgentOptions => ({ ...agentOptions, name: name ?? fallback.name, route: route ?? fallback.route });
