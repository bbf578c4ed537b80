/**
 * The SDK's environment variables, as data, and the only file of this room that looks at `process.env`. What is malformed is
 * refused when an agent is made, with a sentence that says what to do: a limit that is no number must not switch itself off.
 */
import {
  type Contradiction,
  type Environment,
  given,
  optional,
  readSettings,
  type SettingsTable,
} from '../kernel/setting.ts';
import { PRIVATE_NETWORKS } from '../shield/address-list.ts';
import { baseUrl, choice, flag, host, hosts, kind, networks, origins, path, whole } from '../shield/setting-kinds.ts';
import { ConfigurationError } from './configuration-error.ts';

const MEGABYTE = 1_048_576;
const GIGABYTE = 1_073_741_824;
const MAX_PROXIES = 10;

const text = kind('some text', (value) => value);
const userName = kind('a user name without a colon, which would end it', (value) =>
  value.includes(':') ? null : value,
);
const secret = kind('a secret of 16 characters or more; make one with: openssl rand -hex 32', (value) =>
  value.length >= 16 ? value : null,
);
/** In any case; what is not a level means `info`, as users of the seed's SDK know it. */
const logLevel = kind(
  'debug, info, warn or error',
  (value) => LEVELS.find((one) => one === value.toLowerCase()) ?? 'info',
);
const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LEVELS)[number];

/** `*`, which is the same as nothing said; told from a list by identity, and null to whoever reads the settings. */
const EVERY_SITE: readonly string[] = Object.freeze([]);

export interface VoiceSettings {
  readonly port: number;
  readonly basicAuthUser: string | null;
  readonly basicAuthPassword: string | null;
  readonly sslEnabled: boolean;
  readonly sslCertPath: string | null;
  readonly sslKeyPath: string | null;
  readonly sslDomain: string | null;
  readonly sslMinVersion: '1.2' | '1.3';
  /** Null: pages of every site. */
  readonly corsOrigins: readonly string[] | null;
  readonly rateLimit: number | null;
  readonly allowedHosts: readonly string[] | null;
  readonly maxRequestBytes: number;
  readonly proxyUrlBase: string | null;
  readonly trustedProxies: number;
  readonly proxyNetworks: readonly string[];
  readonly requestTimeoutMs: number;
  readonly swaigSecret: string | null;
  readonly previousSwaigSecret: string | null;
  readonly signingKey: string | null;
  readonly logLevel: LogLevel;
  readonly logMode: 'off' | 'stderr' | 'auto';
  readonly logFormat: 'text' | 'json';
  readonly logColor: boolean | null;
}

/** What one service may have otherwise than the environment says; logging is the whole process's. */
export type ServiceSettings = Partial<Omit<VoiceSettings, 'logLevel' | 'logMode' | 'logFormat' | 'logColor'>>;

export const VOICE_SETTINGS: SettingsTable<VoiceSettings> = {
  port: given({ name: 'PORT', kind: whole(0, 65_535), fallback: 3000, says: 'Port to listen on; 0 takes a free one.' }),
  basicAuthUser: optional({
    name: 'SWML_BASIC_AUTH_USER',
    kind: userName,
    fallbackSays: "the agent's name",
    says: 'User name that the platform comes with. Goes with SWML_BASIC_AUTH_PASSWORD.',
  }),
  basicAuthPassword: optional({
    name: 'SWML_BASIC_AUTH_PASSWORD',
    kind: text,
    fallbackSays: 'made at random for each process',
    secret: true,
    says: 'Password that the platform comes with.',
  }),
  sslEnabled: given({ name: 'SWML_SSL_ENABLED', kind: flag, fallback: false, says: 'Serve HTTPS.' }),
  sslCertPath: optional({
    name: 'SWML_SSL_CERT_PATH',
    kind: path,
    fallbackSays: 'none',
    says: 'Certificate, with its chain, as PEM.',
  }),
  sslKeyPath: optional({ name: 'SWML_SSL_KEY_PATH', kind: path, fallbackSays: 'none', says: 'Private key, as PEM.' }),
  sslDomain: optional({
    name: 'SWML_SSL_DOMAIN',
    kind: host,
    fallbackSays: 'the host that is listened on',
    says: 'Name in the addresses of scripts.',
  }),
  sslMinVersion: given({
    name: 'SWML_SSL_MIN_VERSION',
    kind: choice('1.2', '1.3'),
    fallback: '1.3',
    says: 'Oldest version of TLS that is spoken.',
  }),
  corsOrigins: optional({
    name: 'SWML_CORS_ORIGINS',
    kind: kind('* or a comma-separated list of origins such as https://app.example.com', (value) =>
      value === '*' ? EVERY_SITE : origins.read(value),
    ),
    fallbackSays: 'every site, without credentials',
    says: 'Sites whose pages may read answers, with credentials. `*` means every site, without.',
  }),
  rateLimit: optional({
    name: 'SWML_RATE_LIMIT',
    kind: whole(1, 1_000_000),
    fallbackSays: 'none',
    says: 'Requests that one client may make in any minute.',
  }),
  allowedHosts: optional({
    name: 'SWML_ALLOWED_HOSTS',
    kind: hosts,
    fallbackSays: 'every host',
    says: 'Host names and addresses that requests may name.',
  }),
  maxRequestBytes: given({
    name: 'SWML_MAX_REQUEST_SIZE',
    kind: whole(1, GIGABYTE),
    fallback: MEGABYTE,
    unit: 'bytes',
    says: 'Largest body of a request.',
  }),
  proxyUrlBase: optional({
    name: 'SWML_PROXY_URL_BASE',
    kind: kind(baseUrl.is.replace(', without a path', ''), readUrlBase),
    fallbackSays: 'the address that is listened on',
    says: 'Public address, in front of a proxy; scripts name it.',
  }),
  trustedProxies: given({
    name: 'SWML_TRUSTED_PROXIES',
    kind: whole(0, MAX_PROXIES),
    fallback: 0,
    says: 'How many proxies add to X-Forwarded-For; 0 believes none.',
  }),
  proxyNetworks: given({
    name: 'SWML_TRUSTED_PROXY_NETWORKS',
    kind: networks,
    fallback: PRIVATE_NETWORKS,
    fallbackSays: 'this machine and private networks',
    says: 'Where those proxies are.',
  }),
  requestTimeoutMs: given({
    name: 'SWML_REQUEST_TIMEOUT_MS',
    kind: whole(1, 600_000),
    fallback: 30_000,
    unit: 'milliseconds',
    says: 'How long a request may take to arrive, and its answer to begin.',
  }),
  swaigSecret: optional({
    name: 'SIGNALWIRE_SWAIG_SECRET',
    kind: secret,
    fallbackSays: 'made at random for each process',
    secret: true,
    says: "Signs functions' tokens; the same in every process that serves the agent.",
  }),
  previousSwaigSecret: optional({
    name: 'SIGNALWIRE_SWAIG_SECRET_PREVIOUS',
    kind: secret,
    fallbackSays: 'none',
    secret: true,
    says: 'Tokens that it signed are still accepted, while the secret is being changed.',
  }),
  signingKey: optional({
    name: 'SIGNALWIRE_SIGNING_KEY',
    kind: text,
    fallbackSays: 'signatures are not asked for',
    secret: true,
    says: "The platform's signing key: requests that it has not signed are refused.",
  }),
  logLevel: given({
    name: 'SIGNALWIRE_LOG_LEVEL',
    kind: logLevel,
    fallback: 'info',
    says: 'Least severe lines that are written; an unknown level means info.',
  }),
  logMode: given({
    name: 'SIGNALWIRE_LOG_MODE',
    kind: choice('off', 'stderr', 'auto'),
    fallback: 'auto',
    says: 'Where lines go; auto: to standard output, on serverless platforms to standard error.',
  }),
  logFormat: given({
    name: 'SIGNALWIRE_LOG_FORMAT',
    kind: choice('text', 'json'),
    fallback: 'text',
    says: 'Lines for people or for machines.',
  }),
  logColor: optional({
    name: 'SIGNALWIRE_LOG_COLOR',
    kind: flag,
    fallbackSays: 'on a terminal',
    says: 'Colours in lines for people.',
  }),
};

const CONTRADICTIONS: readonly Contradiction<VoiceSettings>[] = [
  ({ basicAuthUser, basicAuthPassword }) =>
    basicAuthUser !== null && basicAuthPassword === null
      ? 'SWML_BASIC_AUTH_USER is set without SWML_BASIC_AUTH_PASSWORD; set both or neither.'
      : null,
  ({ swaigSecret, previousSwaigSecret }) =>
    previousSwaigSecret !== null && swaigSecret === null
      ? 'SIGNALWIRE_SWAIG_SECRET_PREVIOUS is set without SIGNALWIRE_SWAIG_SECRET.'
      : null,
];

/** @throws ConfigurationError with a sentence for each thing that is wrong. */
export function loadVoiceSettings(environment: Environment = process.env): VoiceSettings {
  const { settings, problems } = readSettings(VOICE_SETTINGS, CONTRADICTIONS, environment);
  if (problems.length > 0) throw new ConfigurationError(problems.join('\n'));
  return settings.corsOrigins === EVERY_SITE ? Object.freeze({ ...settings, corsOrigins: null }) : settings;
}

const { logLevel: LOG_LEVEL, logMode, logFormat, logColor } = VOICE_SETTINGS;
type LogSettings = Pick<VoiceSettings, 'logLevel' | 'logMode' | 'logFormat' | 'logColor'>;
const LOG_SETTINGS: SettingsTable<LogSettings> = { logLevel: LOG_LEVEL, logMode, logFormat, logColor };

/** The logger's own, with the default for what is malformed: what reports faults must not fail over them. */
export const loadLogSettings = (environment: Environment = process.env): LogSettings =>
  readSettings(LOG_SETTINGS, [], environment).settings;

/** A variable that a skill or a definition names. */
export const environmentVariable = (name: string): string | undefined => process.env[name];

/** All of them, for what is told by many or by a prefix: the platform, a CGI request, a configuration that merges them. */
export const environmentVariables = (): Environment => process.env;

/** An address with a path perhaps, without the slash at its end. */
export function readUrlBase(value: string): string | null {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return null;
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
