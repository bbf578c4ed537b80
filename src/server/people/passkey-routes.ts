/** Passkeys over HTTP: by a link, signing in, showing one again, and looking after one's own. */
import type { Hono } from 'hono';
import * as z from 'zod';
import { field } from '../../guard/input/fields.ts';
import { assertionAnswer, registrationAnswer } from '../../identity/factors/passkey-answer.ts';
import type { PasskeyRecord } from '../../identity/people/ports.ts';
import { timeOrNull } from '../../identity/people/views.ts';
import { SallyportError } from '../../kernel/errors.ts';
import { rfc3339 } from '../../kernel/time.ts';
import type { Env, RequestContext } from '../context.ts';
import { acting } from './acting.ts';
import { deviceOfRequest } from './device.ts';
import { freshPersonOf, get, goingOn, type PeopleDoorParts, personOf, post, postAs, refuseAttempt } from './route.ts';
import { signedAnswer } from './signed.ts';

const nothing = z.strictObject({});
const ceremony = z.string().max(100);
const passkeyName = field.name(60);
const DEFAULT_NAME = 'Passkey';
const registered = z.strictObject({ ceremony, response: registrationAnswer, name: passkeyName.default(DEFAULT_NAME) });
const asserted = z.strictObject({ ceremony, response: assertionAnswer });

/** The same for a passkey that is unknown, of somebody who may not come in, or not truly used. */
const REFUSED = 'That passkey was not accepted. Try again, or show another factor.';
const NOT_ENROLLED = 'The passkey could not be enrolled. Begin again.';

export function mountPasskeys(app: Hono<Env>, parts: PeopleDoorParts): void {
  const { store, passkeys } = parts.people;
  const { signIn, enrolment } = passkeys;
  const begun = goingOn(parts);

  post(app, '/link/webauthn/options', parts, z.strictObject({ ceremony }), {
    admit: begun,
    handle: async (c, input) =>
      c.json((await enrolment.begin(input.ceremony)) ?? (await refuseAttempt(c, parts, NOT_ENROLLED))),
  });
  post(app, '/link/webauthn/verify', parts, registered, {
    admit: begun,
    async handle(c, { ceremony, response, name }) {
      const signed = await enrolment.finish(ceremony, response, name, deviceOfRequest(c));
      if (signed === null) return refuseAttempt(c, parts, NOT_ENROLLED);
      return signedAnswer(c, parts, signed, { recoveryCodes: [] });
    },
  });

  post(app, '/webauthn/authenticate/options', parts, nothing, {
    admit: parts.protection.attempt,
    handle: async (c) => c.json(await signIn.begin()),
  });
  post(app, '/webauthn/authenticate/verify', parts, asserted, {
    admit: begun,
    async handle(c, { ceremony, response }) {
      const signed = await signIn.finish(ceremony, response, deviceOfRequest(c));
      return signed === null ? refuseAttempt(c, parts, REFUSED) : signedAnswer(c, parts, signed);
    },
  });

  postAs(app, '/step-up/webauthn/options', parts, nothing, personOf, async (c, by) =>
    c.json(await signIn.beginStepUp(acting(by))),
  );
  postAs(app, '/step-up/webauthn/verify', parts, asserted, personOf, async (c, by, { ceremony, response }) => {
    const until = await signIn.finishStepUp(acting(by), ceremony, response);
    if (until !== null) return c.json({ steppedUpUntil: rfc3339(until) });
    await parts.protection.refuse(c, true);
    throw notAccepted(REFUSED); // and no 401, which would say that the session has ended
  });

  postAs(app, '/webauthn/register/options', parts, nothing, freshPersonOf, async (c, by) =>
    c.json(await enrolment.beginAnother(acting(by))),
  );
  postAs(app, '/webauthn/register/verify', parts, registered, personOf, async (c, by, input) => {
    const passkey = await enrolment.finishAnother(acting(by), input.ceremony, input.response, input.name);
    if (passkey === null) throw notAccepted(NOT_ENROLLED);
    return c.json({ passkey: passkeyView(passkey) });
  });

  get(app, '/passkeys', async (c) => {
    const { org, person } = acting(await personOf(c, parts));
    return c.json({ passkeys: (await store.passkeys(org, person)).map(passkeyView) });
  });
  postAs(app, '/passkeys/:id/rename', parts, z.strictObject({ name: passkeyName }), personOf, async (c, by, input) => {
    await enrolment.rename(acting(by), idOf(c), input.name);
    return c.body(null, 204);
  });
  postAs(app, '/passkeys/:id/remove', parts, nothing, freshPersonOf, async (c, by) => {
    await enrolment.remove(acting(by), idOf(c));
    return c.body(null, 204);
  });
}

const notAccepted = (message: string) =>
  new SallyportError('invalid_input', message, { issues: [{ path: 'response', message }] });

const idOf = (c: RequestContext): string => c.req.param('id') ?? '';

const passkeyView = ({ id, name, createdAt, usedAt, backedUp }: PasskeyRecord) => ({
  id,
  name,
  createdAt: rfc3339(createdAt),
  lastUsedAt: timeOrNull(usedAt),
  backedUp,
});
