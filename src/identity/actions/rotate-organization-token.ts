/** A new token for an organisation's administrators; every older one of theirs ends at once. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../guard/action.ts';
import { wholeRight } from '../../guard/guards/whole-right.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { mintToken } from '../token.ts';
import { identityWrite } from '../writes.ts';

export const rotateOrganizationToken = (): AnyAction =>
  stateAction({
    name: 'identity.rotate_organization_token',
    version: 1,
    says: "Makes a new token for the organisation's administrators, shown once, and ends their older ones at once.",
    input: z.object({}),
    output: z.object({ adminToken: z.string(), rotatedAt: z.string() }),
    access: 'org:admin',
    subject: 'organization',
    forSuspended: true, // what leaked is ended before the organisation comes back
    risk: 'critical',
    sensitive: true,
    guards: [wholeRight('organization')],
    doors: ['mcp', 'rest', 'cli'],
    secretOutput: ['adminToken'],
    needs: {},
    change({ org, now }, _facts, mint) {
      const { token, hash } = mintToken((n) => mint.bytes(n), 'organization');
      const row = { id: mint.id('tok'), hash, org, kind: 'organization', createdAt: now } as const;
      return {
        writes: [identityWrite('admin-token.replace', row)],
        output: { adminToken: token, rotatedAt: rfc3339(now) },
      };
    },
  });
