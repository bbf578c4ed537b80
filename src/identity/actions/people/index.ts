/** The life of a person's account, for the catalogue. */
import type { AnyAction } from '../../../guard/action.ts';
import type { TenancyReader } from '../../../tenancy/ports.ts';
import type { PeopleStore } from '../../people/ports.ts';
import { organizationNames } from '../../people/views.ts';
import { createSetUpLink } from './create-set-up-link.ts';
import { endSessions } from './end-sessions.ts';
import { invitePerson } from './invite-person.ts';
import { listPeople } from './list-people.ts';
import { listSessions } from './list-sessions.ts';
import { recoverPerson } from './recover-person.ts';
import { reinstatePerson } from './reinstate-person.ts';
import { removePerson } from './remove-person.ts';
import { setPersonRole } from './set-person-role.ts';
import { suspendPerson } from './suspend-person.ts';

export interface PeopleActionParts {
  readonly people: Pick<PeopleStore, 'people' | 'sessions'>;
  readonly tenancy: Pick<TenancyReader, 'organization'>;
  /** Where people reach this server, without a slash at its end. */
  readonly publicUrl: string;
}

export const peopleActions = ({ people, tenancy, publicUrl }: PeopleActionParts): readonly AnyAction[] => [
  createSetUpLink(publicUrl),
  invitePerson(publicUrl),
  listPeople({ people, organizationName: organizationNames(tenancy) }),
  setPersonRole(),
  suspendPerson(),
  reinstatePerson(),
  removePerson(),
  recoverPerson(publicUrl),
  listSessions(people),
  endSessions(),
];
