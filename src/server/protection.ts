/**
 * What stands before every door, on every request and whatever is answered, in this order: the client's address, deny-list,
 * lock-out, TLS or what stands for it, the address lists of a path, Host, Origin, CORS; then the route. A door says who it takes the caller for
 * (`admit`, `refuse`, `verified`), which counts the request; what no door has counted when it is answered (unknown paths,
 * wrong methods, metadata, refusals) is counted as anonymous then, so that no route can be forgotten.
 */
import type { MiddlewareHandler } from 'hono';
import type { Catalogue } from '../guard/catalogue.ts';
import type { Principal, Scope } from '../guard/principal.ts';
import { mayEver } from '../guard/rights.ts';
import type { Clock } from '../kernel/clock.ts';
import { SallyportError } from '../kernel/errors.ts';
import { MINUTE_MS } from '../kernel/time.ts';
import { addressList, checkAddress } from '../shield/address-list.ts';
import { corsAnswer, corsPolicy } from '../shield/cors.ts';
import { clientReader, enforceRate, must, putOnAnswer, requireHttps } from '../shield/hono.ts';
import { checkHost, hostAllowList, LOOPBACK_HOSTS } from '../shield/host.ts';
import { checkOrigin, originAllowList } from '../shield/origin.ts';
import { type Draw, memoryLimiter, type RateLimiter, type RatePolicy } from '../shield/rate-limit.ts';
import { withinTime } from '../shield/request-timeout.ts';
import type { Env, RequestContext } from './context.ts';
import { isHealth } from './health-paths.ts';
import { type LockOut, NO_LOCK_OUT } from './lock-out.ts';

export interface ProtectionSettings {
  /** Without a slash at its end. Its host and origin are allowed. */
  readonly publicUrl: string;
  /** Where providers reach this server, if not at `publicUrl`. Its host is allowed, and its origin: a page there has a button. */
  readonly webhookBaseUrl: string | null;
  /** Besides loopback and the hosts of `publicUrl` and `webhookBaseUrl`. */
  readonly allowedHosts: readonly string[];
  /** Besides loopback, `publicUrl` and those of CORS. */
  readonly allowedOrigins: readonly string[];
  /** Whose pages may read answers; empty: those of `webhookBaseUrl`, or `publicUrl`. */
  readonly corsAllowedOrigins: readonly string[];
  /** How many proxies add to `X-Forwarded-For`; 0: none is believed. */
  readonly trustProxy: number;
  /** Networks of peers that are believed. */
  readonly trustedProxies: readonly string[];
  /** Requests a minute without a principal, of one address and of all. */
  readonly httpRateLimitPerIp: number;
  readonly httpRateLimitGlobal: number;
  /** Deliveries a minute of one sender who has proved who it is; 6 000 unless said. */
  readonly webhookRateLimit?: number;
  /** Requests a minute of one principal; 600 unless said. */
  readonly principalRateLimit?: number;
  /** Sign-ins begun a minute from one address; 5 unless said. */
  readonly signInRateLimit?: number;
  /** Networks; an empty allow-list lets everybody through. */
  readonly adminIpAllowlist: readonly string[];
  readonly webhookIpAllowlist: readonly string[];
  readonly ipDenylist: readonly string[];
}

export interface ProtectionParts {
  readonly clock: Clock;
  readonly settings: ProtectionSettings;
  /** Milliseconds for an answer to begin. */
  readonly answerTimeoutMs: number;
  /** Counts in this process's memory unless said. */
  readonly limiter?: RateLimiter;
  /** Nobody is locked out unless said. */
  readonly lockOut?: LockOut;
  /** Who may administer by a grant is told by it; nobody unless said. */
  readonly catalogue?: Pick<Catalogue, 'entries'>;
}

/** What a door calls once it knows who it has before it; each counts the request, once. All throw `SallyportError`. */
export interface Protection {
  readonly middleware: MiddlewareHandler<Env>;
  /** A principal that was authenticated. Refuses administrators from elsewhere, and who asks too often. */
  admit(c: RequestContext, by: Principal): void | Promise<void>;
  /** Somebody who comes in without a token yet, to hold these scopes. Refuses administrators from elsewhere; counts nothing. */
  welcome(c: RequestContext, scopes: Principal['scopes']): void;
  /** Nobody, or not yet. @param presented whether credentials came, and were bad: that is what a lock-out counts. */
  refuse(c: RequestContext, presented: boolean): void | Promise<void>;
  /** Somebody who begins to sign in, by whatever factor: five a minute from one address. Before anything is looked up. */
  attempt(c: RequestContext): void | Promise<void>;
  /** A delivery whose signature was right. @param sender who signed, such as a provider's name and organisation. */
  verified(c: RequestContext, sender: string): void | Promise<void>;
  /** For routes that no limit counts: health, static files. */
  readonly uncounted: MiddlewareHandler<Env>;
}

const PRINCIPAL_LIMIT = 600;
const SIGN_IN_LIMIT = 5;
const WEBHOOK_LIMIT = 6_000;
/** Of each policy. Only what is let through takes room, so a flood of addresses fills this no faster than the global limit. */
const MAX_KEYS = 100_000;

/** @throws TypeError for a list entry that is no host, origin or network. */
export function createProtection({ clock, settings, answerTimeoutMs, ...parts }: ProtectionParts): Protection {
  const { publicUrl, webhookBaseUrl } = settings;
  const { lockOut = NO_LOCK_OUT, limiter = memoryLimiter(clock, MAX_KEYS) } = parts;
  const corsOrigins =
    settings.corsAllowedOrigins.length > 0 ? settings.corsAllowedOrigins : [webhookBaseUrl ?? publicUrl];
  const cors = corsPolicy(corsOrigins);
  const ownHosts = [publicUrl, webhookBaseUrl ?? publicUrl].map((url) => new URL(url).host);
  const hosts = hostAllowList([...LOOPBACK_HOSTS, ...ownHosts, ...settings.allowedHosts]);
  const origins = originAllowList(
    [publicUrl, webhookBaseUrl ?? publicUrl, ...settings.allowedOrigins, ...corsOrigins],
    hostAllowList(LOOPBACK_HOSTS),
  );
  const clientOf = clientReader({ hops: settings.trustProxy, proxies: addressList(settings.trustedProxies) });
  const deny = { deny: addressList(settings.ipDenylist) };
  const admins = { allow: addressList(settings.adminIpAllowlist) };
  const webhooks = { allow: addressList(settings.webhookIpAllowlist) };

  const administrative = (parts.catalogue?.entries ?? [])
    .filter(({ action: { access } }) => ADMINISTERS.includes(access))
    .map(({ action: { name, access } }) => ({ action: name, access }));
  const isAdministrator = (by: Principal): boolean =>
    administers(by) || ((by.grants ?? []).length > 0 && administrative.some((asked) => mayEver(by, asked)));

  const perAddress = perMinute('per-address', settings.httpRateLimitPerIp);
  const anonymous: Draw = { policy: perMinute('anonymous', settings.httpRateLimitGlobal), key: '' };
  const perAttempt = perMinute('sign-in', settings.signInRateLimit ?? SIGN_IN_LIMIT);
  const perPrincipal = perMinute('principal', settings.principalRateLimit ?? PRINCIPAL_LIMIT);
  /** By a name of its own: of one policy there is one limit. */
  const ownLimit = ({ requestsPerMinute = 0 }: Pick<Principal, 'requestsPerMinute'>): RatePolicy =>
    perMinute(`own-${requestsPerMinute}`, Math.min(requestsPerMinute, perPrincipal.limit));
  const perSender = perMinute('webhook', settings.webhookRateLimit ?? WEBHOOK_LIMIT);

  function count(c: RequestContext, draws: readonly Draw[]): void | Promise<void> {
    c.get('visitor').counted = true;
    const decision = limiter.take(draws);
    return decision instanceof Promise ? decision.then((decided) => enforceRate(c, decided)) : enforceRate(c, decision);
  }
  const countAnonymous = (c: RequestContext) =>
    count(c, [{ policy: perAddress, key: c.get('visitor').group }, anonymous]);

  function welcome(c: RequestContext, scopes: Principal['scopes']): void {
    if (administers({ scopes })) must(checkAddress(c.get('visitor').address, admins));
  }

  function refuseLocked(c: RequestContext): void {
    const { group } = c.get('visitor');
    const until = lockOut.lockedUntil(group);
    if (until === null) return;
    if (c.req.raw.headers.has('authorization')) lockOut.attemptedWhileLocked(group);
    throw new SallyportError('locked_out', 'Too many failed attempts came from this network address.', {
      retryAfterMs: Math.max(0, until - clock.now()),
    });
  }

  async function pass(c: RequestContext, next: () => Promise<void>): Promise<Response | undefined> {
    const { path, method, raw } = c.req;
    const visitor = c.get('visitor');
    const { address } = visitor;
    if (!isHealth(path)) requireHttps(c, visitor);
    if (isUnder('/admin', path)) must(checkAddress(address, admins));
    if (isUnder('/webhooks', path)) must(checkAddress(address, webhooks));
    must(checkHost(raw.headers.get('host'), hosts));
    const origin = raw.headers.get('origin');
    const { headers, isPreflight } = corsAnswer(method, origin, cors);
    putOnAnswer(c, headers);
    must(checkOrigin(origin, origins));
    if (isPreflight) return c.body(null, 204);
    await withinTime(next(), answerTimeoutMs, () => c.get('longLived') === true);
    return undefined;
  }

  return {
    async middleware(c, next) {
      const visitor = { ...clientOf(c), counted: false };
      c.set('visitor', visitor);
      must(checkAddress(visitor.address, deny)); // these two are not counted: who is refused so must not use up the shared limit
      refuseLocked(c);
      try {
        return await pass(c, next);
      } finally {
        if (!visitor.counted) await countInTheEnd(c);
      }
    },
    admit(c, by) {
      refuseLocked(c); // again: many guesses at once must not all be judged before the first of them has counted
      if (isAdministrator(by)) must(checkAddress(c.get('visitor').address, admins));
      return count(c, [{ policy: by.requestsPerMinute === undefined ? perPrincipal : ownLimit(by), key: by.id }]);
    },
    welcome,
    refuse(c, presented) {
      if (presented) lockOut.failedAuthentication(c.get('visitor').group);
      if (!c.get('visitor').counted) return countAnonymous(c);
    },
    attempt(c) {
      const { group } = c.get('visitor');
      return count(c, [{ policy: perAttempt, key: group }, { policy: perAddress, key: group }, anonymous]);
    },
    verified: (c, sender) => count(c, [{ policy: perSender, key: sender }]),
    uncounted(c, next) {
      c.get('visitor').counted = true;
      return next();
    },
  };

  async function countInTheEnd(c: RequestContext): Promise<void> {
    try {
      await countAnonymous(c);
    } catch (refusal) {
      if (c.finalized) {
        await c.res.body?.cancel();
        c.res = undefined; // or its headers would be mixed into the refusal's
      }
      throw refusal;
    }
  }
}

const perMinute = (name: string, limit: number): RatePolicy => ({ name, limit, windowMs: MINUTE_MS });

/** Who may administer an organisation or the platform: by token, in person, or as a program that was given actions by name. */
const administers = ({ scopes, sensitive }: Pick<Principal, 'scopes' | 'sensitive'>): boolean =>
  ADMINISTERS.some((scope) => scopes.has(scope)) || (sensitive?.is === 'by-name' && sensitive.actions.size > 0);
const ADMINISTERS: readonly Scope[] = ['org:admin', 'org:own', 'platform:admin'];

const isUnder = (folder: string, path: string): boolean =>
  path.startsWith(folder) && (path.length === folder.length || path[folder.length] === '/');
