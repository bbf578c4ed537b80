/** Removes a person for good: name, address, factors, links and sessions are gone. The id stays, for what the log tells of it. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../../guard/action.ts';
import { field } from '../../../guard/input/fields.ts';
import { knownPerson, lastOwner, withinOwnRights } from '../../guards/people.ts';
import { identityWrite } from '../../writes.ts';

export const removePerson = (): AnyAction =>
  stateAction({
    name: 'identity.remove_person',
    version: 1,
    says: 'Removes a person for good: their sessions end and their name, address and factors are forgotten; their id stays in the log.',
    input: z.object({ personId: field.id('usr').describe('The person.') }),
    output: z.object({ personId: z.string(), status: z.literal('removed') }),
    access: 'org:own',
    subject: 'organization',
    forPlatform: true,
    namesOrganization: true,
    forSuspended: true, // whoever must go is gone before the organisation comes back
    risk: 'critical',
    sensitive: true,
    guards: [knownPerson, withinOwnRights, lastOwner],
    doors: ['rest', 'cli'],
    http: { method: 'POST', path: '/users/{personId}/remove' },
    needs: {},
    change: ({ input: { personId } }) => ({
      writes: [identityWrite('person.remove', { id: personId })],
      output: { personId, status: 'removed' as const },
    }),
  });
