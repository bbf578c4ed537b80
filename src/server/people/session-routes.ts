/** A person's own session: kept up, looked at, ended. What a cookie alone authorises is for our own pages (same-origin.ts). */
import type { Hono } from 'hono';
import * as z from 'zod';
import { sessionOf } from '../../identity/people/sessions.ts';
import { timeOrNull, viewOfPerson, viewOfSession } from '../../identity/people/views.ts';
import { scopesOfRole } from '../../identity/rules/roles.ts';
import { steppedUpUntil } from '../../identity/rules/session.ts';
import { identityWrite } from '../../identity/writes.ts';
import { SallyportError } from '../../kernel/errors.ts';
import { looksLikeId, type PersonId } from '../../kernel/ids.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { must } from '../../shield/hono.ts';
import { addressPrefix } from '../address-prefix.ts';
import { bearerOf } from '../caller.ts';
import { type Env, methodNotAllowed, type RequestContext } from '../context.ts';
import { dropRefreshToken, refreshTokenOf } from './cookies.ts';
import { note } from './described.ts';
import { AUTH, get, type PeopleDoorParts, personOf, post, refuseAttempt } from './route.ts';
import { checkOwnPage } from './same-origin.ts';
import { signedAnswer } from './signed.ts';

const nothing = z.strictObject({});

export function mountSessions(app: Hono<Env>, parts: PeopleDoorParts): void {
  const { people, publicUrl, clock } = parts;
  const { store, sessions } = people;
  const { origin } = new URL(publicUrl);
  const fromOurPage = (c: RequestContext) => must(checkOwnPage(c.req.raw.headers, origin));

  note(app, { method: 'post', path: '/refresh', schema: null });
  app.post(`${AUTH}/refresh`, async (c) => {
    fromOurPage(c);
    const token = refreshTokenOf(c);
    if (token === null) throw new SallyportError('unauthenticated', 'Sign in first.'); // nobody guesses: no failure to count
    const signed = (await admitted(c, token)) ? await sessions.refresh(token) : null;
    if (signed !== null) return signedAnswer(c, parts, signed);
    dropRefreshToken(c);
    return refuseAttempt(c, parts, 'This session has ended. Sign in again.');
  });
  app.all(`${AUTH}/refresh`, methodNotAllowed('POST'));

  /** Counts the person before anything rotates: an answer that is refused must not cost them their session. */
  async function admitted(c: RequestContext, token: string): Promise<boolean> {
    const own = await sessions.ofRefreshToken(token);
    const person = own === null ? null : await store.person(own.org, own.person);
    if (person === null) return false;
    const { id, org, role } = person;
    await parts.protection.admit(c, {
      id,
      kind: 'person',
      org,
      agent: null,
      scopes: scopesOfRole(org, role),
      fences: [],
    });
    return true;
  }

  note(app, { method: 'post', path: '/logout', schema: null });
  app.post(`${AUTH}/logout`, async (c) => {
    const own = bearerOf(c).is === 'token' ? await bySession(c) : await byCookie(c);
    if (own !== null) {
      const { org, person, session } = own;
      await store.commit(org, { event: 'signed_out', person, session }, [
        identityWrite('session.end', { id: session, person }),
      ]);
    }
    dropRefreshToken(c);
    return c.body(null, 204);
  });
  app.all(`${AUTH}/logout`, methodNotAllowed('POST'));

  async function bySession(c: RequestContext) {
    const by = await personOf(c, parts);
    return { org: by.org, person: by.id as PersonId, session: sessionOf(by) };
  }
  async function byCookie(c: RequestContext) {
    fromOurPage(c);
    const token = refreshTokenOf(c);
    return token === null ? null : sessions.ofRefreshToken(token);
  }

  get(app, '/me', async (c) => {
    const by = await personOf(c, parts);
    const person = await store.person(by.org, by.id as PersonId);
    const session = await store.session(by.org, sessionOf(by));
    if (person === null || session === null) throw new SallyportError('unauthenticated', 'Sign in again.');
    return c.json({
      person: viewOfPerson(person, await people.organizationName(by.org)),
      session: { id: session.id, steppedUpUntil: timeOrNull(steppedUpUntil(session.steppedUpAt)) },
    });
  });

  post(app, '/ws-ticket', parts, nothing, {
    admit: (c) => personOf(c, parts),
    async handle(c) {
      const network = addressPrefix(c.get('visitor').address);
      const { ticket, expiresAt } = await people.tickets.issue(await bySession(c), network);
      return c.json({ ticket, expiresAt: rfc3339(expiresAt) });
    },
  });

  get(app, '/sessions', async (c) => {
    const by = await personOf(c, parts);
    const own = await store.sessions(by.org, by.id as PersonId, clock.now());
    return c.json({ sessions: own.map((session) => viewOfSession(session, sessionOf(by))) });
  });

  post(app, '/sessions/end-others', parts, nothing, {
    admit: (c) => personOf(c, parts),
    async handle(c) {
      const { org, person, session } = await bySession(c);
      const others = (await store.sessions(org, person, clock.now())).length - 1;
      await store.commit(org, { event: 'sessions_ended', person, session }, [
        identityWrite('session.end-all', { person, but: session }),
      ]);
      return c.json({ ended: Math.max(0, others) });
    },
  });

  post(app, '/sessions/:id/end', parts, nothing, {
    admit: (c) => personOf(c, parts),
    async handle(c) {
      const { org, person } = await bySession(c);
      const id = c.req.param('id') ?? '';
      const session = looksLikeId('ses', id) ? await store.session(org, id) : null;
      if (session?.person !== person || session.endedAt !== null)
        throw new SallyportError('not_found', 'There is no such session.');
      await store.commit(org, { event: 'session_ended', person, session: session.id }, [
        identityWrite('session.end', { id: session.id, person }),
      ]);
      return c.json({ ended: 1 });
    },
  });
}
