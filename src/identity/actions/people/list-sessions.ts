/** Where a person is signed in, as an Owner may see it. One's own sessions are at `/auth/sessions`. */
import * as z from 'zod';
import { type AnyAction, readAction } from '../../../guard/action.ts';
import { field } from '../../../guard/input/fields.ts';
import { knownPerson } from '../../guards/people.ts';
import type { PeopleStore } from '../../people/ports.ts';
import { sessionView, viewOfSession } from '../../people/views.ts';

export const listSessions = (people: Pick<PeopleStore, 'sessions'>): AnyAction =>
  readAction({
    name: 'identity.list_sessions',
    version: 1,
    says: 'Lists the sessions of a person, newest first: since when, until when, on what kind of device and by which factors.',
    input: z.object({ personId: field.id('usr').describe('The person.') }),
    output: z.object({ sessions: z.array(sessionView) }),
    access: 'org:own',
    subject: 'organization',
    forPlatform: true,
    namesOrganization: true,
    risk: 'low',
    guards: [knownPerson],
    doors: ['rest', 'cli'],
    http: { method: 'GET', path: '/users/{personId}/sessions' },
    async read({ by, org, input: { personId }, now }) {
      const current = by.fences.find(({ of }) => of === 'session')?.id ?? null;
      return { sessions: (await people.sessions(org, personId, now)).map((one) => viewOfSession(one, current)) };
    },
  });
