/** The statements behind messages within threads. */
import { sql } from 'kysely';
import { statement } from './statement.ts';
import type { MessageRow } from './swarm-rows.ts';

/** As the partial indexes have them, to the letter: only so can SQLite see that they apply. */
const isUnread = sql<boolean>`"unread" = 1`;

export const insertMessage = statement<MessageRow>((db, p) =>
  db.insertInto('thread_message').values({
    org: p('org'),
    thread: p('thread'),
    seq: p('seq'),
    id: p('id'),
    frame: p('frame'),
    kind: p('kind'),
    speaker: p('speaker'),
    listener: p('listener'),
    body: p('body'),
    label: p('label'),
    version: p('version'),
    unread: p('unread'),
    at: p('at'),
  }),
);
export const takeMessage = statement<Pick<MessageRow, 'org' | 'id'>, Pick<MessageRow, 'label'>>((db, p) =>
  db
    .updateTable('thread_message')
    .set({ unread: 0 })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where(isUnread)
    .returning('label'),
);
export const anyUnread = statement<{ org: string; frame: string }, Pick<MessageRow, 'seq'>>((db, p) =>
  db
    .selectFrom('thread_message')
    .select('seq')
    .where('org', '=', p('org'))
    .where('frame', '=', p('frame'))
    .where(isUnread)
    .limit(1),
);
/** What is to be read next. */
export const nextUnread = statement<{ org: string; frame: string }, MessageRow>((db, p) =>
  db
    .selectFrom('thread_message')
    .selectAll()
    .where('org', '=', p('org'))
    .where('frame', '=', p('frame'))
    .where(isUnread)
    .orderBy('seq')
    .limit(1),
);
/** Messages that wait for an agent, as `listener` has it. Those of frames that have ended wait for nobody. */
export const queuedFor = statement<Pick<MessageRow, 'org' | 'listener'>, { count: number }>((db, p) =>
  db
    .selectFrom('thread_message')
    .innerJoin('frame', (on) =>
      on.onRef('frame.org', '=', 'thread_message.org').onRef('frame.id', '=', 'thread_message.frame'),
    )
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where(isUnread)
    .where('thread_message.org', '=', p('org'))
    .where('thread_message.listener', '=', p('listener'))
    .where('frame.status', 'in', ['ready', 'running', 'waiting', 'idle']),
);
/** Whoever counts what waits for an agent, to add to it, is alone with it until the transaction ends. */
export const agentLocked = statement<{ org: string; name: string }, { name: string }>((db, p, lock) =>
  lock.wait(db.selectFrom('swarm_agent').select('name').where('org', '=', p('org')).where('name', '=', p('name'))),
);
