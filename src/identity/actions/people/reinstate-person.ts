/** Lets somebody who was suspended sign in again, by the factors that they had. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../../guard/action.ts';
import { field } from '../../../guard/input/fields.ts';
import { knownPerson, personStanding, withinOwnRights } from '../../guards/people.ts';
import { identityWrite } from '../../writes.ts';

export const reinstatePerson = (): AnyAction =>
  stateAction({
    name: 'identity.reinstate_person',
    version: 1,
    says: 'Lets a suspended person sign in again, by the factors that they had.',
    input: z.object({ personId: field.id('usr').describe('The person.') }),
    output: z.object({ personId: z.string(), status: z.literal('active') }),
    access: 'org:own',
    subject: 'organization',
    forPlatform: true,
    namesOrganization: true,
    risk: 'critical',
    sensitive: true,
    guards: [knownPerson, personStanding('reinstate'), withinOwnRights],
    doors: ['rest', 'cli'],
    http: { method: 'POST', path: '/users/{personId}/reinstate' },
    needs: {},
    change: ({ input: { personId } }) => ({
      writes: [identityWrite('person.status', { id: personId, status: 'active' })],
      output: { personId, status: 'active' as const },
    }),
  });
