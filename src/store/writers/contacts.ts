/** Consent and suppression. */
import type { ContactWrites, ErasureWrites } from '../../comms/writes.ts';
import { type OrgId, PLATFORM_ORG } from '../../kernel/ids.ts';
import { eraseContact } from '../erasure.ts';
import type { Group } from '../group.ts';
import { cellOf, placeCell } from '../sealing.ts';
import { relate } from './relationship.ts';
import * as sql from './statements.ts';
import type { WriterParts, WritersOf } from './writer.ts';
export function contactWriters(parts: WriterParts): WritersOf<ContactWrites & ErasureWrites> {
  const { sealing } = parts;
  return {
    *'contact.erase'(group, org, row) {
      yield* eraseContact(parts, group, org, row);
      forgetSuppressions(group, org, row.contact);
    },
    *'consent.record'(group, org, row) {
      const { ref, key } = yield* sealing.contact(org, row.contact, group.now);
      const hidden = (column: string, text: string | null) =>
        text === null ? null : sealing.sealText(key, text, cellOf(org, 'consent_record', column, row.id));
      yield* sql.insertConsentRecord.run({
        org,
        id: row.id,
        agent: row.agent,
        contact: ref,
        channel: row.channel,
        event: 'recorded',
        type: row.type,
        source: hidden('source', row.source),
        proof: hidden('proof', row.proof),
        notes: hidden('notes', row.notes),
        by: row.by,
        action: row.action,
        at: row.at,
      });
      yield* relate(sealing, group, org, row, {
        consents: (old) => ({ ...old, [row.type]: row.at }),
        ...(row.known ? { knownAt: row.at } : {}),
      });
    },
    *'consent.revoke'(group, org, row) {
      const { ref, key } = yield* sealing.contact(org, row.contact, group.now);
      yield* sql.insertConsentRecord.run({
        org,
        id: row.id,
        agent: row.agent,
        contact: ref,
        channel: row.channel,
        event: 'revoked',
        type: null,
        source: sealing.sealText(key, row.source, cellOf(org, 'consent_record', 'source', row.id)),
        proof: null,
        notes: null,
        by: row.by,
        action: row.action,
        at: row.at,
      });
      for (const related of yield* sql.relationshipsOf.all({ org, contact: ref })) {
        if (row.agent !== null && related.agent !== row.agent) continue;
        if (row.channel !== null && related.channel !== row.channel) continue;
        yield* sql.setConsents.run({
          org,
          agent: related.agent,
          contact: ref,
          channel: related.channel,
          consents: '{}',
        });
        group.facts.forget(org, 'relationship', {
          agent: related.agent,
          contact: row.contact,
          channel: related.channel,
        });
      }
    },
    *'suppression.add'(group, org, row) {
      const { ref, key } = yield* sealing.contact(org, row.contact, group.now);
      yield* sql.insertSuppression.run({
        org,
        contact: ref,
        channel: row.channel,
        reason: row.reason,
        id: row.id,
        source: sealing.sealText(key, row.source, cellOf(org, 'suppression', 'source', row.id)),
        by: row.by,
        action: row.action,
        at: row.at,
      });
      forgetSuppressions(group, org, row.contact);
    },
    *'suppression.remove'(group, org, row) {
      const ref = yield* sealing.ref(org, row.contact);
      yield* sql.deleteSuppression.run({ org, contact: ref, channel: row.channel, reason: row.reason });
      forgetSuppressions(group, org, row.contact);
    },
    *'contact.place'(group, org, { contact, place }) {
      const { ref, key } = yield* sealing.contact(org, contact, group.now);
      const sealed = place === null ? null : sealing.sealText(key, JSON.stringify(place), placeCell(org, ref));
      yield* sql.setPlace.run({ org, ref, place: sealed });
      group.facts.forget(org, 'contact-place', contact);
    },
  };
}

/** A platform entry binds every organisation, so its facts may be remembered under any of them. */
function forgetSuppressions(group: Group, org: OrgId, contact: string): void {
  if (org === PLATFORM_ORG) group.facts.forgetAll();
  else group.facts.forget(org, 'suppressions', contact);
}
