/** What a browser gets when somebody has signed in: the access token in the answer, the refresh token in the cookie. */
import type { Signed } from '../../identity/people/sessions.ts';
import { timeOrNull, viewOfPerson } from '../../identity/people/views.ts';
import { scopesOfRole } from '../../identity/rules/roles.ts';
import { rfc3339 } from '../../kernel/time.ts';
import type { RequestContext } from '../context.ts';
import { keepRefreshToken } from './cookies.ts';
import type { PeopleDoorParts } from './route.ts';

export async function signedAnswer(
  c: RequestContext,
  { people, protection, clock }: PeopleDoorParts,
  signed: Signed,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Response> {
  const person = (await people.store.person(signed.org, signed.person))!;
  protection.welcome(c, scopesOfRole(person.org, person.role));
  keepRefreshToken(c, signed.refreshToken, signed.refreshExpiresAt - clock.now());
  return c.json({
    accessToken: signed.accessToken,
    expiresAt: rfc3339(signed.accessExpiresAt),
    person: viewOfPerson(person, await people.organizationName(person.org)),
    session: { id: signed.session, steppedUpUntil: timeOrNull(signed.steppedUpUntil) },
    ...more,
  });
}
