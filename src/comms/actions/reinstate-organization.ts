/** Lifts a suspension: tokens work again, and the organisation is where it was. What was cancelled stays cancelled. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { ownOrganization } from '../needs.ts';
import { decisionWrites, standingGuard, stepped } from '../organization-standing.ts';
import { organizationView, viewOfOrganization } from './organization-view.ts';

export const reinstateOrganization = (): AnyAction =>
  stateAction({
    name: 'comms.reinstate_organization',
    version: 1,
    says: 'Lifts the suspension of an organisation; it is in the mode that it was in before.',
    input: z.object({ note: field.prose(1_000).optional().describe('Why; kept with the decision.') }),
    output: organizationView,
    access: 'platform:admin',
    subject: 'organization',
    forSuspended: true,
    risk: 'critical',
    sensitive: true,
    guards: [standingGuard(() => 'reinstate')],
    doors: ['mcp', 'rest', 'cli'],
    needs: { organization: ownOrganization },
    change(request, facts, mint) {
      const organization = stepped(facts.organization, 'reinstate');
      const decided = { decision: 'reinstate', note: request.input.note ?? null } as const;
      return {
        writes: [...decisionWrites(request, organization, decided, mint)],
        output: viewOfOrganization(organization),
      };
    },
  });
