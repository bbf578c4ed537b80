/** A new link for the first Owner, in place of the one that the start printed, as long as nobody has set up. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../../guard/action.ts';
import { rfc3339 } from '../../../kernel/time.ts';
import { nobodyYet } from '../../guards/people.ts';
import { linkAddress, mintLink } from '../../people/links.ts';
import { identityWrite } from '../../writes.ts';

export const createSetUpLink = (publicUrl: string): AnyAction =>
  stateAction({
    name: 'identity.create_set_up_link',
    version: 1,
    says: 'Makes a new link for the first Owner while nobody has set up, good for one hour and shown once; it replaces the one before.',
    input: z.object({}),
    output: z.object({ link: z.string(), expiresAt: z.string() }),
    access: 'platform:admin',
    subject: 'platform',
    risk: 'critical',
    sensitive: true,
    guards: [nobodyYet],
    doors: ['rest', 'cli'],
    secretOutput: ['link'],
    needs: {},
    change({ by, now }, _facts, mint) {
      const link = mintLink((n) => mint.bytes(n), 'set_up', null, now);
      return {
        writes: [
          link.write,
          identityWrite('authentication.tell', { event: 'link_made', person: null, method: 'set_up', by: by.id }),
        ],
        output: { link: linkAddress(publicUrl, link.token), expiresAt: rfc3339(link.expiresAt) },
      };
    },
  });
