/**
 * Standard Webhooks (standardwebhooks.com; Svix and Resend spell the headers `svix-*`): who sent this body, and when. What is
 * signed is `${id}.${timestamp}.${body}` over the bytes that came, never over JSON written anew.
 *
 * Threats: a forged or altered delivery; an old one played again (tolerance both ways, and the id, which the caller keeps: a
 * retry has the same one); a secret that is empty or missing and so lets everything pass; a malformed header that throws where
 * the exception would be taken for a pass. Everything that is not a proof is a refusal.
 */
import { createHmac } from 'node:crypto';
import { fromBase64, toBase64 } from '../kernel/encoding.ts';
import { secretEqual } from '../kernel/equal.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { SECOND_MS } from '../kernel/time.ts';

/** How far the sender's clock may be from ours, either way. */
export const WEBHOOK_TOLERANCE_SECONDS = 300;

export interface SignedDelivery {
  /** A header's value, or null; names in lower case. */
  readonly header: (name: string) => string | null;
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

const FAMILIES = ['svix', 'webhook'] as const;
const SECRET_PREFIX = 'whsec_';
const MIN_KEY_BYTES = 24;
const MAX_KEY_BYTES = 64;
/** Visible ASCII without the full stop, which would make the signed text ambiguous. */
const ID = /^[!-\-/-~]{1,256}$/;
const TIMESTAMP = /^[1-9]\d{0,11}$/;
/** Rotating a secret takes two; more only cost time. */
const MAX_SIGNATURES = 16;
const MAX_SIGNATURE_CHARS = 4_096;

/** Never throws. */
export function verifyWebhook({ header, body, secret, now }: SignedDelivery): Result<ProvenDelivery, WebhookFault> {
  const key = webhookKey(secret);
  if (key === null) return err('no_secret');
  const claimed = claimsOf(header);
  if (claimed === null) return err('no_headers');
  const { id, timestamp, signatures } = claimed;
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

/**
 * Headers that prove a delivery of ours. `at`: ms since the epoch.
 * @throws TypeError for a secret or an id that no receiver would take.
 */
export function signWebhook({
  id,
  at,
  body,
  secret,
}: {
  readonly id: string;
  readonly at: number;
  readonly body: Uint8Array;
  readonly secret: string;
}): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const key = webhookKey(secret);
  if (key === null) throw new TypeError('a webhook secret is whsec_ and the base64 of 24 to 64 bytes');
  const timestamp = String(Math.floor(at / SECOND_MS));
  if (!ID.test(id) || !TIMESTAMP.test(timestamp)) throw new TypeError('a webhook needs an id and a time');
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${macOf(key, id, timestamp, body)}`,
  };
}

/** The key's bytes, or null for what is no webhook secret. An empty one is none. */
export function webhookKey(secret: string): Uint8Array | null {
  if (!secret.startsWith(SECRET_PREFIX)) return null;
  const key = fromBase64(secret.slice(SECRET_PREFIX.length));
  return key !== null && key.length >= MIN_KEY_BYTES && key.length <= MAX_KEY_BYTES ? key : null;
}

/** One family's headers, never mixed. */
function claimsOf(header: SignedDelivery['header']) {
  for (const family of FAMILIES) {
    const id = header(`${family}-id`);
    const timestamp = header(`${family}-timestamp`);
    const signatures = header(`${family}-signature`);
    if (id !== null && timestamp !== null && signatures !== null) return { id, timestamp, signatures };
  }
  return null;
}

const macOf = (key: Uint8Array, id: string, timestamp: string, body: Uint8Array): string =>
  toBase64(createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest());
