/** The statements behind links, ceremonies and sessions. */
import type { Schema } from './schema.ts';
import { statement } from './statement.ts';

type Of<T extends keyof Schema, K extends keyof Schema[T]> = Pick<Schema[T], K>;
type OfPerson = { readonly org: string; readonly person: string };

export const insertLink = statement<Schema['link']>((db, p) =>
  db.insertInto('link').values({
    hash: p('hash'),
    kind: p('kind'),
    org: p('org'),
    person: p('person'),
    created_at: p('created_at'),
    expires_at: p('expires_at'),
  }),
);
export const dropLinksOf = statement<OfPerson>((db, p) =>
  db.deleteFrom('link').where('org', '=', p('org')).where('person', '=', p('person')),
);
export const dropRecoveriesOf = statement<OfPerson>((db, p) =>
  db.deleteFrom('link').where('org', '=', p('org')).where('person', '=', p('person')).where('kind', '=', 'recovery'),
);
export const dropSetUpLinks = statement<Record<never, never>>((db) =>
  db.deleteFrom('link').where('kind', '=', 'set_up'),
);
export const takeLink = statement<{ hash: string; now: number }>((db, p) =>
  db.deleteFrom('link').where('hash', '=', p('hash')).where('expires_at', '>', p('now')),
);

export const insertCeremony = statement<Omit<Schema['ceremony'], 'tries'>>((db, p) =>
  db.insertInto('ceremony').values({
    hash: p('hash'),
    kind: p('kind'),
    org: p('org'),
    person: p('person'),
    data: p('data'),
    tries: 0,
    expires_at: p('expires_at'),
  }),
);
export const tryCeremony = statement<{ hash: string; kind: string; now: number; most: number }>((db, p) =>
  db
    .updateTable('ceremony')
    .set((eb) => ({ tries: eb('tries', '+', 1) }))
    .where('hash', '=', p('hash'))
    .where('kind', '=', p('kind'))
    .where('expires_at', '>', p('now'))
    .where('tries', '<', p('most')),
);
export const ceremonyByHash = statement<{ hash: string }, Schema['ceremony']>((db, p) =>
  db.selectFrom('ceremony').selectAll().where('hash', '=', p('hash')),
);
export const takeCeremony = statement<{ hash: string; now: number }>((db, p) =>
  db.deleteFrom('ceremony').where('hash', '=', p('hash')).where('expires_at', '>', p('now')),
);

export const insertSession = statement<Omit<Schema['session'], 'ended_at' | 'refresh_no'>>((db, p) =>
  db.insertInto('session').values({
    org: p('org'),
    id: p('id'),
    person: p('person'),
    created_at: p('created_at'),
    used_at: p('used_at'),
    expires_at: p('expires_at'),
    refresh_no: 1,
    refreshed_at: p('refreshed_at'),
    stepped_up_at: p('stepped_up_at'),
    factors: p('factors'),
    device: p('device'),
    ended_at: null,
  }),
);
export const sessionLocked = statement<Of<'session', 'org' | 'id'>, Schema['session']>((db, p, lock) =>
  lock.wait(db.selectFrom('session').selectAll().where('org', '=', p('org')).where('id', '=', p('id'))),
);
export const rotateSession = statement<Of<'session', 'org' | 'id' | 'refresh_no'> & { at: number }>((db, p) =>
  db
    .updateTable('session')
    .set({ refresh_no: p('refresh_no'), refreshed_at: p('at'), used_at: p('at') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id')),
);
export const stepUpSession = statement<Of<'session', 'org' | 'id' | 'factors'> & { at: number }>((db, p) =>
  db
    .updateTable('session')
    .set({ stepped_up_at: p('at'), factors: p('factors') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('ended_at', 'is', null),
);
export const endSession = statement<Of<'session', 'org' | 'id' | 'person'> & { at: number }>((db, p) =>
  db
    .updateTable('session')
    .set({ ended_at: p('at') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('person', '=', p('person'))
    .where('ended_at', 'is', null),
);
export const liveSessions = statement<OfPerson, Of<'session', 'id'>>((db, p) =>
  db
    .selectFrom('session')
    .select('id')
    .where('org', '=', p('org'))
    .where('person', '=', p('person'))
    .where('ended_at', 'is', null)
    .orderBy('id'),
);
export const insertAccessToken = statement<Schema['access_token']>((db, p) =>
  db.insertInto('access_token').values({
    hash: p('hash'),
    org: p('org'),
    session: p('session'),
    expires_at: p('expires_at'),
  }),
);
export const dropAccessTokens = statement<{ org: string; session: string }>((db, p) =>
  db.deleteFrom('access_token').where('org', '=', p('org')).where('session', '=', p('session')),
);

export type AccessRow = Of<'access_token', 'org' | 'session' | 'expires_at'> &
  Of<'session', 'person' | 'ended_at' | 'stepped_up_at'> &
  Of<'person', 'role' | 'status'> & {
    session_ends_at: number;
    org_status: string | null;
    person_epoch: number | null;
    session_epoch: number | null;
  };
/** The same without an access token: as long as the session. */
export const standingOf = statement<{ org: string; session: string }, AccessRow>((db, p) =>
  db
    .selectFrom('session as s')
    .innerJoin('person as p', (join) => join.onRef('p.org', '=', 's.org').onRef('p.id', '=', 's.person'))
    .leftJoin('organization as o', 'o.id', 's.org')
    .leftJoin('fence as pf', (join) =>
      join.onRef('pf.org', '=', 's.org').on((eb) => eb('pf.subject', '=', eb(eb.val('person:'), '||', eb.ref('p.id')))),
    )
    .leftJoin('fence as sf', (join) =>
      join
        .onRef('sf.org', '=', 's.org')
        .on((eb) => eb('sf.subject', '=', eb(eb.val('session:'), '||', eb.ref('s.id')))),
    )
    .select([
      's.org',
      's.id as session',
      's.expires_at',
      's.person',
      's.ended_at',
      's.stepped_up_at',
      'p.role',
      'p.status',
    ])
    .select(['s.expires_at as session_ends_at', 'o.status as org_status'])
    .select(['pf.epoch as person_epoch', 'sf.epoch as session_epoch'])
    .where('s.org', '=', p('org'))
    .where('s.id', '=', p('session')),
);
export const insertTicket = statement<Schema['ws_ticket']>((db, p) =>
  db.insertInto('ws_ticket').values({
    hash: p('hash'),
    org: p('org'),
    person: p('person'),
    session: p('session'),
    network: p('network'),
    expires_at: p('expires_at'),
  }),
);
export const takeTicket = statement<{ hash: string; now: number }, Schema['ws_ticket']>((db, p) =>
  db.deleteFrom('ws_ticket').where('hash', '=', p('hash')).where('expires_at', '>', p('now')).returningAll(),
);
export const accessByHash = statement<{ hash: string }, AccessRow>((db, p) =>
  db
    .selectFrom('access_token as a')
    .innerJoin('session as s', (join) => join.onRef('s.org', '=', 'a.org').onRef('s.id', '=', 'a.session'))
    .innerJoin('person as p', (join) => join.onRef('p.org', '=', 's.org').onRef('p.id', '=', 's.person'))
    .leftJoin('organization as o', 'o.id', 'a.org')
    .leftJoin('fence as pf', (join) =>
      join.onRef('pf.org', '=', 'a.org').on((eb) => eb('pf.subject', '=', eb(eb.val('person:'), '||', eb.ref('p.id')))),
    )
    .leftJoin('fence as sf', (join) =>
      join
        .onRef('sf.org', '=', 'a.org')
        .on((eb) => eb('sf.subject', '=', eb(eb.val('session:'), '||', eb.ref('s.id')))),
    )
    .select(['a.org', 'a.session', 'a.expires_at', 's.person', 's.ended_at', 's.stepped_up_at', 'p.role', 'p.status'])
    .select(['s.expires_at as session_ends_at', 'o.status as org_status'])
    .select(['pf.epoch as person_epoch', 'sf.epoch as session_epoch'])
    .where('a.hash', '=', p('hash')),
);
