/**
 * What every request to a voice agent passes before anything is done for it, refusals, unknown paths and health included: headers,
 * Host, CORS, a limit per client, and an end to what takes too long. Sizes are counted where a body is read (door/body.ts).
 */
import type { MiddlewareHandler } from 'hono';
import { type Clock, systemClock } from '../../kernel/clock.ts';
import { MINUTE_MS } from '../../kernel/time.ts';
import { addressList } from '../../shield/address-list.ts';
import { anyOrigin, corsAnswer, corsPolicy } from '../../shield/cors.ts';
import { clientReader, enforceRate, headerOf, must, putOnAnswer, setHeaders } from '../../shield/hono.ts';
import { checkHost, hostAllowList } from '../../shield/host.ts';
import { memoryLimiter, type RateLimiter, type RatePolicy } from '../../shield/rate-limit.ts';
import { withinTime } from '../../shield/request-timeout.ts';
import { type HeaderList, securityHeaders } from '../../shield/security-headers.ts';

export interface ProtectionSettings {
  /** Null: pages of every site may read answers, without the credentials that a browser keeps. */
  readonly corsOrigins: readonly string[] | null;
  /** Requests a minute of one client; null: not limited. */
  readonly rateLimit: number | null;
  /** Null: every Host is answered. */
  readonly allowedHosts: readonly string[] | null;
  /** How many proxies add to `X-Forwarded-For`; 0: none is believed. */
  readonly trustedProxies: number;
  /** Networks of peers that are believed to be proxies. */
  readonly proxyNetworks: readonly string[];
  /** The value of Strict-Transport-Security; null: not sent. */
  readonly hsts: string | null;
  /** Milliseconds for an answer to begin. */
  readonly requestTimeoutMs: number;
}

export interface ProtectionParts {
  readonly clock?: Clock;
  /** Counts in this process's memory unless said. */
  readonly limiter?: RateLimiter;
}

/** Clients that are remembered; beyond, the least recently seen are forgotten. */
const MAX_CLIENTS = 100_000;

export const protectionHeaders = (hsts: string | null): HeaderList => [
  ...securityHeaders({ hsts: false }),
  ...(hsts === null ? [] : [['strict-transport-security', hsts] as const]),
];

/** In this order for `app.use`. @throws TypeError for an entry of a list that is none. */
export function protection(settings: ProtectionSettings, parts: ProtectionParts = {}): readonly MiddlewareHandler[] {
  const { clock = systemClock, limiter = memoryLimiter(clock, MAX_CLIENTS) } = parts;
  const { corsOrigins, rateLimit, requestTimeoutMs } = settings;
  const cors = corsOrigins === null ? anyOrigin() : corsPolicy(corsOrigins);
  const hosts = settings.allowedHosts === null ? null : hostAllowList(settings.allowedHosts);
  const clientOf = clientReader({ hops: settings.trustedProxies, proxies: addressList(settings.proxyNetworks) });
  const policy: RatePolicy | null =
    rateLimit === null ? null : { name: 'per-client', limit: rateLimit, windowMs: MINUTE_MS };

  const check: MiddlewareHandler = async (c, next) => {
    if (hosts !== null) must(checkHost(headerOf(c, 'host'), hosts));
    const { headers: corsHeaders, isPreflight } = corsAnswer(c.req.method, headerOf(c, 'origin'), cors);
    putOnAnswer(c, corsHeaders);
    if (policy !== null) {
      const decision = limiter.take([{ policy, key: clientOf(c).group }]);
      enforceRate(c, decision instanceof Promise ? await decision : decision);
    }
    if (isPreflight) return c.body(null, 204);
    return withinTime(next(), requestTimeoutMs, () => false) as Promise<undefined>;
  };
  return [setHeaders(protectionHeaders(settings.hsts)), check];
}
