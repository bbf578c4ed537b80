/** The statements behind people and their sessions. */
import type { Schema } from './schema.ts';
import { statement } from './statement.ts';

type Of<T extends keyof Schema, K extends keyof Schema[T]> = Pick<Schema[T], K>;
type PersonKey = Of<'person', 'org' | 'id'>;

export const insertPerson = statement<Omit<Schema['person'], 'password' | 'totp' | 'totp_step' | 'signed_in_at'>>(
  (db, p) =>
    db
      .insertInto('person')
      .values({
        org: p('org'),
        id: p('id'),
        email_ref: p('email_ref'),
        email: p('email'),
        name: p('name'),
        role: p('role'),
        status: p('status'),
        password: null,
        totp: null,
        totp_step: null,
        created_at: p('created_at'),
        signed_in_at: null,
      })
      .onConflict((conflict) => conflict.column('email_ref').doNothing()),
);
export const inviteAgain = statement<PersonKey & Of<'person', 'name' | 'role'>>((db, p) =>
  db
    .updateTable('person')
    .set({ name: p('name'), role: p('role') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('status', '=', 'invited'),
);
export const anybody = statement<Record<never, never>, Of<'person', 'id'>>((db) =>
  db.selectFrom('person').select('id').limit(1),
);
export const activatePerson = statement<PersonKey>((db, p) =>
  db
    .updateTable('person')
    .set({ status: 'active' })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('status', 'in', ['invited', 'active']),
);
/** Locked one after the other, so that two changes at once can't take each other for the last Owner. */
export const ownersLocked = statement<Of<'person', 'org'>, Of<'person', 'id' | 'status'>>((db, p, lock) =>
  lock.wait(
    db
      .selectFrom('person')
      .select(['id', 'status'])
      .where('org', '=', p('org'))
      .where('role', '=', 'owner')
      .where('status', '!=', 'removed')
      .orderBy('id'),
  ),
);
export const setRole = statement<PersonKey & Of<'person', 'role'>>((db, p) =>
  db
    .updateTable('person')
    .set({ role: p('role') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('status', '!=', 'removed'),
);
export const setStatus = statement<PersonKey & Of<'person', 'status'> & { from: string }>((db, p) =>
  db
    .updateTable('person')
    .set({ status: p('status') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('status', '=', p('from')),
);
export const removePerson = statement<PersonKey & Of<'person', 'email' | 'name'>>((db, p) =>
  db
    .updateTable('person')
    .set({
      status: 'removed',
      email_ref: null,
      email: p('email'),
      name: p('name'),
      password: null,
      totp: null,
      totp_step: null,
    })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('status', '!=', 'removed'),
);
export const setSignedIn = statement<PersonKey & { at: number }>((db, p) =>
  db
    .updateTable('person')
    .set({ signed_in_at: p('at') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id')),
);
export const setPassword = statement<PersonKey & Of<'person', 'password'>>((db, p) =>
  db
    .updateTable('person')
    .set({ password: p('password') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id')),
);
export const setTotp = statement<PersonKey & Of<'person', 'totp' | 'totp_step'>>((db, p) =>
  db
    .updateTable('person')
    .set({ totp: p('totp'), totp_step: p('totp_step') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id')),
);
export const useTotpStep = statement<PersonKey & { step: number }>((db, p) =>
  db
    .updateTable('person')
    .set({ totp_step: p('step') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('totp', 'is not', null)
    .where((eb) => eb.or([eb('totp_step', 'is', null), eb('totp_step', '<', p('step'))])),
);

/** Waits for whoever changes the person at this moment. @returns rows: who is active and has this very password. */
export const unchangedPerson = statement<PersonKey & Of<'person', 'password'>, Of<'person', 'id'>>((db, p, lock) =>
  lock.wait(
    db
      .selectFrom('person')
      .select('id')
      .where('org', '=', p('org'))
      .where('id', '=', p('id'))
      .where('status', '=', 'active')
      .where((eb) =>
        eb(eb.fn.coalesce('password', eb.val('')), '=', eb.fn.coalesce(eb.val(p('password')), eb.val(''))),
      ),
  ),
);
export const personLocked = statement<PersonKey, Of<'person', 'password' | 'totp'>>((db, p, lock) =>
  lock.wait(db.selectFrom('person').select(['password', 'totp']).where('org', '=', p('org')).where('id', '=', p('id'))),
);
export const anyPasskey = statement<Of2, Of<'passkey', 'id'>>((db, p) =>
  db.selectFrom('passkey').select('id').where('org', '=', p('org')).where('person', '=', p('person')).limit(1),
);
export const rehash = statement<PersonKey & { from: string; to: string }>((db, p) =>
  db
    .updateTable('person')
    .set({ password: p('to') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('password', '=', p('from')),
);

/** Waits likewise. */
export const activePerson = statement<PersonKey, Of<'person', 'id'>>((db, p, lock) =>
  lock.wait(
    db
      .selectFrom('person')
      .select('id')
      .where('org', '=', p('org'))
      .where('id', '=', p('id'))
      .where('status', '=', 'active'),
  ),
);

type Of2 = { org: string; person: string };
export const dropRecoveryCodes = statement<Of2>((db, p) =>
  db.deleteFrom('recovery_code').where('org', '=', p('org')).where('person', '=', p('person')),
);
export const insertRecoveryCode = statement<Schema['recovery_code']>((db, p) =>
  db.insertInto('recovery_code').values({ org: p('org'), person: p('person'), hash: p('hash') }),
);
export const useRecoveryCode = statement<Schema['recovery_code']>((db, p) =>
  db
    .deleteFrom('recovery_code')
    .where('org', '=', p('org'))
    .where('person', '=', p('person'))
    .where('hash', '=', p('hash')),
);

export const insertPasskey = statement<Omit<Schema['passkey'], 'used_at'>>((db, p) =>
  db
    .insertInto('passkey')
    .values({
      org: p('org'),
      id: p('id'),
      person: p('person'),
      credential: p('credential'),
      public_key: p('public_key'),
      counter: p('counter'),
      transports: p('transports'),
      backup_eligible: p('backup_eligible'),
      backed_up: p('backed_up'),
      name: p('name'),
      created_at: p('created_at'),
      used_at: null,
    })
    .onConflict((conflict) => conflict.column('credential').doNothing()),
);
export const usePasskey = statement<
  Of<'passkey', 'org' | 'id' | 'counter' | 'backed_up'> & { from: number; at: number }
>((db, p) =>
  db
    .updateTable('passkey')
    .set({ counter: p('counter'), backed_up: p('backed_up'), used_at: p('at') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('counter', '=', p('from')),
);
export const renamePasskey = statement<Of<'passkey', 'org' | 'id' | 'person' | 'name'>>((db, p) =>
  db
    .updateTable('passkey')
    .set({ name: p('name') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('person', '=', p('person')),
);
export const dropPasskey = statement<Of<'passkey', 'org' | 'id' | 'person'>>((db, p) =>
  db.deleteFrom('passkey').where('org', '=', p('org')).where('id', '=', p('id')).where('person', '=', p('person')),
);
export const dropPasskeys = statement<Of2>((db, p) =>
  db.deleteFrom('passkey').where('org', '=', p('org')).where('person', '=', p('person')),
);

export const insertOidcLink = statement<Schema['oidc_link']>((db, p) =>
  db
    .insertInto('oidc_link')
    .values({ ref: p('ref'), org: p('org'), person: p('person'), created_at: p('created_at') })
    .onConflict((conflict) => conflict.column('ref').doNothing()),
);
export const oidcLinksOf = statement<Of2, Of<'oidc_link', 'ref'>>((db, p) =>
  db.selectFrom('oidc_link').select('ref').where('org', '=', p('org')).where('person', '=', p('person')),
);
export const dropOidcLinks = statement<Of2>((db, p) =>
  db.deleteFrom('oidc_link').where('org', '=', p('org')).where('person', '=', p('person')),
);
export const dropDevices = statement<Of2>((db, p) =>
  db.deleteFrom('known_device').where('org', '=', p('org')).where('person', '=', p('person')),
);

export const dropOtherDevices = statement<Of2 & Of<'known_device', 'hash'>>((db, p) =>
  db
    .deleteFrom('known_device')
    .where('org', '=', p('org'))
    .where('person', '=', p('person'))
    .where('hash', '!=', p('hash')),
);
export const dropDevice = statement<Of2 & Of<'known_device', 'hash'>>((db, p) =>
  db
    .deleteFrom('known_device')
    .where('org', '=', p('org'))
    .where('person', '=', p('person'))
    .where('hash', '=', p('hash')),
);
export const insertDevice = statement<Of<'known_device', 'hash' | 'org' | 'person' | 'expires_at'>>((db, p) =>
  db.insertInto('known_device').values({
    hash: p('hash'),
    org: p('org'),
    person: p('person'),
    failures: 0,
    retry_at: 0,
    expires_at: p('expires_at'),
  }),
);

/** A known device of whoever has the address, locked. */
export const deviceLocked = statement<{ hash: string; ref: string; now: number }, Schema['known_device']>(
  (db, p, lock) =>
    lock.wait(
      db
        .selectFrom('known_device')
        .selectAll()
        .where('hash', '=', p('hash'))
        .where('expires_at', '>', p('now'))
        .where('person', 'in', (eb) => eb.selectFrom('person').select('id').where('email_ref', '=', p('ref'))),
    ),
);
export const setDeviceGuesses = statement<Of<'known_device', 'hash' | 'failures' | 'retry_at'>>((db, p) =>
  db
    .updateTable('known_device')
    .set({ failures: p('failures'), retry_at: p('retry_at') })
    .where('hash', '=', p('hash')),
);
/**
 * So that there is a row to lock, and it is locked: the first guess at an account may come to two servers at once, and a sign-in
 * that ends at this moment takes the row away.
 */
export const ensureGuesses = statement<Of<'account_throttle', 'name' | 'forget_at'>>((db, p) =>
  db
    .insertInto('account_throttle')
    .values({ name: p('name'), failures: 0, retry_at: 0, forget_at: p('forget_at') })
    .onConflict((conflict) => conflict.column('name').doUpdateSet((eb) => ({ name: eb.ref('excluded.name') }))),
);
export const guessesLocked = statement<Of<'account_throttle', 'name'>, Schema['account_throttle']>((db, p, lock) =>
  lock.wait(db.selectFrom('account_throttle').selectAll().where('name', '=', p('name'))),
);
export const setGuesses = statement<Schema['account_throttle']>((db, p) =>
  db
    .updateTable('account_throttle')
    .set({ failures: p('failures'), retry_at: p('retry_at'), forget_at: p('forget_at') })
    .where('name', '=', p('name')),
);
export const forgetGuesses = statement<Of<'account_throttle', 'name'>>((db, p) =>
  db.deleteFrom('account_throttle').where('name', '=', p('name')),
);
export const forgetGuessesAt = statement<PersonKey>((db, p) =>
  db
    .deleteFrom('account_throttle')
    .where('name', 'in', (eb) =>
      eb
        .selectFrom('person')
        .select('email_ref')
        .where('org', '=', p('org'))
        .where('id', '=', p('id'))
        .$castTo<{ email_ref: string }>(),
    ),
);

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
export const dropLinksOf = statement<Of2>((db, p) =>
  db.deleteFrom('link').where('org', '=', p('org')).where('person', '=', p('person')),
);
export const dropRecoveriesOf = statement<Of2>((db, p) =>
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
export const liveSessions = statement<Of2, Of<'session', 'id'>>((db, p) =>
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
