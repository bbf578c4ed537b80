/**
 * An approval that a person signed with a passkey, as the log keeps it and anybody can check without this server (WebAuthn L3
 * §7.2). What is signed: a challenge that is SHA-256(nonce ‖ action ‖ input hash). The input hash is the salted commitment that
 * the decision to hold carries, so that the signature is bound to exactly the arguments that were shown, and the log still
 * tells nobody what they were.
 *
 * Does not tell whose the key is: the entry names the person by id, and who that is the organisation knows.
 */
import { createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import { fromBase64url, toBase64url, toUtf8 } from '../kernel/encoding.ts';
import { sha256 } from '../kernel/hash.ts';

const MAX_PART_CHARS = 4_096;
const part = z
  .string()
  .regex(/^[\w-]+$/)
  .max(MAX_PART_CHARS);

/** Bytes as base64url. */
export const signedApproval = z
  .strictObject({
    /** The passkey's credential id. */
    credential: part,
    /** SubjectPublicKeyInfo, DER. */
    publicKey: part,
    nonce: part,
    authenticatorData: part,
    clientDataJSON: part,
    signature: part,
    /** The host that the passkey is for. */
    rpId: z.string().min(1).max(253),
  })
  .readonly();
export type SignedApproval = z.infer<typeof signedApproval>;

/** @param nonce 32 fresh bytes. @param inputHash base64url of 32 bytes. */
export function approvalChallenge(nonce: Uint8Array, action: string, inputHash: string): Uint8Array {
  const input = fromBase64url(inputHash);
  if (nonce.length !== 32 || input?.length !== 32) throw new RangeError('a nonce and an input hash have 32 bytes each');
  return sha256(Buffer.concat([nonce, toUtf8(action), input]));
}

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;

/** Why the signature is not that person's consent to exactly this input; null: it is. */
export function approvalFault(
  signed: SignedApproval,
  of: { readonly action: string; readonly input: string },
): string | null {
  try {
    const [nonce, data, client, signature, key] = [
      bytes(signed.nonce),
      bytes(signed.authenticatorData),
      bytes(signed.clientDataJSON),
      bytes(signed.signature),
      createPublicKey({ key: Buffer.from(bytes(signed.publicKey)), format: 'der', type: 'spki' }),
    ];
    const said = JSON.parse(Buffer.from(client).toString('utf8')) as Record<string, unknown>;
    if (said['type'] !== 'webauthn.get') return 'what was signed is no use of a passkey';
    if (said['challenge'] !== toBase64url(approvalChallenge(nonce, of.action, of.input)))
      return 'what was signed is another action, or other arguments';
    if (new URL(String(said['origin'])).hostname !== signed.rpId) return 'it was signed on pages of another host';
    if (!Buffer.from(data.subarray(0, 32)).equals(sha256(signed.rpId))) return 'the passkey is for another host';
    const flags = data[32] ?? 0;
    if ((flags & USER_PRESENT) === 0 || (flags & USER_VERIFIED) === 0) return 'the passkey did not verify its user';
    const digest = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
    const holds = verify(digest, Buffer.concat([data, sha256(client)]), key, signature);
    return holds ? null : 'the signature is not by that key';
  } catch {
    return 'the signature can not be read';
  }
}

function bytes(text: string): Uint8Array {
  const read = fromBase64url(text);
  if (read === null) throw new TypeError('not base64url');
  return read;
}
