/**
 * A way back for somebody who lost their factors: a link, shown once, for an Owner to hand over in person. Until it is used
 * everything stays as it is; its use ends every factor and session that was there.
 */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../../guard/action.ts';
import { field } from '../../../guard/input/fields.ts';
import { rfc3339 } from '../../../kernel/time.ts';
import { anotherOwner, knownPerson, personStanding, withinOwnRights } from '../../guards/people.ts';
import { linkAddress, mintLink } from '../../people/links.ts';
import { identityWrite } from '../../writes.ts';

export const recoverPerson = (publicUrl: string): AnyAction =>
  stateAction({
    name: 'identity.recover_person',
    version: 1,
    says: 'Gives another person who lost their factors a link to enrol new ones, good for 72 hours and shown once; its use ends the old factors and sessions.',
    input: z.object({ personId: field.id('usr').describe('The person, not oneself.') }),
    output: z.object({ link: z.string(), expiresAt: z.string() }),
    access: 'org:own',
    subject: 'organization',
    forPlatform: true,
    namesOrganization: true,
    risk: 'critical',
    sensitive: true,
    guards: [knownPerson, personStanding('recover'), withinOwnRights, anotherOwner],
    doors: ['rest', 'cli'],
    http: { method: 'POST', path: '/users/{personId}/recover' },
    secretOutput: ['link'],
    needs: {},
    change({ by, input: { personId: person }, now }, _facts, mint) {
      const link = mintLink((n) => mint.bytes(n), 'recovery', person, now);
      return {
        writes: [
          link.write,
          identityWrite('authentication.tell', { event: 'link_made', person, method: 'recovery', by: by.id }),
        ],
        output: { link: linkAddress(publicUrl, link.token), expiresAt: rfc3339(link.expiresAt) },
      };
    },
  });
