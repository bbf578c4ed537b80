/**
 * Standard Webhooks (standardwebhooks.com; Svix and Resend spell the headers `svix-*`): who sent this body, and when. What is
 * signed is `${id}.${timestamp}.${body}` over the bytes that came, never over JSON written anew.
 *
 * Threats: a forged or altered delivery; an old one played again (tolerance both ways, and the id, which the caller keeps: a
 * retry has the same one); a secret that is empty or missing and so lets everything pass; a malformed header that throws where
 * the exception would be taken for a pass. Everything that is not a proof is a refusal.
 */
import { createHmac } from 'node:crypto';
import { toBase64 } from '../kernel/encoding.ts';
import { secretEqual } from '../kernel/equal.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { standardWebhookKey } from '../kernel/standard-webhook.ts';
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
/** Visible ASCII without the full stop, which would make the signed text ambiguous. */
const ID = /^[!-\-/-~]{1,256}$/;
const TIMESTAMP = /^[1-9]\d{0,11}$/;
/** Rotating a secret takes two; more only cost time. */
const MAX_SIGNATURES = 16;
const MAX_SIGNATURE_CHARS = 4_096;

/** Never throws. */
export function verifyWebhook({ header, body, secret, now }: SignedDelivery): Result<ProvenDelivery, WebhookFault> {
  const key = standardWebhookKey(secret);
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
