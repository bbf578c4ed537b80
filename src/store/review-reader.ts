/** What organisations submitted and what was decided, opened; and their registrations. Read cold. */
import type { KycDetails } from '../comms/kyc.ts';
import type { CommsReader, KycRecord, RegistrationRecord } from '../comms/ports.ts';
import type { RegistrationId } from '../kernel/ids.ts';
import type { Engine } from './engine.ts';
import { cellOf, type Sealing } from './sealing.ts';

/** Steps of a review that are shown; all are kept. */
const SHOWN = 50;

export const createReviewReader = (
  { db, read }: Engine,
  sealing: Sealing,
): Pick<CommsReader, 'registrations' | 'kycRecords'> => ({
  async registrations(org) {
    const rows = await db.selectFrom('registration').selectAll().where('org', '=', org).orderBy('id', 'desc').execute();
    return read(function* () {
      const { dataKey } = yield* sealing.orgKeys(org);
      return rows.map(({ id, country, kind, status, details, note, expires_at, at, status_at }): RegistrationRecord => {
        const opened = (column: 'details' | 'note', text: string) =>
          sealing.openText(dataKey, text, cellOf(org, 'registration', column, id));
        return {
          id: id as RegistrationId,
          country,
          kind: kind as RegistrationRecord['kind'],
          status: status as RegistrationRecord['status'],
          details: opened('details', details),
          note: note === null ? null : opened('note', note),
          expiresAt: expires_at,
          at,
          statusAt: status_at,
        };
      });
    });
  },
  async kycRecords(org) {
    const rows = await db
      .selectFrom('kyc_record')
      .selectAll()
      .where('org', '=', org)
      .orderBy('id', 'desc')
      .limit(SHOWN)
      .execute();
    return read(function* () {
      const { dataKey } = yield* sealing.orgKeys(org);
      return rows.map(({ id, what, details, note, at }): KycRecord => {
        const opened = (column: 'details' | 'note', text: string) =>
          sealing.openText(dataKey, text, cellOf(org, 'kyc_record', column, id));
        return {
          what,
          details: details === null ? null : (JSON.parse(opened('details', details)) as KycDetails),
          note: note === null ? null : opened('note', note),
          at,
        };
      });
    });
  },
});
