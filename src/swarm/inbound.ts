/** What a person outside wrote to an agent of the swarm, on its way from the agent's inbox into their thread. */
import type { Label } from '../guard/label.ts';
import type { FrameId, ThreadId } from '../kernel/ids.ts';

export interface InboundMessage {
  /** Who wrote it, as a keyed hash. */
  readonly contact: string;
  /** As the agent is told it. */
  readonly payload: InboundPayload;
  readonly label: Label;
  /** The thread that they have with the agent, and the agent's root frame there. */
  readonly thread: ThreadId | null;
  readonly frame: FrameId | null;
}

export interface InboundPayload {
  readonly channel: string;
  /** An address in normal form, or what came in the place of one. */
  readonly from: string;
  readonly subject?: string;
  readonly text: string;
  readonly messageId: string;
  /** Names of files. */
  readonly attachments: readonly string[];
}
