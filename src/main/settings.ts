/**
 * The environment, read once and checked whole: the only file that looks at `process.env`. Whatever is malformed or
 * contradictory stops the start with one sentence each that says what to do; nothing falls back silently, because an
 * unset or empty secret that meant "open" is how such systems were broken into. Secret values appear in no error.
 */
import {
  type Contradiction,
  type Environment,
  readSettings,
  type Setting,
  type SettingsTable,
} from '../kernel/setting.ts';
import { LOOPBACK_NETWORKS } from '../shield/address-list.ts';
import { LOOPBACK_HOSTS, normalHost } from '../shield/host.ts';
import { CLIENT_SETTINGS, type ClientSettings, plainHttpFault } from './client-settings.ts';
import { SETTINGS, type Settings } from './settings-schema.ts';
import { StartError } from './start-error.ts';

export type { Settings } from './settings-schema.ts';

/** All that is wrong with the settings at once, one sentence each. */
export class SettingsError extends StartError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

/** @throws SettingsError */
export const loadSettings = (environment: Environment = process.env): Settings =>
  load<Settings>(SETTINGS, CONTRADICTIONS, environment);

/** For commands that talk to a server; `given` on the command line goes before the environment. @throws SettingsError */
export const loadClientSettings = (given: Environment = {}, environment: Environment = process.env): ClientSettings =>
  load<ClientSettings>(CLIENT_SETTINGS, [plainHttpFault], { ...environment, ...given });

function load<Values extends object>(
  table: SettingsTable<Values>,
  contradictions: readonly Contradiction<Values>[],
  environment: Environment,
): Values {
  const { settings, problems } = readSettings(table, contradictions, environment);
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

/** The variables that the operator lets a swarm's configuration name, as far as they are set; nothing else of the environment. */
export const swarmVariables = (
  { swarmEnvAllowed }: Pick<Settings, 'swarmEnvAllowed'>,
  environment: Environment = process.env,
): ReadonlyMap<string, string> =>
  new Map(swarmEnvAllowed.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));

/** What is set, for the start-up lines: by name, secrets only as "set", defaults in words. */
export function redactedSettings(settings: Settings): Readonly<Record<string, string>> {
  const values = new Map<string, unknown>(Object.entries(settings));
  return Object.fromEntries(
    Object.entries<Setting<unknown>>(SETTINGS).map(([key, setting]) => [setting.name, show(setting, values.get(key))]),
  );
}

/** The address that links begin with. `port`: the one that the server listens on, since PORT may be 0. */
export const publicUrl = (settings: Settings, port: number): string =>
  settings.publicUrl ?? `${settings.tlsCertFile === null ? 'http' : 'https'}://localhost:${port}`;

/**
 * Whether browsers are told to use HTTPS alone. Not for this machine's own names: browsers forget the port and apply it to
 * whatever else is developed there (RFC 6797 §8.2).
 */
export const usesHsts = (settings: Settings): boolean => {
  const url = publicUrl(settings, settings.port);
  return url.startsWith('https:') && !isLoopback(new URL(url).host);
};

function show(setting: Setting<unknown>, value: unknown): string {
  const unset = value === null || (Array.isArray(value) && value.length === 0);
  if (unset) return (setting.fallbackSays ?? 'none').replaceAll('`', '');
  return setting.secret ? 'set' : String(value);
}

const isLoopback = (host: string): boolean => LOOPBACK_HOSTS.some((name) => name === normalHost(host));

const plainHttp = (name: string, url: string | null): string | null =>
  url === null || url.startsWith('https:') || isLoopback(url.slice('http://'.length))
    ? null
    : `${name}=${url} would carry tokens over plain HTTP; begin it with https://.`;

const notServed = (name: string, url: string | null, tlsCertFile: string | null): string | null =>
  tlsCertFile !== null && url?.startsWith('http:') && plainHttp(name, url) === null
    ? `${name}=${url} is plain HTTP, and with TLS_CERT_FILE this server speaks HTTPS alone; begin it with https://.`
    : null;

const isBeyondLoopback = (network: string): boolean => !LOOPBACK_NETWORKS.includes(network);

const CONTRADICTIONS: readonly Contradiction<Settings>[] = [
  ({ host, tlsCertFile, trustedTlsProxy }) =>
    isLoopback(host) || trustedTlsProxy || tlsCertFile !== null
      ? null
      : `HOST=${host} would serve plain HTTP beyond this machine; serve TLS with TLS_CERT_FILE and TLS_KEY_FILE, or put a TLS proxy in front and declare your TLS proxy with TRUSTED_TLS_PROXY=true and its address in TRUSTED_PROXIES, or use HOST=127.0.0.1.`,
  ({ host, tlsCertFile, trustedTlsProxy, trustedProxies }) =>
    isLoopback(host) || !trustedTlsProxy || tlsCertFile !== null || trustedProxies.some(isBeyondLoopback)
      ? null
      : `HOST=${host} with TRUSTED_TLS_PROXY=true listens for a proxy beyond this machine, and would refuse it, since TRUSTED_PROXIES names none there; add the proxy's address to TRUSTED_PROXIES, or use HOST=127.0.0.1.`,
  ({ tlsCertFile, tlsKeyFile }) => {
    if ((tlsCertFile === null) === (tlsKeyFile === null)) return null;
    return tlsKeyFile === null
      ? 'TLS_CERT_FILE is set without TLS_KEY_FILE, the private key of that certificate; set both or neither.'
      : 'TLS_KEY_FILE is set without TLS_CERT_FILE, the certificate of that key; set both or neither.';
  },
  ({ tlsCertFile, tlsClientCaFile }) =>
    tlsClientCaFile !== null && tlsCertFile === null
      ? 'TLS_CLIENT_CA_FILE is set without TLS_CERT_FILE, and only a server that speaks TLS can ask for certificates; set TLS_CERT_FILE and TLS_KEY_FILE too.'
      : null,
  ({ tlsCertFile, publicUrl }) => notServed('PUBLIC_URL', publicUrl, tlsCertFile),
  ({ tlsCertFile, webhookBaseUrl }) => notServed('WEBHOOK_BASE_URL', webhookBaseUrl, tlsCertFile),
  ({ publicUrl }) => plainHttp('PUBLIC_URL', publicUrl),
  ({ webhookBaseUrl }) => plainHttp('WEBHOOK_BASE_URL', webhookBaseUrl),
  ({ twilioApiUrl, twilioMessagingUrl, resendApiUrl }) => {
    const plain = [twilioApiUrl, twilioMessagingUrl, resendApiUrl].find(
      (url) => !url.startsWith('https:') && !isLoopback(new URL(url).host),
    );
    return plain === undefined
      ? null
      : `${plain} would carry a provider's credentials over plain HTTP; begin it with https://.`;
  },
  ({ encryptionKey, previousEncryptionKeys }) =>
    encryptionKey !== null && previousEncryptionKeys.includes(encryptionKey)
      ? 'CREDENTIALS_ENCRYPTION_KEY is also among CREDENTIALS_ENCRYPTION_KEYS_PREVIOUS; remove it there, or set a new key.'
      : null,
  ({ alertWebhookUrl, alertWebhookSecret }) =>
    alertWebhookUrl !== null && alertWebhookSecret === null
      ? 'ALERT_WEBHOOK_URL is set without ALERT_WEBHOOK_SECRET, so its receiver could believe anybody; set the secret too: echo "whsec_$(openssl rand -base64 32)"'
      : null,
  ({ alertEmail, alertFromEmail }) =>
    alertEmail.length > 0 && alertFromEmail === null
      ? 'ALERT_EMAIL is set without ALERT_FROM_EMAIL, which the mails would come from; set it too.'
      : null,
  ({ alertSms, alertFromNumber }) =>
    alertSms.length > 0 && alertFromNumber === null
      ? 'ALERT_SMS is set without ALERT_FROM_NUMBER, which the messages would come from; set it too.'
      : null,
  ({ swarmEnvAllowed }) => {
    const own = swarmEnvAllowed.find((name) => OWN_NAMES.has(name));
    return own === undefined
      ? null
      : `SWARM_ENV_ALLOWED names ${own}, which is a setting of this server; a swarm's configuration may not send it anywhere. Remove it.`;
  },
  (settings) => {
    const missing = OIDC.filter((key) => settings[key] === null).map((key) => SETTINGS[key].name);
    return missing.length === 0 || missing.length === OIDC.length
      ? null
      : `Signing in with an identity provider needs ${missing.join(' and ')} too; set what is missing, or remove the other OIDC_ settings.`;
  },
  (settings) => {
    const against = settings.demoMode ? NOT_IN_DEMO_MODE.filter(({ is }) => is(settings)) : [];
    return against.length === 0
      ? null
      : `DEMO_MODE=true lets anybody on this machine act without a token, and does not go with ${against.map(({ say }) => say).join(' or ')}; remove one of them.`;
  },
];

const OWN_NAMES: ReadonlySet<string> = new Set(
  Object.values<Setting<unknown>>(SETTINGS).flatMap(({ name, olderName }) => [name, olderName ?? name]),
);

const OIDC = ['oidcIssuer', 'oidcClientId', 'oidcClientSecret', 'oidcLabel'] as const;

/** Signs that more than one person's look around is at stake. */
const NOT_IN_DEMO_MODE: readonly { readonly is: (settings: Settings) => boolean; readonly say: string }[] = [
  { is: ({ environment }) => environment === 'production', say: 'NODE_ENV=production' },
  { is: ({ host }) => !isLoopback(host), say: 'a HOST beyond loopback' },
  { is: ({ trustedTlsProxy }) => trustedTlsProxy, say: 'TRUSTED_TLS_PROXY' },
  { is: ({ tlsCertFile }) => tlsCertFile !== null, say: 'TLS_CERT_FILE' },
  {
    is: ({ publicUrl }) => publicUrl !== null && !isLoopback(new URL(publicUrl).host),
    say: 'a PUBLIC_URL beyond loopback',
  },
  { is: ({ allowedHosts }) => allowedHosts.some((host) => !isLoopback(host)), say: 'ALLOWED_HOSTS beyond loopback' },
  { is: ({ databaseUrl }) => databaseUrl !== null, say: 'DATABASE_URL, where other servers act' },
];
