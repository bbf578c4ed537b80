/**
 * Standard Webhooks (standardwebhooks.com, specification 1.0), both ends: HMAC-SHA256 over `id.timestamp.body` under the
 * decoded bytes of a `whsec_` secret. A receiver checks the signature over the bytes that it got, refuses a timestamp that
 * is more than five minutes away, and takes an id once, which is the caller's to remember.
 *
 * Threats: a forged or altered delivery; an old one played again; a secret that is empty or missing and so lets everything
 * pass; a malformed header that throws where the exception would be taken for a pass. What is not a proof is a refusal.
 */
import { createHmac } from 'node:crypto';
import { fromBase64, toBase64, toUtf8 } from './encoding.ts';
import { secretEqual } from './equal.ts';
import { err, ok, type Result } from './result.ts';
import { SECOND_MS } from './time.ts';

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
  return `v1,${macOf(key, id, timestampSeconds, toUtf8(rawBody))}`;
}

/** How far the sender's clock may be from ours, either way. */
export const WEBHOOK_TOLERANCE_SECONDS = 300;

export interface Claimed {
  readonly id: string;
  readonly timestamp: string;
  /** Of `webhook-signature`: several while a secret is rotated. */
  readonly signatures: string;
  /** As they came. */
  readonly body: Uint8Array;
  /** `whsec_` and the base64 of 24 to 64 bytes. */
  readonly secret: string;
  /** ms since the epoch. */
  readonly now: number;
}

export type WebhookFault = 'no_secret' | 'no_headers' | 'malformed' | 'too_old' | 'too_new' | 'wrong_signature';

export interface ProvenDelivery {
  /** The delivery's id, the same for every retry: an idempotency key. */
  readonly id: string;
  /** When it was sent (ms since the epoch). */
  readonly at: number;
}

/** Visible ASCII without the full stop, which would make the signed text ambiguous. */
const ID = /^[!-\-/-~]{1,256}$/;
const TIMESTAMP = /^[1-9]\d{0,11}$/;
/** Rotating a secret takes two; more only cost time. */
const MAX_SIGNATURES = 16;
const MAX_SIGNATURE_CHARS = 4_096;

/** Never throws. */
export function verifyStandardWebhook(claimed: Claimed): Result<ProvenDelivery, WebhookFault> {
  const { id, timestamp, signatures, body, secret, now } = claimed;
  const key = standardWebhookKey(secret);
  if (key === null) return err('no_secret');
  if (!ID.test(id) || !TIMESTAMP.test(timestamp) || signatures.length > MAX_SIGNATURE_CHARS) return err('malformed');
  const age = Math.floor(now / SECOND_MS) - Number(timestamp);
  if (!(age <= WEBHOOK_TOLERANCE_SECONDS)) return err('too_old');
  if (!(age >= -WEBHOOK_TOLERANCE_SECONDS)) return err('too_new');
  const expected = macOf(key, id, timestamp, body);
  let matches = false;
  for (const one of signatures.split(' ').slice(0, MAX_SIGNATURES)) {
    const [version, mac, more] = one.split(',');
    if (version === 'v1' && mac !== undefined && more === undefined && secretEqual(mac, expected)) matches = true;
  }
  return matches ? ok({ id, at: Number(timestamp) * SECOND_MS }) : err('wrong_signature');
}

const macOf = (key: Uint8Array, id: string, timestamp: string | number, body: Uint8Array): string =>
  toBase64(createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest());
