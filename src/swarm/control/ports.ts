/** What stopping and looking into threads need of the store. Each verb is one transaction. */
import type { Label } from '../../guard/label.ts';
import type { SeenThread } from '../../guard/thread-visibility.ts';
import type { ActionId, AgentId, FrameId, MessageId, OrgId, ThreadId, TokenId } from '../../kernel/ids.ts';
import type { CallResult, Frame, Step, Thread, ThreadMessage } from '../thread.ts';
import type { StopSubject } from './subject.ts';

/** A stop that was committed. */
export interface Stop {
  readonly org: OrgId;
  /** Of the action that asked for it. */
  readonly id: ActionId;
  readonly subject: StopSubject;
  /** Ms since the epoch. */
  readonly at: number;
}

export interface StoppedFrame {
  readonly id: FrameId;
  readonly thread: ThreadId;
  readonly name: string;
  readonly agent: AgentId;
  readonly was: Frame['status'];
}
/** An action that was open, or of unknown outcome, when it was stopped; `is`: what it has come to by now. */
export interface StoppedAction {
  readonly id: ActionId;
  readonly name: string;
  readonly agent: AgentId | null;
  /** In which it was asked for; null: in none. */
  readonly thread: ThreadId | null;
  readonly was: 'held' | 'ready' | 'claimed' | 'unknown';
  readonly is: 'held' | 'ready' | 'claimed' | 'unknown' | 'done' | 'failed' | 'cancelled' | 'refused';
}
/** And for whom it is. */
export interface UnreadMessage {
  readonly id: MessageId;
  readonly agent: AgentId;
  readonly thread: ThreadId;
}
export interface StopRecord extends Stop {
  /** What was under way has been looked for. */
  readonly listed: boolean;
  readonly tokens: readonly { readonly id: TokenId; readonly agent: AgentId }[];
  readonly frames: readonly StoppedFrame[];
  readonly actions: readonly StoppedAction[];
  /** Messages that nobody takes up any more, or not before it is resumed. At most a thousand one by one. */
  readonly unread: { readonly count: number; readonly messages: readonly UnreadMessage[] };
}

export interface StopStore {
  /**
   * Ends the frames that are meant, with the frames that they called, and notes them and what they have under way. What another
   * server is writing to just now is left for the next call. @returns how many were left.
   */
  end(org: OrgId, stop: ActionId): Promise<number>;
  /** Null: there is no such stop. */
  record(org: OrgId, stop: ActionId): Promise<StopRecord | null>;
  finish(org: OrgId, stop: ActionId): Promise<void>;
  /** Those that are there, by id. */
  threads(org: OrgId, ids: Iterable<ThreadId>): Promise<ReadonlyMap<string, SeenThread>>;
  /** Those since `at` (ms), and all that nobody has finished. */
  recent(at: number): Promise<readonly (Stop & { readonly finished: boolean })[]>;
}

/** A thread as it was. */
export interface ThreadRecord {
  readonly thread: Thread;
  /** Not all of it is here. */
  readonly cut: boolean;
  readonly frames: readonly { readonly frame: Frame; readonly steps: readonly Step[] }[];
  readonly messages: readonly ThreadMessage[];
}

/** What a call came to, with the label that it had. */
export interface Recorded {
  readonly result: CallResult;
  readonly label: Label;
}

export interface ThreadRecords {
  /**
   * All frames, with so many steps and the latest messages as one read may open, long texts cut. `frame`: the steps of this one
   * alone, their texts whole. Null: there is no such thread.
   */
  of(org: OrgId, thread: ThreadId, frame?: FrameId): Promise<ThreadRecord | null>;
  /** What a call of that name with those arguments came to in a thread or in what it was forked from; null: it was never made. */
  recordedResult(org: OrgId, thread: ThreadId, name: string, args: unknown): Promise<Recorded | null>;
}
