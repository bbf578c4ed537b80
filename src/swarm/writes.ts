/**
 * What may be written about the swarm's work. Each write of a turn names frame and attempt, and is a `conflict` when another
 * attempt has the frame or it was ended: a late result is discarded by the transaction that would have recorded it.
 */
import type { Label } from '../guard/label.ts';
import type { Turn } from '../guard/principal.ts';
import type { ActionId, AgentId, FrameId, MessageId, OrgId, ThreadId } from '../kernel/ids.ts';
import type { Micros } from '../kernel/money.ts';
import { writer } from '../kernel/write.ts';
import type { ModelUsage, ToolCall } from './models/port.ts';
import type { CallResult, MessageKind, Speaker, StepState, Thread, ThreadStatus } from './thread.ts';

export interface NewFrame {
  readonly id: FrameId;
  readonly thread: ThreadId;
  readonly caller: { readonly frame: FrameId; readonly step: number } | null;
  readonly name: string;
  readonly agent: AgentId;
  readonly depth: number;
  readonly selfs: number;
  readonly version: number;
}

export interface SwarmWrites {
  'thread.create': Omit<Thread, 'org' | 'status' | 'because' | 'fork' | 'createdAt' | 'updatedAt'> & {
    /** Of a person outside: the agent that they write to, with which they have one thread that is not killed. */
    readonly agent?: AgentId;
  };
  /** Also bumps the thread's fence unless it is `active` or `completed`. */
  'thread.status': { readonly id: ThreadId; readonly status: ThreadStatus; readonly because: string | null };
  /** Ready at once. */
  'frame.open': NewFrame;
  /**
   * For the frame, which becomes ready if it waits for nothing; null: for the owner. Takes the thread's next number. `version`:
   * the configuration that the receiving frame runs under from now on.
   */
  'thread-message.append': {
    readonly id: MessageId;
    readonly thread: ThreadId;
    readonly frame: FrameId | null;
    readonly kind: MessageKind;
    readonly from: Speaker;
    readonly to: Speaker;
    readonly payload: unknown;
    readonly label: Label;
    readonly version: number;
  };
  /** The next unread message of the frame becomes its step `n`; its label is joined into the frame's. */
  'step.input': Turn & { readonly n: number; readonly message: MessageId };
  'step.think': Turn & { readonly n: number; readonly action: ActionId };
  /** A thought that needed no action: begun and done at once. */
  'step.handled': Turn & { readonly n: number; readonly text: string; readonly calls: readonly ToolCall[] };
  /**
   * What the step thought; `of`: the action that asked for it. Nothing where the step is another's by now, or its frame has
   * ended: a late result is discarded.
   */
  'step.thought': {
    readonly frame: FrameId;
    readonly n: number;
    readonly of: ActionId;
    readonly text: string;
    readonly calls: readonly ToolCall[];
    readonly usage: ModelUsage | null;
    /** Null where there is no price; 0 and no usage where no model thought. */
    readonly cost: Micros | null;
    readonly servedBy: string | null;
  };
  'step.call': Turn & {
    readonly n: number;
    readonly call: string;
    readonly name: string;
    readonly state: Extract<StepState, 'begun' | 'waiting'>;
    readonly action: ActionId | null;
    readonly child: FrameId | null;
  };
  /**
   * What a call came to; `of`: the action or the frame that it was made by, null for one that was never made. Its label is joined
   * into the frame's, which is ready when it waited for nothing else. Late results are discarded as above.
   */
  'step.result': {
    readonly frame: FrameId;
    readonly n: number;
    readonly of: ActionId | FrameId | null;
    /** `unmade`: it was called off before it began, and is made again, as another action. */
    readonly state: Extract<StepState, 'done' | 'unknown'> | 'unmade';
    readonly result: CallResult | null;
    readonly label: Label;
  };
  /** A call of unknown outcome is made again, as another action. @throws conflict unless its frame waits for it. */
  'step.again': { readonly frame: FrameId; readonly n: number };
  /** It has answered its caller. What it still waited for is not waited for any more. */
  'step.replied': Turn & { readonly message: MessageId };
  /** The turn is over for now. `retryAt`: ready again then. `failures`: of the step under way, as its frame has them. */
  'frame.yield': Turn & {
    readonly to: 'ready' | 'waiting' | 'idle';
    readonly retryAt?: number;
    readonly failures?: number;
  };
  /** An end. Of a frame that was called, its caller's step is answered apart. */
  'frame.end': Turn & { readonly status: 'done' | 'failed' };
  /** A message of a person outside is given to its agent. @throws conflict when it was. */
  'inbox.take': { readonly message: MessageId };
  /** For the log: what went wrong with an agent, by code. */
  'agent-error.tell': {
    readonly org: OrgId;
    readonly agent: AgentId;
    readonly thread: ThreadId;
    readonly code: string;
  };
}
export const swarmWrite = writer<SwarmWrites>();
