/** How an organisation is billed. What is not given is not touched, so that two changes at once are both kept. */
import type { BillingWrites } from '../../comms/writes.ts';
import { billingEmailCell } from '../billing-config.ts';
import type { Schema } from '../schema.ts';
import { statement } from '../statement.ts';
import type { WriterParts, WritersOf } from './writer.ts';

type Row = Schema['billing_config'];

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

export function billingWriters({ sealing }: Pick<WriterParts, 'sealing'>): WritersOf<BillingWrites> {
  return {
    *'billing.configure'(group, org, { markupPercent, billingEmail }) {
      yield* ensure.run({ org });
      if (markupPercent !== undefined) yield* setMarkup.run({ org, markup_percent: markupPercent });
      if (billingEmail !== undefined) {
        const { dataKey } = yield* sealing.orgKeys(org);
        const sealed = billingEmail === null ? null : sealing.sealText(dataKey, billingEmail, billingEmailCell(org));
        yield* setEmail.run({ org, billing_email: sealed });
      }
      group.facts.forget(org, 'billing', 'self');
    },
  };
}
