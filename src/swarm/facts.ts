/** Facts about the swarm's work. Each is of the request's organisation; another organisation's is null, as if it were not there. */
import type { SeenThread } from '../guard/thread-visibility.ts';
import { factKind } from '../kernel/fact.ts';
import type { ActionId, AgentId, FrameId, MessageId, ThreadId } from '../kernel/ids.ts';
import type { InboundMessage } from './inbound.ts';
import type { Pressure } from './rules/overload.ts';
import type { Frame, StepState, Thread } from './thread.ts';

/** A step as a person finds it. */
export interface StepFact {
  readonly kind: string;
  readonly state: StepState;
  readonly action: ActionId | null;
  /** Of a call: the tool or peer. */
  readonly name: string | null;
}

export interface Caller {
  readonly name: string;
  readonly agent: AgentId;
}

export const swarmFacts = {
  thread: factKind<ThreadId, Thread>()('thread'),
  /** For whom it exists. */
  seenThread: factKind<ThreadId, SeenThread>()('seen-thread'),
  frame: factKind<FrameId, Frame>()('frame'),
  /** The agents of the frame that called this one, of the one that called that, and so on; null for a root frame. */
  callers: factKind<FrameId, readonly Caller[]>()('callers'),
  /** The root frame of an agent, by its name, in a thread. */
  rootFrame: factKind<{ thread: ThreadId; name: string }, FrameId>()('root-frame'),
  step: factKind<{ frame: FrameId; n: number }, StepFact>()('step'),
  /** Messages that wait for an agent, by its name. */
  queued: factKind<string, number>()('queued'),
  /** Threads of a principal that are at work. */
  openThreads: factKind<string, number>()('open-threads'),
  /** Calls of a frame that are open. */
  openCalls: factKind<FrameId, number>()('open-calls'),
  /** How much this server has to do. */
  pressure: factKind<'self', Pressure>()('pressure'),
  /** What a person outside wrote to an agent of the swarm, which it has not been given yet. */
  inbound: factKind<{ agent: AgentId; message: MessageId }, InboundMessage>()('inbound'),
} as const;
