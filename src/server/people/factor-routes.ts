/** A person's own password, app for one-time codes and recovery codes; and step-up by them. */
import type { Hono } from 'hono';
import * as z from 'zod';
import type { Principal } from '../../guard/principal.ts';
import { wrongCode } from '../../identity/factors/new-totp.ts';
import { rfc3339 } from '../../kernel/time.ts';
import type { Env, RequestContext } from '../context.ts';
import { browserOf } from './device-cookie.ts';
import { chosenPassword, code } from './password-routes.ts';
import { freshPersonOf, type PeopleDoorParts, personOf, post } from './route.ts';
import { signedAnswer } from './signed.ts';

const nothing = z.strictObject({});
const ceremony = z.string().max(100);

export function mountFactors(app: Hono<Env>, parts: PeopleDoorParts): void {
  const { ownFactors, codeStepUp } = parts.people;

  /** A route of somebody who has signed in, who is asked for before the body is read. */
  function own<S extends z.ZodType>(
    path: string,
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

  own(
    '/step-up',
    z.strictObject({ totp: code, password: z.string().max(1024).optional() }),
    personOf,
    async (c, by, shown) => {
      const until = await codeStepUp(by, shown);
      if (until !== null) return c.json({ steppedUpUntil: rfc3339(until) });
      await parts.protection.refuse(c, true);
      throw wrongCode('totp'); // and no 401, which would say that the session has ended
    },
  );

  own('/password', z.strictObject({ password: chosenPassword }), freshPersonOf, async (c, by, { password }) =>
    signedAnswer(c, parts, await ownFactors.changePassword(by, password, browserOf(c))),
  );
  own('/totp/options', nothing, freshPersonOf, async (c, by) => c.json(await ownFactors.beginTotp(by)));
  own('/totp/verify', z.strictObject({ ceremony, code }), personOf, async (c, by, { ceremony, code }) =>
    c.json({ recoveryCodes: await ownFactors.enrolTotp(by, ceremony, code) }),
  );
  own('/totp/remove', nothing, freshPersonOf, async (c, by) => {
    await ownFactors.removeTotp(by);
    return c.body(null, 204);
  });
  own('/recovery-codes', nothing, freshPersonOf, async (c, by) =>
    c.json({ recoveryCodes: await ownFactors.replaceRecoveryCodes(by) }),
  );
}
