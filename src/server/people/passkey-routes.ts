/** Passkeys over HTTP: by a link, signing in, showing one again, and looking after one's own. */
import type { Hono } from 'hono';
import * as z from 'zod';
import { field } from '../../guard/input/fields.ts';
import { assertionAnswer, registrationAnswer } from '../../identity/factors/passkey-answer.ts';
import type { PasskeyRecord } from '../../identity/people/ports.ts';
import { SallyportError } from '../../kernel/errors.ts';
import { rfc3339 } from '../../kernel/time.ts';
import type { Env, RequestContext } from '../context.ts';
import { acting } from './acting.ts';
import { deviceOfRequest } from './device.ts';
import { freshPersonOf, get, type PeopleDoorParts, personOf, post, refuseAttempt } from './route.ts';
import { signedAnswer, timeOrNull } from './signed.ts';

const nothing = z.strictObject({});
const ceremony = z.string().max(100);
const passkeyName = field.name(60);
const DEFAULT_NAME = 'Passkey';
const registered = z.strictObject({ ceremony, response: registrationAnswer, name: passkeyName.default(DEFAULT_NAME) });
const asserted = z.strictObject({ ceremony, response: assertionAnswer });

/** The same for a passkey that is unknown, of somebody who may not come in, or not truly used. */
const REFUSED = 'That passkey was not accepted. Try again, or sign in another way.';
const NOT_ENROLLED = 'The passkey could not be enrolled. Begin again.';

export function mountPasskeys(app: Hono<Env>, parts: PeopleDoorParts): void {
  const { store, passkeys } = parts.people;
  const { signIn, enrolment } = passkeys;
  /** Those who carry a ceremony were counted when it began. */
  const begun = () => undefined;
  const asPerson = (c: RequestContext) => personOf(c, parts);
  const asFreshPerson = (c: RequestContext) => freshPersonOf(c, parts);
  const by = async (c: RequestContext) => acting(await personOf(c, parts));

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

  post(app, '/step-up/webauthn/options', parts, nothing, {
    admit: asPerson,
    handle: async (c) => c.json(await signIn.beginStepUp(await by(c))),
  });
  post(app, '/step-up/webauthn/verify', parts, asserted, {
    admit: asPerson,
    async handle(c, { ceremony, response }) {
      const until = await signIn.finishStepUp(await by(c), ceremony, response);
      if (until !== null) return c.json({ steppedUpUntil: rfc3339(until) });
      await parts.protection.refuse(c, true);
      throw new SallyportError('step_up_required', 'That passkey was not accepted. Try again, or show another factor.');
    },
  });

  post(app, '/webauthn/register/options', parts, nothing, {
    admit: asFreshPerson,
    handle: async (c) => c.json(await enrolment.beginAnother(await by(c))),
  });
  post(app, '/webauthn/register/verify', parts, registered, {
    admit: asPerson,
    async handle(c, { ceremony, response, name }) {
      const passkey = await enrolment.finishAnother(await by(c), ceremony, response, name);
      if (passkey === null) throw new SallyportError('invalid_input', NOT_ENROLLED);
      return c.json({ passkey: passkeyView(passkey) });
    },
  });

  get(app, '/passkeys', async (c) => {
    const { org, person } = await by(c);
    return c.json({ passkeys: (await store.passkeys(org, person)).map(passkeyView) });
  });
  post(app, '/passkeys/:id/rename', parts, z.strictObject({ name: passkeyName }), {
    admit: asPerson,
    async handle(c, { name }) {
      await enrolment.rename(await by(c), idOf(c), name);
      return c.body(null, 204);
    },
  });
  post(app, '/passkeys/:id/remove', parts, nothing, {
    admit: asFreshPerson,
    async handle(c) {
      await enrolment.remove(await by(c), idOf(c));
      return c.body(null, 204);
    },
  });
}

const idOf = (c: RequestContext): string => c.req.param('id') ?? '';

const passkeyView = ({ id, name, createdAt, usedAt, backedUp }: PasskeyRecord) => ({
  id,
  name,
  createdAt: rfc3339(createdAt),
  lastUsedAt: timeOrNull(usedAt),
  backedUp,
});
