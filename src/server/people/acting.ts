import type { Principal } from '../../guard/principal.ts';
import type { Acting } from '../../identity/people/acting.ts';
import { sessionOf } from '../../identity/people/sessions.ts';
import type { PersonId } from '../../kernel/ids.ts';

/** A principal as one who works on its own factors. @throws TypeError for another kind's than a person's */
export const acting = (by: Principal): Acting => ({ org: by.org, person: by.id as PersonId, session: sessionOf(by) });
