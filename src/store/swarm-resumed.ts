/**
 * Since when a thread works on what was said to it last: since it was taken up, or since it went on after a pause. Else whoever
 * wrote shortly before a long pause would find the time used up before anything was done.
 */
import { sql } from 'kysely';
import type { Schema } from './schema.ts';
import { statement, type Tx } from './statement.ts';
import type { FrameRow, StepRow, ThreadRow } from './swarm-rows.ts';

/** As the partial indexes have them, to the letter. */
const isRoot = sql<boolean>`"caller" is null and "status" <> 'killed'`;
const isBusy = sql<boolean>`"status" in ('ready', 'running', 'waiting')`;

const note = statement<Schema['swarm_resumed']>((db, p) =>
  db
    .insertInto('swarm_resumed')
    .values({ org: p('org'), subject: p('subject'), at: p('at') })
    .onConflict((conflict) => conflict.columns(['org', 'subject']).doUpdateSet({ at: (eb) => eb.ref('excluded.at') })),
);
/** Of somebody outside, their thread stands for them. */
const drop = statement<{ org: string; thread: string; user: string }>((db, p) =>
  db
    .deleteFrom('swarm_resumed')
    .where('org', '=', p('org'))
    .where('subject', 'in', [p('thread'), p('user')]),
);
/** By the agents that the owner spoke to; of each the latest. */
const takenUp = statement<Pick<FrameRow, 'org' | 'thread'>, { at: StepRow['at'] | null }>((db, p) =>
  db
    .selectFrom('frame')
    .select((eb) =>
      eb
        .selectFrom('step')
        .select('step.at')
        .whereRef('step.org', '=', 'frame.org')
        .whereRef('step.frame', '=', 'frame.id')
        .where('step.kind', '=', 'input')
        .orderBy('step.n', 'desc')
        .limit(1)
        .as('at'),
    )
    .where('frame.org', '=', p('org'))
    .where('frame.thread', '=', p('thread'))
    .where(isRoot),
);
const resumed = statement<{ org: string; thread: string; user: string }, { at: number | null }>((db, p) => {
  const ofAgents = (column: 'name' | 'agent') =>
    db
      .selectFrom('frame')
      .select(sql<string>`'agent:' || ${sql.ref(column)}`.as('subject'))
      .where('org', '=', p('org'))
      .where('thread', '=', p('thread'))
      .where(isBusy);
  return db
    .selectFrom('swarm_resumed')
    .select((eb) => eb.fn.max('at').as('at'))
    .where('org', '=', p('org'))
    .where((eb) =>
      eb.or([
        eb('subject', '=', 'swarm'),
        eb('subject', '=', sql<string>`'thread:' || cast(${p('thread')} as text)`),
        eb('subject', '=', sql<string>`'user:' || cast(${p('user')} as text)`),
        eb('subject', 'in', ofAgents('name')),
        eb('subject', 'in', ofAgents('agent')),
      ]),
    );
});

/** A pause is over. @param subject as `swarm_pause` names it, or `agent:` and the id of one that the registry had paused. */
export const noteResumed = (org: string, subject: string, now: number): Tx<number> =>
  note.run({ org, subject, at: now });

export const dropResumed = (org: string, thread: string): Tx<number> =>
  drop.run({ org, thread: `thread:${thread}`, user: `user:${thread}` });

/** In ms; null: nothing was taken up. */
export function* workSince({ org, id, contact, owner, created_at }: ThreadRow): Tx<number | null> {
  const taken = (yield* takenUp.all({ org, thread: id })).flatMap(({ at }) => at ?? []);
  if (taken.length === 0) return null;
  const wentOn = (yield* resumed.first({ org, thread: id, user: contact === null ? owner : id }))?.at ?? 0;
  return Math.max(...taken, wentOn, created_at); // a fork has the steps of before
}
