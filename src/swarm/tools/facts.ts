/** What is known of secrets and of tools of outside servers. */
import { factKind } from '../../kernel/fact.ts';
import type { PinState } from './pins.ts';

/** A tool as it was seen last. */
export interface KnownTool {
  readonly tool: string;
  readonly state: PinState;
  /** Of what was seen, and not of what is approved. */
  readonly hash: string;
}

export const toolFacts = {
  /** Whether there is a secret of that name. */
  secret: factKind<string, true>()('swarm-secret'),
  /** The tools of a server, by its name in the configuration. */
  knownTools: factKind<string, readonly KnownTool[]>()('known-tools'),
} as const;
