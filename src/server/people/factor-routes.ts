/** A person's own password, app for one-time codes and recovery codes; and step-up by them. */
import type { Hono } from 'hono';
import * as z from 'zod';
import { wrongCode } from '../../identity/factors/new-totp.ts';
import { rfc3339 } from '../../kernel/time.ts';
import type { Env } from '../context.ts';
import { browserOf } from './device-cookie.ts';
import { chosenPassword, code } from './password-routes.ts';
import { freshPersonOf, type PeopleDoorParts, personOf, postAs } from './route.ts';
import { signedAnswer } from './signed.ts';

const nothing = z.strictObject({});
const ceremony = z.string().max(100);

export function mountFactors(app: Hono<Env>, parts: PeopleDoorParts): void {
  const { ownFactors, codeStepUp } = parts.people;

  postAs(
    app,
    '/step-up',
    parts,
    z.strictObject({ totp: code, password: z.string().max(1024).optional() }),
    personOf,
    async (c, by, shown) => {
      const until = await codeStepUp(by, shown);
      if (until !== null) return c.json({ steppedUpUntil: rfc3339(until) });
      await parts.protection.refuse(c, true);
      throw wrongCode('totp'); // and no 401, which would say that the session has ended
    },
  );

  postAs(
    app,
    '/password',
    parts,
    z.strictObject({ password: chosenPassword }),
    freshPersonOf,
    async (c, by, { password }) => signedAnswer(c, parts, await ownFactors.changePassword(by, password, browserOf(c))),
  );
  postAs(app, '/totp/options', parts, nothing, freshPersonOf, async (c, by) => c.json(await ownFactors.beginTotp(by)));
  postAs(app, '/totp/verify', parts, z.strictObject({ ceremony, code }), personOf, async (c, by, { ceremony, code }) =>
    c.json({ recoveryCodes: await ownFactors.enrolTotp(by, ceremony, code) }),
  );
  postAs(app, '/totp/remove', parts, nothing, freshPersonOf, async (c, by) => {
    await ownFactors.removeTotp(by);
    return c.body(null, 204);
  });
  postAs(app, '/recovery-codes', parts, nothing, freshPersonOf, async (c, by) =>
    c.json({ recoveryCodes: await ownFactors.replaceRecoveryCodes(by) }),
  );
}
