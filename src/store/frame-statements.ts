/** The statements behind frames: what is ready, who has the lease, what wakes it. */
import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';
import { statement } from './statement.ts';
import type { FrameRow } from './swarm-rows.ts';

/** As the partial indexes have them, to the letter: only so can SQLite see that they apply. */
const isReady = sql<boolean>`"frame"."status" = 'ready'`;
const isRunning = sql<boolean>`"status" = 'running'`;
const isOpenStep = sql<boolean>`"step"."state" in ('begun', 'waiting', 'unknown') and "step"."action" is not null`;

export const insertFrame = statement<FrameRow>((db, p) =>
  db.insertInto('frame').values({
    org: p('org'),
    id: p('id'),
    thread: p('thread'),
    caller: p('caller'),
    caller_step: p('caller_step'),
    name: p('name'),
    agent: p('agent'),
    depth: p('depth'),
    selfs: p('selfs'),
    status: p('status'),
    label: p('label'),
    version: p('version'),
    attempt: p('attempt'),
    failures: p('failures'),
    node: p('node'),
    lease_until: p('lease_until'),
    ready_at: p('ready_at'),
    created_at: p('created_at'),
  }),
);
export type FramePlace = Pick<FrameRow, 'org' | 'id'>;
export const frameById = statement<FramePlace, FrameRow>((db, p) =>
  db.selectFrom('frame').selectAll().where('org', '=', p('org')).where('id', '=', p('id')),
);
export const frameUnlessLocked = statement<FramePlace, FrameRow>((db, p, lock) =>
  lock.skip(db.selectFrom('frame').selectAll().where('org', '=', p('org')).where('id', '=', p('id'))),
);
export const rootFrameOf = statement<Pick<FrameRow, 'org' | 'thread' | 'name'>, Pick<FrameRow, 'id'>>((db, p) =>
  db
    .selectFrom('frame')
    .select('id')
    .where('org', '=', p('org'))
    .where('thread', '=', p('thread'))
    .where('name', '=', p('name'))
    .where('caller', 'is', null)
    .where('status', '!=', 'killed'),
);
export const framesOfThread = statement<Pick<FrameRow, 'org' | 'thread'>, FrameRow>((db, p) =>
  db
    .selectFrom('frame')
    .selectAll()
    .where('org', '=', p('org'))
    .where('thread', '=', p('thread'))
    .orderBy('created_at')
    .orderBy('id'),
);
/** What may be worked on: thread, agent and organisation are at work and nothing of it is paused. */
const isAtWork = sql<boolean>`"thread"."status" in ('active', 'completed', 'error') and "agent"."status" = 'active'
  and "organization"."status" = 'active' and not exists (select 1 from "swarm_pause" where "swarm_pause"."org" = "frame"."org"
  and "swarm_pause"."subject" in ('swarm', 'agent:' || "frame"."name", 'thread:' || "frame"."thread",
  'user:' || case when "thread"."contact" is null then "thread"."owner" else "thread"."id" end))`;
const framesAtWork = (db: Kysely<Schema>) =>
  db
    .selectFrom('frame')
    .innerJoin('thread', (on) => on.onRef('thread.org', '=', 'frame.org').onRef('thread.id', '=', 'frame.thread'))
    .innerJoin('agent', (on) => on.onRef('agent.org', '=', 'frame.org').onRef('agent.id', '=', 'frame.agent'))
    .innerJoin('organization', 'organization.id', 'frame.org')
    .where(isAtWork);
export type ReadyFrame = FramePlace & Pick<FrameRow, 'name' | 'thread'>;
/** The longest ready first, whatever their threads. */
export const oldestReady = statement<{ now: number; max: number }, ReadyFrame>((db, p) =>
  framesAtWork(db)
    .select(['frame.org', 'frame.id', 'frame.name', 'frame.thread'])
    .where(isReady)
    .where('frame.ready_at', '<=', p('now'))
    .orderBy('frame.ready_at')
    .orderBy('frame.id')
    .limit(p('max')),
);
/**
 * The threads in turn, of each the longest ready first; of every agent as many as of any other, so that one which has no room
 * leaves some to the rest. Looks at all that is ready.
 */
export const readyInTurn = statement<{ now: number; max: number }, ReadyFrame>((db, p) => {
  const byThread = framesAtWork(db)
    .select(['frame.org', 'frame.id', 'frame.name', 'frame.thread', 'frame.ready_at'])
    .select((row) =>
      row.fn
        .agg<number>('row_number')
        .over((over) => over.partitionBy(['frame.org', 'frame.thread']).orderBy('frame.ready_at').orderBy('frame.id'))
        .as('turn'),
    )
    .where(isReady)
    .where('frame.ready_at', '<=', p('now'));
  const byAgent = db
    .selectFrom(byThread.as('thread_queue'))
    .selectAll()
    .select((row) =>
      row.fn
        .agg<number>('row_number')
        .over((over) => over.partitionBy(['org', 'name']).orderBy('turn').orderBy('ready_at').orderBy('id'))
        .as('place'),
    );
  const some = db
    .selectFrom(byAgent.as('agent_queue'))
    .selectAll()
    .orderBy('place')
    .orderBy('turn')
    .orderBy('ready_at')
    .limit(p('max'));
  return db
    .selectFrom(some.as('some'))
    .select(['org', 'id', 'name', 'thread'])
    .orderBy('turn')
    .orderBy('ready_at')
    .orderBy('id');
});
/** One that is ready and at work, unless somebody else has it. What is not, is not locked. */
export const claimableFrame = statement<FramePlace & { now: number }, FrameRow>((db, p, lock) =>
  lock.skip(
    framesAtWork(db)
      .selectAll('frame')
      .where('frame.org', '=', p('org'))
      .where('frame.id', '=', p('id'))
      .where(isReady)
      .where('frame.ready_at', '<=', p('now')),
    'frame',
  ),
);
/** Whether it may be worked on, or gone on with. */
export const mayBeWorkedOn = statement<FramePlace, Pick<FrameRow, 'id'>>((db, p) =>
  framesAtWork(db).select('frame.id').where('frame.org', '=', p('org')).where('frame.id', '=', p('id')),
);
/** How many turns of each agent are under way, on all servers. */
export const runningFrames = statement<Record<string, never>, Pick<FrameRow, 'org' | 'name'> & { count: number }>(
  (db) =>
    db
      .selectFrom('frame')
      .select(['org', 'name'])
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where(isRunning)
      .groupBy(['org', 'name']),
);
export const leaseFrame = statement<Pick<FrameRow, 'org' | 'id' | 'attempt' | 'node' | 'lease_until'>>((db, p) =>
  db
    .updateTable('frame')
    .set({ status: 'running', attempt: p('attempt'), node: p('node'), lease_until: p('lease_until') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('status', '=', 'ready'),
);
export const extendLease = statement<Pick<FrameRow, 'org' | 'id' | 'attempt' | 'lease_until'>>((db, p) =>
  db
    .updateTable('frame')
    .set({ lease_until: p('lease_until') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('attempt', '=', p('attempt'))
    .where('status', '=', 'running'),
);
/** Leased by a process that is gone: its lease is over, or (where this process is alone) it is not this one's. */
export const abandonedFrames = statement<{ now: number; node: string; alone: number }, FramePlace>((db, p) =>
  db
    .selectFrom('frame')
    .select(['org', 'id'])
    .where(isRunning)
    .where((eb) =>
      eb.or([eb('lease_until', '<', p('now')), eb.and([eb(eb.val(p('alone')), '=', 1), eb('node', '!=', p('node'))])]),
    )
    .limit(1000),
);
export const setFrame = statement<FramePlace & Pick<FrameRow, 'status' | 'ready_at' | 'failures'>>((db, p) =>
  db
    .updateTable('frame')
    .set({
      status: p('status'),
      ready_at: p('ready_at'),
      failures: p('failures'),
      node: null,
      lease_until: null,
    })
    .where('org', '=', p('org'))
    .where('id', '=', p('id')),
);
export const setFrameLabel = statement<FramePlace & Pick<FrameRow, 'label'>>((db, p) =>
  db
    .updateTable('frame')
    .set({ label: p('label') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id')),
);
export const setFrameVersion = statement<FramePlace & Pick<FrameRow, 'version'>>((db, p) =>
  db
    .updateTable('frame')
    .set({ version: p('version') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id')),
);
/** Frames of a thread that are at work or wait to be. */
export const busyFrames = statement<Pick<FrameRow, 'org' | 'thread'>, { count: number }>((db, p) =>
  db
    .selectFrom('frame')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('org', '=', p('org'))
    .where('thread', '=', p('thread'))
    .where('status', 'in', ['ready', 'running', 'waiting']),
);
/** Waiting frames with a step whose action is decided by now. */
export const decidedFrames = statement<Record<string, never>, FramePlace>((db) =>
  db
    .selectFrom('step')
    .innerJoin('action', (on) => on.onRef('action.org', '=', 'step.org').onRef('action.id', '=', 'step.action'))
    .innerJoin('frame', (on) => on.onRef('frame.org', '=', 'step.org').onRef('frame.id', '=', 'step.frame'))
    .select(['frame.org as org', 'frame.id as id'])
    .distinct()
    .where(isOpenStep)
    .where('frame.status', '=', 'waiting')
    .where((eb) =>
      eb.or([
        eb.and([eb('step.state', '!=', 'unknown'), eb('action.state', 'not in', ['ready', 'claimed', 'held'])]),
        eb('action.state', 'in', ['done', 'failed', 'cancelled']), // news of what nobody knew
      ]),
    )
    .limit(500),
);
/** The waiting frame whose open step asked for an action becomes ready. */
export const wakeFrameOf = statement<
  { org: string; action: string; now: number },
  Pick<FrameRow, 'id' | 'thread' | 'name'>
>((db, p) =>
  db
    .updateTable('frame')
    .set({ status: 'ready', ready_at: p('now') })
    .where('org', '=', p('org'))
    .where('status', '=', 'waiting')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('step')
        .select('step.frame')
        .where('step.org', '=', p('org'))
        .where('step.action', '=', p('action'))
        .where(isOpenStep),
    )
    .returning(['id', 'thread', 'name']),
);
