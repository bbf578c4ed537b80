/** Who may sign in to an organisation, or to the platform itself, and how they do. Those removed are not among them. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../../guard/action.ts';
import { field } from '../../../guard/input/fields.ts';
import type { PeopleStore } from '../../people/ports.ts';
import { personView, viewOfPerson } from '../../people/views.ts';
import { ROLES } from '../../rules/roles.ts';

export interface ListPeopleParts {
  readonly people: Pick<PeopleStore, 'people'>;
  readonly organizationName: (org: Parameters<PeopleStore['people']>[0]) => Promise<string>;
}

export const listPeople = ({ people, organizationName }: ListPeopleParts): AnyAction =>
  readAction({
    name: 'identity.list_people',
    version: 1,
    says: 'Lists the people of an organisation, oldest first, with their role, their standing and how they can sign in; the people of the server itself are under org_platform.',
    input: z.object({
      limit: z.int().min(1).max(100).default(50),
      cursor: field.id('usr').optional().describe('The nextCursor of the page before.'),
      role: z.enum(ROLES).optional().describe('Only those of this role.'),
      status: z.enum(['invited', 'active', 'suspended']).optional().describe('Only those of this standing.'),
    }),
    output: z.object({ people: z.array(personView), nextCursor: z.string().nullable().describe('For the next page.') }),
    access: 'org:admin',
    subject: 'organization',
    forPlatform: true,
    namesOrganization: true,
    risk: 'low',
    guards: [],
    doors: ['rest', 'cli'],
    http: { method: 'GET', path: '/users' },
    async read({ org, input: { limit, cursor, role, status } }) {
      const found = await people.people(org, { after: cursor ?? '', limit: limit + 1, role, status });
      const name = await organizationName(org);
      const page = found.slice(0, limit);
      return {
        people: page.map((person) => viewOfPerson(person, name)),
        nextCursor: found.length > limit ? page.at(-1)!.id : null,
      };
    },
  });
