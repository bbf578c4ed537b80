/**
 * Credentials of requests to one's own routes: a bearer token, an API key, Basic, or a check of one's own. Threats: an unset or
 * empty secret that meant "open", a comparison whose time tells how much was right or that throws on a secret that is not ASCII,
 * a check that throws and is taken for a yes. Nothing configured lets everybody in, as users of the seed's SDK know it, with a
 * warning; `allowUnauthenticated: false` forbids it.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { MiddlewareHandler } from 'hono';
import { fromUtf8 } from '../kernel/encoding.ts';
import { secretEqual } from '../kernel/equal.ts';
import { parseBasic } from '../shield/basic.ts';
import { AUTH_METHODS, type AuthConfig, type AuthRequest, authConfigProblems, isGiven } from './auth-config.ts';
import { ConfigurationError } from './configuration-error.ts';
import { getLogger } from './logger.ts';

/** What is configured, without anything that helps to guess it. */
export interface AuthInfo {
  readonly basic?: { readonly enabled: true; readonly username: string };
  readonly bearer?: { readonly enabled: true; readonly hint: string };
  readonly apiKey?: { readonly enabled: true; readonly header: string; readonly hint: string };
}

/** A request's headers as fetch, Hono, Node or a serverless platform has them; names in any case. */
export type AnyHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/** What is used of a request and an answer of Express, Connect or Node. */
interface NodeRequest {
  readonly headers: IncomingHttpHeaders;
  readonly headersDistinct?: NodeJS.Dict<string[]>;
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly originalUrl?: string;
}
interface NodeResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

const UNAUTHORIZED = { error: 'Unauthorized' } as const;
const BEARER = 'bearer ';
const log = getLogger('auth');

export class AuthHandler {
  readonly #config: AuthConfig;
  readonly #apiKeyHeader: string;
  #hasWarned = false;

  /**
   * @throws ConfigurationError for a secret that is empty or that no header can carry; also when every method that is named has
   * no value, as with an unset variable: that would let everybody in.
   */
  constructor(config: AuthConfig = {}) {
    const problems = authConfigProblems(config);
    if (problems.length > 0) throw new ConfigurationError(problems.join('\n'));
    this.#config = Object.freeze({ ...config });
    this.#apiKeyHeader = config.apiKeyHeader ?? 'X-Api-Key';
  }

  /** As it was given. No property of the object itself, so that no log prints the secrets. */
  get config(): AuthConfig {
    return this.#config;
  }

  /** Whether one of the configured methods accepts the request: bearer, API key, Basic, own check, in this order. Never rejects. */
  validate(headers: AnyHeaders): Promise<boolean> {
    return this.#accepts({ headers: plainHeaders(headers), method: '', url: '' });
  }

  verifyBasicAuth(username: string, password: string): boolean {
    const [user, secret] = this.#config.basicAuth ?? [];
    // both are compared, so that time does not tell a user who exists
    const fits = [isSecret(user, username), isSecret(secret, password)];
    return fits.every(Boolean);
  }

  verifyBearerToken(token: string): boolean {
    return isSecret(this.#config.bearerToken, token);
  }

  verifyApiKey(key: string): boolean {
    return isSecret(this.#config.apiKey, key);
  }

  hasBearerAuth(): boolean {
    return isGiven(this.#config.bearerToken);
  }

  hasApiKeyAuth(): boolean {
    return isGiven(this.#config.apiKey);
  }

  hasBasicAuth(): boolean {
    return isGiven(this.#config.basicAuth);
  }

  getAuthInfo(): AuthInfo {
    const header = this.#apiKeyHeader;
    const [username = ''] = this.#config.basicAuth ?? [];
    return {
      ...(this.hasBasicAuth() && { basic: { enabled: true, username } }),
      ...(this.hasBearerAuth() && { bearer: { enabled: true, hint: 'Authorization: Bearer ****' } }),
      ...(this.hasApiKeyAuth() && { apiKey: { enabled: true, header, hint: `${header}: ****` } }),
    };
  }

  /** For Hono. @param optional lets every request pass; the check still runs, and with it `customValidator`. */
  middleware(optional = false): MiddlewareHandler {
    return async (c, next) => {
      const { url, method } = c.req;
      const accepted = await this.#accepts({ headers: plainHeaders(c.req.raw.headers), method, url });
      return accepted || optional ? next() : c.json(UNAUTHORIZED, 401);
    };
  }

  /** The same for Express and Connect. */
  expressMiddleware(optional = false) {
    return async (request: NodeRequest, response: NodeResponse, next: (fault?: unknown) => void): Promise<void> => {
      const headers = plainHeaders({ ...request.headers, ...everyAuthorization(request) });
      const { method = '', originalUrl, url = '' } = request;
      const accepted = await this.#accepts({ headers, method, url: originalUrl ?? url });
      if (accepted || optional) return next();
      response.statusCode = 401;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(UNAUTHORIZED));
    };
  }

  async #accepts(request: AuthRequest): Promise<boolean> {
    const { customValidator, allowUnauthenticated = true } = this.#config;
    if (!AUTH_METHODS.some((method) => isGiven(this.#config[method]))) {
      if (allowUnauthenticated) this.#warnOnce();
      return allowUnauthenticated;
    }
    const authorization = request.headers['authorization'] ?? '';
    const key = request.headers[this.#apiKeyHeader.toLowerCase()];
    if (authorization.slice(0, BEARER.length).toLowerCase() === BEARER) {
      if (this.verifyBearerToken(authorization.slice(BEARER.length))) return true;
    }
    if (key !== undefined && this.verifyApiKey(key)) return true;
    const basic = parseBasic(authorization);
    if (basic !== null && this.verifyBasicAuth(basic.user, basic.password)) return true;
    if (!isGiven(customValidator)) return false;
    try {
      return (await customValidator(request)) === true;
    } catch (fault) {
      log.warn('customValidator threw: the request is refused', { fault: String(fault) });
      return false;
    }
  }

  #warnOnce(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    log.warn(
      'AuthHandler has nothing to check: every request passes. Configure a method, or allowUnauthenticated: false',
    );
  }
}

/**
 * In constant time, as text or as the UTF-8 that a header's text stands for: Node and fetch give each byte of a header as one
 * character.
 */
function isSecret(secret: string | undefined, presented: unknown): boolean {
  if (!isGiven(secret) || typeof presented !== 'string') return false;
  const fits = [presented, utf8Of(presented)].map((text) => secretEqual(secret, text));
  return fits.includes(true);
}

function utf8Of(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  return bytes.toString('latin1') === text ? (fromUtf8(bytes) ?? text) : text;
}

/** Without a prototype, so that no header's name finds what every object has; the same name in several cases is several headers. */
function plainHeaders(headers: AnyHeaders): Readonly<Record<string, string>> {
  const plain: Record<string, string> = Object.create(null);
  const entries = Symbol.iterator in headers ? (headers as Headers) : Object.entries(headers);
  for (const [name, value] of entries) {
    if (!isGiven(value)) continue;
    const [lower, text] = [name.toLowerCase(), typeof value === 'string' ? value : value.join(', ')];
    plain[lower] = plain[lower] === undefined ? text : `${plain[lower]}, ${text}`;
  }
  return plain;
}

/** Node keeps the first of several `Authorization` alone, while a proxy may have judged the last. */
function everyAuthorization({ headersDistinct }: NodeRequest): { authorization?: string } {
  const values = headersDistinct?.['authorization'] ?? [];
  return values.length > 1 ? { authorization: values.join(', ') } : {};
}
