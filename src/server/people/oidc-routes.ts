/**
 * The way to the identity provider and back. The cookie binds the answer to the browser that asked: it is `Lax`, because the
 * provider sends the browser here from its own site, and good for one answer. Whatever comes of it is told to the page in the
 * address, by a word of a closed list; nothing of what the provider said is repeated.
 */
import type { Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import * as z from 'zod';
import { OIDC_CALLBACK_PATH, OIDC_CEREMONY_MS } from '../../identity/factors/oidc.ts';
import type { OidcIntent, OidcProblem, OidcSignIn } from '../../identity/factors/oidc-sign-in.ts';
import { scopesOfRole } from '../../identity/rules/roles.ts';
import { SallyportError } from '../../kernel/errors.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import { bearerOf } from '../caller.ts';
import { type Env, methodNotAllowed, type RequestContext } from '../context.ts';
import { acting } from './acting.ts';
import { note } from './described.ts';
import { deviceOfRequest } from './device.ts';
import { freshPersonOf, goingOn, type PeopleDoorParts, personOf, post, postAs } from './route.ts';
import { keepSignedIn } from './signed.ts';

const COOKIE = '__Host-sallyport-oidc';
const ATTRIBUTES = { path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const;

const start = z.discriminatedUnion('intent', [
  z.strictObject({ intent: z.enum(['sign_in', 'link', 'step_up']) }),
  /** `token`: of a link, or the ceremony of `/auth/link/begin`. */
  z.strictObject({ intent: z.literal('accept'), token: z.string().max(100) }),
]);

export function mountOidc(app: Hono<Env>, parts: PeopleDoorParts): void {
  const { oidc } = parts.people;
  /** Who is signed in says so by its token; anybody else begins to sign in. */
  const admit = (c: RequestContext) => (bearerOf(c).is === 'absent' ? parts.protection.attempt(c) : personOf(c, parts));

  post(app, '/oidc/start', parts, start, {
    admit,
    async handle(c, input) {
      const provider = offered(oidc);
      const { url, cookie } = await provider.begin(await intentOf(c, provider, input));
      setCookie(c, COOKIE, cookie, { ...ATTRIBUTES, maxAge: OIDC_CEREMONY_MS / SECOND_MS });
      return c.json({ url });
    },
  });
  async function intentOf(c: RequestContext, provider: OidcSignIn, input: z.output<typeof start>): Promise<OidcIntent> {
    switch (input.intent) {
      case 'sign_in':
        return { is: 'sign_in' };
      case 'accept':
        return accepting(c, provider, input.token);
      case 'link':
        return { is: 'link', by: acting(await freshPersonOf(c, parts)) };
      case 'step_up':
        return { is: 'step_up', by: acting(await personOf(c, parts)) };
    }
  }

  note(app, { method: 'get', path: '/oidc/callback', schema: null });
  async function accepting(c: RequestContext, provider: OidcSignIn, token: string): Promise<OidcIntent> {
    const intent = await provider.accepting(token);
    parts.protection.welcome(c, scopesOfRole(intent.enrolling.org, intent.enrolling.role));
    return intent;
  }

  app.get(OIDC_CALLBACK_PATH, async (c) => {
    await goingOn(parts)(c);
    const cookie = getCookie(c, COOKIE) ?? null;
    deleteCookie(c, COOKIE, ATTRIBUTES);
    const outcome = await offered(oidc).finish(cookie, new URL(c.req.url).search, deviceOfRequest(c));
    if (outcome.is === 'problem') {
      // without a cookie nobody guesses: any page could send a browser here, and have its address locked out
      await parts.protection.refuse(c, cookie !== null && IS_A_FAILURE[outcome.problem]);
      return c.redirect(`/admin#/sign-in?problem=${outcome.problem}`, 303);
    }
    if (outcome.is === 'signed') await keepSignedIn(c, parts, outcome.signed);
    return c.redirect('/admin#/signed-in', 303);
  });
  app.all(OIDC_CALLBACK_PATH, methodNotAllowed('GET, HEAD'));

  postAs(app, '/oidc/remove', parts, z.strictObject({}), freshPersonOf, async (c, by) => {
    await offered(oidc).unlink(acting(by));
    return c.body(null, 204);
  });
}

/** What the lock-out counts: whatever guessing would bring about. */
const IS_A_FAILURE: Readonly<Record<OidcProblem, boolean>> = {
  oidc_denied: false,
  oidc_unavailable: false,
  oidc_expired: true,
  oidc_refused: true,
  oidc_not_linked: true,
  oidc_other_account: true,
};

function offered(oidc: OidcSignIn | null): OidcSignIn {
  if (oidc === null) throw new SallyportError('not_found', 'Nobody signs in with an identity provider here.');
  return oidc;
}
