/**
 * HTTPS of an agent: where certificate and key are, and the header that keeps browsers from plain HTTP. Threat: TLS that is
 * switched on in the settings while plain HTTP is served. So `requireServerOptions`, which serving asks, gives a certificate
 * and a key that belong together, or throws.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { MiddlewareHandler } from 'hono';
import { setHeaders } from '../shield/hono.ts';
import type { Tls } from '../shield/node-listen.ts';
import { host } from '../shield/setting-kinds.ts';
import { judgeTls, type TlsFault } from '../shield/tls-material.ts';
import { ConfigurationError } from './configuration-error.ts';
import { loadVoiceSettings } from './settings.ts';

/** What is left out comes from the environment. */
export interface SslOptions {
  readonly enabled?: boolean;
  readonly certPath?: string;
  readonly keyPath?: string;
  /** Public name, for the addresses in scripts. */
  readonly domain?: string;
  readonly hsts?: boolean;
  /** Seconds. */
  readonly hstsMaxAge?: number;
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
}

const YEAR_SECS = 31_536_000;

export class SslConfig {
  readonly enabled: boolean;
  readonly certPath: string | null;
  readonly keyPath: string | null;
  readonly domain: string | null;
  readonly hsts: boolean;
  readonly hstsMaxAge: number;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';

  /** @throws ConfigurationError for options, or variables of the environment, that can't be meant. */
  constructor(opts: SslOptions = {}) {
    const settings = loadVoiceSettings();
    this.enabled = opts.enabled ?? settings.sslEnabled;
    this.certPath = opts.certPath ?? settings.sslCertPath;
    this.keyPath = opts.keyPath ?? settings.sslKeyPath;
    this.domain = opts.domain ?? settings.sslDomain;
    this.hsts = opts.hsts ?? true;
    this.hstsMaxAge = opts.hstsMaxAge ?? YEAR_SECS;
    this.minVersion = opts.minVersion ?? `TLSv${settings.sslMinVersion}`;
    const problems = problemsOf(this);
    if (problems.length > 0) throw new ConfigurationError(problems.join('\n'));
  }

  /** Whether TLS is on and both files exist. */
  isConfigured(): boolean {
    const { enabled, certPath, keyPath } = this;
    return enabled && certPath !== null && keyPath !== null && existsSync(certPath) && existsSync(keyPath);
  }

  /** The certificate's file, null when there is none that can be read. */
  getCert(): string | null {
    return contents(this.certPath);
  }

  /** The key's file, null when there is none that can be read. */
  getKey(): string | null {
    return contents(this.keyPath);
  }

  /** For `https.createServer`; null when TLS is off or a file can't be read. Nothing in them is checked. */
  getServerOptions(): { readonly cert: string; readonly key: string } | null {
    if (!this.isConfigured()) return null;
    const [cert, key] = [this.getCert(), this.getKey()];
    return cert === null || key === null ? null : { cert, key };
  }

  /**
   * What a server needs, null when TLS is off.
   * @throws ConfigurationError that names the file when TLS is on and can't be served.
   */
  requireServerOptions(): Tls | null {
    const { enabled, certPath, keyPath, minVersion } = this;
    if (!enabled) return null;
    const cert = required('certificate', certPath, 'SWML_SSL_CERT_PATH or certPath');
    const key = required('private key', keyPath, 'SWML_SSL_KEY_PATH or keyPath');
    const judged = judgeTls({ cert, key, minVersion });
    if (!judged.ok) throw new ConfigurationError(FAULTS[judged.error](String(certPath), String(keyPath)));
    return { cert, key, minVersion };
  }

  /** The value of Strict-Transport-Security; null when TLS or HSTS is off. */
  getHstsHeader(): string | null {
    return this.enabled && this.hsts ? `max-age=${this.hstsMaxAge}; includeSubDomains` : null;
  }

  /** Puts Strict-Transport-Security on every answer, for Hono. */
  hstsMiddleware(): MiddlewareHandler {
    const header = this.getHstsHeader();
    return setHeaders(header === null ? [] : [['strict-transport-security', header]]);
  }
}

/** Types too: `'false'` from an unchecked variable would switch on, and a number as text would stand in the header. */
function problemsOf({ enabled, certPath, keyPath, domain, hsts, hstsMaxAge, minVersion }: SslConfig): string[] {
  const problems: string[] = [];
  if (typeof enabled !== 'boolean' || typeof hsts !== 'boolean')
    problems.push('enabled and hsts must be true or false.');
  if (certPath === '' || keyPath === '')
    problems.push('certPath and keyPath must be paths: give them a value or leave them out.');
  if (domain !== null && host.read(domain) === null) problems.push(`domain must be ${host.is}.`);
  if (!(Number.isSafeInteger(hstsMaxAge) && hstsMaxAge >= 0))
    problems.push('hstsMaxAge must be a whole number of seconds.');
  if (minVersion !== 'TLSv1.2' && minVersion !== 'TLSv1.3') problems.push('minVersion must be TLSv1.2 or TLSv1.3.');
  return problems;
}

function contents(path: string | null): string | null {
  try {
    return path === null ? null : readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function required(what: string, path: string | null, option: string): string {
  if (path === null) throw new ConfigurationError(`HTTPS is switched on without a ${what}: set ${option}.`);
  const text = contents(path);
  if (text !== null) return text;
  const fault = existsSync(path) ? "can't be read" : 'does not exist';
  throw new ConfigurationError(`HTTPS is switched on, but the ${what} file ${path} ${fault}.`);
}

const FAULTS: Readonly<Record<TlsFault, (certPath: string, keyPath: string) => string>> = {
  no_certificate: (certPath) => `The certificate file ${certPath} holds no certificate as PEM.`,
  no_key: (_, keyPath) => `The private key file ${keyPath} holds no private key as PEM, or one with a passphrase.`,
  other_key: (certPath, keyPath) => `The private key in ${keyPath} is not the one of the certificate in ${certPath}.`,
  not_servable: (certPath) => `The certificates in ${certPath} can't be served: the chain is malformed or too weak.`,
  no_client_ca: (certPath) => `The certificates in ${certPath} can't be served.`, // an agent asks its clients for none
};
