/**
 * How an organisation is billed and what its tier allows it. A tier takes effect with the next action: limits above it hold no
 * longer, but for those that the operator granted. A markup is for what is admitted from now on; the past stays as billed.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import type { Write } from '../../kernel/write.ts';
import { known } from '../../tenancy/known.ts';
import { TIERS } from '../../tenancy/limits.ts';
import { tenancyWrite } from '../../tenancy/writes.ts';
import { MAX_MARKUP_PERCENT, UNBILLED } from '../billing/markup.ts';
import { ownBilling, ownOrganization } from '../needs.ts';
import { ADDRESS_PROBLEMS, normalMail } from '../rules/address.ts';
import { commsWrite } from '../writes.ts';

interface Input {
  readonly billingEmail?: string | null | undefined;
}

export const billingEmailGuard = guard<Input>()({
  id: 'billing-email',
  stage: 'validate',
  needs: {},
  judge({ input: { billingEmail } }) {
    const mail = billingEmail == null ? null : normalMail(billingEmail);
    if (mail === null || mail.ok) return [];
    const say = `billingEmail: ${ADDRESS_PROBLEMS[mail.error]}`;
    return [
      {
        is: 'deny',
        code: 'invalid_input',
        say,
        source: 'form of addresses',
        fact: `field billingEmail: ${mail.error}`,
      },
    ];
  },
});

export const setBillingConfig = (): AnyAction =>
  stateAction({
    name: 'comms.set_billing_config',
    version: 1,
    says: "Sets an organisation's tier, the markup on what providers charge, and where its bills and budget alerts go; what is left out stays as it is.",
    input: z.object({
      tier: z.enum(TIERS).optional().describe('Bounds the limits of its agents, at once.'),
      markupPercent: z
        .int()
        .min(0)
        .max(MAX_MARKUP_PERCENT)
        .optional()
        .describe('On what is sent from now on; what was billed before stays.'),
      billingEmail: field.address().nullable().optional().describe('Null takes it away.'),
    }),
    output: z.object({
      organizationId: z.string(),
      tier: z.enum(TIERS),
      markupPercent: z.number(),
      billingEmail: z.string().nullable(),
    }),
    access: 'platform:admin',
    subject: 'organization',
    risk: 'high',
    sensitive: true,
    guards: [billingEmailGuard],
    doors: ['mcp', 'rest', 'cli'],
    needs: { organization: ownOrganization, billing: ownBilling },
    change({ org, input }, facts) {
      const { tier } = known(facts.organization, 'organisation');
      const before = facts.billing ?? UNBILLED;
      const { markupPercent } = input;
      const billingEmail = input.billingEmail == null ? input.billingEmail : mailbox(input.billingEmail);
      const writes: Write[] = [commsWrite('billing.configure', { markupPercent, billingEmail })];
      if (input.tier !== undefined) writes.push(tenancyWrite('organization.tier', { tier: input.tier }));
      return {
        writes,
        output: {
          organizationId: org,
          tier: input.tier ?? tier,
          markupPercent: markupPercent ?? before.markupPercent,
          billingEmail: billingEmail === undefined ? before.billingEmail : billingEmail,
        },
      };
    },
  });

function mailbox(raw: string): string {
  const mail = normalMail(raw);
  return known(mail.ok ? mail.value : null, 'readable address');
}
