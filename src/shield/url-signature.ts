/**
 * What Twilio's request signature, and that of platforms that took it over, is made of besides the key: the spellings that an
 * address may have been signed in, the text of a form, the proof of another body. Pure.
 * https://www.twilio.com/docs/usage/security#validating-requests and twilio-node's `lib/webhooks/webhooks.js`.
 */
import { toHex } from '../kernel/encoding.ts';
import { secretEqual } from '../kernel/equal.ts';
import { sha256 } from '../kernel/hash.ts';
import type { FormPairs } from './form.ts';

/**
 * The decoded parameters of a form, values untrimmed, as they are signed: key and value without delimiters. Sorted by code units (byte order for ASCII, which Twilio's keys are; never by locale). Of a key that is repeated, the
 * different values, sorted, each with the key.
 */
export function signedForm(params: FormPairs): string {
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

/** Whether the address, which is signed, holds the body's SHA-256, once. */
export function coversBody(url: string, raw: Uint8Array): boolean {
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
 * The address as it may have been signed: with and without the port (HTTPS voice drops it), with and without the
 * credentials in it, its query as written or escaped, a WebSocket's also with a slash at its end. Not normalised otherwise:
 * Twilio signs what it was given, and another path is another place.
 */
export function addressSpellings(url: string, { isWebSocket = false } = {}): readonly string[] {
  const parts = PARTS.exec(url);
  if (parts === null) return [];
  const [, scheme = '', user = '', host = '', port = '', rest = ''] = parts;
  const ports = new Set([port, '', port === '' ? (DEFAULT_PORT[scheme.toLowerCase()] ?? '') : port]);
  const rests = [...new Set([rest, withEscapedQuery(rest)])].flatMap((one) =>
    isWebSocket ? [one, withSlash(one)] : [one],
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
