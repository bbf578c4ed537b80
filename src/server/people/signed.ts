/** What a browser gets when somebody has signed in: the access token in the answer, the refresh token in the cookie. */
import type { PersonRecord } from '../../identity/people/ports.ts';
import type { Signed } from '../../identity/people/sessions.ts';
import { PLATFORM_ORG } from '../../kernel/ids.ts';
import { rfc3339 } from '../../kernel/time.ts';
import type { RequestContext } from '../context.ts';
import { keepRefreshToken } from './cookies.ts';
import type { PeopleDoorParts } from './route.ts';

export async function signedAnswer(
  c: RequestContext,
  { people, clock }: PeopleDoorParts,
  signed: Signed,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Response> {
  const person = (await people.store.person(signed.org, signed.person))!;
  keepRefreshToken(c, signed.refreshToken, signed.refreshExpiresAt - clock.now());
  return c.json({
    accessToken: signed.accessToken,
    expiresAt: rfc3339(signed.accessExpiresAt),
    person: personView(person, await people.organizationName(person.org)),
    session: { id: signed.session, steppedUpUntil: timeOrNull(signed.steppedUpUntil) },
    ...more,
  });
}

/** A person as they themselves and their Owners see them; no secret has a place in it. */
export const personView = (person: PersonRecord, organizationName: string) => ({
  id: person.id,
  organizationId: person.org,
  organizationName,
  platform: person.org === PLATFORM_ORG,
  email: person.email,
  name: person.name,
  role: person.role,
  status: person.status,
  factors: {
    password: person.password !== null,
    totp: person.totp !== null,
    passkeys: person.passkeys,
    recoveryCodes: person.recoveryCodes,
    oidc: person.oidc,
  },
  createdAt: rfc3339(person.createdAt),
  lastSignInAt: timeOrNull(person.signedInAt),
});

export const timeOrNull = (ms: number | null): string | null => (ms === null ? null : rfc3339(ms));
