/** Gives a person another role. Their sessions end, so that nothing goes on by the old one. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../../guard/action.ts';
import { field } from '../../../guard/input/fields.ts';
import { givableRole, knownPerson, lastOwnersRole, withinOwnRights } from '../../guards/people.ts';
import { ROLES } from '../../rules/roles.ts';
import { identityWrite } from '../../writes.ts';

export const setPersonRole = (): AnyAction =>
  stateAction({
    name: 'identity.set_person_role',
    version: 1,
    says: 'Gives a person another role and ends their sessions; the last active Owner stays one.',
    input: z.object({
      personId: field.id('usr').describe('The person.'),
      role: z.enum(ROLES).describe('What they may do from now on.'),
    }),
    output: z.object({ personId: z.string(), role: z.enum(ROLES) }),
    access: 'org:own',
    subject: 'organization',
    forPlatform: true,
    namesOrganization: true,
    forSuspended: true, // whoever must go is gone before the organisation comes back
    risk: 'critical',
    sensitive: true,
    guards: [knownPerson, givableRole, withinOwnRights, lastOwnersRole],
    doors: ['rest', 'cli'],
    http: { method: 'POST', path: '/users/{personId}/role' },
    needs: {},
    change: ({ input: { personId, role } }) => ({
      writes: [identityWrite('person.role', { id: personId, role })],
      output: { personId, role },
    }),
  });
