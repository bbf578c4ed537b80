/** The statements behind the erasure of a person, and of what has grown too old. */
import { sql } from 'kysely';
import { isOpen } from './action-row.ts';
import type { Schema } from './schema.ts';
import { lookup, statement, type Tx } from './statement.ts';
import { dropResumed } from './swarm-resumed.ts';

type Person = { org: string; contact: string };
const dropOf = (table: 'one_time_code' | 'opt_out_answer') =>
  statement<Person>((db, p) => db.deleteFrom(table).where('org', '=', p('org')).where('contact', '=', p('contact')));
export const dropCodes = dropOf('one_time_code');
export const dropAnswers = dropOf('opt_out_answer');
/** As the partial index has it, to the letter: only so can SQLite see that the index applies. */
export const hasContent = sql<boolean>`contact <> ''`;
export const hasPerson = sql<boolean>`contact is not null`;

export const messagesOf = statement<Person, Pick<Schema['message'], 'agent' | 'id' | 'action'>>((db, p) =>
  db
    .selectFrom('message')
    .select(['agent', 'id', 'action'])
    .where('org', '=', p('org'))
    .where('contact', '=', p('contact'))
    .where(hasContent),
);
export const actionsOf = statement<Person, Schema['action']>((db, p, lock) =>
  lock.wait(
    db
      .selectFrom('action')
      .selectAll()
      .where('org', '=', p('org'))
      .where('contact', '=', p('contact'))
      .where(hasPerson)
      .orderBy('id'),
  ),
);
/** What agents of the swarm asked for in their threads with the person. */
export const actionsOfThreads = statement<Person, Schema['action']>((db, p, lock) =>
  lock.wait(
    db
      .selectFrom('action')
      .selectAll()
      .where('org', '=', p('org'))
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('step')
          .innerJoin('frame', (on) => on.onRef('frame.org', '=', 'step.org').onRef('frame.id', '=', 'step.frame'))
          .innerJoin('thread', (on) => on.onRef('thread.org', '=', 'frame.org').onRef('thread.id', '=', 'frame.thread'))
          .select('step.action')
          .where('thread.org', '=', p('org'))
          .where('thread.contact', '=', p('contact'))
          .where('step.action', 'is not', null)
          .$castTo<{ action: string }>(),
      )
      .orderBy('id'),
  ),
);
export const threadsOf = statement<Person, { id: string }>((db, p) =>
  db.selectFrom('thread').select('id').where('org', '=', p('org')).where('contact', '=', p('contact')),
);
type ThreadPlace = { org: string; thread: string };
const dropStepsOf = statement<ThreadPlace>((db, p) =>
  db
    .deleteFrom('step')
    .where('org', '=', p('org'))
    .where('frame', 'in', (eb) =>
      eb.selectFrom('frame').select('id').where('org', '=', p('org')).where('thread', '=', p('thread')),
    ),
);
const dropInThread = (table: 'frame' | 'thread_message') =>
  statement<ThreadPlace>((db, p) => db.deleteFrom(table).where('org', '=', p('org')).where('thread', '=', p('thread')));
const dropFramesOf = dropInThread('frame');
const dropMessagesOf = dropInThread('thread_message');
const dropOneThread = statement<ThreadPlace>((db, p) =>
  db.deleteFrom('thread').where('org', '=', p('org')).where('id', '=', p('thread')),
);
/** A thread with all that was said and thought in it. Whatever is at work in it finds nothing left to write to. */
export function* dropThread(place: ThreadPlace): Tx<void> {
  for (const drop of [dropStepsOf, dropFramesOf, dropMessagesOf, dropOneThread]) yield* drop.run(place);
  yield* dropResumed(place.org, place.thread);
}
/** Ends an open action whose person is gone. No settlement of the attempt under way finds its row any more. */
export const endErased = statement<Pick<Schema['action'], 'org' | 'id' | 'state' | 'code' | 'cost' | 'settled_at'>>(
  (db, p) =>
    db
      .updateTable('action')
      .set((eb) => ({
        state: p('state'),
        code: p('code'),
        cost: p('cost'),
        settled_at: p('settled_at'),
        attempt: eb('attempt', '+', 1),
        lease_until: null,
      }))
      .where('org', '=', p('org'))
      .where('id', '=', p('id'))
      .where(isOpen),
);
/** What an action was asked to do, and with it whom it was about. */
export const stripAction = statement<Pick<Schema['action'], 'org' | 'id' | 'frozen'>>((db, p) =>
  db
    .updateTable('action')
    .set({ input: null, salt: null, note: null, contact: null, idempotency: null, frozen: p('frozen') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id')),
);
/** What is left of a message are figures: channel, times, parts, cost, and the provider's reference, under which the price comes. */
export const stripMessage = statement<Pick<Schema['message'], 'org' | 'agent' | 'id'>>((db, p) =>
  db
    .updateTable('message')
    .set({ contact: '', body: null, subject: null, opt_out: null, waiting: 0 })
    .where('org', '=', p('org'))
    .where('agent', '=', p('agent'))
    .where('id', '=', p('id')),
);
export const endMessage = statement<Pick<Schema['message'], 'org' | 'agent' | 'id' | 'status' | 'cost'>>((db, p) =>
  db
    .updateTable('message')
    .set({ status: p('status'), cost: p('cost') })
    .where('org', '=', p('org'))
    .where('agent', '=', p('agent'))
    .where('id', '=', p('id'))
    .where('status', '=', 'queued'),
);
export const dropAttachments = statement<Pick<Schema['attachment'], 'org' | 'message'>>((db, p) =>
  db.deleteFrom('attachment').where('org', '=', p('org')).where('message', '=', p('message')),
);
export const dropConsentRecords = statement<Person>((db, p) =>
  db.deleteFrom('consent_record').where('org', '=', p('org')).where('contact', '=', p('contact')),
);
export const relationshipsOf = statement<Person, Pick<Schema['relationship'], 'agent' | 'channel'>>((db, p) =>
  db
    .selectFrom('relationship')
    .select(['agent', 'channel'])
    .where('org', '=', p('org'))
    .where('contact', '=', p('contact')),
);
export const dropRelationships = statement<Person>((db, p) =>
  db.deleteFrom('relationship').where('org', '=', p('org')).where('contact', '=', p('contact')),
);
export const blankSuppressions = statement<Person>((db, p) =>
  db.updateTable('suppression').set({ source: null }).where('org', '=', p('org')).where('contact', '=', p('contact')),
);
export const putErasure = statement<Schema['erasure']>((db, p) =>
  db
    .insertInto('erasure')
    .values({
      org: p('org'),
      contact: p('contact'),
      action: p('action'),
      at: p('at'),
      reason: p('reason'),
      kid: p('kid'),
      counts: p('counts'),
    })
    .onConflict((conflict) =>
      conflict.columns(['org', 'contact']).doUpdateSet((eb) => ({
        action: eb.ref('excluded.action'),
        at: eb.ref('excluded.at'),
        reason: eb.ref('excluded.reason'),
        kid: eb.ref('excluded.kid'),
        counts: eb.ref('excluded.counts'),
      })),
    ),
);
export const erasures = lookup('erasure', ['org', 'contact'], ['action', 'at', 'reason', 'kid', 'counts']);

/** How much there is about a person, in one look. */
export const countsOf = statement<
  Person,
  { messages: number; attachments: number; consents: number; relationships: number; suppressions: number; open: number }
>(
  (db, p) =>
    db.selectNoFrom((eb) => [
      eb
        .selectFrom('message')
        .select((of) => of.fn.countAll<number>().as('n'))
        .where('org', '=', p('org'))
        .where('contact', '=', p('contact'))
        .where(hasContent)
        .as('messages'),
      eb
        .selectFrom('attachment')
        .innerJoin('message', (join) =>
          join.onRef('message.org', '=', 'attachment.org').onRef('message.id', '=', 'attachment.message'),
        )
        .select((of) => of.fn.countAll<number>().as('n'))
        .where('message.org', '=', p('org'))
        .where('message.contact', '=', p('contact'))
        .where(hasContent)
        .as('attachments'),
      eb
        .selectFrom('consent_record')
        .select((of) => of.fn.countAll<number>().as('n'))
        .where('org', '=', p('org'))
        .where('contact', '=', p('contact'))
        .as('consents'),
      eb
        .selectFrom('relationship')
        .select((of) => of.fn.countAll<number>().as('n'))
        .where('org', '=', p('org'))
        .where('contact', '=', p('contact'))
        .as('relationships'),
      eb
        .selectFrom('suppression')
        .select((of) => of.fn.countAll<number>().as('n'))
        .where('org', '=', p('org'))
        .where('contact', '=', p('contact'))
        .as('suppressions'),
      eb
        .selectFrom('action')
        .select((of) => of.fn.countAll<number>().as('n'))
        .where(isOpen)
        .where('org', '=', p('org'))
        .where('contact', '=', p('contact'))
        .as('open'),
    ]) as never,
);
export const keyTextOf = lookup('contact', ['org', 'ref'], ['key']);
export const indexesOf = statement<{ action: string }, { idx: number }>((db, p) =>
  db.selectFrom('log_entry').select('idx').where('action', '=', p('action')).where('type', '=', 'erasure'),
);
