/** Threads and their messages as they are shown. */
import * as z from 'zod';
import type { Principal } from '../../guard/principal.ts';
import { rfc3339 } from '../../kernel/time.ts';
import type { SeenFrame, ThreadSummary } from '../ports.ts';
import { isRedactedFor, type Redaction, redacted } from '../rules/redact.ts';
import { FRAME_STATUSES, type Speaker, THREAD_STATUSES, type ThreadMessage } from '../thread.ts';

export const MESSAGE_KINDS = [
  'inject',
  'inbound',
  'call',
  'self',
  'reply',
  'error',
] as const satisfies readonly ThreadMessage['kind'][];

export const threadView = z.object({
  threadId: z.string(),
  owner: z
    .object({ is: z.enum(['principal', 'contact']), id: z.string().nullable() })
    .describe('Who began it; of somebody outside it is not told who.'),
  visibility: z.enum(['organization', 'private']),
  status: z.enum(THREAD_STATUSES),
  because: z.string().nullable().describe('Why it is paused or in error.'),
  agents: z.array(z.string()).describe('Whom its owner speaks to.'),
  createdAt: z.string(),
  updatedAt: z.string(),
});

export const viewOfThread = (thread: ThreadSummary): z.infer<typeof threadView> => ({
  threadId: thread.id,
  owner: thread.owner.is === 'contact' ? { is: 'contact', id: null } : { is: 'principal', id: thread.owner.id },
  visibility: thread.visibility,
  status: thread.status,
  because: thread.because,
  agents: [...thread.agents],
  createdAt: rfc3339(thread.createdAt),
  updatedAt: rfc3339(thread.updatedAt),
});

const usageView = z.object({ inputTokens: z.int(), cachedInputTokens: z.int(), outputTokens: z.int() });
export const frameView = z.object({
  frameId: z.string(),
  calledBy: z
    .string()
    .nullable()
    .describe('The frame that called it; null: the owner of the thread, or one that is not there for you.'),
  agent: z.string(),
  status: z.enum(FRAME_STATUSES),
  depth: z.int(),
  version: z.int().describe('The configuration that it runs under.'),
  usage: usageView,
  createdAt: z.string(),
});

/** Each after the one that called it. */
export const viewOfFrame = ({
  id,
  caller,
  name,
  usage,
  createdAt,
  ...frame
}: SeenFrame): z.infer<typeof frameView> => ({
  ...{ frameId: id, calledBy: caller?.frame ?? null, agent: name },
  ...{ status: frame.status, depth: frame.depth, version: frame.version, usage: { ...usage } },
  createdAt: rfc3339(createdAt),
});

const speakerView = z.string().describe('`agent:<name>` or `owner`.');
export const messageView = z.object({
  messageId: z.string(),
  threadId: z.string(),
  kind: z.enum(MESSAGE_KINDS),
  from: speakerView,
  to: speakerView,
  frameId: z.string().nullable().describe('The frame that it is for; null: the owner.'),
  payload: z.unknown(),
  trust: z.enum(['trusted', 'untrusted']).describe('Whether something from outside went into it.'),
  version: z.int(),
  at: z.string(),
});

const spoken = (speaker: Speaker): string => (speaker.is === 'agent' ? `agent:${speaker.name}` : speaker.is);

export const viewOfMessage = (
  { id, thread, kind, from, to, frame, payload, label, version, at }: ThreadMessage,
  by: Pick<Principal, 'scopes'>,
  redaction: Redaction,
): z.infer<typeof messageView> => ({
  ...{ messageId: id, threadId: thread, kind, from: spoken(from), to: spoken(to), frameId: frame },
  payload: isRedactedFor(redaction, by) ? redacted(payload) : payload,
  ...{ trust: label.integrity, version, at: rfc3339(at) },
});
