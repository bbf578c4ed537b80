/** How organisations are billed, as rows. The address is sealed under the organisation's key. */
import type { BillingConfig } from '../comms/billing/markup.ts';
import type { OrgId } from '../kernel/ids.ts';
import type { Schema } from './schema.ts';
import { cellOf, type Sealing } from './sealing.ts';
import { lookup, type Tx } from './statement.ts';

type Row = Schema['billing_config'];

export const billingConfigs = lookup('billing_config', ['org'], ['markup_percent', 'billing_email']);

export const billingEmailCell = (org: string) => cellOf(org, 'billing_config', 'billing_email', org);

export function* billingConfigOf(sealing: Sealing, row: Row): Tx<BillingConfig> {
  const { org, markup_percent: markupPercent, billing_email: sealed } = row;
  if (sealed === null) return { markupPercent, billingEmail: null };
  const { dataKey } = yield* sealing.orgKeys(org as OrgId);
  return { markupPercent, billingEmail: sealing.openText(dataKey, sealed, billingEmailCell(org)) };
}
