/** The statements behind threads, frames, steps and messages. */
import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';
import { statement } from './statement.ts';
import type { FrameRow, MessageRow, StepRow, ThreadRow, TranscriptRow } from './swarm-rows.ts';

/** As the partial indexes have them, to the letter: only so can SQLite see that they apply. */
const isReady = sql<boolean>`"frame"."status" = 'ready'`;
const isRunning = sql<boolean>`"status" = 'running'`;
const isUnread = sql<boolean>`"unread" = 1`;
const isOpenStep = sql<boolean>`"step"."state" in ('begun', 'waiting', 'unknown') and "step"."action" is not null`;
const isUnfinished = sql<boolean>`"state" <> 'done'`;

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
type FramePlace = Pick<FrameRow, 'org' | 'id'>;
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

export const insertStep = statement<StepRow>((db, p) =>
  db.insertInto('step').values({
    org: p('org'),
    frame: p('frame'),
    n: p('n'),
    kind: p('kind'),
    state: p('state'),
    call: p('call'),
    name: p('name'),
    action: p('action'),
    child: p('child'),
    message: p('message'),
    body: p('body'),
    label: p('label'),
    usage: p('usage'),
    at: p('at'),
    ended_at: p('ended_at'),
  }),
);
type StepPlace = Pick<StepRow, 'org' | 'frame' | 'n'>;
/** A call that has no result becomes one that was never made. */
export const unmakeStep = statement<StepPlace & Pick<StepRow, 'at'>>((db, p) =>
  db
    .updateTable('step')
    .set({ action: null, state: 'begun', at: p('at') })
    .where('org', '=', p('org'))
    .where('frame', '=', p('frame'))
    .where('n', '=', p('n'))
    .where('kind', '=', 'call')
    .where(isUnfinished),
);
/** A step's first try, or another one of what failed without having done anything. */
export const beginStep = statement<
  Pick<StepRow, 'org' | 'frame' | 'n' | 'kind' | 'state' | 'call' | 'name' | 'action' | 'child' | 'label' | 'at'>
>((db, p) =>
  db
    .insertInto('step')
    .values({
      ...{ org: p('org'), frame: p('frame'), n: p('n'), kind: p('kind'), state: p('state'), call: p('call') },
      ...{ name: p('name'), action: p('action'), child: p('child'), label: p('label'), at: p('at') },
    })
    .onConflict((conflict) =>
      conflict
        .columns(['org', 'frame', 'n'])
        .doUpdateSet((eb) => ({
          action: eb.ref('excluded.action'),
          child: eb.ref('excluded.child'),
          state: eb.ref('excluded.state'),
          at: eb.ref('excluded.at'),
        }))
        .where('step.state', '=', 'begun'),
    ),
);
export const endStep = statement<StepPlace & Pick<StepRow, 'state' | 'body' | 'label' | 'usage' | 'ended_at'>>(
  (db, p) =>
    db
      .updateTable('step')
      .set({ state: p('state'), body: p('body'), label: p('label'), usage: p('usage'), ended_at: p('ended_at') })
      .where('org', '=', p('org'))
      .where('frame', '=', p('frame'))
      .where('n', '=', p('n'))
      .where('state', '!=', 'done'),
);
export const stepAt = statement<StepPlace, Pick<StepRow, 'kind' | 'state' | 'action' | 'child' | 'name'>>((db, p) =>
  db
    .selectFrom('step')
    .select(['kind', 'state', 'action', 'child', 'name'])
    .where('org', '=', p('org'))
    .where('frame', '=', p('frame'))
    .where('n', '=', p('n')),
);
const transcriptRows = (db: Kysely<Schema>) =>
  db
    .selectFrom('step')
    .leftJoin('thread_message as m', (on) =>
      on.onRef('m.org', '=', 'step.org').onRef('m.id', '=', 'step.message').on('step.kind', '=', 'input'),
    )
    .selectAll('step')
    .select(['m.org as m_org', 'm.thread as m_thread', 'm.seq as m_seq', 'm.id as m_id', 'm.frame as m_frame'])
    .select(['m.kind as m_kind', 'm.speaker as m_speaker', 'm.listener as m_listener', 'm.body as m_body'])
    .select(['m.label as m_label', 'm.version as m_version', 'm.unread as m_unread', 'm.at as m_at'])
    .orderBy('step.n');
export const transcriptOf = statement<Pick<StepRow, 'org' | 'frame'>, TranscriptRow>((db, p) =>
  transcriptRows(db).where('step.org', '=', p('org')).where('step.frame', '=', p('frame')),
);
/** From its last input on. */
export const transcriptSinceInput = statement<Pick<StepRow, 'org' | 'frame'>, TranscriptRow>((db, p) =>
  transcriptRows(db)
    .where('step.org', '=', p('org'))
    .where('step.frame', '=', p('frame'))
    .where('step.n', '>=', (eb) =>
      eb.fn.coalesce(
        eb
          .selectFrom('step as last')
          .select('last.n')
          .where('last.org', '=', p('org'))
          .where('last.frame', '=', p('frame'))
          .where('last.kind', '=', 'input')
          .orderBy('last.n', 'desc')
          .limit(1),
        eb.val(0),
      ),
    ),
);
/** The end of a piece of work, as the frame's next step. */
export const insertAnswer = statement<Pick<StepRow, 'org' | 'frame' | 'label' | 'at'> & { message: string }>((db, p) =>
  db.insertInto('step').values((eb) => ({
    ...{ org: p('org'), frame: p('frame'), kind: 'answer', state: 'done', message: p('message'), label: p('label') },
    ...{ at: p('at'), ended_at: p('at') },
    n: eb(
      eb.fn.coalesce(
        eb
          .selectFrom('step as last')
          .select((of) => of.fn.max('last.n').as('n'))
          .where('last.org', '=', p('org'))
          .where('last.frame', '=', p('frame')),
        eb.val(-1),
      ),
      '+',
      1,
    ),
  })),
);
/** What a frame has begun and has no result of. */
export const openStepsOf = statement<Pick<StepRow, 'org' | 'frame'>, Pick<StepRow, 'n' | 'kind' | 'action' | 'child'>>(
  (db, p) =>
    db
      .selectFrom('step')
      .select(['n', 'kind', 'action', 'child'])
      .where('org', '=', p('org'))
      .where('frame', '=', p('frame'))
      .where(isUnfinished),
);
/** Calls of a frame that have no result yet. */
export const openCallsOf = statement<Pick<StepRow, 'org' | 'frame'>, { count: number }>((db, p) =>
  db
    .selectFrom('step')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('org', '=', p('org'))
    .where('frame', '=', p('frame'))
    .where('kind', '=', 'call')
    .where(isUnfinished),
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
type InboxRow = Schema['swarm_inbox'];
export const swarmAgentOf = statement<{ org: string; agent: string }, { name: string }>((db, p) =>
  db
    .selectFrom('swarm_agent')
    .select('name')
    .where('org', '=', p('org'))
    .where('agent', '=', p('agent'))
    .where('status', '=', 'active'),
);
export const putIntoInbox = statement<InboxRow>((db, p) =>
  db.insertInto('swarm_inbox').values({ org: p('org'), message: p('message'), agent: p('agent'), at: p('at') }),
);
type WaitingRow = Omit<InboxRow, 'at'> & { name: string };
/** With the name that the agent has, or had, in the swarm. */
const inboxRows = (db: Kysely<Schema>) =>
  db
    .selectFrom('swarm_inbox as i')
    .innerJoin('swarm_agent as a', (on) => on.onRef('a.org', '=', 'i.org').onRef('a.agent', '=', 'i.agent'))
    .select(['i.org', 'i.message', 'i.agent', 'a.name']);
/** The oldest first. */
export const inbox = statement<{ max: number }, WaitingRow>((db, p) =>
  inboxRows(db).orderBy('i.at').orderBy('i.message').limit(p('max')),
);
/** The agents in turn, of each the oldest first; looks at all that waits. */
export const inboxInTurn = statement<{ max: number }, WaitingRow>((db, p) =>
  db
    .selectFrom(
      inboxRows(db)
        .select('i.at')
        .select((row) =>
          row.fn
            .agg<number>('row_number')
            .over((over) => over.partitionBy(['i.org', 'i.agent']).orderBy('i.at').orderBy('i.message'))
            .as('place'),
        )
        .as('queue'),
    )
    .select(['org', 'message', 'agent', 'name'])
    .orderBy('place')
    .orderBy('at')
    .limit(p('max')),
);
export const takeFromInbox = statement<Pick<InboxRow, 'org' | 'message'>>((db, p) =>
  db.deleteFrom('swarm_inbox').where('org', '=', p('org')).where('message', '=', p('message')),
);
