/** Keeps a person out until they are reinstated: their sessions and links end at once, their factors stay. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../../guard/action.ts';
import { field } from '../../../guard/input/fields.ts';
import { knownPerson, lastOwner, personStanding, withinOwnRights } from '../../guards/people.ts';
import { identityWrite } from '../../writes.ts';

export const suspendPerson = (): AnyAction =>
  stateAction({
    name: 'identity.suspend_person',
    version: 1,
    says: 'Keeps a person out at once: their sessions and links end; their factors stay for when they are reinstated.',
    input: z.object({ personId: field.id('usr').describe('The person.') }),
    output: z.object({ personId: z.string(), status: z.literal('suspended') }),
    access: 'org:own',
    subject: 'organization',
    forPlatform: true,
    namesOrganization: true,
    forSuspended: true, // whoever must go is gone before the organisation comes back
    risk: 'critical',
    sensitive: true,
    guards: [knownPerson, personStanding('suspend'), withinOwnRights, lastOwner],
    doors: ['rest', 'cli'],
    http: { method: 'POST', path: '/users/{personId}/suspend' },
    needs: {},
    change: ({ input: { personId } }) => ({
      writes: [identityWrite('person.status', { id: personId, status: 'suspended' })],
      output: { personId, status: 'suspended' as const },
    }),
  });
