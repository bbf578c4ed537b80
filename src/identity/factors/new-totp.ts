/** An app for one-time codes that somebody enrols: a fresh secret to show, and the first code, which proves that it arrived. */
import { encode } from 'uqr';
import { fromBase64url, toBase64url } from '../../kernel/encoding.ts';
import type { Entropy } from '../../kernel/entropy.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { PersonId } from '../../kernel/ids.ts';
import type { Write } from '../../kernel/write.ts';
import { TOTP, type TotpKey, totpKey, totpStepOf } from '../rules/totp.ts';
import { identityWrite } from '../writes.ts';
import { mintRecoveryCodes } from './recovery-codes.ts';

/** What the person is shown, once. */
export interface ShownTotp extends TotpKey {
  /** The address as a QR code: the data of an SVG path, one unit a module, with its quiet zone. */
  readonly qr: string;
}

/** `kept`: base64url, for a ceremony's sealed data. @param issuer the host that people sign in at. */
export function newTotp(
  entropy: Entropy,
  issuer: string,
  account: string,
): { readonly kept: string; readonly shown: ShownTotp } {
  const secret = entropy.bytes(TOTP.secretBytes);
  const key = totpKey(secret, issuer, account);
  return { kept: toBase64url(secret), shown: { ...key, qr: qrPath(key.uri) } };
}

/** The writes that enrol it, with new recovery codes. @throws SallyportError `invalid_input` for a wrong code. */
export function enrolTotp(
  entropy: Entropy,
  person: PersonId,
  kept: string,
  code: string,
  now: number,
): { readonly recoveryCodes: readonly string[]; readonly writes: readonly Write[] } {
  const secret = fromBase64url(kept)!;
  const step = totpStepOf(secret, code, now, null);
  if (step === null) throw wrongCode('code');
  const { recoveryCodes, write } = newRecoveryCodes(entropy, person);
  return { recoveryCodes, writes: [identityWrite('person.totp', { id: person, secret, step }), write] };
}

export function newRecoveryCodes(
  entropy: Entropy,
  person: PersonId,
): { readonly recoveryCodes: readonly string[]; readonly write: Write } {
  const minted = mintRecoveryCodes(entropy);
  return {
    recoveryCodes: minted.map(({ code }) => code),
    write: identityWrite('recovery-codes.replace', { person, hashes: minted.map(({ hash }) => hash) }),
  };
}

/** For somebody who is known already, and mistyped. */
export function wrongCode(path: string): SallyportError {
  const message =
    'This code is not right, or was used already. Type the one that the app shows now; if it never fits, set the clock of the phone.';
  return new SallyportError('invalid_input', message, { issues: [{ path, message }] });
}

const QUIET_ZONE = 4; // ISO/IEC 18004 §9.1

function qrPath(text: string): string {
  const { data } = encode(text, { border: QUIET_ZONE });
  return data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
}
