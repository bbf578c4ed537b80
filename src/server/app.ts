/**
 * The server: every door on one application. On every request, in this order: security headers and request id, Host,
 * Origin, route, caller, body, action; so that nothing of a body is read for somebody who may not send it.
 */
import { Hono } from 'hono';
import type { Catalogue } from '../guard/catalogue.ts';
import type { Perform } from '../guard/perform.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Ids } from '../kernel/ids.ts';
import { checkSource, setHeaders } from '../shield/hono.ts';
import { hostAllowList, LOOPBACK_HOSTS } from '../shield/host.ts';
import { originAllowList } from '../shield/origin.ts';
import { securityHeaders } from '../shield/security-headers.ts';
import type { CallerParts } from './caller.ts';
import { type Env, identify, type RequestContext } from './context.ts';
import { DEMO_HEADER } from './demo.ts';
import { mountHealth } from './health.ts';
import { type Listening, listen } from './listen.ts';
import { MCP_PATH, mountMcp } from './mcp/door.ts';
import { rpcFailure } from './mcp/rpc-failure.ts';
import { failure, failureOf, problemResponse, statusOf } from './problems.ts';
import { challenge, mountProtectedResource } from './protected-resource.ts';
import { mountRest } from './rest.ts';

interface ServerSettings {
  /** Without a slash at its end. Its host and origin are allowed. */
  readonly publicUrl: string;
  /** Besides loopback and the host of `publicUrl`. */
  readonly allowedHosts: readonly string[];
  /** Besides loopback and `publicUrl`. */
  readonly allowedOrigins: readonly string[];
  readonly maxBodyBytes: number;
  /** Milliseconds for a whole body to arrive. */
  readonly requestTimeoutMs: number;
  readonly hsts: boolean;
}

export interface ServerParts extends CallerParts {
  readonly catalogue: Catalogue;
  readonly perform: Perform;
  ready(): boolean;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The product's, for clients to see. */
  readonly version: string;
  /** Told of every failure that is ours (5xx), with the id that the caller got. */
  onFault(fault: unknown, requestId: string): void;
  readonly settings: ServerSettings;
}

export interface SallyportServer {
  readonly app: Hono<Env>;
  listen(host: string, port: number): Promise<Listening>;
}

/**
 * @param options.thinLane false sends every MCP request through the SDK: what the lane must be indistinguishable from.
 * @throws TypeError for an allow-list entry that is no host or origin, and for an action that no tool list can show.
 */
export function createServer(parts: ServerParts, options: { readonly thinLane?: boolean } = {}): SallyportServer {
  const { settings, ids } = parts;
  const headers = [...securityHeaders(settings), ...(parts.demo === true ? [DEMO_HEADER] : [])];
  const loopback = hostAllowList(LOOPBACK_HOSTS);
  const hosts = hostAllowList([...LOOPBACK_HOSTS, new URL(settings.publicUrl).host, ...settings.allowedHosts]);
  const origins = originAllowList([settings.publicUrl, ...settings.allowedOrigins], loopback);
  const limits = { maxBytes: settings.maxBodyBytes, timeoutMs: settings.requestTimeoutMs };

  const app = new Hono<Env>();
  app.use(setHeaders(headers), identify(ids), checkSource(hosts, origins));
  app.onError((thrown, c) => fail(c, thrown));
  app.notFound((c) => problemResponse(failure('not_found', 'There is nothing at this address.'), c.get('requestId')));
  mountHealth(app, parts.ready);
  mountProtectedResource(app, settings.publicUrl);
  mountRest(app, { ...parts, limits });
  mountMcp(app, { ...parts, limits, thinLane: options.thinLane ?? true });

  function fail(c: RequestContext, thrown: unknown): Response {
    const failed = failureOf(thrown);
    const id = c.get('requestId');
    const { path } = c.req;
    if (statusOf(failed.code) >= 500) parts.onFault(thrown, id);
    const presented = c.req.raw.headers.has('authorization');
    const more =
      failed.code === 'unauthenticated' ? { 'www-authenticate': challenge(settings.publicUrl, path, presented) } : {};
    return path === MCP_PATH ? rpcFailure(failed, id, more) : problemResponse(failed, id, more);
  }

  return { app, listen: (host, port) => listen({ app, headers, ids }, host, port) };
}
