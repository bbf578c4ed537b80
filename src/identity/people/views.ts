/** People and their sessions as they themselves and their Owners see them; no secret has a place in it. */
import * as z from 'zod';
import { type OrgId, PLATFORM_ORG } from '../../kernel/ids.ts';
import { rfc3339 } from '../../kernel/time.ts';
import type { TenancyReader } from '../../tenancy/ports.ts';
import { ROLES } from '../rules/roles.ts';
import { SESSION, steppedUpUntil } from '../rules/session.ts';
import { PERSON_STATUSES, type PersonRecord, type SessionRecord } from './ports.ts';

export const personView = z.object({
  id: z.string(),
  organizationId: z.string(),
  organizationName: z.string(),
  platform: z.boolean().describe('Of the server itself, over every organisation.'),
  email: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  status: z.enum(PERSON_STATUSES),
  factors: z
    .object({
      password: z.boolean(),
      totp: z.boolean(),
      passkeys: z.int(),
      recoveryCodes: z.int().describe('How many are left.'),
      oidc: z.boolean(),
    })
    .describe('How they can sign in.'),
  createdAt: z.string(),
  lastSignInAt: z.string().nullable(),
});

export const viewOfPerson = (person: PersonRecord, organizationName: string): z.output<typeof personView> => ({
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

export const sessionView = z.object({
  id: z.string(),
  current: z.boolean().describe('The one that asks.'),
  createdAt: z.string(),
  lastUsedAt: z.string(),
  expiresAt: z.string(),
  device: z.string(),
  factors: z.array(z.string()),
  steppedUpUntil: z.string().nullable(),
});

/** @param current the session that asks, or null. */
export const viewOfSession = (session: SessionRecord, current: string | null): z.output<typeof sessionView> => ({
  id: session.id,
  current: session.id === current,
  createdAt: rfc3339(session.createdAt),
  lastUsedAt: rfc3339(session.usedAt),
  expiresAt: rfc3339(Math.min(session.expiresAt, session.usedAt + SESSION.idleMs)),
  device: session.device,
  factors: [...session.factors],
  steppedUpUntil: timeOrNull(steppedUpUntil(session.steppedUpAt)),
});

/** The name of an organisation, or of the platform. */
export const organizationNames =
  (tenancy: Pick<TenancyReader, 'organization'>) =>
  async (org: OrgId): Promise<string> =>
    org === PLATFORM_ORG ? 'Sallyport' : ((await tenancy.organization(org))?.name ?? 'an organisation');

export const timeOrNull = (ms: number | null): string | null => (ms === null ? null : rfc3339(ms));
