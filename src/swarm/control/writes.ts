/** What may be written about pausing, stopping and forking. */
import type { ActionId } from '../../kernel/ids.ts';
import { writer } from '../../kernel/write.ts';
import type { Fork, Thread } from '../thread.ts';
import type { PauseReason, StopSubject, Subject } from './subject.ts';

export interface SwarmControlWrites {
  /**
   * Nothing new starts in it, and what comes in is kept. What is paused already stays so for the stronger reason: an
   * emergency stop before a person, a person before a budget. A thread that was killed is a `conflict`.
   */
  'swarm-pause.set': { readonly subject: Subject; readonly because: PauseReason; readonly by: string };
  /** Goes on where it was, in order. @throws conflict where it is not paused any more, or for another reason than was seen. */
  'swarm-pause.lift': { readonly subject: Subject; readonly because: PauseReason };
  /**
   * From its commit on nothing of it begins: its fences move, its tokens end (of an agent, of the swarm: every agent's), what
   * is ready and held can't go on. What was under way is listed and ended after it, by whoever asked and by every other server.
   */
  'swarm-stop.begin': { readonly id: ActionId; readonly subject: StopSubject; readonly by: string };
  /** A thread of another owner with the messages of `of` up to number `fork.at`, and what its agents knew then. */
  'thread.fork': Pick<Thread, 'id' | 'owner' | 'visibility'> & { readonly fork: Fork };
}
export const swarmControlWrite = writer<SwarmControlWrites>();
