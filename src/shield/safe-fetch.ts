/**
 * Outbound HTTP to addresses that somebody else chose, against server-side request forgery: a URL that leads to this
 * machine, its network or the cloud's metadata service. HTTPS only, no credentials in the URL; the name is resolved here,
 * every address of it must be public, and the connection goes to exactly what was checked, so that a second answer of the
 * name server can't swap it. Each redirect is checked the same way, and carries nothing secret to another origin.
 *
 * Takes and gives what the global function of this name does, so that clients of providers can be handed it; bodies of
 * requests are read whole before they are sent. Does not pool connections.
 */
import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { type AddressList, addressList } from './address-list.ts';
import { cappedBody } from './capped-body.ts';
import { FetchRefused } from './fetch-refused.ts';
import { type IpAddress, parseAddress, spellAddress } from './ip-address.ts';
import { isPublic } from './public-address.ts';
import { type Leg, nextLeg, requestHeaders } from './redirect.ts';

/** All addresses of a name, as text. Rejects, or gives none, when it has none. */
export type Resolve = (name: string) => Promise<readonly string[]>;

export interface SafeFetchOptions {
  /** Bytes of an answer's body; beyond them reading it fails. */
  readonly maxBytes: number;
  /** Milliseconds for everything: names, redirects, and the body until it has been read. */
  readonly timeoutMs: number;
  /** 3 unless said. */
  readonly maxRedirects?: number;
  /** Names that may be asked, exactly; any when absent. */
  readonly allowedHosts?: readonly string[];
  /** Asked about every address before anything else, those of redirects included; any may be when absent. */
  readonly mayAsk?: (url: URL) => boolean;
  readonly resolve?: Resolve;
  /** For tests and development: networks that may be reached though they are not public, such as `127.0.0.0/8`. */
  readonly dangerouslyAllowNetworks?: readonly string[];
  /** For tests and development. */
  readonly dangerouslyAllowHttp?: boolean;
}

/** Rejects with `FetchRefused` for what is refused here, with Node's error when the connection fails. */
export type SafeFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

const MAX_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const WITHOUT_BODY = new Set([204, 205, 304]);

const systemResolve: Resolve = async (name) => (await lookup(name, { all: true })).map(({ address }) => address);

/** @throws TypeError for a limit that is no number, or a network that is none. */
export function createSafeFetch(options: SafeFetchOptions): SafeFetch {
  const { maxBytes, timeoutMs, maxRedirects = MAX_REDIRECTS } = options;
  if (!(maxBytes >= 0 && timeoutMs >= 0 && maxRedirects >= 0)) throw new TypeError('a limit that is no number');
  const exempt = addressList(options.dangerouslyAllowNetworks ?? []);

  return async (input, init) => {
    const request = new Request(input instanceof Request ? input : askable(input), init);
    const ends = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]);
    let leg: Leg = {
      url: new URL(request.url),
      method: request.method,
      headers: requestHeaders(request.headers),
      body: request.body === null ? null : new Uint8Array(await within(ends, request.arrayBuffer())),
    };
    for (let redirects = 0; ; redirects++) {
      const addresses = await within(ends, addressesOf(leg.url, options, exempt));
      const answer = await within(ends, send(leg, addresses, ends));
      const location = answer.headers.location;
      if (!REDIRECTS.has(answer.statusCode ?? 0) || location === undefined || request.redirect === 'manual') {
        return responseOf(answer, leg, maxBytes, ends);
      }
      answer.destroy();
      if (request.redirect === 'error') throw new FetchRefused('redirect', 'a redirect was not wanted');
      if (redirects >= maxRedirects) throw new FetchRefused('redirect', `more than ${maxRedirects} redirects`);
      leg = nextLeg(leg, answer.statusCode!, location);
    }
  };
}

/** Looked at before the platform does, whose errors repeat what they refuse, a password too. @throws FetchRefused */
function askable(input: string | URL): URL {
  if (!URL.canParse(input)) throw new FetchRefused('url', 'no absolute URL');
  const url = new URL(input);
  if (url.username !== '' || url.password !== '') throw new FetchRefused('credentials', 'the URL has credentials');
  return url;
}

type AddressOptions = Pick<
  SafeFetchOptions,
  'allowedHosts' | 'mayAsk' | 'resolve' | 'dangerouslyAllowHttp' | 'dangerouslyAllowNetworks'
>;

/** The same check without a request, for who wants to say beforehand that an address will be refused. @throws FetchRefused */
export const checkedAddresses = (url: URL, options: AddressOptions): Promise<readonly IpAddress[]> =>
  addressesOf(url, options, addressList(options.dangerouslyAllowNetworks ?? []));

/** What the URL may be connected to: every one of its addresses is fit. @throws FetchRefused */
async function addressesOf(url: URL, options: AddressOptions, exempt: AddressList): Promise<readonly IpAddress[]> {
  const { allowedHosts, mayAsk, resolve = systemResolve, dangerouslyAllowHttp = false } = options;
  if (mayAsk?.(url) === false) throw new FetchRefused('host', 'the address is not among those that may be asked');
  if (url.protocol !== 'https:' && !(dangerouslyAllowHttp && url.protocol === 'http:')) {
    throw new FetchRefused('scheme', 'only https is asked');
  }
  askable(url); // a redirect may lead to credentials, too
  if (allowedHosts?.includes(url.hostname) === false) {
    throw new FetchRefused('host', 'the host is not among those that may be asked');
  }
  const literal = parseAddress(url.hostname.replace(/^\[|\]$/g, ''));
  const addresses = literal === null ? (await resolve(url.hostname)).map(parseAddress) : [literal];
  if (addresses.length === 0) throw new FetchRefused('address', 'the name has no address');
  return addresses.map((address) => {
    if (address !== null && (isPublic(address) || exempt.has(address))) return address;
    throw new FetchRefused('address', 'the name leads to an address that is not public');
  });
}

/** One request and the head of its answer, over a new connection to one of `addresses`. */
function send({ url, method, headers, body }: Leg, addresses: readonly IpAddress[], signal: AbortSignal) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const found = addresses.map((address) => ({ address: spellAddress(address), family: address.family }));
  const checked: LookupFunction = (_, { all }, done) =>
    all ? done(null, found) : done(null, found[0]!.address, found[0]!.family);
  const start = url.protocol === 'https:' ? httpsRequest : httpRequest;
  // `agent: false`: a pooled connection would have been opened for another check than this one
  const sent = start(url, { method, headers, lookup: checked, agent: false, signal });
  sent.once('response', resolve).on('error', reject);
  sent.end(body ?? undefined);
  return promise;
}

function responseOf(answer: IncomingMessage, { url, method }: Leg, maxBytes: number, ends: AbortSignal): Response {
  try {
    const { statusCode: status = 0, statusMessage: statusText = '' } = answer;
    const headers = headersOf(answer);
    if ((headers.get('content-encoding') ?? 'identity').toLowerCase() !== 'identity') {
      throw new FetchRefused('encoding', 'the answer is compressed, which was not asked for');
    }
    const empty = method === 'HEAD' || WITHOUT_BODY.has(status);
    // compared this way round, so that a length that is no number refuses
    if (!empty && !(Number(headers.get('content-length') ?? 0) <= maxBytes)) {
      throw new FetchRefused('too_large', `the answer is larger than ${maxBytes} bytes`);
    }
    if (empty) answer.resume();
    const body = empty ? null : cappedBody(answer, maxBytes, ends);
    const response = new Response(body, { status, statusText, headers });
    return Object.defineProperty(response, 'url', { value: url.href });
  } catch (error) {
    answer.destroy();
    throw error;
  }
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) headers.append(rawHeaders[i]!, rawHeaders[i + 1]!);
  return headers;
}

/** Ends waiting when the time is over, also for what can't be told to stop. */
async function within<T>(ends: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const over = () => reject(ends.reason);
  if (ends.aborted) over();
  ends.addEventListener('abort', over, { once: true });
  try {
    return await Promise.race([work, promise]);
  } catch (error) {
    work.catch(() => {});
    throw ends.aborted && isTimeout(ends.reason) ? new FetchRefused('timeout', 'it took too long') : error;
  } finally {
    ends.removeEventListener('abort', over);
  }
}

const isTimeout = (reason: unknown): boolean => reason instanceof DOMException && reason.name === 'TimeoutError';
