/** Messages of people outside on their way to an agent of the swarm. */
import type { Label } from '../guard/label.ts';
import type { AgentId, FrameId, MessageId, OrgId, ThreadId } from '../kernel/ids.ts';
import type { InboundMessage } from '../swarm/inbound.ts';
import { rootFrameOf } from './frame-statements.ts';
import type { Schema } from './schema.ts';
import { attachmentCell, cellOf, type Sealing } from './sealing.ts';
import { statement, type Tx } from './statement.ts';
import { threadWith } from './thread-statements.ts';

type Place = { org: string; message: string; agent: string };
type Row = Pick<Schema['message'], 'channel' | 'contact' | 'subject' | 'body' | 'label'> & { name: string };

/** Only what its agent has not been given; nothing of a person who was erased since. */
const waiting = statement<Place, Row>((db, p) =>
  db
    .selectFrom('swarm_inbox as i')
    .innerJoin('message as m', (on) => on.onRef('m.org', '=', 'i.org').onRef('m.id', '=', 'i.message'))
    .innerJoin('swarm_agent as a', (on) => on.onRef('a.org', '=', 'i.org').onRef('a.agent', '=', 'i.agent'))
    .select(['m.channel', 'm.contact', 'm.subject', 'm.body', 'm.label', 'a.name'])
    .where('i.org', '=', p('org'))
    .where('i.message', '=', p('message'))
    .where('i.agent', '=', p('agent')),
);
const filesOf = statement<{ org: string; message: string }, Pick<Schema['attachment'], 'n' | 'filename'>>((db, p) =>
  db
    .selectFrom('attachment')
    .select(['n', 'filename'])
    .where('org', '=', p('org'))
    .where('message', '=', p('message'))
    .orderBy('n'),
);

export function* inboundOf(
  sealing: Sealing,
  org: OrgId,
  { agent, message }: { readonly agent: AgentId; readonly message: MessageId },
): Tx<InboundMessage | null> {
  const row = yield* waiting.first({ org, message, agent });
  if (row === undefined || row.body === null) return null;
  const { contact } = row;
  const key = yield* sealing.contactKey(org, contact);
  const from = yield* sealing.address(org, contact);
  if (key === null || from === null) return null;
  const opened = (column: 'subject' | 'body', text: string) =>
    sealing.openPersonal(key, text, cellOf(org, 'message', column, message)) ?? '';
  const subject = row.subject === null ? {} : { subject: opened('subject', row.subject) };
  const files = yield* filesOf.all({ org, message });
  const attachments = files.map(
    ({ n, filename }) => sealing.openPersonal(key, filename, attachmentCell(org, message, n, 'filename')) ?? '',
  );
  const thread = (yield* threadWith.first({ org, agent, contact }))?.id as ThreadId | undefined;
  const frame =
    thread === undefined ? undefined : ((yield* rootFrameOf.first({ org, thread, name: row.name }))?.id as FrameId);
  return {
    contact,
    payload: {
      channel: row.channel,
      from,
      ...subject,
      text: opened('body', row.body),
      messageId: message,
      attachments,
    },
    label: JSON.parse(row.label) as Label,
    thread: thread ?? null,
    frame: frame ?? null,
  };
}
