/** The statements behind retention. Ids begin with their time, so that a range of ids is a range of time. */
import { sql } from 'kysely';
import type { Schema } from '../schema.ts';
import { statement } from '../statement.ts';

type Range = { from: string; to: string; limit: number };
const limitOf = (limit: number): never => limit as never;

export const nextAgents = statement<{ org: string; agent: string; limit: number }, { org: string; id: string }>(
  (db, p) =>
    db
      .selectFrom('agent')
      .select(['org', 'id'])
      .where(sql<boolean>`(org, id) > (${p('org')}, ${p('agent')})`)
      .orderBy('org')
      .orderBy('id')
      .limit(limitOf(p('limit'))),
);
/** Messages with content. The comparison is bound, not spelled, so that the engine walks the range by its key. */
export const oldMessages = statement<
  { org: string; agent: string } & Range,
  Pick<Schema['message'], 'id' | 'direction'>
>((db, p) =>
  db
    .selectFrom('message')
    .select(['id', 'direction'])
    .where('org', '=', p('org'))
    .where('agent', '=', p('agent'))
    .where('id', '>=', p('from'))
    .where('id', '<', p('to'))
    .where('contact', '<>', '')
    .orderBy('id')
    .limit(limitOf(p('limit'))),
);
export const oldFigures = statement<{ org: string; agent: string } & Range, Pick<Schema['message'], 'id'>>((db, p) =>
  db
    .selectFrom('message')
    .select('id')
    .where('org', '=', p('org'))
    .where('agent', '=', p('agent'))
    .where('id', '>=', p('from'))
    .where('id', '<', p('to'))
    .where('contact', '=', '')
    .orderBy('id')
    .limit(limitOf(p('limit'))),
);
export const dropMessage = statement<Pick<Schema['message'], 'org' | 'agent' | 'id'>>((db, p) =>
  db.deleteFrom('message').where('org', '=', p('org')).where('agent', '=', p('agent')).where('id', '=', p('id')),
);
export const oldActions = statement<Range, Pick<Schema['action'], 'org' | 'id' | 'state'> & { full: number }>((db, p) =>
  db
    .selectFrom('action')
    .select(['org', 'id', 'state'])
    .select(
      sql<number>`case when input is null and salt is null and note is null and contact is null and frozen is null and idempotency is null then 0 else 1 end`.as(
        'full',
      ),
    )
    .where('id', '>=', p('from'))
    .where('id', '<', p('to'))
    .orderBy('id')
    .limit(limitOf(p('limit'))),
);
export const dropAction = statement<Pick<Schema['action'], 'org' | 'id'>>((db, p) =>
  db.deleteFrom('action').where('org', '=', p('org')).where('id', '=', p('id')),
);
export const nextMeters = statement<{ org: string; id: string; limit: number }, Schema['meter']>((db, p) =>
  db
    .selectFrom('meter')
    .selectAll()
    .where(sql<boolean>`(org, id) > (${p('org')}, ${p('id')})`)
    .orderBy('org')
    .orderBy('id')
    .limit(limitOf(p('limit'))),
);
export const nextCodes = statement<
  { org: string; agent: string; contact: string; purpose: string; limit: number },
  Schema['one_time_code']
>((db, p) =>
  db
    .selectFrom('one_time_code')
    .selectAll()
    .where(
      sql<boolean>`(org, agent, contact, purpose) > (${p('org')}, ${p('agent')}, ${p('contact')}, ${p('purpose')})`,
    )
    .orderBy('org')
    .orderBy('agent')
    .orderBy('contact')
    .orderBy('purpose')
    .limit(limitOf(p('limit'))),
);
/** A day's figures of an agent: `day` counts from 1970-01-01. */
export const nextDays = statement<
  { org: string; agent: string; day: number; limit: number },
  Pick<Schema['usage'], 'org' | 'agent' | 'day'>
>((db, p) =>
  db
    .selectFrom('usage')
    .select(['org', 'agent', 'day'])
    .distinct()
    .where(sql<boolean>`(org, agent, day) > (${p('org')}, ${p('agent')}, ${p('day')})`)
    .orderBy('org')
    .orderBy('agent')
    .orderBy('day')
    .limit(limitOf(p('limit'))),
);
export const dropDay = statement<Pick<Schema['usage'], 'org' | 'agent' | 'day'>>((db, p) =>
  db.deleteFrom('usage').where('org', '=', p('org')).where('agent', '=', p('agent')).where('day', '=', p('day')),
);
export const oldAlerts = statement<Range, Pick<Schema['alert'], 'org' | 'id'>>((db, p) =>
  db
    .selectFrom('alert')
    .select(['org', 'id'])
    .where('id', '>=', p('from'))
    .where('id', '<', p('to'))
    .orderBy('id')
    .limit(limitOf(p('limit'))),
);
/** Threads that nothing works in any more, the longest untouched first. `after`: the id, among those of the same time. */
export const oldThreads = statement<
  { at: number; after: string; to: number; limit: number },
  Pick<Schema['thread'], 'org' | 'id' | 'updated_at' | 'status'>
>((db, p) =>
  db
    .selectFrom('thread')
    .select(['org', 'id', 'updated_at', 'status'])
    .where(sql<boolean>`(updated_at, id) > (${p('at')}, ${p('after')})`)
    .where('updated_at', '<', p('to'))
    .orderBy('updated_at')
    .orderBy('id')
    .limit(limitOf(p('limit'))),
);
export const dropDeliveries = statement<Pick<Schema['alert'], 'org' | 'id'>>((db, p) =>
  db.deleteFrom('alert_delivery').where('alert_org', '=', p('org')).where('alert', '=', p('id')),
);
export const dropAlert = statement<Pick<Schema['alert'], 'org' | 'id'>>((db, p) =>
  db.deleteFrom('alert').where('org', '=', p('org')).where('id', '=', p('id')),
);
type Consent = Pick<Schema['consent_record'], 'org' | 'id' | 'agent' | 'contact' | 'channel'>;
export const oldRevocations = statement<Range, Consent>((db, p) =>
  db
    .selectFrom('consent_record')
    .select(['org', 'id', 'agent', 'contact', 'channel'])
    .where(sql<boolean>`event = 'revoked'`) // as the partial index has it
    .where('id', '>', p('from'))
    .where('id', '<', p('to'))
    .orderBy('id')
    .limit(limitOf(p('limit'))),
);
/** What a revocation ended, and the revocation itself. `anyone`, `anywhere`: 1 where it named no agent, no channel. */
export const dropRevoked = statement<{
  org: string;
  contact: string;
  id: string;
  agent: string;
  channel: string;
  anyone: number;
  anywhere: number;
}>((db, p) =>
  db
    .deleteFrom('consent_record')
    .where('org', '=', p('org'))
    .where('contact', '=', p('contact'))
    .where('id', '<', p('id'))
    .where('event', '=', 'recorded')
    .where((eb) => eb.or([eb(eb.val(p('anyone')), '=', 1), eb('agent', '=', p('agent'))]))
    .where((eb) => eb.or([eb(eb.val(p('anywhere')), '=', 1), eb('channel', '=', p('channel'))])),
);
export const dropConsent = statement<{ org: string; id: string }>((db, p) =>
  db.deleteFrom('consent_record').where('org', '=', p('org')).where('id', '=', p('id')),
);
export const nextPeople = statement<
  { org: string; ref: string; limit: number },
  Pick<Schema['contact'], 'org' | 'ref' | 'created_at'>
>((db, p) =>
  db
    .selectFrom('contact')
    .select(['org', 'ref', 'created_at'])
    .where(sql<boolean>`(org, ref) > (${p('org')}, ${p('ref')})`)
    .orderBy('org')
    .orderBy('ref')
    .limit(limitOf(p('limit'))),
);
/** Nobody seals under the person's key from here to the commit. */
export const holdPerson = statement<{ org: string; contact: string }, Pick<Schema['contact'], 'ref'>>((db, p, lock) =>
  lock.wait(db.selectFrom('contact').select('ref').where('org', '=', p('org')).where('ref', '=', p('contact'))),
);
/** A row where anything still speaks of the person: a text, a consent, a suppression, an action, or a contact since `to` (ms). */
export const stillKnown = statement<{ org: string; contact: string; to: number }, { found: number }>(
  (db, p) =>
    db.selectNoFrom(sql<number>`1`.as('found')).where((eb) =>
      eb.or([
        eb.exists(
          eb
            .selectFrom('message')
            .select('id')
            .where('org', '=', p('org'))
            .where('contact', '=', p('contact'))
            .where(sql<boolean>`contact <> ''`),
        ),
        eb.exists(
          eb
            .selectFrom('action')
            .select('id')
            .where('org', '=', p('org'))
            .where('contact', '=', p('contact'))
            .where(sql<boolean>`contact is not null`),
        ),
        eb.exists(
          eb.selectFrom('consent_record').select('id').where('org', '=', p('org')).where('contact', '=', p('contact')),
        ),
        eb.exists(
          eb.selectFrom('one_time_code').select('id').where('org', '=', p('org')).where('contact', '=', p('contact')),
        ),
        eb.exists(eb.selectFrom('thread').select('id').where('org', '=', p('org')).where('contact', '=', p('contact'))),
        eb.exists(
          eb.selectFrom('suppression').select('id').where('org', '=', p('org')).where('contact', '=', p('contact')),
        ),
        eb.exists(
          eb
            .selectFrom('relationship')
            .select('agent')
            .where('org', '=', p('org'))
            .where('contact', '=', p('contact'))
            .where((row) =>
              row.or([
                row('consents', '<>', '{}'),
                row('last_inbound_at', '>=', p('to')),
                row('first_outbound_at', '>=', p('to')),
              ]),
            ),
        ),
      ]),
    ) as never,
);
export const claimRun = statement<{ node: string; now: number; until: number }>((db, p) =>
  db
    .updateTable('retention')
    .set({ node: p('node'), lease_until: p('until'), started_at: p('now') })
    .where('id', '=', 1)
    .where('next_at', '<=', p('now'))
    .where((eb) => eb.or([eb('node', 'is', null), eb('lease_until', '<', p('now'))])),
);
/** 0: another server has taken over. */
export const holdRun = statement<{ node: string; until: number }>((db, p) =>
  db
    .updateTable('retention')
    .set({ lease_until: p('until') })
    .where('id', '=', 1)
    .where('node', '=', p('node')),
);
export const reach = statement<{ node: string; reached: string }>((db, p) =>
  db
    .updateTable('retention')
    .set({ reached: p('reached') })
    .where('id', '=', 1)
    .where('node', '=', p('node')),
);
export const endRun = statement<{ node: string; next_at: number; finished_at: number; counts: string }>((db, p) =>
  db
    .updateTable('retention')
    .set({
      node: null,
      lease_until: null,
      next_at: p('next_at'),
      finished_at: p('finished_at'),
      counts: p('counts'),
    })
    .where('id', '=', 1)
    .where('node', '=', p('node')),
);
/** Makes a run due. */
export const makeDue = statement<{ now: number }>((db, p) =>
  db
    .updateTable('retention')
    .set({ next_at: p('now') })
    .where('id', '=', 1)
    .where('next_at', '>', p('now')),
);
export const readRun = statement<Record<string, never>, Schema['retention']>((db) =>
  db.selectFrom('retention').selectAll().where('id', '=', 1),
);
