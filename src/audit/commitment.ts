/**
 * Commitments to personal data. The log lives for ever and a phone number can be guessed from its bare hash, so an entry
 * carries an HMAC under a random salt that is kept beside the data: whoever has both can prove what was logged, and once
 * the salt is destroyed the commitment says nothing, while the tree still verifies.
 */
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import { toBase64url } from '../kernel/encoding.ts';
import { secretEqual } from '../kernel/equal.ts';
import { hmacSha256 } from '../kernel/hash.ts';

const SALT_BYTES = 32;

/** @throws RangeError unless the salt has 32 bytes; TypeError for a value without canonical JSON. */
export const commit = (salt: Uint8Array, value: Json): string => commitText(salt, canonicalJson(value));

/** `commit` for a value whose canonical JSON the caller already has. @throws RangeError unless the salt has 32 bytes. */
export function commitText(salt: Uint8Array, canonical: string): string {
  if (salt.length !== SALT_BYTES) throw new RangeError('a commitment is salted with 32 bytes');
  return toBase64url(hmacSha256(salt, canonical));
}

/** True when the commitment was made to this value with this salt; nothing that could not be committed to opens one. */
export function opens(commitment: string, salt: Uint8Array, value: Json): boolean {
  try {
    return secretEqual(commitment, commit(salt, value));
  } catch {
    return false;
  }
}
