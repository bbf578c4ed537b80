/** How organisations are billed, as rows. The address is sealed under the organisation's key. */
import type { BillingConfig } from '../comms/billing/markup.ts';
import type { BillingWrites } from '../comms/writes.ts';
import type { OrgId } from '../kernel/ids.ts';
import type { Schema } from './schema.ts';
import { cellOf, type Sealing } from './sealing.ts';
import { lookup, statement, type Tx } from './statement.ts';
import type { WriterParts, WritersOf } from './writers/writer.ts';

type Row = Schema['billing_config'];

export const billingConfigs = lookup('billing_config', ['org'], ['markup_percent', 'billing_email']);
const ensure = statement<Pick<Row, 'org'>>((db, p) =>
  db
    .insertInto('billing_config')
    .values({ org: p('org'), markup_percent: 0, billing_email: null })
    .onConflict((conflict) => conflict.column('org').doNothing()),
);
const setMarkup = statement<Pick<Row, 'org' | 'markup_percent'>>((db, p) =>
  db
    .updateTable('billing_config')
    .set({ markup_percent: p('markup_percent') })
    .where('org', '=', p('org')),
);
const setEmail = statement<Pick<Row, 'org' | 'billing_email'>>((db, p) =>
  db
    .updateTable('billing_config')
    .set({ billing_email: p('billing_email') })
    .where('org', '=', p('org')),
);

const cell = (org: string) => cellOf(org, 'billing_config', 'billing_email', org);

export function* billingConfigOf(sealing: Sealing, row: Row): Tx<BillingConfig> {
  const { org, markup_percent: markupPercent, billing_email: sealed } = row;
  if (sealed === null) return { markupPercent, billingEmail: null };
  const { dataKey } = yield* sealing.orgKeys(org as OrgId);
  return { markupPercent, billingEmail: sealing.openText(dataKey, sealed, cell(org)) };
}

export function billingWriters({ sealing }: Pick<WriterParts, 'sealing'>): WritersOf<BillingWrites> {
  return {
    *'billing.configure'(group, org, { markupPercent, billingEmail }) {
      yield* ensure.run({ org });
      if (markupPercent !== undefined) yield* setMarkup.run({ org, markup_percent: markupPercent });
      if (billingEmail !== undefined) {
        const { dataKey } = yield* sealing.orgKeys(org);
        const sealed = billingEmail === null ? null : sealing.sealText(dataKey, billingEmail, cell(org));
        yield* setEmail.run({ org, billing_email: sealed });
      }
      group.facts.forget(org, 'billing', 'self');
    },
  };
}
