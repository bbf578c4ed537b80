/**
 * Pauses one thread. Nothing new starts in it; a step of a model that is under way ends by itself and is kept, or is aborted and
 * made again after the thread was resumed. Messages are taken in as before, up to the queue.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import type { ThreadId } from '../../kernel/ids.ts';
import type { Stopping } from '../control/stopping.ts';
import { swarmControlWrite } from '../control/writes.ts';
import { namedThread, type OfThread, threadRight } from '../guards/thread-right.ts';
import { abortField, pausedView } from './pause-view.ts';

export const PAUSE_THREAD = 'swarm.pause_thread';

const pausableGuard = guard<OfThread>()({
  id: 'pausable-thread',
  stage: 'comply',
  needs: { thread: namedThread },
  judge(_request, { thread }): readonly Deny[] {
    if (thread?.status === 'killed') return [no('The thread was killed: nothing starts in it any more.')];
    return thread?.status === 'paused' && thread.because === 'person' ? [no('The thread is paused already.')] : [];
  },
});

export const pauseThread = (stopping: Pick<Stopping, 'abortThinking'>): AnyAction =>
  stateAction({
    name: PAUSE_THREAD,
    version: 1,
    says: 'Pauses a thread of the swarm: nothing new starts in it until it is resumed, and what is said to it is kept.',
    input: z.object({ threadId: field.id('thr'), abort: abortField, reason: field.prose(500).optional() }),
    output: pausedView.extend({ threadId: z.string() }),
    access: 'org:admin',
    subject: 'organization',
    byThread: true,
    risk: 'high',
    sensitive: true,
    guards: [threadRight(PAUSE_THREAD, 'org:admin'), pausableGuard],
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'POST', path: '/threads/{threadId}/pause' },
    needs: {},
    change: ({ by, input: { threadId } }) => ({
      writes: [
        swarmControlWrite('swarm-pause.set', {
          ...{ subject: { is: 'thread', id: threadId as ThreadId }, because: 'person', by: by.id },
        }),
      ],
      output: { threadId, status: 'paused' as const, abortedModelCalls: [] },
    }),
    async finish({ org, input: { threadId, abort } }, output) {
      if (!abort) return output;
      const aborted = await stopping.abortThinking(org, ({ turn }) => turn?.thread === threadId);
      return { ...output, abortedModelCalls: [...aborted] };
    },
  });

const no = (say: string): Deny => ({ is: 'deny', code: 'conflict', say, source: 'status of the thread' });
