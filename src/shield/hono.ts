/**
 * The checks of this room as Hono middleware: thin, nothing is decided here. A refusal is thrown as a `SallyportError`,
 * so that the door answers it in its own form; the headers middleware stands first and covers those answers too.
 */
import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Context, MiddlewareHandler } from 'hono';
import { type ErrorCode, SallyportError } from '../kernel/errors.ts';
import type { Result } from '../kernel/result.ts';
import { SECOND_MS } from '../kernel/time.ts';
import { type AddressList, checkAddress } from './address-list.ts';
import { addressGroup, clientAddress, type Peer, type ProxyTrust, peerOf } from './client-address.ts';
import { type CorsPolicy, corsAnswer } from './cors.ts';
import { checkHost, type HostAllowList } from './host.ts';
import type { IpAddress } from './ip-address.ts';
import { setOn } from './node-server.ts';
import { checkOrigin, type OriginAllowList } from './origin.ts';
import { checkTransport } from './plain-http.ts';
import { type Draw, type RateDecision, type RateLimiter, rateLimitHeaders } from './rate-limit.ts';
import type { Refusal } from './refusal.ts';
import { withinTime } from './request-timeout.ts';
import type { HeaderList } from './security-headers.ts';
import { vouchedClient } from './vouched-client.ts';

/**
 * Sets `headers` on every answer, refusals, errors and unknown paths too; a header that a handler sets itself wins.
 * Under Node they go on the response beneath Hono before the handler runs: a third of the cost of a `Headers` object,
 * and they stay on whatever is answered in the end.
 */
export function setHeaders(headers: HeaderList): MiddlewareHandler {
  return async (c, next) => {
    const outgoing = nodeResponse(c.env);
    if (outgoing !== null) {
      if (headers[0] !== undefined && !outgoing.hasHeader(headers[0][0])) setOn(outgoing, headers); // else `hardenServer` did
      return next();
    }
    await next();
    for (const [name, value] of headers) if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  };
}

/** Refuses a request for another Host (`host_not_allowed`) or from another web origin (`origin_not_allowed`). */
export function checkSource(hosts: HostAllowList, origins: OriginAllowList): MiddlewareHandler {
  return async (c, next) => {
    const { headers } = c.req.raw;
    must(checkHost(headers.get('host'), hosts));
    must(checkOrigin(headers.get('origin'), origins));
    return next();
  };
}

/** Answers the preflights of the origins of `policy` with 204, and lets their pages read all other answers. */
export function cors(policy: CorsPolicy): MiddlewareHandler {
  return async (c, next) => {
    const { headers, isPreflight } = corsAnswer(c.req.method, headerOf(c, 'origin'), policy);
    putOnAnswer(c, headers);
    return isPreflight ? c.body(null, 204) : next();
  };
}

/** Refuses a client (`address_not_allowed`) that is on the deny-list, or not on the allow-list unless that is empty. */
export function filterAddresses(
  clientOf: ClientReader,
  lists: { readonly allow?: AddressList; readonly deny?: AddressList },
): MiddlewareHandler {
  return async (c, next) => {
    must(checkAddress(clientOf(c).address, lists));
    return next();
  };
}

/** Refuses what is too often (`rate_limited`), and tells every caller where it stands. */
export function limitRate(limiter: RateLimiter, drawsOf: (c: Context) => readonly Draw[]): MiddlewareHandler {
  return async (c, next) => {
    enforceRate(c, await limiter.take(drawsOf(c)));
    return next();
  };
}

/** Gives up what takes too long (`answer_timeout`). @param isLongLived asked when the time is over. */
export function limitDuration(
  timeoutMs: number,
  isLongLived: (c: Context) => boolean = () => false,
): MiddlewareHandler {
  return (c, next) => withinTime(next(), timeoutMs, () => isLongLived(c));
}

export interface Client {
  /** Null when it is not known. */
  readonly address: IpAddress | null;
  /** What counts as one client: an IPv4 address, or the /64 of an IPv6 address. */
  readonly group: string;
  /** Who is at the other end of the connection: the client itself, or a proxy. */
  readonly peer: Peer;
}

export type ClientReader = (c: Context) => Client;

/**
 * Refuses what came over plain HTTP from elsewhere (plain-http.ts). What came over no socket at all was handed on by this process
 * itself.
 * @throws SallyportError `https_required`
 */
export function requireHttps(c: Context, { address, peer }: Client): void {
  const socket = nodeSocket(c.env);
  if (socket === null) return;
  const forwardedProto = peer.isTrustedProxy ? headerOf(c, 'x-forwarded-proto') : null;
  const forwardedFor = address === peer.address ? null : address; // by identity: the proxy's own means that it named nobody
  must(checkTransport({ encrypted: 'encrypted' in socket, peer, forwardedFor, forwardedProto }));
}

/**
 * Who asks, by `trust`: the socket's peer, or who a serverless platform said was connected (vouched-client.ts). What is known of a
 * connection's peer is kept as long as the connection.
 */
export function clientReader(trust: ProxyTrust): ClientReader {
  const known = new WeakMap<Socket, readonly [Peer, Client]>();

  const at = (remoteAddress: string | undefined) => {
    const peer = peerOf(remoteAddress, trust);
    return [peer, clientAt(peer.address, peer)] as const;
  };

  const nowhere = at(undefined);

  const connected = (socket: Socket | null, c: Context): readonly [Peer, Client] => {
    if (socket === null) {
      const address = vouchedClient(c.req.raw);
      return address === undefined ? nowhere : at(address);
    }
    const found = known.get(socket);
    if (found !== undefined) return found;
    const made = at(socket.remoteAddress);
    known.set(socket, made);
    return made;
  };

  return (c) => {
    const [peer, itself] = connected(nodeSocket(c.env), c);
    if (!peer.isTrustedProxy) return itself;
    const address = clientAddress(peer, headerOf(c, 'x-forwarded-for'), trust);
    return address === peer.address ? itself : clientAt(address, peer);
  };
}

/** Puts the `RateLimit` headers on whatever is answered. @throws SallyportError `rate_limited` */
export function enforceRate(c: Context, decision: RateDecision): void {
  putOnAnswer(c, rateLimitHeaders(decision));
  if (decision.ok) return;
  const { retryAfterMs, policy } = decision;
  if (retryAfterMs !== null) putOnAnswer(c, [['retry-after', String(Math.ceil(retryAfterMs / SECOND_MS))]]);
  throw new SallyportError(
    'rate_limited',
    `At most ${policy.limit} requests in ${policy.windowMs / SECOND_MS} s are answered here.`,
    retryAfterMs === null ? {} : { retryAfterMs },
  );
}

/** Puts headers on whatever is answered in the end, also when that is a refusal. */
export function putOnAnswer(c: Context, headers: HeaderList): void {
  const outgoing = nodeResponse(c.env);
  if (outgoing !== null) setOn(outgoing, headers);
  else for (const [name, value] of headers) c.res.headers.set(name, value);
}

/**
 * A request's header, several of one name joined by commas as fetch does; null when absent. Under a server of ours, which joins
 * them too, it is read from Node's own request: making a `Headers` of all of them costs more than most routes.
 * @param name in lower case.
 */
export function headerOf(c: Context, name: string): string | null {
  const incoming = nodeRequest(c.env);
  if (incoming === null || !('joinDuplicateHeaders' in incoming && incoming.joinDuplicateHeaders === true))
    return c.req.raw.headers.get(name);
  const value = incoming.headers[name] ?? null;
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Node's own request beneath Hono's; null elsewhere. */
export const nodeRequest = (env: unknown): IncomingMessage | null =>
  typeof env === 'object' && env !== null && 'incoming' in env && env.incoming instanceof IncomingMessage
    ? env.incoming
    : null;

/** @throws SallyportError with what was refused, for the door to answer. */
export function must<T>(checked: Result<T, Refusal<ErrorCode>>): T {
  if (!checked.ok) throw new SallyportError(checked.error.code, checked.error.message);
  return checked.value;
}

const clientAt = (address: IpAddress | null, peer: Peer): Client => ({ address, group: addressGroup(address), peer });

const nodeResponse = (env: unknown): ServerResponse | null =>
  typeof env === 'object' && env !== null && 'outgoing' in env && env.outgoing instanceof ServerResponse
    ? env.outgoing
    : null;

const nodeSocket = (env: unknown): Socket | null => nodeRequest(env)?.socket ?? null;
