/** What a browser gets when somebody has signed in: the access token in the answer, the refresh token in the cookie. */
import type { PersonRecord } from '../../identity/people/ports.ts';
import type { Signed } from '../../identity/people/sessions.ts';
import { timeOrNull, viewOfPerson } from '../../identity/people/views.ts';
import { scopesOfRole } from '../../identity/rules/roles.ts';
import { rfc3339 } from '../../kernel/time.ts';
import type { RequestContext } from '../context.ts';
import { keepRefreshToken } from './cookies.ts';
import type { PeopleDoorParts } from './route.ts';

export async function signedAnswer(
  c: RequestContext,
  parts: PeopleDoorParts,
  signed: Signed,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Response> {
  const { people } = parts;
  const person = await keepSignedIn(c, parts, signed);
  return c.json({
    accessToken: signed.accessToken,
    expiresAt: rfc3339(signed.accessExpiresAt),
    person: viewOfPerson(person, await people.organizationName(person.org)),
    session: { id: signed.session, steppedUpUntil: timeOrNull(signed.steppedUpUntil) },
    ...more,
  });
}

/** The cookie alone, for who may be here. @throws SallyportError `address_not_allowed` */
export async function keepSignedIn(
  c: RequestContext,
  { people, protection, clock }: PeopleDoorParts,
  { org, person: id, refreshToken, refreshExpiresAt }: Signed,
): Promise<PersonRecord> {
  const person = (await people.store.person(org, id))!;
  protection.welcome(c, scopesOfRole(org, person.role));
  keepRefreshToken(c, refreshToken, refreshExpiresAt - clock.now());
  return person;
}
