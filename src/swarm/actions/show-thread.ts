/** One thread with its frames, a tree by who called whom, how each stands and what it used up. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { ThreadId } from '../../kernel/ids.ts';
import { frameView, threadView, viewOfFrame, viewOfThread } from '../views/threads.ts';
import { READ_ENVELOPE, type ReadParts, seenBy } from '../views/view.ts';

const READ = { action: 'swarm.show_thread', access: READ_ENVELOPE.access } as const;

export const showThread = (parts: ReadParts): AnyAction =>
  readAction({
    ...READ_ENVELOPE,
    name: READ.action,
    says: 'Shows one thread of the swarm: who called whom in it, how each call stands, and what it used up.',
    input: z.object({ threadId: field.id('thr') }),
    output: threadView.extend({ frames: z.array(frameView) }),
    tells: 'house',
    http: { method: 'GET', path: '/threads/{threadId}' },
    async read(request) {
      const { view } = await seenBy(parts, request, READ);
      const id = request.input.threadId as ThreadId;
      const thread = await parts.reader.thread(view, id);
      if (thread === null) throw new SallyportError('not_found', 'There is no such thread.');
      return { ...viewOfThread(thread), frames: (await parts.reader.frames(view, id)).map(viewOfFrame) };
    },
  });
