/**
 * Twilio's credentials, checked before they are used: the account's SID becomes part of paths, so nothing but a SID gets
 * there. The auth token signs webhooks as well, which is why API keys are not taken in its place.
 */

import type { Credentials } from '../../comms/provider-ports.ts';
import { toBase64, toBase64url, toUtf8 } from '../../kernel/encoding.ts';
import { sha256 } from '../../kernel/hash.ts';

export const TWILIO_FIELDS = {
  accountSid: { says: 'The account SID: AC and 32 hexadecimal digits. An API key (SK…) does not do.' },
  authToken: { says: "The account's primary auth token; it also checks the signatures of Twilio's webhooks." },
} as const;

const ACCOUNT_SID = /^AC[0-9a-f]{32}$/i;
const AUTH_TOKEN = /^[\x21-\x7e]{16,128}$/;

export interface TwilioAccess {
  readonly accountSid: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The key of these credentials' breaker: nobody without the token can name it. */
  readonly account: string;
}

/** Null for what can't be Twilio credentials. */
export function twilioAccess(credentials: Credentials): TwilioAccess | null {
  const { accountSid = '', authToken = '' } = credentials;
  if (!ACCOUNT_SID.test(accountSid) || !AUTH_TOKEN.test(authToken)) return null;
  const pair = `${accountSid}:${authToken}`;
  return {
    accountSid,
    headers: { authorization: `Basic ${toBase64(toUtf8(pair))}` },
    account: toBase64url(sha256(pair)),
  };
}
