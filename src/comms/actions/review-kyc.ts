/**
 * The decision about what an organisation submitted: out of the sandbox, back into it, or suspended. What was allowed before
 * and has not left yet does not leave.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { ownOrganization } from '../needs.ts';
import { decisionWrites, standingGuard, stepped } from '../organization-standing.ts';
import { organizationView, viewOfOrganization } from './organization-view.ts';

const DECISIONS = ['approve', 'reject', 'suspend'] as const;

export const reviewKyc = (): AnyAction =>
  stateAction({
    name: 'comms.review_kyc',
    version: 2,
    says: 'Decides on what an organisation submitted: approve moves it to production, reject back to the sandbox, suspend stops it.',
    input: z.object({
      decision: z
        .enum(DECISIONS)
        .describe('approve: production, after a submission. reject: sandbox. suspend: as comms_suspend_organization.'),
      note: field.prose(1_000).optional().describe('Why; kept with the decision and shown to the organisation.'),
    }),
    output: organizationView,
    access: 'platform:admin',
    subject: 'organization',
    risk: 'critical',
    sensitive: true,
    guards: [standingGuard<{ readonly decision: (typeof DECISIONS)[number] }>(({ decision }) => decision)],
    doors: ['mcp', 'rest', 'cli'],
    needs: { organization: ownOrganization },
    change(request, facts, mint) {
      const { decision, note = null } = request.input;
      const organization = stepped(facts.organization, decision);
      return {
        writes: [...decisionWrites(request, organization, { decision, note }, mint)],
        output: viewOfOrganization(organization),
      };
    },
  });
