/**
 * Twilio's request signature: who can't make it did not get the account's auth token, so what it covers is from Twilio. Pure.
 * https://www.twilio.com/docs/usage/security#validating-requests and twilio-node's `lib/webhooks/webhooks.js`.
 *
 * HMAC-SHA1 over the full address as Twilio has it, then of a form every parameter, sorted by key, key and value without
 * delimiters. A body of another type is not in the signature; its SHA-256 is, in the address, as `bodySHA256`.
 *
 * It holds no time: a replay is found by the message's own id, under which its delivery is remembered (`server/webhooks`), and
 * not by the request, because the form has no delimiters: characters may move between keys and values.
 */
import { createHmac } from 'node:crypto';
import { secretEqual } from '../../kernel/equal.ts';
import type { FormPairs } from '../../shield/form.ts';
import { addressSpellings, coversBody, signedForm } from '../../shield/url-signature.ts';

export interface TwilioRequest {
  /** PUBLIC_URL and the raw request target. Never from `Host` or `X-Forwarded-*` of an untrusted peer. */
  readonly url: string;
  /**
   * `form`: a POST with all its parameters. `get`: no body. `json`: any other body, as raw bytes; must be covered by a
   * `bodySHA256` in the address. `websocket`: a handshake.
   */
  readonly content:
    | { readonly is: 'form'; readonly params: FormPairs }
    | { readonly is: 'get' | 'websocket' }
    | { readonly is: 'json'; readonly raw: Uint8Array };
}

/** Whether the header's signature fits. An absent or empty token or signature never does, and nothing here throws. */
export function isSignedByTwilio(
  token: string | null | undefined,
  signature: string | null | undefined,
  { url, content }: TwilioRequest,
): boolean {
  try {
    if (typeof token !== 'string' || token.trim() === '' || typeof signature !== 'string' || signature === '')
      return false;
    if (content.is === 'json' && !coversBody(url, content.raw)) return false;
    const form = content.is === 'form' ? signedForm(content.params) : '';
    // every spelling is compared, so that time does not tell which one fits
    return addressSpellings(url, { isWebSocket: content.is === 'websocket' }).reduce(
      (fits, spelling) => secretEqual(sign(token, spelling + form), signature) || fits,
      false,
    );
  } catch {
    return false;
  }
}

const sign = (token: string, text: string): string => createHmac('sha1', token).update(text, 'utf8').digest('base64');
