/** A paused thread goes on where it was, in order. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import type { ThreadId } from '../../kernel/ids.ts';
import { known } from '../../tenancy/known.ts';
import type { PauseReason } from '../control/subject.ts';
import { swarmControlWrite } from '../control/writes.ts';
import { namedThread, type OfThread, threadRight } from '../guards/thread-right.ts';

export const RESUME_THREAD = 'swarm.resume_thread';

const resumableGuard = guard<OfThread>()({
  id: 'resumable-thread',
  stage: 'comply',
  needs: { thread: namedThread },
  judge(_request, { thread }): readonly Deny[] {
    if (thread?.status === 'killed')
      return [no('The thread was killed: nothing starts in it any more. Fork it instead.')];
    if (thread?.status !== 'paused') return [no('The thread is not paused.')];
    return thread.because === 'budget'
      ? [no('A budget paused the thread. An owner raises the budget, and the thread goes on by itself.')]
      : [];
  },
});

export const resumeThread = (): AnyAction =>
  stateAction({
    name: RESUME_THREAD,
    version: 1,
    says: 'Lets a paused thread of the swarm go on where it was.',
    input: z.object({ threadId: field.id('thr'), note: field.prose(500).optional() }),
    output: z.object({ threadId: z.string(), status: z.literal('resumed') }),
    access: 'org:admin',
    subject: 'organization',
    byThread: true,
    risk: 'high',
    sensitive: true,
    guards: [threadRight(RESUME_THREAD, 'org:admin'), resumableGuard],
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'POST', path: '/threads/{threadId}/resume' },
    needs: { thread: namedThread },
    change: ({ input: { threadId } }, facts) => ({
      writes: [
        swarmControlWrite('swarm-pause.lift', {
          subject: { is: 'thread', id: threadId as ThreadId },
          because: known(facts.thread, 'thread').because as PauseReason,
        }),
      ],
      output: { threadId, status: 'resumed' as const },
    }),
  });

const no = (say: string): Deny => ({ is: 'deny', code: 'conflict', say, source: 'status of the thread' });
