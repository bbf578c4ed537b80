/**
 * Passkeys (WebAuthn L3): what the browser is asked for, and whether its answer is good. Against phishing (the origin and the
 * relying party are in what is signed), replay (the challenge is one of ours, and its ceremony can be taken once: whoever
 * calls this takes it), copies of an authenticator (the counter) and passkeys of other people (the user handle).
 *
 * Every ceremony demands user verification and a discoverable passkey, so that one is enough alone. No attestation is asked
 * for, and none with certificates is looked at: the library would fetch revocation lists from addresses that the certificate
 * names, which is the sender's choice. Stores nothing, and says to nobody outside why an answer was refused.
 */
import { toBase64url, toUtf8 } from '../../kernel/encoding.ts';
import { MINUTE_MS } from '../../kernel/time.ts';
import type { RelyingParty } from '../rules/relying-party.ts';
import type { AssertionAnswer, RegistrationAnswer, Transport } from './passkey-answer.ts';

/** Five megabytes, for those who have passkeys. */
const library = () => import('@simplewebauthn/server');
const helpers = () => import('@simplewebauthn/server/helpers');
type Helpers = Awaited<ReturnType<typeof helpers>>;

/** COSE's Ed25519, ES256 and RS256, in the order of preference: what browsers' authenticators have between them. */
const ALGORITHMS = [-8, -7, -257];
export const CHALLENGE_BYTES = 32;
/** How long the browser waits for its user; a ceremony lives as long. */
export const PASSKEY_CEREMONY_MS = 5 * MINUTE_MS;

/** A passkey as it was enrolled and last used. Credential id and COSE public key as base64url. */
export interface KnownPasskey {
  readonly person: string;
  readonly credential: string;
  readonly publicKey: string;
  readonly counter: number;
  /** Whether it may be on several devices, which never changes (L3 §6.1.3). */
  readonly backupEligible: boolean;
  readonly transports: readonly string[];
}

export interface EnrolledPasskey extends Omit<KnownPasskey, 'person'> {
  readonly transports: readonly Transport[];
  readonly backedUp: boolean;
}

export type Assertion =
  | { readonly is: 'good'; readonly counter: number; readonly backedUp: boolean }
  /** Signed by the right key, with a counter that did not rise: there may be a copy of the authenticator (L3 §6.1.1). */
  | { readonly is: 'copied' }
  | { readonly is: 'bad' };

/** @param challenge 32 fresh bytes. @param known the person's passkeys: an authenticator that has one makes no second. */
export const creationOptions = async (
  rp: RelyingParty,
  challenge: Uint8Array,
  person: { readonly id: string; readonly email: string; readonly name: string },
  known: readonly Pick<KnownPasskey, 'credential' | 'transports'>[],
) =>
  (await library()).generateRegistrationOptions({
    rpName: 'Sallyport',
    rpID: rp.id,
    userID: owned(toUtf8(person.id)),
    userName: person.email,
    userDisplayName: person.name,
    challenge: owned(challenge),
    timeout: PASSKEY_CEREMONY_MS,
    attestationType: 'none',
    excludeCredentials: descriptors(known),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    supportedAlgorithmIDs: ALGORITHMS,
  });

/** @param allowed the passkeys that may answer; nobody's in particular where it is not known who is there. */
export const requestOptions = async (
  rp: RelyingParty,
  challenge: Uint8Array,
  allowed: readonly Pick<KnownPasskey, 'credential' | 'transports'>[] = [],
) =>
  (await library()).generateAuthenticationOptions({
    rpID: rp.id,
    challenge: owned(challenge),
    timeout: PASSKEY_CEREMONY_MS,
    userVerification: 'required',
    allowCredentials: descriptors(allowed),
  });

/** The passkey that a registration (L3 §7.1) made; null when anything of it is not as it must be. */
export async function enrolled(
  rp: RelyingParty,
  challenge: Uint8Array,
  answer: RegistrationAnswer,
): Promise<EnrolledPasskey | null> {
  const [{ verifyRegistrationResponse }, decoding] = [await library(), await helpers()];
  try {
    const { attestationObject, clientDataJSON, transports } = answer.response;
    if (isFramed(decoding, clientDataJSON) || hasCertificates(decoding, attestationObject)) return null;
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { ...answer, response: { clientDataJSON, attestationObject }, clientExtensionResults: {} },
      expectedChallenge: toBase64url(challenge),
      expectedOrigin: rp.origin,
      expectedRPID: rp.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified || registrationInfo.credential.id !== answer.id) return null;
    return {
      credential: answer.id,
      publicKey: toBase64url(registrationInfo.credential.publicKey),
      counter: registrationInfo.credential.counter,
      transports,
      backupEligible: registrationInfo.credentialDeviceType === 'multiDevice',
      backedUp: registrationInfo.credentialBackedUp,
    };
  } catch {
    return null; // the library throws for whatever is wrong with an answer, and its sentences quote it
  }
}

/** Whether an assertion (L3 §7.2) is `passkey`'s, of this challenge, by the person whose passkey it is. */
export async function asserted(
  rp: RelyingParty,
  challenge: Uint8Array,
  answer: AssertionAnswer,
  passkey: KnownPasskey,
  named: { readonly byHandle: boolean },
): Promise<Assertion> {
  const { clientDataJSON, authenticatorData, signature, userHandle } = answer.response;
  const isTheirs =
    userHandle === null || userHandle === undefined
      ? !named.byHandle
      : userHandle === toBase64url(toUtf8(passkey.person));
  if (answer.id !== passkey.credential || !isTheirs) return BAD;
  const [{ verifyAuthenticationResponse }, decoding] = [await library(), await helpers()];
  try {
    if (isFramed(decoding, clientDataJSON)) return BAD;
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...answer, response: { clientDataJSON, authenticatorData, signature }, clientExtensionResults: {} },
      expectedChallenge: toBase64url(challenge),
      expectedOrigin: rp.origin,
      expectedRPID: rp.id,
      requireUserVerification: true,
      // the counter is judged below: here it would be before the signature, and anybody could raise the alarm
      credential: { id: passkey.credential, publicKey: decoding.isoBase64URL.toBuffer(passkey.publicKey), counter: 0 },
    });
    if (!verified) return BAD;
    const { newCounter: counter, credentialBackedUp: backedUp, credentialDeviceType } = authenticationInfo;
    if ((credentialDeviceType === 'multiDevice') !== passkey.backupEligible) return BAD;
    return rises(passkey.counter, counter) ? { is: 'good', counter, backedUp } : { is: 'copied' };
  } catch {
    return BAD;
  }
}

/** A key as it was enrolled (COSE, RFC 9053), as a JWK. @throws TypeError for a kind that is never enrolled. */
export async function publicKeyOf(cose: string): Promise<{ readonly kty: string; readonly [member: string]: string }> {
  const { isoBase64URL, decodeCredentialPublicKey } = await helpers();
  const key = decodeCredentialPublicKey(isoBase64URL.toBuffer(cose)) as unknown as ReadonlyMap<
    number,
    Uint8Array | number
  >;
  const text = (label: number) => {
    const value = key.get(label);
    if (!(value instanceof Uint8Array)) throw new TypeError('a public key without its parts');
    return toBase64url(value);
  };
  switch (key.get(1)) {
    case 1:
      return { kty: 'OKP', crv: 'Ed25519', x: text(-2) };
    case 2:
      return { kty: 'EC', crv: 'P-256', x: text(-2), y: text(-3) };
    case 3:
      return { kty: 'RSA', n: text(-1), e: text(-2) };
    default:
      throw new TypeError('a public key of a kind that is never enrolled');
  }
}

const BAD: Assertion = { is: 'bad' };

/** Synced passkeys do not count and stay at 0; one that has ever counted goes on (L3 §7.2, step 22). */
const rises = (before: number, now: number): boolean => now > before || (now === 0 && before === 0);

/** Our pages are in nobody's frame, so an answer from one was got there by a trick. */
const isFramed = ({ decodeClientDataJSON }: Helpers, clientData: string): boolean =>
  decodeClientDataJSON(clientData).crossOrigin === true;

/** Nothing, or a signature by the passkey itself (which a browser passes on unasked), names no certificate. */
function hasCertificates({ decodeAttestationObject, isoBase64URL }: Helpers, attestationObject: string): boolean {
  const decoded = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject));
  const format = decoded.get('fmt');
  return format !== 'none' && !(format === 'packed' && decoded.get('attStmt').get('x5c') === undefined);
}

const descriptors = (passkeys: readonly Pick<KnownPasskey, 'credential' | 'transports'>[]) =>
  passkeys.map(({ credential, transports }) => ({ id: credential, transports: [...transports] }));

/** The library's types want bytes over memory that nobody shares. */
const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
