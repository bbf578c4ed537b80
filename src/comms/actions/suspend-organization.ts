/**
 * Stops an organisation at once: its tokens are refused at every door, open streams end, what is ready to leave is cancelled,
 * what is held can't be released. Messages still come in, and a STOP in one is still heard.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { ownOrganization } from '../needs.ts';
import { decisionWrites, standingGuard, stepped } from '../organization-standing.ts';
import { organizationView, viewOfOrganization } from './organization-view.ts';

export const suspendOrganization = (): AnyAction =>
  stateAction({
    name: 'comms.suspend_organization',
    version: 1,
    says: 'Suspends an organisation: its tokens and its sends stop at once, and its messages still come in.',
    input: z.object({
      reason: field.prose(1_000).min(1).describe('Why; kept with the decision and shown to the organisation.'),
    }),
    output: organizationView,
    access: 'platform:admin',
    subject: 'organization',
    risk: 'critical',
    guards: [standingGuard(() => 'suspend')],
    doors: ['mcp', 'rest', 'cli'],
    needs: { organization: ownOrganization },
    change(request, facts, mint) {
      const organization = stepped(facts.organization, 'suspend');
      const decided = { decision: 'suspend', note: request.input.reason } as const;
      return {
        writes: [...decisionWrites(request, organization, decided, mint)],
        output: viewOfOrganization(organization),
      };
    },
  });
