/** Threads, the newest first, of those that who asks may see. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import type { ThreadId } from '../../kernel/ids.ts';
import { THREAD_STATUSES } from '../thread.ts';
import { threadView, viewOfThread } from '../views/threads.ts';
import { READ_ENVELOPE, type ReadParts, seenBy } from '../views/view.ts';

const READ = { action: 'swarm.list_threads', access: READ_ENVELOPE.access } as const;

export const listThreads = (parts: ReadParts): AnyAction =>
  readAction({
    ...READ_ENVELOPE,
    name: READ.action,
    says: 'Lists the threads of the swarm, newest first.',
    input: z.object({
      limit: z.int().min(1).max(200).default(50),
      cursor: field.id('thr').optional().describe('The cursor of the page before.'),
      status: z.enum(THREAD_STATUSES).optional(),
      agent: field.code(48).optional().describe('Only those in which this agent works, by name.'),
      since: field.time().optional().describe('Only those that changed since then, RFC 3339.'),
    }),
    output: z.object({ threads: z.array(threadView), cursor: z.string().nullable().describe('Null: that was all.') }),
    tells: 'house',
    http: { method: 'GET', path: '/threads' },
    async read(request) {
      const { limit, cursor, status, agent, since } = request.input;
      const { view } = await seenBy(parts, request, READ);
      const found = await parts.reader.threads(view, {
        ...{ status, agent, before: cursor as ThreadId | undefined, limit: limit + 1 },
        since: since === undefined ? undefined : Date.parse(since),
      });
      const page = found.slice(0, limit);
      return { threads: page.map(viewOfThread), cursor: found.length > limit ? page.at(-1)!.id : null };
    },
  });
