/**
 * What the routes of `/api/v1/auth` have in common. `attempt` routes are for nobody in particular: the address is counted
 * before anything is looked up, and whatever fails is the same 401, counted by the lock-out. The others ask for a person's
 * access token. A body is read only once it is clear that the caller may send one.
 */
import type { Hono } from 'hono';
import type * as z from 'zod';
import { hasFreshFactor, type Principal } from '../../guard/principal.ts';
import type { CodeStepUp } from '../../identity/factors/code-step-up.ts';
import type { OidcSignIn } from '../../identity/factors/oidc-sign-in.ts';
import type { OwnFactors } from '../../identity/factors/own-factors.ts';
import type { PasskeyEnrolment } from '../../identity/factors/passkey-enrolment.ts';
import type { PasskeySignIn } from '../../identity/factors/passkey-sign-in.ts';
import type { PasswordEnrolment } from '../../identity/factors/password-enrolment.ts';
import type { PasswordSignIn } from '../../identity/factors/password-sign-in.ts';
import type { Ceremonies } from '../../identity/people/ceremonies.ts';
import type { Links } from '../../identity/people/links.ts';
import type { PeopleStore } from '../../identity/people/ports.ts';
import type { Sessions } from '../../identity/people/sessions.ts';
import type { SocketTickets } from '../../identity/people/socket-tickets.ts';
import type { Clock } from '../../kernel/clock.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { OrgId } from '../../kernel/ids.ts';
import { type BodyLimits, readBody } from '../../shield/body.ts';
import { addressPrefix } from '../address-prefix.ts';
import { type CallerParts, callerOf } from '../caller.ts';
import { type Env, methodNotAllowed, type RequestContext } from '../context.ts';
import type { Protection } from '../protection.ts';
import { note } from './described.ts';

/** What the house offers people; each use case is asked for by its route. */
export interface People {
  readonly store: PeopleStore;
  readonly sessions: Sessions;
  readonly ceremonies: Ceremonies;
  readonly links: Links;
  readonly passwordSignIn: PasswordSignIn;
  readonly passwordEnrolment: PasswordEnrolment;
  readonly ownFactors: OwnFactors;
  readonly codeStepUp: CodeStepUp;
  readonly passkeys: {
    /** Whether browsers make passkeys for this server's address. */
    readonly offered: boolean;
    readonly signIn: PasskeySignIn;
    readonly enrolment: PasskeyEnrolment;
  };
  /** Null: people sign in with no identity provider. */
  readonly oidc: OidcSignIn | null;
  readonly tickets: SocketTickets;
  /** The name of an organisation, or of the platform. */
  organizationName(org: OrgId): Promise<string>;
}

export interface PeopleDoorParts extends CallerParts {
  readonly people: People;
  readonly protection: Pick<Protection, 'admit' | 'welcome' | 'refuse' | 'attempt'>;
  readonly limits: BodyLimits;
  readonly clock: Clock;
  /** Without a slash at its end. */
  readonly publicUrl: string;
}

export const AUTH = '/api/v1/auth';

/** Of `POST` with a JSON body of this form; other methods are told so. */
export function post<S extends z.ZodType>(
  app: Hono<Env>,
  path: string,
  { limits }: Pick<PeopleDoorParts, 'limits'>,
  schema: S,
  steps: {
    /** Before the body is read: who may send one. */
    readonly admit: (c: RequestContext) => unknown;
    readonly handle: (c: RequestContext, input: z.output<S>) => Promise<Response>;
  },
): void {
  note(app, { method: 'post', path, schema });
  app.post(`${AUTH}${path}`, async (c) => {
    await steps.admit(c);
    return steps.handle(c, await inputOf(c, limits, schema));
  });
  app.all(`${AUTH}${path}`, methodNotAllowed('POST'));
}

/** The same for somebody who has signed in, who is asked for, by `who`, before the body is read. */
export function postAs<S extends z.ZodType>(
  app: Hono<Env>,
  path: string,
  parts: PeopleDoorParts,
  schema: S,
  who: (c: RequestContext, parts: PeopleDoorParts) => Promise<Principal>,
  handle: (c: RequestContext, by: Principal, input: z.output<S>) => Promise<Response>,
): void {
  const asking = new WeakMap<RequestContext, Principal>();
  post(app, path, parts, schema, {
    admit: async (c) => void asking.set(c, await who(c, parts)),
    handle: (c, input) => handle(c, asking.get(c)!, input),
  });
}

export function get(app: Hono<Env>, path: string, handle: (c: RequestContext) => Promise<Response>): void {
  note(app, { method: 'get', path, schema: null });
  app.get(`${AUTH}${path}`, handle);
  app.all(`${AUTH}${path}`, methodNotAllowed('GET, HEAD'));
}

/** @throws SallyportError `invalid_input`, or what reading a body may throw; no value is repeated in it. */
async function inputOf<S extends z.ZodType>(c: RequestContext, limits: BodyLimits, schema: S): Promise<z.output<S>> {
  const body = await readBody(c.req.raw, limits, c.env?.incoming);
  if (!body.ok) throw new SallyportError(body.error.code, body.error.message);
  const parsed = schema.safeParse(body.value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message, code }) => ({
    path: path.join('.'),
    message: code === 'unrecognized_keys' ? 'has a field that is not known here' : message,
  }));
  throw new SallyportError('invalid_input', 'The request does not have the right form.', { issues });
}

/** A person by its access token. @throws SallyportError `unauthenticated`, `forbidden` for tokens of machines. */
export async function personOf(c: RequestContext, parts: PeopleDoorParts): Promise<Principal> {
  const by = await callerOf(c, parts);
  if (by.kind !== 'person') throw new SallyportError('forbidden', 'Only a person who has signed in can do this.');
  return by;
}

/** The same, with a factor shown within the last minutes. @throws SallyportError `step_up_required` */
export async function freshPersonOf(c: RequestContext, parts: PeopleDoorParts): Promise<Principal> {
  const by = await personOf(c, parts);
  if (!hasFreshFactor(by, parts.clock.now())) {
    throw new SallyportError('step_up_required', 'Show one of your factors again: POST /api/v1/auth/step-up.');
  }
  return by;
}

/**
 * Somebody who goes on with what was counted as an attempt when it began: counted as nobody, and before anything is done, as it
 * is done once; an answer with a session in it that was refused in the end would be lost.
 */
export const goingOn =
  ({ protection }: Pick<PeopleDoorParts, 'protection'>) =>
  (c: RequestContext) =>
    protection.refuse(c, false);

/** Counts a failure, and answers every one alike. @throws SallyportError always */
export async function refuseAttempt(c: RequestContext, parts: PeopleDoorParts, say: string): Promise<never> {
  parts.unauthenticated(addressPrefix(c.get('visitor').address));
  await parts.protection.refuse(c, true);
  throw new SallyportError('unauthenticated', say);
}
