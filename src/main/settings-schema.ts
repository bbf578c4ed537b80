/**
 * Every setting, as data: its name, kind, unit, default, whether it is secret, and a line for people. Start-up
 * validation, `docs/configuration.md` and `.env.example` all come from this table; a setting that is not here does not exist.
 */
import { SEVERITIES } from '../guard/alerts.ts';
import { given, optional, type Setting } from '../kernel/setting.ts';
import { HOUR_MS } from '../kernel/time.ts';
import { LOOPBACK_NETWORKS } from '../shield/address-list.ts';
import { baseUrl, choice, flag, host, hosts, networks, origins, path, whole } from '../shield/setting-kinds.ts';
import {
  bearerToken,
  hexKeys,
  issuerUrl,
  keepFor,
  logOrigin,
  mailbox,
  mailboxes,
  phoneNumber,
  phoneNumbers,
  postgresUrl,
  printable,
  receiverUrl,
  strongHexKey,
  webhookSecret,
} from './setting-kinds.ts';

const NONE: readonly string[] = Object.freeze([]);

export const SETTINGS = {
  host: given({
    name: 'HOST',
    kind: host,
    fallback: '127.0.0.1',
    says: 'Address to listen on. Anything but loopback needs TLS_CERT_FILE, or TRUSTED_TLS_PROXY and TRUSTED_PROXIES.',
  }),
  port: given({
    name: 'PORT',
    kind: whole(0, 65_535),
    fallback: 3100,
    says: 'Port to listen on; 0 lets the system choose a free one.',
  }),
  publicUrl: optional({
    name: 'PUBLIC_URL',
    kind: baseUrl,
    fallbackSays: '`http://localhost:<port>`, with TLS_CERT_FILE `https://localhost:<port>`',
    says: 'Address under which people and providers reach this server; printed links begin with it.',
  }),
  webhookBaseUrl: optional({
    name: 'WEBHOOK_BASE_URL',
    kind: baseUrl,
    fallbackSays: '`PUBLIC_URL`',
    says: 'Address under which providers reach this server, if it is another one; its host is answered to.',
  }),
  tlsCertFile: optional({
    name: 'TLS_CERT_FILE',
    kind: path,
    fallbackSays: 'plain HTTP',
    says: 'Certificate with its chain, as PEM: HTTPS alone is served, by TLS 1.3. Needs TLS_KEY_FILE.',
  }),
  tlsKeyFile: optional({
    name: 'TLS_KEY_FILE',
    kind: path,
    fallbackSays: 'none',
    says: 'Private key of TLS_CERT_FILE, as PEM; readable by its owner alone.',
  }),
  tlsClientCaFile: optional({
    name: 'TLS_CLIENT_CA_FILE',
    kind: path,
    fallbackSays: 'clients are asked for no certificate',
    says: 'Authorities, as PEM, whose clients may prove who they are by a certificate (mutual TLS).',
  }),
  trustedTlsProxy: given({
    name: 'TRUSTED_TLS_PROXY',
    kind: flag,
    fallback: false,
    says: 'Declares that a proxy in front of this server ends TLS, so that it may listen beyond loopback; TRUSTED_PROXIES says where it is.',
  }),
  allowedHosts: given({
    name: 'ALLOWED_HOSTS',
    kind: hosts,
    fallback: NONE,
    says: 'Host names to answer to, besides loopback and the host of PUBLIC_URL.',
  }),
  allowedOrigins: given({
    name: 'ALLOWED_ORIGINS',
    kind: origins,
    fallback: NONE,
    says: 'Web origins to take requests from, besides loopback and PUBLIC_URL.',
  }),
  corsAllowedOrigins: given({
    name: 'CORS_ALLOWED_ORIGINS',
    kind: origins,
    fallback: NONE,
    fallbackSays: '`WEBHOOK_BASE_URL`',
    says: 'Web origins whose pages may read answers, with credentials; exactly these.',
  }),
  trustProxy: given({
    name: 'TRUST_PROXY',
    kind: whole(0, 10),
    fallback: 1,
    says: 'How many proxies add to X-Forwarded-For: the client is that many addresses from the right. 0 believes none.',
  }),
  trustedProxies: given({
    name: 'TRUSTED_PROXIES',
    kind: networks,
    fallback: LOOPBACK_NETWORKS,
    fallbackSays: 'loopback',
    says: 'Peers that are believed in X-Forwarded-For and X-Forwarded-Proto, and that may come by plain HTTP: the proxies in front of this server.',
  }),
  httpRateLimitPerIp: given({
    name: 'HTTP_RATE_LIMIT_PER_IP',
    kind: whole(1, 1_000_000),
    fallback: 60,
    says: 'Requests a minute without a valid token from one address (IPv6: from one /64).',
  }),
  httpRateLimitGlobal: given({
    name: 'HTTP_RATE_LIMIT_GLOBAL',
    kind: whole(1, 1_000_000),
    fallback: 100,
    says: 'Requests a minute without a valid token from all addresses together.',
  }),
  webhookRateLimit: given({
    name: 'WEBHOOK_RATE_LIMIT',
    kind: whole(1, 1_000_000),
    fallback: 6_000,
    says: 'Verified deliveries a minute of one provider for one organisation; a message brings about three.',
  }),
  adminIpAllowlist: given({
    name: 'ADMIN_IP_ALLOWLIST',
    kind: networks,
    fallback: NONE,
    fallbackSays: 'every address',
    says: 'Addresses that may use /admin, and administrators’ and the orchestrator’s tokens on any door.',
  }),
  webhookIpAllowlist: given({
    name: 'WEBHOOK_IP_ALLOWLIST',
    kind: networks,
    fallback: NONE,
    fallbackSays: 'every address',
    says: 'Addresses that may call /webhooks.',
  }),
  ipDenylist: given({
    name: 'IP_DENYLIST',
    kind: networks,
    fallback: NONE,
    says: 'Addresses that are answered nothing but a refusal, on every door.',
  }),
  dataDir: given({
    name: 'DATA_DIR',
    kind: path,
    fallback: './data',
    says: 'Folder for the database and the key files; one process owns it at a time.',
  }),
  databaseUrl: optional({
    name: 'DATABASE_URL',
    kind: postgresUrl,
    secret: true,
    fallbackSays: 'SQLite in DATA_DIR',
    says: 'PostgreSQL database, for more than one machine.',
  }),
  encryptionKey: optional({
    name: 'CREDENTIALS_ENCRYPTION_KEY',
    kind: strongHexKey,
    secret: true,
    fallbackSays: 'encryption.key in DATA_DIR, made at first start',
    says: 'Key that seals stored credentials and personal data (AES-256-GCM).',
  }),
  previousEncryptionKeys: given({
    name: 'CREDENTIALS_ENCRYPTION_KEYS_PREVIOUS',
    kind: hexKeys,
    fallback: NONE,
    secret: true,
    says: 'Earlier encryption keys, to open what they sealed until it is sealed anew.',
  }),
  orchestratorToken: optional({
    name: 'ORCHESTRATOR_SECURITY_TOKEN',
    olderName: 'MASTER_SECURITY_TOKEN',
    kind: bearerToken,
    secret: true,
    fallbackSays: 'made at first start',
    says: 'Token of the orchestrator, which administers the whole platform.',
  }),
  legacySse: given({
    name: 'LEGACY_SSE',
    kind: flag,
    fallback: true,
    says: 'Serves GET /sse and POST /messages, for MCP clients that know no newer transport.',
  }),
  sseQueryToken: given({
    name: 'SSE_QUERY_TOKEN',
    kind: flag,
    fallback: true,
    says: 'GET /sse takes the token in the address, for clients that can set no header; false: in the Authorization header alone.',
  }),
  inputPolicy: given({
    name: 'INPUT_POLICY',
    kind: choice('standard', 'strict'),
    fallback: 'standard',
    says: 'What happens to suspicious prose: standard flags and delivers it, strict refuses it.',
  }),
  contentPolicy: given({
    name: 'CONTENT_POLICY',
    kind: choice('standard', 'strict', 'lenient'),
    fallback: 'standard',
    says: 'What happens to texts to people: standard refuses threats, hate speech and profanity, strict mild words too; lenient lets profanity through and flags it.',
  }),
  maxBodyBytes: given({
    name: 'MAX_BODY_BYTES',
    kind: whole(1024, 67_108_864),
    unit: 'bytes',
    fallback: 1_048_576,
    says: 'Largest request body; a larger one is answered with 413.',
  }),
  requestTimeoutMs: given({
    name: 'REQUEST_TIMEOUT_MS',
    kind: whole(100, HOUR_MS),
    unit: 'milliseconds',
    fallback: 10_000,
    says: 'Time for a whole request body to arrive.',
  }),
  waitMs: given({
    name: 'WAIT_MS',
    kind: whole(0, HOUR_MS),
    unit: 'milliseconds',
    fallback: 10_000,
    says: 'How long an answer waits for an action in the outside world before it says "pending".',
  }),
  approvalTtlMs: given({
    name: 'APPROVAL_TTL_MS',
    kind: whole(1000, 24 * HOUR_MS),
    unit: 'milliseconds',
    fallback: 900_000,
    says: 'How long a held action can be approved.',
  }),
  retentionMessages: given<number | 'forever'>({
    name: 'RETENTION_MESSAGES',
    kind: keepFor,
    fallback: 90,
    fallbackSays: '`90d`',
    says: 'How long the content of messages is kept.',
  }),
  retentionUsage: given<number | 'forever'>({
    name: 'RETENTION_USAGE',
    kind: keepFor,
    fallback: 365,
    fallbackSays: '`365d`',
    says: 'How long figures of messages and records of actions are kept; at least as long as the content.',
  }),
  retentionCodes: given<number | 'forever'>({
    name: 'RETENTION_OTP',
    kind: keepFor,
    fallback: 1,
    fallbackSays: '`1d`',
    says: 'How long one-time codes (a keyed hash each) are kept after they have run out.',
  }),
  retentionRevokedConsent: given<number | 'forever'>({
    name: 'RETENTION_REVOKED_CONSENT',
    kind: keepFor,
    fallback: 730,
    fallbackSays: '`730d`',
    says: 'How long the proof of a revoked consent is kept.',
  }),
  twilioApiUrl: given({
    name: 'TWILIO_API_URL',
    kind: baseUrl,
    fallback: 'https://api.twilio.com',
    says: "Twilio's API; another one for tests, or for a region.",
  }),
  twilioMessagingUrl: given({
    name: 'TWILIO_MESSAGING_URL',
    kind: baseUrl,
    fallback: 'https://messaging.twilio.com',
    says: "Twilio's messaging API, where WhatsApp senders are.",
  }),
  resendApiUrl: given({
    name: 'RESEND_API_URL',
    kind: baseUrl,
    fallback: 'https://api.resend.com',
    says: "Resend's API; another one for tests.",
  }),
  smtpPrivateNetworks: given({
    name: 'SMTP_PRIVATE_NETWORKS',
    kind: networks,
    fallback: NONE,
    says: 'Networks of mail servers that may be connected to though they are not public.',
  }),
  logLevel: given({
    name: 'LOG_LEVEL',
    kind: choice('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    fallback: 'info',
    says: 'Least severe operational log line that is written.',
  }),
  logOrigin: given({
    name: 'LOG_ORIGIN',
    kind: logOrigin,
    fallback: 'sallyport.local/log',
    says: 'Name of the audit log in its signed checkpoints; choose it once.',
  }),
  alertWebhookUrl: optional({
    name: 'ALERT_WEBHOOK_URL',
    kind: receiverUrl,
    secret: true, // such addresses often hold one
    fallbackSays: 'alerts go to the logs alone',
    says: 'Where alerts are posted to, signed by Standard Webhooks; needs ALERT_WEBHOOK_SECRET.',
  }),
  alertWebhookSecret: optional({
    name: 'ALERT_WEBHOOK_SECRET',
    kind: webhookSecret,
    secret: true,
    fallbackSays: 'none',
    says: 'Secret that signs what is posted to ALERT_WEBHOOK_URL.',
  }),
  alertWebhookMinSeverity: given({
    name: 'ALERT_WEBHOOK_MIN_SEVERITY',
    kind: choice(...SEVERITIES),
    fallback: 'LOW',
    says: 'Least severe alert that is posted to ALERT_WEBHOOK_URL.',
  }),
  alertEmail: given({
    name: 'ALERT_EMAIL',
    kind: mailboxes,
    fallback: NONE,
    says: "Mail addresses that are told of alerts, from ALERT_FROM_EMAIL by the platform's own account.",
  }),
  alertEmailMinSeverity: given({
    name: 'ALERT_EMAIL_MIN_SEVERITY',
    kind: choice(...SEVERITIES),
    fallback: 'MEDIUM',
    says: 'Least severe alert that is sent to ALERT_EMAIL.',
  }),
  alertFromEmail: optional({
    name: 'ALERT_FROM_EMAIL',
    kind: mailbox,
    fallbackSays: 'none',
    says: 'Mail address that alerts come from; one that the platform’s account may send from.',
  }),
  alertSms: given({
    name: 'ALERT_SMS',
    kind: phoneNumbers,
    fallback: NONE,
    says: "Phone numbers that are told of alerts, from ALERT_FROM_NUMBER by the platform's own account; at most 20 messages an hour.",
  }),
  alertSmsMinSeverity: given({
    name: 'ALERT_SMS_MIN_SEVERITY',
    kind: choice(...SEVERITIES),
    fallback: 'HIGH',
    says: 'Least severe alert that is sent to ALERT_SMS.',
  }),
  alertFromNumber: optional({
    name: 'ALERT_FROM_NUMBER',
    kind: phoneNumber,
    fallbackSays: 'none',
    says: 'Phone number that alerts come from; one of the platform’s account.',
  }),
  anomalyDetectorEnabled: given({
    name: 'ANOMALY_DETECTOR_ENABLED',
    kind: flag,
    fallback: true,
    says: 'Looks every minute for what is unusual about agents and failed authentications, and raises alerts.',
  }),
  oidcIssuer: optional({
    name: 'OIDC_ISSUER',
    kind: issuerUrl,
    fallbackSays: 'people sign in with passkeys and passwords alone',
    says: 'Identity provider that people may sign in with (OpenID Connect); its metadata is found under this address.',
  }),
  oidcClientId: optional({
    name: 'OIDC_CLIENT_ID',
    kind: printable,
    fallbackSays: 'none',
    says: 'Client id that the identity provider gave this server, with the redirect address PUBLIC_URL/api/v1/auth/oidc/callback.',
  }),
  oidcClientSecret: optional({
    name: 'OIDC_CLIENT_SECRET',
    kind: printable,
    secret: true,
    fallbackSays: 'none',
    says: 'Client secret that goes with OIDC_CLIENT_ID.',
  }),
  oidcLabel: optional({
    name: 'OIDC_LABEL',
    kind: printable,
    fallbackSays: 'none',
    says: 'What the button on the sign-in page calls the identity provider.',
  }),
  demoMode: given({
    name: 'DEMO_MODE',
    kind: flag,
    fallback: false,
    says: 'For a look around on your own machine: requests from it need no token and act as the orchestrator; nothing real is sent.',
  }),
  environment: given({
    name: 'NODE_ENV',
    kind: choice('development', 'production', 'test'),
    fallback: 'development',
    says: 'production refuses demo mode, and sallyport doctor then asks for a public address by HTTPS.',
  }),
} as const;

/** One value per row of the table, of the type that its kind reads; `null` where "not set" is a choice. */
export type Settings = {
  readonly [Key in keyof typeof SETTINGS]: (typeof SETTINGS)[Key] extends Setting<infer T> ? T : never;
};
