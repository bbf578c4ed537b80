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
import { toHex } from '../../kernel/encoding.ts';
import { secretEqual } from '../../kernel/equal.ts';
import { sha256 } from '../../kernel/hash.ts';

/** The decoded parameters of a form, in the order received, values untrimmed. */
export type FormPairs = readonly (readonly [key: string, value: string])[];

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
    return spellings(url, content.is === 'websocket').reduce(
      (fits, spelling) => secretEqual(sign(token, spelling + form), signature) || fits,
      false,
    );
  } catch {
    return false;
  }
}

const sign = (token: string, text: string): string => createHmac('sha1', token).update(text, 'utf8').digest('base64');

/**
 * Sorted by code units (byte order for ASCII, which Twilio's keys are; never by locale). Of a key that is repeated, the
 * different values, sorted, each with the key.
 */
function signedForm(params: FormPairs): string {
  const byKey = new Map<string, Set<string>>();
  for (const [key, value] of params) {
    const values = byKey.get(key);
    if (values === undefined) byKey.set(key, new Set([value]));
    else values.add(value);
  }
  let text = '';
  for (const key of [...byKey.keys()].sort()) for (const value of [...byKey.get(key)!].sort()) text += key + value;
  return text;
}

const BODY_SHA256 = /[?&]bodySHA256=([0-9a-f]{64})(?=&|#|$)/g;

function coversBody(url: string, raw: Uint8Array): boolean {
  const [first, ...more] = url.matchAll(BODY_SHA256);
  return first !== undefined && more.length === 0 && secretEqual(first[1]!, toHex(sha256(raw)));
}

const PARTS = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*@)?([^/?#]*?)(:\d+)?([/?#].*)?$/is;
const DEFAULT_PORT: Readonly<Record<string, string>> = {
  'https://': ':443',
  'wss://': ':443',
  'http://': ':80',
  'ws://': ':80',
};

/**
 * The address as Twilio may have signed it: with and without the port (HTTPS voice drops it), with and without the
 * credentials in it, its query as written or escaped, a WebSocket's also with a slash at its end. Not normalised otherwise:
 * Twilio signs what it was given, and another path is another place.
 */
function spellings(url: string, websocket: boolean): readonly string[] {
  const parts = PARTS.exec(url);
  if (parts === null) return [];
  const [, scheme = '', user = '', host = '', port = '', rest = ''] = parts;
  const ports = new Set([port, '', port === '' ? (DEFAULT_PORT[scheme.toLowerCase()] ?? '') : port]);
  const rests = [...new Set([rest, withEscapedQuery(rest)])].flatMap((one) =>
    websocket ? [one, withSlash(one)] : [one],
  );
  return [...new Set([user, ''])].flatMap((who) =>
    [...ports].flatMap((at) => rests.map((path) => `${scheme}${who}${host}${at}${path}`)),
  );
}

/** The slash goes to the end of the path, before a query. */
function withSlash(rest: string): string {
  const end = rest.search(/[?#]/);
  return end === -1 ? `${rest}/` : `${rest.slice(0, end)}/${rest.slice(end)}`;
}

/** What a URL's query escapes (https://url.spec.whatwg.org/#special-query-percent-encode-set); some of Twilio's back ends do. */
function withEscapedQuery(rest: string): string {
  const query = rest.indexOf('?');
  if (query === -1) return rest;
  const escaped = rest
    .slice(query)
    .replace(/['"<> ]|[^\x20-\x7e]+/gu, (text) => (text === "'" ? '%27' : encodeURIComponent(text)));
  return rest.slice(0, query) + escaped;
}
