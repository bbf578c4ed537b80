/**
 * The decision that lets an organisation out of the sandbox, or puts it back there. What was allowed in the other mode and
 * has not left yet does not leave.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { guard } from '../../guard/guard.ts';
import { field } from '../../guard/input/fields.ts';
import { guardWrite } from '../../guard/writes.ts';
import { PLATFORM_ORG } from '../../kernel/ids.ts';
import { known } from '../../tenancy/known.ts';
import { tenancyWrite } from '../../tenancy/writes.ts';
import { ownOrganization } from '../needs.ts';
import { organizationView, viewOfOrganization } from './organization-view.ts';

const DECISIONS = ['approve', 'reject'] as const;
const MODE_OF = { approve: 'production', reject: 'sandbox' } as const;

const reviewableGuard = guard<{ readonly decision: (typeof DECISIONS)[number] }>()({
  id: 'reviewable',
  stage: 'comply',
  needs: { organization: ownOrganization },
  judge({ input, org }, { organization }) {
    if (org === PLATFORM_ORG) {
      return [
        { is: 'deny', code: 'invalid_input', say: 'organizationId: the platform itself has no mode.', source: 'mode' },
      ];
    }
    const { mode } = known(organization, 'organisation');
    return mode === MODE_OF[input.decision]
      ? [{ is: 'deny', code: 'conflict', say: `The organisation is in ${mode} already.`, source: 'mode' }]
      : [];
  },
});

export const reviewKyc = (): AnyAction =>
  stateAction({
    name: 'comms.review_kyc',
    version: 1,
    says: 'Moves an organisation from sandbox to production after its review, or back.',
    input: z.object({
      decision: z.enum(DECISIONS).describe('approve: production. reject: sandbox.'),
      note: field.prose(1_000).optional().describe('Why; kept with the decision.'),
    }),
    output: organizationView,
    access: 'platform:admin',
    subject: 'organization',
    risk: 'critical',
    guards: [reviewableGuard],
    doors: ['mcp', 'rest', 'cli'],
    needs: { organization: ownOrganization },
    change({ input, org }, facts) {
      const organization = { ...known(facts.organization, 'organisation'), mode: MODE_OF[input.decision] };
      return {
        writes: [
          tenancyWrite('organization.update', organization),
          guardWrite('fence.bump', { of: 'organization', id: org }),
        ],
        output: viewOfOrganization(organization),
      };
    },
  });
