/**
 * Signing by Standard Webhooks (standardwebhooks.com, specification 1.0): HMAC-SHA256 over `id.timestamp.body` under the
 * decoded bytes of a `whsec_` secret. A receiver checks the signature over the bytes that it got, refuses a timestamp that
 * is more than five minutes away, and takes an id once.
 */
import { fromBase64, toBase64 } from './encoding.ts';
import { hmacSha256 } from './hash.ts';

const PREFIX = 'whsec_';
/** The specification's bounds for a key. */
const KEY_BYTES = { min: 24, max: 64 };

/** The key of `whsec_` + base64 of 24 to 64 bytes, or null: a shorter one could be guessed, an empty one signs for anybody. */
export function standardWebhookKey(secret: string): Uint8Array | null {
  if (!secret.startsWith(PREFIX)) return null;
  const key = fromBase64(secret.slice(PREFIX.length));
  return key !== null && key.length >= KEY_BYTES.min && key.length <= KEY_BYTES.max ? key : null;
}

/**
 * The value of `webhook-signature`.
 * @param id the message's, the same for every attempt; without a dot. @param timestampSeconds of this attempt.
 * @throws TypeError for what is no secret or no id.
 */
export function signStandardWebhook(secret: string, id: string, timestampSeconds: number, rawBody: string): string {
  const key = standardWebhookKey(secret);
  if (key === null || id === '' || id.includes('.')) throw new TypeError('no webhook secret, or no id');
  return `v1,${toBase64(hmacSha256(key, `${id}.${timestampSeconds}.${rawBody}`))}`;
}
