/** Resend's credentials, checked before they are used: the key becomes a header line. */
import type { Credentials } from '../../comms/provider-ports.ts';
import { toBase64url } from '../../kernel/encoding.ts';
import { sha256 } from '../../kernel/hash.ts';

export const RESEND_FIELDS = {
  apiKey: { says: 'An API key with full access: re_ and more. One that may only send does not do.' },
} as const;

const API_KEY = /^re_[A-Za-z0-9_]{8,200}$/;

export interface ResendAccess {
  readonly headers: Readonly<Record<string, string>>;
  /** The key of these credentials' breaker: nobody without the API key can name it. */
  readonly account: string;
}

/** Null for what can't be a key of Resend's. */
export function resendAccess({ apiKey = '' }: Credentials): ResendAccess | null {
  if (!API_KEY.test(apiKey)) return null;
  return { headers: { authorization: `Bearer ${apiKey}` }, account: toBase64url(sha256(apiKey)) };
}
