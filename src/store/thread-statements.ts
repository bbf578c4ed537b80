/** The statements behind threads. */
import { sql } from 'kysely';
import { type FramePlace, frameById } from './frame-statements.ts';
import { statement, type Tx } from './statement.ts';
import type { FrameRow, ThreadRow } from './swarm-rows.ts';

export const insertThread = statement<ThreadRow>((db, p) =>
  db.insertInto('thread').values({
    org: p('org'),
    id: p('id'),
    owner: p('owner'),
    contact: p('contact'),
    visibility: p('visibility'),
    status: p('status'),
    because: p('because'),
    fork: p('fork'),
    seq: p('seq'),
    created_at: p('created_at'),
    updated_at: p('updated_at'),
    agent: p('agent'),
  }),
);
export const threadById = statement<Pick<ThreadRow, 'org' | 'id'>, ThreadRow>((db, p) =>
  db.selectFrom('thread').selectAll().where('org', '=', p('org')).where('id', '=', p('id')),
);
/** Takes the thread's next number; whoever else appends waits. */
export const nextSeq = statement<Pick<ThreadRow, 'org' | 'id' | 'updated_at'>, Pick<ThreadRow, 'seq' | 'status'>>(
  (db, p) =>
    db
      .updateTable('thread')
      .set((eb) => ({ seq: eb('seq', '+', 1), updated_at: p('updated_at') }))
      .where('org', '=', p('org'))
      .where('id', '=', p('id'))
      .returning(['seq', 'status']),
);
/** Not of one that was killed: that is an end. */
export const setThreadStatus = statement<Pick<ThreadRow, 'org' | 'id' | 'status' | 'because' | 'updated_at'>>((db, p) =>
  db
    .updateTable('thread')
    .set({ status: p('status'), because: p('because'), updated_at: p('updated_at') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('status', '!=', 'killed'),
);
/** Of one at work alone: what a person paused stays paused. */
export const restThread = statement<Pick<ThreadRow, 'org' | 'id' | 'status' | 'because' | 'updated_at'>>((db, p) =>
  db
    .updateTable('thread')
    .set({ status: p('status'), because: p('because'), updated_at: p('updated_at') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('status', '=', 'active'),
);
/** Why a person should look at it, while it is at work. */
export const markThread = statement<Pick<ThreadRow, 'org' | 'id' | 'because'>>((db, p) =>
  db
    .updateTable('thread')
    .set({ because: p('because') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('status', '=', 'active'),
);
export const openThreadsOf = statement<{ org: string; owner: string }, { count: number }>((db, p) =>
  db
    .selectFrom('thread')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('org', '=', p('org'))
    .where('owner', '=', p('owner'))
    .where('status', 'in', ['active', 'paused']),
);
/** The same for an organisation's threads. */
export const swarmLocked = statement<{ org: string }, { org: string }>((db, p, lock) =>
  lock.wait(db.selectFrom('swarm').select('org').where('org', '=', p('org'))),
);
/** The threads of these frames, before the frames: so all servers take locks in one order. */
export const threadLocked = statement<FramePlace, ThreadRow>((db, p, lock) =>
  lock.wait(
    db
      .selectFrom('thread')
      .selectAll('thread')
      .where('thread.org', '=', p('org'))
      .where('thread.id', '=', (eb) =>
        eb.selectFrom('frame').select('frame.thread').where('frame.org', '=', p('org')).where('frame.id', '=', p('id')),
      ),
  ),
);
/** The thread of an agent and a person outside that is not killed. */
export const threadWith = statement<{ org: string; agent: string; contact: string }, Pick<ThreadRow, 'id'>>((db, p) =>
  db
    .selectFrom('thread')
    .select('id')
    .where('org', '=', p('org'))
    .where('agent', '=', p('agent'))
    .where('contact', '=', p('contact'))
    .where(sql<boolean>`contact is not null and status <> 'killed'`),
);

/** Null where one of them is not there. */
export function* frameWithThread(
  org: string,
  id: string,
): Tx<{ readonly frame: FrameRow; readonly thread: ThreadRow } | null> {
  const frame = yield* frameById.first({ org, id });
  const thread = frame === undefined ? undefined : yield* threadById.first({ org, id: frame.thread });
  return frame === undefined || thread === undefined ? null : { frame, thread };
}
