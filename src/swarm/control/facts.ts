/** Facts that pausing, stopping and forking are decided by. Each is of the request's organisation. */
import { factKind } from '../../kernel/fact.ts';
import type { AgentId, MessageId, ThreadId } from '../../kernel/ids.ts';
import type { Agent } from '../../tenancy/agent.ts';
import type { PausedSubject } from './subject.ts';

export const swarmControlFacts = {
  /** Agents and the swarm itself, as far as they are paused; of a thread its status says it. */
  pauses: factKind<'self', readonly PausedSubject[]>()('swarm-pauses'),
  /** The agent behind a name of the swarm, also after the name left the configuration. */
  boundAgent: factKind<string, Agent>()('bound-agent'),
  /** Stops that are still ending what they found, by their agents; null: of a thread, or of the swarm. */
  unfinishedStops: factKind<'self', readonly (AgentId | null)[]>()('unfinished-stops'),
  /** The number of a message within its thread. */
  messageNumber: factKind<{ thread: ThreadId; message: MessageId }, number>()('message-number'),
} as const;
