/**
 * Ends a thread for good: from the commit on nothing of it begins. What was under way is aborted, what waits is withdrawn, late
 * results are discarded; the answer tells what is known of each. Nothing of its history is deleted.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import type { ThreadId } from '../../kernel/ids.ts';
import { STOP_WITHIN_MS, type Stopping } from '../control/stopping.ts';
import { swarmControlWrite } from '../control/writes.ts';
import { threadRight } from '../guards/thread-right.ts';
import { finishes, recorded, stopView } from './stop-view.ts';

export const KILL_THREAD = 'swarm.kill_thread';

export const killThread = (stopping: Pick<Stopping, 'finish'>): AnyAction =>
  stateAction({
    name: KILL_THREAD,
    version: 1,
    says: 'Kills a thread of the swarm for good, and tells what was stopped and what could not be proven stopped.',
    input: z.object({ threadId: field.id('thr'), reason: field.prose(500).optional() }),
    output: stopView,
    access: 'org:admin',
    subject: 'organization',
    byThread: true,
    risk: 'critical',
    sensitive: true,
    guards: [threadRight(KILL_THREAD, 'org:admin')],
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'POST', path: '/threads/{threadId}/kill' },
    needs: {},
    answersWithinMs: STOP_WITHIN_MS,
    change: ({ by, input: { threadId } }, _facts, mint) => ({
      writes: [
        swarmControlWrite('swarm-stop.begin', {
          ...{ id: mint.action, subject: { is: 'thread', id: threadId as ThreadId }, by: by.id },
        }),
      ],
      output: recorded(mint.action),
    }),
    finish: finishes(stopping, { action: KILL_THREAD, access: 'org:admin' }),
  });
