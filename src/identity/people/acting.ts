import type { OrgId, PersonId, SessionId } from '../../kernel/ids.ts';

/** Somebody who has signed in and works on its own factors, in the session in which it is done. */
export interface Acting {
  readonly org: OrgId;
  readonly person: PersonId;
  readonly session: SessionId;
}
