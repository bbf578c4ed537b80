/** What thinks for an agent: a model, a handler in this process, a worker elsewhere. It gets what the frame knows and says what to do next. */
import type { AgentId } from '../../kernel/ids.ts';
import type { AgentConfig, SwarmConfig } from '../config/schema.ts';
import type { ToolCall } from '../models/port.ts';
import type { Frame, Step, Thread } from '../thread.ts';
import type { ToolShown } from '../tools/port.ts';

/** A frame at work, with all that its mind may know. */
export interface Scene {
  readonly frame: Frame;
  readonly thread: Thread;
  readonly agent: AgentConfig;
  readonly config: SwarmConfig;
  readonly agentId: AgentId;
  readonly steps: readonly Step[];
  /** Its peers among them. */
  readonly tools: readonly ToolShown[];
}

/** No calls: the text is its answer. */
export interface Thought {
  readonly text: string;
  readonly calls: readonly ToolCall[];
}
