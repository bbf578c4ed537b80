/**
 * In by password and one-time code: from a link for the first time, and every day. An attempt is counted once, when a sign-in
 * begins; the steps after it are bounded by their tokens. Whatever is wrong about a sign-in is the same 401.
 */
import type { Hono } from 'hono';
import * as z from 'zod';
import { PASSWORD } from '../../identity/rules/password.ts';
import { mailAddress } from '../../identity/rules/person.ts';
import type { Env } from '../context.ts';
import { browserOf, keepDevice } from './device-cookie.ts';
import { goingOn, type PeopleDoorParts, post, refuseAttempt } from './route.ts';
import { signedAnswer } from './signed.ts';

const ceremony = z.string().max(100);
/** With room for spaces and hyphens. */
export const code = z.string().max(50);
/** Whoever chooses one is told of a length that can't be hashed by the rule for passwords. */
export const chosenPassword = z.string().max(16 * PASSWORD.mostBytes);
const shownPassword = z.string().min(1).max(PASSWORD.mostBytes);

const WRONG = 'The address, the password or the code is not right, or the sign-in took too long. Begin again.';

export function mountPasswords(app: Hono<Env>, parts: PeopleDoorParts): void {
  const { passwordSignIn, passwordEnrolment } = parts.people;

  post(app, '/login', parts, z.strictObject({ email: mailAddress, password: shownPassword }), {
    admit: parts.protection.attempt,
    async handle(c, shown) {
      const step = await passwordSignIn.password(shown, browserOf(c));
      return step === null ? refuseAttempt(c, parts, WRONG) : c.json({ ceremony: step, next: 'totp' });
    },
  });

  const second = z.union([z.strictObject({ ceremony, code }), z.strictObject({ ceremony, recoveryCode: code })]);
  post(app, '/totp', parts, second, {
    admit: goingOn(parts),
    async handle(c, { ceremony, ...shown }) {
      const done = await passwordSignIn.secondStep(ceremony, shown, browserOf(c));
      if (done === null) return refuseAttempt(c, parts, WRONG);
      keepDevice(c, done.device);
      return signedAnswer(c, parts, done.signed);
    },
  });

  post(app, '/link/password', parts, z.strictObject({ ceremony, password: chosenPassword }), {
    admit: goingOn(parts),
    handle: async (c, { ceremony, password }) => c.json(await passwordEnrolment.password(ceremony, password)),
  });

  post(app, '/link/totp', parts, z.strictObject({ ceremony, code }), {
    admit: goingOn(parts),
    async handle(c, { ceremony, code }) {
      const { signed, device, recoveryCodes } = await passwordEnrolment.totp(ceremony, code, browserOf(c));
      keepDevice(c, device);
      return signedAnswer(c, parts, signed, { recoveryCodes });
    },
  });
}
