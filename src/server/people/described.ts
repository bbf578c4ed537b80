/**
 * The routes of `/api/v1/auth` for OpenAPI: those that were mounted, with the form of their bodies, and a sentence each. A
 * route without a sentence is a fault (`test/people/openapi.test.ts`).
 */
import type { Hono } from 'hono';
import type * as z from 'zod';
import { type ObjectSchema, objectSchema } from '../../guard/action-schema.ts';
import type { Env } from '../context.ts';

interface Route {
  readonly method: 'get' | 'post';
  /** Below `/api/v1/auth`, with `:name` parts. */
  readonly path: string;
  /** Of the body; null: none is read. */
  readonly schema: z.ZodType | null;
}

const mounted = new WeakMap<Hono<Env>, Route[]>();

export function note(app: Hono<Env>, route: Route): void {
  mounted.getOrInsertComputed(app, () => []).push(route);
}

type Who = 'anybody' | 'the browser’s cookie' | 'the person' | 'the person, with a fresh factor';

const SAYS: Readonly<Record<string, readonly [who: Who, says: string]>> = {
  '/methods': ['anybody', 'Which ways of signing in this server offers, and whether anybody is there yet.'],
  '/link': ['anybody', 'What a one-time link is for.'],
  '/link/begin': ['anybody', 'Begins an enrolment by a link, which is used up when a first complete factor is stored.'],
  '/link/password': ['anybody', 'Enrolment: chooses a password, and gets the seed for one-time codes.'],
  '/link/totp': ['anybody', 'Enrolment: proves the one-time codes, and signs in.'],
  '/link/webauthn/options': ['anybody', 'Enrolment: what the browser needs to make a passkey.'],
  '/link/webauthn/verify': ['anybody', 'Enrolment: stores the passkey, and signs in.'],
  '/login': ['anybody', 'Signs in by password: the first of two steps.'],
  '/totp': ['anybody', 'Signs in by password: the second step, a one-time code or a recovery code.'],
  '/webauthn/authenticate/options': ['anybody', 'What the browser needs to ask for a passkey; names nobody.'],
  '/webauthn/authenticate/verify': ['anybody', 'Signs in by a passkey.'],
  '/oidc/start': ['anybody', 'Where to go to sign in with the identity provider, or to link, accept or step up by it.'],
  '/oidc/callback': ['anybody', 'Where the identity provider sends the browser back to.'],
  '/oidc/remove': ['the person, with a fresh factor', 'Forgets the account of the identity provider.'],
  '/refresh': ['the browser’s cookie', 'A new access token; the refresh token in the cookie is replaced.'],
  '/logout': ['the browser’s cookie', 'Ends the session.'],
  '/me': ['the person', 'Who has signed in, and in which session.'],
  '/ws-ticket': ['the person', 'A ticket that opens one WebSocket within 30 seconds, from the same network.'],
  '/sessions': ['the person', 'The sessions of the person.'],
  '/sessions/end-others': ['the person', 'Ends every session but this one.'],
  '/sessions/:id/end': ['the person', 'Ends one session of the person.'],
  '/step-up': ['the person', 'Shows a factor again, so that sensitive actions may be done for five minutes.'],
  '/step-up/webauthn/options': ['the person', 'What the browser needs to ask for one of the person’s passkeys.'],
  '/step-up/webauthn/verify': ['the person', 'Shows a passkey again.'],
  '/password': ['the person, with a fresh factor', 'Sets another password; every other session ends.'],
  '/totp/options': ['the person, with a fresh factor', 'A new seed for one-time codes.'],
  '/totp/verify': ['the person', 'Proves the new one-time codes; recovery codes come with them.'],
  '/totp/remove': ['the person, with a fresh factor', 'Forgets the one-time codes.'],
  '/recovery-codes': ['the person, with a fresh factor', 'New recovery codes in place of those that are left.'],
  '/webauthn/register/options': ['the person, with a fresh factor', 'What the browser needs to make another passkey.'],
  '/webauthn/register/verify': ['the person', 'Stores another passkey.'],
  '/passkeys': ['the person', 'The passkeys of the person.'],
  '/passkeys/:id/rename': ['the person', 'Names a passkey anew.'],
  '/passkeys/:id/remove': ['the person, with a fresh factor', 'Forgets a passkey.'],
};

/** Paths for OpenAPI. @throws TypeError for a route that nobody wrote a sentence about. */
export function describedRoutes(app: Hono<Env>, prefix: string): Readonly<Record<string, object>> {
  const paths: Record<string, object> = {};
  for (const { method, path, schema } of mounted.get(app) ?? []) {
    const said = SAYS[path];
    if (said === undefined) throw new TypeError(`nothing is said about ${path}`);
    const [who, says] = said;
    const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name!);
    paths[`${prefix}${path.replaceAll(/:(\w+)/g, '{$1}')}`] = {
      [method]: {
        operationId: `auth${path.replaceAll(/[^a-z]+/g, '_')}`,
        tags: ['auth'],
        summary: says,
        description: `For ${who}.`,
        security: who.startsWith('the person') ? [{ bearer: [] }] : [],
        parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
        ...(schema === null ? {} : { requestBody: body(path, schema) }),
        responses: {
          '2XX': { description: 'Done.' },
          '4XX': { description: 'Refused, as a problem document.' },
          '5XX': { description: 'Try again later, as a problem document.' },
        },
      },
    };
  }
  return paths;
}

const body = (path: string, schema: z.ZodType) => ({
  required: true,
  content: { 'application/json': { schema: bodySchema(path, schema) } },
});

/** A body of several forms is described as any of them. */
function bodySchema(path: string, schema: z.ZodType): ObjectSchema | { readonly anyOf: readonly ObjectSchema[] } {
  const options = 'options' in schema && Array.isArray(schema.options) ? (schema.options as z.ZodType[]) : null;
  return options === null
    ? objectSchema(path, schema, 'input')
    : { anyOf: options.map((one) => objectSchema(path, one, 'input')) };
}
