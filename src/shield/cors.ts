/**
 * Cross-origin resource sharing (Fetch standard, §3.2): which web origins may read this server's answers in a browser,
 * with the person's credentials: exactly those that are configured. `*` is there for public answers alone, and never with
 * credentials, which would hand every site the answers. Anybody else is told nothing. Does not refuse requests: `origin.ts` does.
 */
import { SECOND_MS } from '../kernel/time.ts';
import { normalOrigin } from './origin.ts';
import type { HeaderList } from './security-headers.ts';

export interface CorsPolicy {
  /** Exact origins in normal form; `any`: every one, without credentials. */
  readonly origins: ReadonlySet<string> | 'any';
  /** Sent with every preflight that is answered. */
  readonly preflight: HeaderList;
  readonly exposed: string;
}

export interface CorsOptions {
  readonly methods?: readonly string[];
  /** Headers of a request that a page may set. */
  readonly headers?: readonly string[];
  /** Headers of an answer that a page may read. */
  readonly exposed?: readonly string[];
  /** How long a browser may remember a preflight. */
  readonly maxAgeMs?: number;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const HEADERS = [
  'accept',
  'authorization',
  'content-type',
  'idempotency-key',
  'if-match',
  'last-event-id',
  'mcp-method',
  'mcp-name',
  'mcp-protocol-version',
  'mcp-session-id',
  'x-csrf-token',
];
const EXPOSED = [
  'etag',
  'mcp-session-id',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'www-authenticate',
  'x-request-id',
];
/** What browsers remember at most, the least patient of them (Chromium). */
const MAX_AGE_MS = 7_200 * SECOND_MS;

/** @throws TypeError for an entry that is not an origin, `*` and `null` among them. */
export function corsPolicy(origins: readonly string[], options: CorsOptions = {}): CorsPolicy {
  const exact = origins.map((origin) => {
    const normal = normalOrigin(origin);
    if (normal === null || normal.includes('*')) throw new TypeError(`not an origin: ${JSON.stringify(origin)}`);
    return normal;
  });
  return policyFor(new Set(exact), options);
}

/** Pages of every site may read answers, without the credentials that a browser keeps. */
export const anyOrigin = (options: CorsOptions = {}): CorsPolicy => policyFor('any', options);

function policyFor(origins: CorsPolicy['origins'], options: CorsOptions): CorsPolicy {
  const { methods = METHODS, headers = HEADERS, exposed = EXPOSED, maxAgeMs = MAX_AGE_MS } = options;
  return {
    origins,
    exposed: exposed.join(', '),
    preflight: [
      ['access-control-allow-methods', methods.join(', ')],
      ['access-control-allow-headers', headers.join(', ')],
      ['access-control-max-age', String(Math.floor(maxAgeMs / SECOND_MS))],
    ],
  };
}

/** Whatever the answer, it depends on who asks: a cache must not give one origin's answer to another. */
export const VARY_ORIGIN: HeaderList = [['vary', 'Origin']];

export interface CorsAnswer {
  /** For whatever is answered. */
  readonly headers: HeaderList;
  /** True for the OPTIONS of an origin that is allowed: to be answered with 204 at once, before authentication. */
  readonly isPreflight: boolean;
}

const NOTHING: CorsAnswer = { headers: VARY_ORIGIN, isPreflight: false };

/** Pure. @param origin the value of `Origin`, null when absent. */
export function corsAnswer(method: string, origin: string | null, policy: CorsPolicy): CorsAnswer {
  const allowed = origin === null ? null : allowedOrigin(origin, policy.origins);
  if (allowed === null) return NOTHING;
  const isPreflight = method === 'OPTIONS';
  return {
    isPreflight,
    headers: [
      ...VARY_ORIGIN,
      ['access-control-allow-origin', allowed],
      ...(allowed === '*' ? [] : ([['access-control-allow-credentials', 'true']] as const)),
      ...(isPreflight ? policy.preflight : ([['access-control-expose-headers', policy.exposed]] as const)),
    ],
  };
}

function allowedOrigin(origin: string, origins: CorsPolicy['origins']): string | null {
  if (origins === 'any') return '*';
  const normal = origins.size === 0 ? null : normalOrigin(origin);
  return normal !== null && origins.has(normal) ? normal : null;
}
