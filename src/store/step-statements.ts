/** The statements behind steps, and what a frame knows of them. */
import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';
import { statement } from './statement.ts';
import type { StepRow, TranscriptRow } from './swarm-rows.ts';

/** As the partial indexes have them, to the letter: only so can SQLite see that they apply. */
const isUnfinished = sql<boolean>`"state" <> 'done'`;

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
