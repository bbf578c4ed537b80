/**
 * `GET /metrics`, and the counting of requests. Numbers about a business are nobody else's affair: without a token they go
 * to a scraper on this machine alone. A proxy on this machine looks the same from here unless it says that it forwards, and
 * some send neither a forwarding header nor the Host that was asked for (nginx by default): so a server that has a public
 * address asks for a token in any case.
 */
import type { Hono, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { isOfPlatform, type Scope } from '../guard/principal.ts';
import { SallyportError } from '../kernel/errors.ts';
import { isLocal } from '../shield/client-address.ts';
import { checkHost, hostAllowList, LOOPBACK_HOSTS } from '../shield/host.ts';
import { type CallerParts, callerOf } from './caller.ts';
import { type Env, methodNotAllowed, type RequestContext } from './context.ts';
import type { Metrics } from './metrics.ts';

export const METRICS_PATH = '/metrics';

const READERS: readonly Scope[] = ['platform:admin', 'audit:read'];

const LOOPBACK_NAMES = hostAllowList(LOOPBACK_HOSTS);

export interface MetricsDoorParts extends CallerParts {
  readonly metrics: Metrics;
  readonly publicUrl: string;
}

/** Counts every request by the pattern of its route; an unknown path has none and is `unmatched`. */
export const countRequests =
  (metrics: Metrics): MiddlewareHandler<Env> =>
  async (c, next) => {
    const done = metrics.request();
    await next();
    const route = routePath(c, -1); // the last that matches: the handler, or a middleware for everything
    done(route === '/*' || route === '*' ? 'unmatched' : route, c.res.status);
  };

export function mountMetrics(app: Hono<Env>, parts: MetricsDoorParts): void {
  const named = checkHost(new URL(parts.publicUrl).host, LOOPBACK_NAMES).ok;
  app.get(METRICS_PATH, async (c) => {
    if (!(named && asksItself(c))) {
      const by = await callerOf(c, parts);
      // the numbers are of all organisations together
      if (!isOfPlatform(by) || !READERS.some((scope) => by.scopes.has(scope)))
        throw new SallyportError(
          'forbidden',
          `This needs one of the rights ${READERS.join(', ')}, of the server itself.`,
        );
    }
    const { type, text } = await parts.metrics.expose();
    return c.body(text, 200, { 'content-type': type });
  });
  app.all(METRICS_PATH, methodNotAllowed('GET, HEAD'));
}

/** A program on this machine that brings no token; one that comes is judged like anywhere else. */
const asksItself = ({ req, env }: RequestContext): boolean =>
  !req.raw.headers.has('authorization') && isLocal(env?.incoming?.socket.remoteAddress, req.raw.headers);
