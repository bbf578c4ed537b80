/** The statements behind how people prove who they are, and behind guesses at it. */
import type { Schema } from './schema.ts';
import { statement } from './statement.ts';

type Of<T extends keyof Schema, K extends keyof Schema[T]> = Pick<Schema[T], K>;
type OfPerson = { readonly org: string; readonly person: string };

export const dropRecoveryCodes = statement<OfPerson>((db, p) =>
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
export const dropPasskeys = statement<OfPerson>((db, p) =>
  db.deleteFrom('passkey').where('org', '=', p('org')).where('person', '=', p('person')),
);

export const insertOidcLink = statement<Schema['oidc_link']>((db, p) =>
  db
    .insertInto('oidc_link')
    .values({ ref: p('ref'), org: p('org'), person: p('person'), created_at: p('created_at') })
    .onConflict((conflict) => conflict.column('ref').doNothing()),
);
export const oidcLinksOf = statement<OfPerson, Of<'oidc_link', 'ref'>>((db, p) =>
  db.selectFrom('oidc_link').select('ref').where('org', '=', p('org')).where('person', '=', p('person')),
);
export const dropOidcLinks = statement<OfPerson>((db, p) =>
  db.deleteFrom('oidc_link').where('org', '=', p('org')).where('person', '=', p('person')),
);
export const dropDevices = statement<OfPerson>((db, p) =>
  db.deleteFrom('known_device').where('org', '=', p('org')).where('person', '=', p('person')),
);

export const dropOtherDevices = statement<OfPerson & Of<'known_device', 'hash'>>((db, p) =>
  db
    .deleteFrom('known_device')
    .where('org', '=', p('org'))
    .where('person', '=', p('person'))
    .where('hash', '!=', p('hash')),
);
export const dropDevice = statement<OfPerson & Of<'known_device', 'hash'>>((db, p) =>
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
export const forgetGuessesAt = statement<Of<'person', 'org' | 'id'>>((db, p) =>
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
export const anyPasskey = statement<OfPerson, Of<'passkey', 'id'>>((db, p) =>
  db.selectFrom('passkey').select('id').where('org', '=', p('org')).where('person', '=', p('person')).limit(1),
);
