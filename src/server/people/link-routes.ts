/** One-time links: what one is for, and the beginning of an enrolment. The factors' own routes go on from there. */
import type { Hono } from 'hono';
import * as z from 'zod';
import { GONE } from '../../identity/people/links.ts';
import { mailAddress, personName } from '../../identity/rules/person.ts';
import { scopesOfRole } from '../../identity/rules/roles.ts';
import { SallyportError } from '../../kernel/errors.ts';
import { rfc3339 } from '../../kernel/time.ts';
import type { Env, RequestContext } from '../context.ts';
import { goingOn, type PeopleDoorParts, post } from './route.ts';

const token = z.string().max(100);

export function mountLinks(app: Hono<Env>, parts: PeopleDoorParts): void {
  const { links, organizationName } = parts.people;

  async function linkOf(c: RequestContext, token: string) {
    const found = await links.read(token);
    if (found === null) {
      await parts.protection.refuse(c, true);
      throw new SallyportError('not_found', GONE);
    }
    const role = found.person?.role ?? 'owner';
    parts.protection.welcome(c, scopesOfRole(found.link.org, role));
    return { ...found, role };
  }

  post(app, '/link', parts, z.strictObject({ token }), {
    admit: goingOn(parts), // looking at a link begins nothing; one that is none counts as a failure below
    async handle(c, input) {
      const { link, person, role } = await linkOf(c, input.token);
      return c.json({
        kind: link.kind,
        organizationName: await organizationName(link.org),
        email: person?.email ?? null,
        name: person?.name ?? null,
        role,
        expiresAt: rfc3339(link.expiresAt),
      });
    },
  });
  post(
    app,
    '/link/begin',
    parts,
    z.strictObject({ token, email: mailAddress.optional(), name: personName.optional() }),
    {
      admit: parts.protection.attempt,
      async handle(c, { token, email, name }) {
        await linkOf(c, token);
        const who = email === undefined || name === undefined ? null : { email, name };
        return c.json({ ceremony: await links.begin(token, who) });
      },
    },
  );
}
