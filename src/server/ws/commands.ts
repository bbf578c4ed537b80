/** What a client may say on a socket. Anything else is malformed, and ends the socket. */
import * as z from 'zod';
import { parseStrictJson } from '../../shield/strict-json.ts';
import { EVENT_KIND_NAMES } from '../../swarm/feed/event.ts';

export const MAX_COMMAND_BYTES = 65_536;

const id = z.string().regex(/^[a-z]{3}_[0-9A-Za-z]{1,40}$/);
const ref = z.string().max(100).optional();
const name = z.string().min(1).max(48);
const MAX_NAMED = 200;

const COMMAND = z.discriminatedUnion('type', [
  /** What is left out is not filtered by. */
  z.strictObject({
    type: z.literal('subscribe'),
    ref,
    threads: z.array(id).max(MAX_NAMED).optional(),
    agents: z.array(name).max(MAX_NAMED).optional(),
    events: z.array(z.enum(EVENT_KIND_NAMES)).optional(),
  }),
  /** The fields of `swarm.inject`, which judges them. */
  z.strictObject({
    type: z.literal('inject'),
    ref,
    to: z.unknown(),
    payload: z.unknown(),
    threadId: z.unknown().optional(),
    idempotencyKey: z.unknown().optional(),
  }),
  /** Everything up to this event was taken. Who says it once is never more than 500 events behind. */
  z.strictObject({ type: z.literal('ack'), id }),
]);
export type Command = z.infer<typeof COMMAND>;

/** Null for what is none. */
export function commandOf(bytes: Uint8Array): Command | null {
  const value = parseStrictJson(bytes);
  if (!value.ok) return null;
  const parsed = COMMAND.safeParse(value.value);
  return parsed.success ? parsed.data : null;
}

/** The query of `/ws/messages`. */
export const messageFilter = z.object({
  thread: id.optional(),
  agent: name.optional(),
  kind: z.enum(['inject', 'inbound', 'call', 'self', 'reply', 'error']).optional(),
});
export type MessageFilter = z.infer<typeof messageFilter>;

export const after = z.string().regex(/^evt_[0-9A-Z]{26}$/);
