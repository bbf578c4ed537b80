/**
 * Threads, frames, steps, messages: what a swarm's work is made of. A thread is one conversation of one owner. A frame is one
 * call of one agent within it. What a frame knows is its steps, in order, appended and never rewritten. A message is what one
 * said to another; its envelope is the server's, only its payload is theirs.
 */
import type { Label } from '../guard/label.ts';
import type { ThreadOwner } from '../guard/thread-visibility.ts';
import type { ActionId, AgentId, FrameId, MessageId, OrgId, ThreadId } from '../kernel/ids.ts';
import type { ToolCall } from './models/port.ts';

export const THREAD_STATUSES = ['active', 'paused', 'completed', 'error', 'killed'] as const;
export type ThreadStatus = (typeof THREAD_STATUSES)[number];

/** A thread that was made from another one's messages, to see what would have come of them. It is never put back. */
export interface Fork {
  readonly of: ThreadId;
  /** The number of the last message that it has from there. */
  readonly at: number;
  /** `stub`: a tool answers what the same call was answered there, and nothing leaves. */
  readonly tools: 'stub' | 'live';
}

export interface Thread {
  readonly org: OrgId;
  readonly id: ThreadId;
  readonly owner: ThreadOwner;
  readonly visibility: 'organization' | 'private';
  readonly status: ThreadStatus;
  /** Why it is paused or in error: a code such as `budget`, `person`, `model_unavailable`. */
  readonly because: string | null;
  /** Null: it began by itself. */
  readonly fork: Fork | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/**
 * `ready`: something is to be done. `running`: leased. `waiting`: for the results of its calls. `idle`: a root frame that has
 * answered and may be spoken to again. The others are ends.
 */
export const FRAME_STATUSES = ['ready', 'running', 'waiting', 'idle', 'done', 'failed', 'killed'] as const;
export type FrameStatus = (typeof FRAME_STATUSES)[number];

export interface Frame {
  readonly org: OrgId;
  readonly id: FrameId;
  readonly thread: ThreadId;
  /** Who called, and which step of theirs waits for the answer; null: the thread's owner. */
  readonly caller: { readonly frame: FrameId; readonly step: number } | null;
  /** The agent's name in the configuration, and its id in the registry. */
  readonly name: string;
  readonly agent: AgentId;
  /** 0 for a root frame. */
  readonly depth: number;
  /** How many calls of itself in a row led here: visible iteration, up to `maxSteps`. */
  readonly selfs: number;
  readonly status: FrameStatus;
  /** What it was told, joined. */
  readonly label: Label;
  /** The configuration it runs under: the live one when its last input came. */
  readonly version: number;
  /** Of its lease; each claim adds one. */
  readonly attempt: number;
  /** Tries of the step under way that failed and may be made again. */
  readonly failures: number;
}

export type MessageKind = 'inject' | 'inbound' | 'call' | 'self' | 'reply' | 'error';

/** Who said it: an agent by name, or the thread's owner. */
export type Speaker = { readonly is: 'agent'; readonly name: string } | { readonly is: 'owner' };

export interface ThreadMessage {
  readonly id: MessageId;
  readonly thread: ThreadId;
  /** From 1, without gaps within the thread. */
  readonly seq: number;
  readonly kind: MessageKind;
  readonly from: Speaker;
  readonly to: Speaker;
  /** The frame that it is for; null: the owner. */
  readonly frame: FrameId | null;
  readonly payload: unknown;
  readonly label: Label;
  readonly version: number;
  readonly at: number;
}

/** What a call came to, as the mind is told. */
export interface CallResult {
  readonly text: string;
  readonly isError: boolean;
}

export type StepState = 'begun' | 'waiting' | 'done' | 'unknown';

interface StepBase {
  /** From 0, in order. */
  readonly n: number;
  readonly state: StepState;
  readonly label: Label;
  readonly at: number;
}
/** Something came in. */
export interface InputStep extends StepBase {
  readonly kind: 'input';
  readonly message: Pick<ThreadMessage, 'id' | 'kind' | 'from' | 'payload' | 'label' | 'at'>;
}
/** The mind thought: text, and what it wants done. Null until it is done. */
export interface ThinkStep extends StepBase {
  readonly kind: 'think';
  readonly action: ActionId | null;
  readonly thought: { readonly text: string; readonly calls: readonly ToolCall[] } | null;
}
/** One call and what came of it. `child`: the frame of the peer that was called. */
export interface CallStep extends StepBase {
  readonly kind: 'call';
  readonly call: string;
  readonly name: string;
  readonly action: ActionId | null;
  readonly child: FrameId | null;
  readonly result: CallResult | null;
}
/** It told its caller. What comes next is another input. */
export interface AnswerStep extends StepBase {
  readonly kind: 'answer';
  readonly message: MessageId;
}
export type Step = InputStep | ThinkStep | CallStep | AnswerStep;
