/** Signs a person out everywhere, at once. They may sign in again: who must not is suspended. */
import * as z from 'zod';
import { type AnyAction, stateAction } from '../../../guard/action.ts';
import { field } from '../../../guard/input/fields.ts';
import { knownPerson, sessionsNeed, withinOwnRights } from '../../guards/people.ts';
import { identityWrite } from '../../writes.ts';

export const endSessions = (): AnyAction =>
  stateAction({
    name: 'identity.end_sessions',
    version: 1,
    says: 'Signs a person out everywhere at once; they may sign in again.',
    input: z.object({ personId: field.id('usr').describe('The person.') }),
    output: z.object({ ended: z.int().describe('How many sessions.') }),
    access: 'org:own',
    subject: 'organization',
    forPlatform: true,
    namesOrganization: true,
    forSuspended: true, // whoever must go is gone before the organisation comes back
    risk: 'high',
    sensitive: true,
    guards: [knownPerson, withinOwnRights],
    doors: ['rest', 'cli'],
    http: { method: 'POST', path: '/users/{personId}/sessions/end' },
    needs: { sessions: sessionsNeed },
    change: ({ by, input: { personId: person } }, { sessions }) => ({
      writes: [
        identityWrite('session.end-all', { person, but: null }),
        identityWrite('authentication.tell', { event: 'sessions_ended', person, by: by.id }),
      ],
      output: { ended: sessions ?? 0 },
    }),
  });
