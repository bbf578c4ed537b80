/**
 * From a person's access token to a principal. It is looked up on every request, so that a session that ended, a role that
 * changed and a person who was suspended hold at the next one; null for all of them alike.
 */
import type { Principal } from '../../guard/principal.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { OrgId, SessionId } from '../../kernel/ids.ts';
import { refuseSuspended } from '../live.ts';
import { scopesOfRole } from '../rules/roles.ts';
import { steppedUpUntil } from '../rules/session.ts';
import { tokenHash } from '../token.ts';
import type { AccessRecord, PeopleStore } from './ports.ts';

/** @throws SallyportError `organization_inactive` */
export const authenticatePerson =
  ({ people, clock }: { readonly people: Pick<PeopleStore, 'access'>; readonly clock: Clock }) =>
  async (token: string): Promise<Principal | null> => {
    const record = await people.access(tokenHash(token));
    if (record === null || !isGood(record, clock.now())) return null;
    refuseSuspended(record);
    return principalOf(record);
  };

/** The same of a session by itself, for what stays open longer than an access token is good. */
export const authenticateSession =
  ({ people, clock }: { readonly people: Pick<PeopleStore, 'standing'>; readonly clock: Clock }) =>
  async (org: OrgId, session: SessionId): Promise<Principal | null> => {
    const record = await people.standing(org, session);
    if (record === null || !isGood(record, clock.now())) return null;
    refuseSuspended(record);
    return principalOf(record);
  };

const isGood = ({ status, endedAt, expiresAt, sessionEndsAt }: AccessRecord, now: number): boolean =>
  status === 'active' && endedAt === null && now < expiresAt && now < sessionEndsAt;

const principalOf = ({
  org,
  person,
  session,
  role,
  grants,
  steppedUpAt,
  personEpoch,
  sessionEpoch,
}: AccessRecord): Principal => ({
  id: person,
  kind: 'person',
  org,
  agent: null,
  scopes: scopesOfRole(org, role),
  ...(grants.length === 0 ? {} : { grants }),
  sensitive: { is: 'step-up', until: steppedUpUntil(steppedUpAt) },
  fences: [
    { of: 'person', id: person, epoch: personEpoch },
    { of: 'session', id: session, epoch: sessionEpoch },
  ],
});
