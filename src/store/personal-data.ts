/** How much is kept about one person, and the latest erasure: what a receipt is made from. */
import type { ErasureCounts, ErasureReason, PersonalData } from '../comms/facts.ts';
import type { ActionId, OrgId } from '../kernel/ids.ts';
import { kidOf } from '../vault/sealed.ts';
import * as sql from './erasure-statements.ts';
import type { Sealing } from './sealing.ts';
import type { Tx } from './statement.ts';

export function* personalDataOf(sealing: Sealing, org: OrgId, address: string): Tx<PersonalData> {
  const contact = yield* sealing.ref(org, address);
  const counts = (yield* sql.countsOf.first({ org, contact }))!;
  const [row] = yield* sql.keyTextOf.rows([[org, contact]]);
  const [before] = yield* sql.erasures.rows([[org, contact]]);
  const leaf = before === undefined ? undefined : yield* sql.indexesOf.first({ action: before.action });
  const { messages, attachments, consents, relationships, suppressions, open } = counts;
  return {
    subject: contact,
    key: row === undefined ? null : kidOf(row.key),
    counts: { messages, attachments, consents, relationships, cancelled: open },
    suppressions,
    before:
      before === undefined
        ? null
        : {
            action: before.action as ActionId,
            at: before.at,
            reason: before.reason as ErasureReason,
            key: before.kid,
            counts: JSON.parse(before.counts) as ErasureCounts,
            leaf: leaf?.idx ?? null,
          },
  };
}
