/** What the pump and the reads of the swarm need of the store. Each verb is one transaction. */
import type { Fence } from '../guard/fence.ts';
import type { Turn } from '../guard/principal.ts';
import type { AgentId, FrameId, MessageId, OrgId, ThreadId } from '../kernel/ids.ts';
import type { Micros } from '../kernel/money.ts';
import type { Write } from '../kernel/write.ts';
import type { ModelUsage } from './models/port.ts';
import type { Sight } from './rules/sight.ts';
import type { Frame, MessageKind, Step, Thread, ThreadMessage, ThreadStatus } from './thread.ts';

/** A frame that this process holds the lease of. */
export interface Claim {
  readonly frame: Frame;
  readonly thread: Thread;
  /** What stops it: the thread's and the swarm's, as they were when it was claimed. */
  readonly fences: readonly Fence[];
}

export interface PumpStore {
  /**
   * Leases ready frames, at most `max`: the threads in turn, and of an agent no more than its `concurrency` over all servers.
   * Frames of what is paused, ended or suspended are left where they are.
   */
  claim(request: { readonly node: string; readonly max: number; readonly leaseMs: number }): Promise<readonly Claim[]>;
  /** A frame as it is now, with its thread. */
  scene(org: OrgId, frame: FrameId): Promise<Pick<Claim, 'frame' | 'thread'>>;
  /** What a frame knows, in order: all, or from its last input on. */
  transcript(org: OrgId, at: Pick<Turn, 'thread' | 'frame'>, from: 'start' | 'last-input'): Promise<readonly Step[]>;
  /** What a frame has to read next. */
  next(org: OrgId, at: Pick<Turn, 'thread' | 'frame'>): Promise<ThreadMessage | null>;
  /** False: the lease is lost, and nothing was written. */
  record(org: OrgId, turn: Turn, writes: readonly Write[]): Promise<boolean>;
  /** Whether it may begin something: what it works in was neither paused nor stopped since it was claimed. */
  stands(org: OrgId, turn: Turn): Promise<boolean>;
  /** False: the lease is lost. */
  extend(org: OrgId, turn: Turn, leaseMs: number): Promise<boolean>;
  /** Frames that wait for an action which is decided by now become ready; leases that ran out are taken back. How many. */
  wake(node: string): Promise<number>;
  /** Messages of people outside that their agents have not been given: of each agent the oldest first, and some of every agent. */
  inbox(max: number): Promise<readonly Waiting[]>;
}

/** A message of a person outside, for an agent of the swarm by that name. */
export interface Waiting {
  readonly org: OrgId;
  readonly agent: AgentId;
  readonly name: string;
  readonly message: MessageId;
}

/** What the store tells the pump after its commits, and asks it. None of it may throw. */
export interface PumpTold {
  /** A frame is ready. */
  poke(): void;
  /** Somebody outside wrote to an agent of the swarm. */
  onInbound(): void;
  /** What came of an agent's call nobody knows: a person has to look. */
  onUnknown(about: { readonly org: OrgId; readonly agent: AgentId; readonly thread: ThreadId }): void;
  /** See `Pressure`. */
  fullSince(): number | null;
}

/** What of the swarm's work exists for who asks. */
export interface View {
  readonly org: OrgId;
  readonly sight: Sight;
  /**
   * Agents that do not exist for them, by name: with them go their frames, what was said to and by them, and threads whose owner
   * speaks to them alone. What other agents do for them is those others' own, and is there.
   */
  readonly without: readonly string[];
}

export interface ThreadSummary extends Thread {
  /** Whom its owner speaks to. */
  readonly agents: readonly string[];
}

/** A frame with what a reader is told besides. */
export interface SeenFrame extends Frame {
  readonly createdAt: number;
  readonly usage: ModelUsage;
}

export interface UsageRow {
  /** The agent's name, the thread's id, or the day as `2026-11-20`. */
  readonly of: string;
  /** Model steps, and calls of tools and peers. */
  readonly steps: number;
  readonly calls: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly cost: Micros;
  /** Steps whose price nobody knows. */
  readonly unpriced: number;
}

/** Frames of one agent that are at work, in threads of the view. */
export interface AtWork {
  readonly name: string;
  readonly status: 'ready' | 'running' | 'waiting';
  readonly count: number;
}

/** As many as were asked for, or fewer where those would be very long; `more`: there are others before them. */
export interface MessagePage {
  readonly messages: readonly ThreadMessage[];
  readonly more: boolean;
}

/** For reads. Consistency: what is told was committed. Lists are the newest first; `before` is where the page before ended. */
export interface SwarmReader {
  /** The names and agents that were ever bound, and whether the agent is paused or ended. */
  bound(org: OrgId): Promise<readonly { readonly name: string; readonly agent: AgentId; readonly status: string }[]>;
  /** What is paused: `swarm`, `agent:name`, `thread:id`, each with why. */
  pauses(org: OrgId): Promise<ReadonlyMap<string, string>>;
  atWork(view: View): Promise<readonly AtWork[]>;
  /** How many messages wait for each agent. */
  queues(view: View): Promise<ReadonlyMap<string, number>>;
  /** How the last thread of each agent that changed since `since` (ms) stands. */
  lastOf(view: View, since: number): Promise<ReadonlyMap<string, ThreadStatus>>;
  threadCounts(view: View): Promise<Readonly<Record<ThreadStatus, number>>>;
  thread(view: View, id: ThreadId): Promise<ThreadSummary | null>;
  threads(
    view: View,
    filter: {
      readonly status?: ThreadStatus | undefined;
      readonly agent?: string | undefined;
      /** Changed since then (ms). */
      readonly since?: number | undefined;
      readonly before?: ThreadId | undefined;
      readonly limit: number;
    },
  ): Promise<readonly ThreadSummary[]>;
  /** Of a thread that the view has; `caller` is null where it has none of the caller. */
  frames(view: View, thread: ThreadId): Promise<readonly SeenFrame[]>;
  messages(
    view: View,
    filter: {
      readonly thread?: ThreadId | undefined;
      readonly agent?: string | undefined;
      readonly kind?: MessageKind | undefined;
      readonly since?: number | undefined;
      readonly before?: MessageId | undefined;
      readonly limit: number;
    },
  ): Promise<MessagePage>;
  /** For delivery: whoever asks has decided who sees them. Those that are not there are left out. */
  messagesById(org: OrgId, ids: readonly MessageId[]): Promise<readonly ThreadMessage[]>;
  usage(
    view: View,
    filter: {
      readonly by: 'agent' | 'thread' | 'day';
      readonly from: number;
      readonly to: number;
      readonly limit: number;
    },
  ): Promise<readonly UsageRow[]>;
  /** Who called whom how often; a speaker as `agent:name` or `owner`. */
  edges(
    view: View,
  ): Promise<
    readonly { readonly from: string; readonly to: string; readonly calls: number; readonly lastAt: number }[]
  >;
}
