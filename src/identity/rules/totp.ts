/**
 * Time-based one-time codes (RFC 6238) as every authenticator app makes them: SHA-1, six digits, thirty seconds, over a
 * secret of 20 bytes (RFC 4226 §4 recommends as many). A code of the step before or after is good too: clocks differ.
 *
 * A code is good once (RFC 6238 §5.2): whoever reads it over a shoulder must not get in by it. So a step counts only when it is
 * later than the last one that was used; that two submissions at once don't both pass is for the store (`useTotpStep`).
 */
import { HOTP, Secret, TOTP as Totp } from 'otpauth';
import { secretEqual } from '../../kernel/equal.ts';
import { SECOND_MS } from '../../kernel/time.ts';

export const TOTP = { algorithm: 'SHA1', digits: 6, stepMs: 30 * SECOND_MS, window: 1, secretBytes: 20 } as const;

const CODE = new RegExp(`^[0-9]{${TOTP.digits}}$`);

/** Steps since the epoch at `now` (ms). */
export const totpStepAt = (now: number): number => Math.floor(now / TOTP.stepMs);

/**
 * The step of a code that may be used at `now` (ms), or null.
 * @param secret `secretBytes` of a secure source
 * @param typed as a person types it: digits in groups are the same code
 * @param lastStep the last one that was used; null: none yet
 */
export function totpStepOf(secret: Uint8Array, typed: string, now: number, lastStep: number | null): number | null {
  const code = typed.replaceAll(/[\s-]/g, '');
  if (!CODE.test(code)) return null;
  const newest = totpStepAt(now) + TOTP.window;
  let found: number | null = null;
  for (let step = newest; step >= newest - 2 * TOTP.window; step--) {
    // all are compared, so that the time tells nothing
    if (secretEqual(totpCode(secret, step), code) && (lastStep === null || step > lastStep)) found = step;
  }
  return found;
}

const totpCode = (secret: Uint8Array, step: number): string =>
  HOTP.generate({ secret: secretOf(secret), counter: step, algorithm: TOTP.algorithm, digits: TOTP.digits });

/** What an authenticator app is given: the secret to type, and the address that its camera reads. */
export interface TotpKey {
  /** Base32 (RFC 4648 §6), without padding. */
  readonly secret: string;
  /** `otpauth://totp/…` (Key Uri Format). */
  readonly uri: string;
}

/** @param issuer the host that people sign in at; @param account whose code it is, as the app shows it. */
export function totpKey(secret: Uint8Array, issuer: string, account: string): TotpKey {
  const period = TOTP.stepMs / SECOND_MS;
  const key = new Totp({ issuer, label: account, ...TOTP, period, secret: secretOf(secret) });
  return { secret: key.secret.base32, uri: key.toString() };
}

const secretOf = (bytes: Uint8Array): Secret => new Secret({ buffer: new Uint8Array(bytes).buffer });
