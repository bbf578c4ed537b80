/**
 * Where a redirect leads and what goes along (RFC 9110 §15.4; Fetch standard, HTTP-redirect fetch): to another origin only
 * what is no secret, and never a body, which may hold one.
 */
import { FetchRefused } from './fetch-refused.ts';

/** One request of a chain of redirects. */
export interface Leg {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
}

/** Of the connection and not of the request, or said by the connection itself; a caller has no say in them. */
const OF_THE_CONNECTION = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What another origin may get to see: an allow-list, because credentials travel under any name (`x-api-key`). */
const NO_SECRETS = new Set(['accept', 'accept-encoding', 'accept-language', 'user-agent']);

/** A caller's headers as they are sent. Uncompressed answers alone are asked for: others could expand past any limit. */
export function requestHeaders(given: Headers): Readonly<Record<string, string>> {
  const kept = [...given].filter(([name]) => !OF_THE_CONNECTION.has(name));
  return { ...Object.fromEntries(kept), 'accept-encoding': 'identity' };
}

/** @throws FetchRefused for a place that is none, and for a body that would go to another origin. */
export function nextLeg(from: Leg, status: number, location: string): Leg {
  if (!URL.canParse(location, from.url)) throw new FetchRefused('redirect', 'it leads nowhere');
  const url = new URL(location, from.url);
  const becomesGet =
    (status === 303 && from.method !== 'HEAD') || ((status === 301 || status === 302) && from.method === 'POST');
  const method = becomesGet ? 'GET' : from.method;
  const body = becomesGet ? null : from.body;
  const elsewhere = url.origin !== from.url.origin;
  if (elsewhere && body !== null) throw new FetchRefused('redirect', 'it would take the body to another origin');
  const headers = Object.entries(from.headers).filter(
    ([name]) => (!elsewhere || NO_SECRETS.has(name)) && !(body === null && name.startsWith('content-')),
  );
  return { url, method, headers: Object.fromEntries(headers), body };
}
