/** The statements behind pausing and stopping. A filter that is empty lets everything through. */
import { type ExpressionBuilder, sql } from 'kysely';
import { BECAUSE_BUDGET } from '../swarm/budgets/budget.ts';
import { isOpen } from './action-row.ts';
import type { Schema } from './schema.ts';
import { lookup, statement } from './statement.ts';
import type { FrameRow, ThreadRow } from './swarm-rows.ts';

type PauseRow = Schema['swarm_pause'];
type StopRow = Schema['swarm_stop'];
type ActionRow = Schema['action'];

/** As the partial index has it, to the letter. */
const isBusy = sql<boolean>`"frame"."status" in ('ready', 'running', 'waiting')`;
const isUnread = sql<boolean>`"thread_message"."unread" = 1`;

/** Of the column, unless `wanted` is empty. */
const ifAny = <DB, TB extends keyof DB>(eb: ExpressionBuilder<DB, TB>, column: string, wanted: string) =>
  eb.or([sql<boolean>`cast(${wanted} as text) = ''`, sql<boolean>`${sql.ref(column)} = cast(${wanted} as text)`]);

/** What is paused for a stronger reason stays so: `stop`, then `person`, then `budget`. */
export const setPause = statement<Omit<PauseRow, 'until'>>((db, p) =>
  db
    .insertInto('swarm_pause')
    .values({ org: p('org'), subject: p('subject'), because: p('because'), by: p('by'), at: p('at'), until: null })
    .onConflict((conflict) =>
      conflict
        .columns(['org', 'subject'])
        .doUpdateSet((eb) => ({
          because: eb.ref('excluded.because'),
          by: eb.ref('excluded.by'),
          at: eb.ref('excluded.at'),
          until: eb.ref('excluded.until'),
        }))
        .where('swarm_pause.because', '!=', 'stop')
        .where((eb) => eb(eb.ref('excluded.because'), '!=', 'budget')),
    ),
);
export const liftPause = statement<Pick<PauseRow, 'org' | 'subject' | 'because'>>((db, p) =>
  db
    .deleteFrom('swarm_pause')
    .where('org', '=', p('org'))
    .where('subject', '=', p('subject'))
    .where('because', '=', p('because')),
);
/** Not of threads: those may be many, and their own status says it. Nor for a budget: that one is asked at every take. */
export const pausesOf = statement<{ org: string }, Pick<PauseRow, 'subject' | 'because'>>((db, p) =>
  db
    .selectFrom('swarm_pause')
    .select(['subject', 'because'])
    .where('org', '=', p('org'))
    .where('subject', 'not like', 'thread:%')
    .where('because', '!=', BECAUSE_BUDGET),
);
export const pauseThread = statement<Pick<ThreadRow, 'org' | 'id' | 'because' | 'updated_at'>>((db, p) =>
  db
    .updateTable('thread')
    .set({ status: 'paused', because: p('because'), updated_at: p('updated_at') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('status', '!=', 'killed'),
);
export const unpauseThread = statement<Pick<ThreadRow, 'org' | 'id' | 'status' | 'updated_at'>>((db, p) =>
  db
    .updateTable('thread')
    .set({ status: p('status'), because: null, updated_at: p('updated_at') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('status', '=', 'paused'),
);

export const insertStop = statement<Omit<StopRow, 'finished_at'>>((db, p) =>
  db.insertInto('swarm_stop').values({
    org: p('org'),
    id: p('id'),
    subject: p('subject'),
    agent: p('agent'),
    by: p('by'),
    at: p('at'),
    found: p('found'),
  }),
);
export const stopLocked = statement<Pick<StopRow, 'org' | 'id'>, StopRow>((db, p, lock) =>
  lock.wait(db.selectFrom('swarm_stop').selectAll().where('org', '=', p('org')).where('id', '=', p('id'))),
);
export const stopById = statement<Pick<StopRow, 'org' | 'id'>, StopRow>((db, p) =>
  db.selectFrom('swarm_stop').selectAll().where('org', '=', p('org')).where('id', '=', p('id')),
);
export const saveFound = statement<Pick<StopRow, 'org' | 'id' | 'found'>>((db, p) =>
  db
    .updateTable('swarm_stop')
    .set({ found: p('found') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id')),
);
export const finishStop = statement<{ org: string; id: string; now: number }>((db, p) =>
  db
    .updateTable('swarm_stop')
    .set({ finished_at: p('now') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('finished_at', 'is', null),
);
export const recentStops = statement<{ since: number }, StopRow>((db, p) =>
  db
    .selectFrom('swarm_stop')
    .selectAll()
    .where((eb) => eb.or([eb('at', '>=', p('since')), eb('finished_at', 'is', null)]))
    .orderBy('at')
    .limit(1_000),
);
export const unfinishedStops = statement<{ org: string }, Pick<StopRow, 'agent'>>((db, p) =>
  db.selectFrom('swarm_stop').select('agent').where('org', '=', p('org')).where('finished_at', 'is', null),
);

/** Frames that are at work or wait to be. */
export const busyFramesIn = statement<
  { org: string; thread: string },
  Pick<FrameRow, 'org' | 'id' | 'thread' | 'caller' | 'caller_step' | 'name' | 'agent' | 'status'>
>((db, p) =>
  db
    .selectFrom('frame')
    .select(['org', 'id', 'thread', 'caller', 'caller_step', 'name', 'agent', 'status'])
    .where(isBusy)
    .where('org', '=', p('org'))
    .where((eb) => ifAny(eb, 'frame.thread', p('thread'))),
);
type FoundAction = Pick<ActionRow, 'id' | 'name' | 'agent' | 'state'>;
/** What busy frames have under way, or nobody knows the outcome of. */
export const openActionsOfFrames = statement<{ org: string; thread: string }, FoundAction & { frame: string }>(
  (db, p) =>
    db
      .selectFrom('frame')
      .innerJoin('step', (on) => on.onRef('step.org', '=', 'frame.org').onRef('step.frame', '=', 'frame.id'))
      .innerJoin('action', (on) => on.onRef('action.org', '=', 'step.org').onRef('action.id', '=', 'step.action'))
      .select(['action.id', 'action.name', 'action.agent', 'action.state', 'frame.id as frame'])
      .where(isBusy)
      .where('frame.org', '=', p('org'))
      .where((eb) => ifAny(eb, 'frame.thread', p('thread')))
      .where('step.state', '!=', 'done')
      .where('action.state', 'in', ['held', 'ready', 'claimed', 'unknown']),
);
/** What agents asked for, by whichever door; and what anybody asked for that waits for an approval. */
export const openActionsOfAgents = statement<{ org: string; agent: string }, FoundAction>((db, p) =>
  db
    .selectFrom('action')
    .select(['id', 'name', 'agent', 'state'])
    .where(isOpen)
    .where('org', '=', p('org'))
    .where((eb) => eb.or([eb('agent', 'is not', null), eb('state', '=', 'held')]))
    .where((eb) => ifAny(eb, 'agent', p('agent'))),
);
export const actionStates = lookup(
  'action',
  ['org', 'id'],
  ['state', 'agent', 'by_id', 'by_kind', 'contact', 'frozen'],
);

const MOST_IDS = 1_000;
type Unread = { id: string; thread: string; agent: string };
export const unreadIn = statement<{ org: string; thread: string; agent: string }, Unread>((db, p) =>
  db
    .selectFrom('thread_message')
    .innerJoin('frame', (on) =>
      on.onRef('frame.org', '=', 'thread_message.org').onRef('frame.id', '=', 'thread_message.frame'),
    )
    .select(['thread_message.id', 'frame.thread', 'frame.agent'])
    .where(isUnread)
    .where('thread_message.org', '=', p('org'))
    .where((eb) => ifAny(eb, 'frame.thread', p('thread')))
    .where((eb) => ifAny(eb, 'frame.agent', p('agent')))
    .orderBy('thread_message.id')
    .limit(MOST_IDS),
);
export const countUnreadIn = statement<{ org: string; thread: string; agent: string }, { count: number }>((db, p) =>
  db
    .selectFrom('thread_message')
    .innerJoin('frame', (on) =>
      on.onRef('frame.org', '=', 'thread_message.org').onRef('frame.id', '=', 'thread_message.frame'),
    )
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where(isUnread)
    .where('thread_message.org', '=', p('org'))
    .where((eb) => ifAny(eb, 'frame.thread', p('thread')))
    .where((eb) => ifAny(eb, 'frame.agent', p('agent'))),
);
export const killOpenThreads = statement<{ org: string; now: number }, Pick<ThreadRow, 'id'>>((db, p) =>
  db
    .updateTable('thread')
    .set({ status: 'killed', because: 'stop', updated_at: p('now') })
    .where('org', '=', p('org'))
    .where('status', 'in', ['active', 'paused'])
    .returning('id'),
);

/** Locks the fences of all agents and of the swarm, in the order in which whoever is judged takes them. */
export const lockFencesOfAgents = statement<{ org: string; swarm: string }, { subject: string }>((db, p, lock) =>
  lock.wait(
    db
      .selectFrom('fence')
      .select('subject')
      .where('org', '=', p('org'))
      .where((eb) => eb.or([eb('subject', 'like', 'agent:%'), eb('subject', '=', p('swarm'))]))
      .orderBy('subject'),
  ),
);
export const bumpFencesOfAgents = statement<{ org: string }>((db, p) =>
  db
    .updateTable('fence')
    .set((eb) => ({ epoch: eb('epoch', '+', 1) }))
    .where('org', '=', p('org'))
    .where('subject', 'like', 'agent:%'),
);
/** Before they are revoked. */
export const bumpFencesOfTokens = statement<{ org: string; agent: string }>((db, p) =>
  db
    .updateTable('fence')
    .set((eb) => ({ epoch: eb('epoch', '+', 1) }))
    .where('org', '=', p('org'))
    .where('subject', 'in', (eb) =>
      eb
        .selectFrom('agent_tokens')
        .select(sql<string>`'token:' || "agent_tokens"."id"`.as('subject'))
        .where('agent_tokens.org', '=', p('org'))
        .where('agent_tokens.revoked_at', 'is', null)
        .where((on) => ifAny(on, 'agent_tokens.agent', p('agent'))),
    ),
);
export const revokeTokens = statement<
  { org: string; agent: string; at: number },
  Pick<Schema['agent_tokens'], 'id' | 'agent'>
>((db, p) =>
  db
    .updateTable('agent_tokens')
    .set({ revoked_at: p('at') })
    .where('org', '=', p('org'))
    .where('revoked_at', 'is', null)
    .where((eb) => ifAny(eb, 'agent', p('agent')))
    .returning(['id', 'agent']),
);
