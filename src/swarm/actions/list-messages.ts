/**
 * What was said in the swarm, all of it, newest first: of one thread, or of every thread that who asks may see. Payloads are
 * shown to whoever may see the thread; `REDACT_PAYLOADS` takes phone numbers, mail addresses and card numbers out.
 */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import type { Request } from '../../guard/request.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { MessageId, ThreadId } from '../../kernel/ids.ts';
import { MESSAGE_KINDS, messageView, viewOfMessage } from '../views/threads.ts';
import { READ_ENVELOPE, type ReadParts, seenBy } from '../views/view.ts';

const FILTER = {
  limit: z.int().min(1).max(200).default(50),
  cursor: field.id('msg').optional().describe('The cursor of the page before.'),
  agent: field.code(48).optional().describe('Only what was said to or by this agent, by name.'),
  kind: z.enum(MESSAGE_KINDS).optional(),
  since: field.time().optional().describe('Only what was said since then, RFC 3339.'),
} as const;
const OF_THREAD = z.object({ threadId: field.id('thr'), ...FILTER });
const OF_ALL = z.object(FILTER);
const OUTPUT = z.object({
  messages: z.array(messageView),
  cursor: z.string().nullable().describe('Null: that was all.'),
});

const COMMON = { ...READ_ENVELOPE, output: OUTPUT } as const;

async function page(
  parts: ReadParts,
  request: Pick<Request<z.infer<typeof OF_ALL>>, 'by' | 'org' | 'input'>,
  action: string,
  thread: ThreadId | undefined,
): Promise<z.infer<typeof OUTPUT>> {
  const { limit, cursor, agent, kind, since } = request.input;
  const { view } = await seenBy(parts, request, { action, access: COMMON.access });
  if (thread !== undefined && (await parts.reader.thread(view, thread)) === null)
    throw new SallyportError('not_found', 'There is no such thread.');
  const { messages, more } = await parts.reader.messages(view, {
    ...{ thread, agent, kind, before: cursor as MessageId | undefined, limit },
    since: since === undefined ? undefined : Date.parse(since),
  });
  return {
    messages: messages.map((message) => viewOfMessage(message, request.by, parts.redaction)),
    cursor: more ? messages.at(-1)!.id : null,
  };
}

export const listMessages = (parts: ReadParts): AnyAction =>
  readAction({
    ...COMMON,
    name: 'swarm.list_messages',
    says: 'Lists what was said in the swarm, newest first.',
    input: OF_ALL,
    http: { method: 'GET', path: '/messages' },
    read: (request) => page(parts, request, 'swarm.list_messages', undefined),
  });

export const listThreadMessages = (parts: ReadParts): AnyAction =>
  readAction({
    ...COMMON,
    name: 'swarm.list_thread_messages',
    says: 'Lists what was said in one thread of the swarm, newest first.',
    input: OF_THREAD,
    http: { method: 'GET', path: '/threads/{threadId}/messages' },
    read: (request) => page(parts, request, 'swarm.list_thread_messages', request.input.threadId as ThreadId),
  });
