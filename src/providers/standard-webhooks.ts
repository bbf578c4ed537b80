/**
 * Who sent this delivery, and when, by the headers of Standard Webhooks or of Svix and Resend, which spell them `svix-*`. What
 * proves it is in `kernel/standard-webhook.ts`; here are the headers, whose families are never mixed.
 */

import { err, type Result } from '../kernel/result.ts';
import {
  type ProvenDelivery,
  standardWebhookKey,
  verifyStandardWebhook,
  type WebhookFault,
} from '../kernel/standard-webhook.ts';

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

const FAMILIES = ['svix', 'webhook'] as const;

/** Never throws. */
export function verifyWebhook({ header, ...delivery }: SignedDelivery): Result<ProvenDelivery, WebhookFault> {
  if (standardWebhookKey(delivery.secret) === null) return err('no_secret');
  const claimed = claimsOf(header);
  return claimed === null ? err('no_headers') : verifyStandardWebhook({ ...claimed, ...delivery });
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
