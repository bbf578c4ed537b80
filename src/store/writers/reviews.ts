/** What organisations submit, what is decided, and their registrations. What people wrote is sealed under the organisation's data key. */
import type { ReviewWrites } from '../../comms/writes.ts';
import type { OrgId } from '../../kernel/ids.ts';
import type { Schema } from '../schema.ts';
import { cellOf } from '../sealing.ts';
import { statement, type Tx } from '../statement.ts';
import type { WriterParts, WritersOf } from './writer.ts';

const insertKycRecord = statement<Schema['kyc_record']>((db, p) =>
  db.insertInto('kyc_record').values({
    org: p('org'),
    id: p('id'),
    what: p('what'),
    details: p('details'),
    note: p('note'),
    by: p('by'),
    action: p('action'),
    at: p('at'),
  }),
);
const insertRegistration = statement<Schema['registration']>((db, p) =>
  db.insertInto('registration').values({
    org: p('org'),
    id: p('id'),
    country: p('country'),
    kind: p('kind'),
    status: p('status'),
    details: p('details'),
    note: p('note'),
    expires_at: p('expires_at'),
    by: p('by'),
    action: p('action'),
    at: p('at'),
    status_at: p('status_at'),
  }),
);
const setRegistration = statement<
  Pick<Schema['registration'], 'org' | 'id' | 'status' | 'note' | 'expires_at' | 'status_at'>
>((db, p) =>
  db
    .updateTable('registration')
    .set({ status: p('status'), note: p('note'), expires_at: p('expires_at'), status_at: p('status_at') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id')),
);

export function reviewWriters({ sealing }: WriterParts): WritersOf<ReviewWrites> {
  function* sealed(
    org: OrgId,
    table: 'kyc_record' | 'registration',
    column: 'details' | 'note',
    id: string,
    text: string | null,
  ): Tx<string | null> {
    if (text === null) return null;
    const { dataKey } = yield* sealing.orgKeys(org);
    return sealing.sealText(dataKey, text, cellOf(org, table, column, id));
  }

  return {
    *'kyc.submit'(_, org, { id, details, by, action, at }) {
      const text = yield* sealed(org, 'kyc_record', 'details', id, JSON.stringify(details));
      yield* insertKycRecord.run({ org, id, what: 'submit', details: text, note: null, by, action, at });
    },
    *'kyc.decide'(_, org, { id, decision, note, by, action, at }) {
      const text = yield* sealed(org, 'kyc_record', 'note', id, note);
      yield* insertKycRecord.run({ org, id, what: decision, details: null, note: text, by, action, at });
    },
    *'registration.submit'(group, org, { id, country, kind, details, by, action, at }) {
      yield* insertRegistration.run({
        ...{ org, id, country, kind, by, action, at },
        status: 'submitted',
        details: (yield* sealed(org, 'registration', 'details', id, details)) ?? '',
        note: null,
        expires_at: null,
        status_at: at,
      });
      group.facts.forget(org, 'registrations', 'self');
    },
    *'registration.status'(group, org, { id, status, expiresAt, note, at }) {
      const text = yield* sealed(org, 'registration', 'note', id, note);
      yield* setRegistration.run({ org, id, status, note: text, expires_at: expiresAt, status_at: at });
      group.facts.forget(org, 'registrations', 'self');
    },
  };
}
