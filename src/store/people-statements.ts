/** The statements behind people themselves. */
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
