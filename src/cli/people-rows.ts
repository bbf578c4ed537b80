/** People and their sessions as rows that fit a terminal; what else there is, `--output json` has. */
import * as z from 'zod';
import type { Body } from './action-command.ts';

const people = z.looseObject({
  people: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      email: z.string(),
      role: z.string(),
      status: z.string(),
      factors: z.object({
        password: z.boolean(),
        totp: z.boolean(),
        passkeys: z.number(),
        oidc: z.boolean(),
      }),
      lastSignInAt: z.string().nullable(),
    }),
  ),
});
const sessions = z.looseObject({
  sessions: z.array(
    z.object({
      id: z.string(),
      device: z.string(),
      factors: z.array(z.string()),
      lastUsedAt: z.string(),
      expiresAt: z.string(),
    }),
  ),
});

/** What is not of this form (a dry run) stays as it is. */
export function peopleRows(body: Body): Body {
  const found = people.safeParse(body).data;
  if (found === undefined) return body;
  const rows = found.people.map(({ id, name, email, role, status, factors, lastSignInAt }) => ({
    ...{ id, name, email, role, status, signsInBy: waysIn(factors), lastSignIn: minuteOf(lastSignInAt) },
  }));
  return { ...found, people: rows };
}

export function sessionRows(body: Body): Body {
  const found = sessions.safeParse(body).data;
  if (found === undefined) return body;
  const rows = found.sessions.map(({ id, device, factors, lastUsedAt, expiresAt }) => ({
    ...{ id, device, by: factors.join(', '), lastUsed: minuteOf(lastUsedAt), ends: minuteOf(expiresAt) },
  }));
  return { ...found, sessions: rows };
}

type Factors = z.output<typeof people>['people'][number]['factors'];

const waysIn = ({ password, totp, passkeys, oidc }: Factors): string | null =>
  [
    ...(passkeys === 0 ? [] : [passkeys === 1 ? 'passkey' : `${passkeys} passkeys`]),
    ...(password && totp ? ['password and code'] : []),
    ...(oidc ? ['identity provider'] : []),
  ].join(', ') || null;

/** RFC 3339 without what nobody looks at: `2026-11-20 19:00`, in UTC. */
const minuteOf = (time: string | null): string | null => time && `${time.slice(0, 10)} ${time.slice(11, 16)}`;
