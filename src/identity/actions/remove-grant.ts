/** Takes a grant back. It holds at the principal's next request, and for what it asked for and has not left yet. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { guardWrite } from '../../guard/writes.ts';
import { known } from '../../tenancy/known.ts';
import { fenceOfPrincipal } from '../facts.ts';
import { grantNeed, removable } from '../guards/granting.ts';
import type { Operation } from '../rules/granting.ts';
import { identityWrite } from '../writes.ts';

export const removeGrant = (operations: () => readonly Operation[]): AnyAction =>
  stateAction({
    name: 'identity.remove_grant',
    version: 1,
    says: 'Removes a grant: the principal may again do what its role, token or key says, no more and no less.',
    input: z.object({ grantId: field.id('grt') }),
    output: z.object({ grantId: z.string(), removed: z.literal(true) }),
    access: 'org:own',
    subject: 'organization',
    forPlatform: true,
    risk: 'critical',
    sensitive: true,
    guards: [removable(operations)],
    doors: ['mcp', 'rest', 'cli'],
    http: { method: 'POST', path: '/grants/{grantId}/remove' },
    needs: { grant: grantNeed },
    change({ input: { grantId } }, facts) {
      const { principal } = known(facts.grant, 'grant');
      return {
        writes: [identityWrite('grant.remove', { id: grantId }), guardWrite('fence.bump', fenceOfPrincipal(principal))],
        output: { grantId, removed: true as const },
      };
    },
  });
