import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadSettings, publicUrl, redactedSettings, SettingsError, usesHsts } from './settings.ts';
import { configurationMarkdown, envExample, voiceConfigurationMarkdown } from './settings-docs.ts';
import { SETTINGS } from './settings-schema.ts';

const KEY = '8f3a1b5c7d9e0f2a4b6c8d0e1f3a5b7c9d1e2f4a6b8c0d3e5f7a9b1c2d4e6f80';
const OTHER_KEY = KEY.replace('8f', '07');
const TLS = { TLS_CERT_FILE: 'c.pem', TLS_KEY_FILE: 'k.pem' };
const TOKEN = 'tok_0123456789abcdefghijklmnopqrstuv';

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('loadSettings', () => {
  it('has a safe default for everything', () => {
    expect(loadSettings({})).toEqual({
      host: '127.0.0.1',
      port: 3100,
      publicUrl: null,
      webhookBaseUrl: null,
      tlsCertFile: null,
      tlsKeyFile: null,
      tlsClientCaFile: null,
      trustedTlsProxy: false,
      allowedHosts: [],
      allowedOrigins: [],
      corsAllowedOrigins: [],
      trustProxy: 1,
      trustedProxies: ['127.0.0.0/8', '::1/128'],
      httpRateLimitPerIp: 60,
      httpRateLimitGlobal: 100,
      webhookRateLimit: 6_000,
      adminIpAllowlist: [],
      webhookIpAllowlist: [],
      ipDenylist: [],
      dataDir: './data',
      databaseUrl: null,
      encryptionKey: null,
      previousEncryptionKeys: [],
      outputCanaries: [],
      orchestratorToken: null,
      legacySse: true,
      sseQueryToken: true,
      inputPolicy: 'standard',
      contentPolicy: 'standard',
      maxBodyBytes: 1_048_576,
      redactPayloads: 'none',
      requestTimeoutMs: 10_000,
      waitMs: 10_000,
      approvalOtherPerson: false,
      approvalTtlMs: 900_000,
      retentionMessages: 90,
      retentionUsage: 365,
      retentionRevokedConsent: 730,
      twilioApiUrl: 'https://api.twilio.com',
      twilioMessagingUrl: 'https://messaging.twilio.com',
      resendApiUrl: 'https://api.resend.com',
      retentionCodes: 1,
      smtpPrivateNetworks: [],
      swarmFile: null,
      logLevel: 'info',
      logOrigin: 'sallyport.local/log',
      alertWebhookUrl: null,
      alertWebhookSecret: null,
      alertWebhookMinSeverity: 'LOW',
      alertEmail: [],
      alertEmailMinSeverity: 'MEDIUM',
      alertFromEmail: null,
      alertSms: [],
      alertSmsMinSeverity: 'HIGH',
      alertFromNumber: null,
      anomalyDetectorEnabled: true,
      oidcIssuer: null,
      oidcClientId: null,
      oidcClientSecret: null,
      oidcLabel: null,
      swarmEnvAllowed: [],
      swarmPrograms: [],
      swarmLocalOrigins: [],
      demoMode: false,
      environment: 'development',
    });
  });

  it('reads every setting', () => {
    const settings = loadSettings({
      HOST: '::',
      PORT: '0',
      PUBLIC_URL: 'https://Door.example/',
      TRUSTED_TLS_PROXY: 'Yes',
      ALLOWED_HOSTS: 'Door.example, [2001:db8::1]:443,::2',
      ALLOWED_ORIGINS: 'https://app.example:443,http://b.example:8080',
      WEBHOOK_BASE_URL: 'https://hooks.example/',
      CORS_ALLOWED_ORIGINS: 'https://Pages.example:443',
      TRUST_PROXY: '2',
      TRUSTED_PROXIES: '10.0.0.0/8, 2001:DB8::/32,::1',
      HTTP_RATE_LIMIT_PER_IP: '6',
      HTTP_RATE_LIMIT_GLOBAL: '7',
      WEBHOOK_RATE_LIMIT: '8',
      ADMIN_IP_ALLOWLIST: '192.0.2.1',
      WEBHOOK_IP_ALLOWLIST: '::ffff:192.0.2.2',
      IP_DENYLIST: '0.0.0.0/0,::/0',
      DATABASE_URL: 'postgres://u:p@db.example/sallyport',
      CREDENTIALS_ENCRYPTION_KEY: KEY.toUpperCase(),
      CREDENTIALS_ENCRYPTION_KEYS_PREVIOUS: `${OTHER_KEY},${'00'.repeat(32)}`,
      ORCHESTRATOR_SECURITY_TOKEN: TOKEN,
      RETENTION_MESSAGES: '7d',
      RETENTION_USAGE: 'forever',
      RETENTION_REVOKED_CONSENT: '36500d',
      INPUT_POLICY: 'strict',
      LOG_LEVEL: 'debug',
      NODE_ENV: 'production',
    });
    expect(settings).toMatchObject({
      host: '::',
      port: 0,
      publicUrl: 'https://door.example',
      trustedTlsProxy: true,
      allowedHosts: ['door.example', '[2001:db8::1]', '[::2]'],
      allowedOrigins: ['https://app.example', 'http://b.example:8080'],
      webhookBaseUrl: 'https://hooks.example',
      corsAllowedOrigins: ['https://pages.example'],
      trustProxy: 2,
      trustedProxies: ['10.0.0.0/8', '2001:db8::/32', '::1/128'],
      httpRateLimitPerIp: 6,
      retentionMessages: 7,
      retentionUsage: 'forever',
      retentionRevokedConsent: 36_500,
      httpRateLimitGlobal: 7,
      webhookRateLimit: 8,
      adminIpAllowlist: ['192.0.2.1/32'],
      webhookIpAllowlist: ['192.0.2.2/32'],
      ipDenylist: ['0.0.0.0/0', '::/0'],
      databaseUrl: 'postgres://u:p@db.example/sallyport',
      encryptionKey: KEY,
      previousEncryptionKeys: [OTHER_KEY, '00'.repeat(32)], // a weak key can still be rotated away from
      orchestratorToken: TOKEN,
      inputPolicy: 'strict',
      logLevel: 'debug',
      environment: 'production',
    });
    expect(Object.isFrozen(settings)).toBe(true);
    expect(Object.isFrozen(settings.allowedHosts)).toBe(true);
  });

  it.for([
    ['true', true],
    ['TRUE', true],
    ['1', true],
    ['yes', true],
    ['YES', true],
    ['false', false],
    ['False', false],
    ['0', false],
    ['no', false],
  ] as const)('reads the flag %s as %s', ([text, value]) => {
    expect(loadSettings({ TRUSTED_TLS_PROXY: text }).trustedTlsProxy).toBe(value);
  });

  it('refuses every setting that is set but empty: an empty secret must not mean open', () => {
    const names = Object.values(SETTINGS).map(({ name }) => name);
    expect(problemsOf(Object.fromEntries([...names, 'MASTER_SECURITY_TOKEN'].map((name) => [name, ''])))).toEqual(
      expect.arrayContaining(
        [...names, 'MASTER_SECURITY_TOKEN'].map((name) => `${name} is set but empty; give it a value or remove it.`),
      ),
    );
  });

  it.for([
    ['HOST', 'localhost:3100'],
    ['HOST', '[::1]'],
    ['HOST', 'http://localhost'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '3e3'],
    ['PORT', '0x10'],
    ['PORT', '03100'],
    ['PORT', '3100.0'],
    ['PORT', 'http'],
    ['TRUSTED_TLS_PROXY', 'on'],
    ['TRUSTED_TLS_PROXY', '2'],
    ['PUBLIC_URL', 'door.example'],
    ['PUBLIC_URL', 'https://door.example/app'],
    ['PUBLIC_URL', 'https://user:pw@door.example'],
    ['PUBLIC_URL', 'ftp://door.example'],
    ['ALLOWED_HOSTS', '*'],
    ['ALLOWED_HOSTS', 'a.example,,b.example'],
    ['ALLOWED_HOSTS', 'https://a.example'],
    ['ALLOWED_ORIGINS', '*'],
    ['ALLOWED_ORIGINS', 'https://*.example'],
    ['ALLOWED_ORIGINS', 'null'],
    ['ALLOWED_ORIGINS', 'app.example'],
    ['WEBHOOK_BASE_URL', 'https://hooks.example/twilio'],
    ['CORS_ALLOWED_ORIGINS', '*'],
    ['CORS_ALLOWED_ORIGINS', 'null'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '11'],
    ['TRUST_PROXY', '-1'],
    ['TRUSTED_PROXIES', 'loopback'],
    ['TRUSTED_PROXIES', '10.0.0.1/8'],
    ['HTTP_RATE_LIMIT_PER_IP', '0'],
    ['HTTP_RATE_LIMIT_PER_IP', 'NaN'],
    ['HTTP_RATE_LIMIT_GLOBAL', 'off'],
    ['ADMIN_IP_ALLOWLIST', '10.0.0.*'],
    ['ADMIN_IP_ALLOWLIST', '10.0.0.0/33'],
    ['WEBHOOK_IP_ALLOWLIST', 'hooks.example'],
    ['IP_DENYLIST', '1.2.3'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['DATABASE_URL', 'postgres://localhost'],
    ['DATABASE_URL', 'localhost:5432'],
    ['CREDENTIALS_ENCRYPTION_KEY', KEY.slice(1)],
    ['CREDENTIALS_ENCRYPTION_KEY', `${KEY.slice(1)}g`],
    ['CREDENTIALS_ENCRYPTION_KEY', '00'.repeat(32)],
    ['CREDENTIALS_ENCRYPTION_KEY', '0123456789abcdef'.repeat(4)],
    ['CREDENTIALS_ENCRYPTION_KEYS_PREVIOUS', `${KEY},short`],
    ['ORCHESTRATOR_SECURITY_TOKEN', 'a'.repeat(31)],
    ['ORCHESTRATOR_SECURITY_TOKEN', 'correct horse battery staple and more'],
    ['ORCHESTRATOR_SECURITY_TOKEN', 'é'.repeat(40)],
    ['ORCHESTRATOR_SECURITY_TOKEN', 'a'.repeat(1_025)],
    ['MASTER_SECURITY_TOKEN', 'short'],
    ['INPUT_POLICY', 'Strict'],
    ['MAX_BODY_BYTES', '1MB'],
    ['MAX_BODY_BYTES', 'NaN'],
    ['MAX_BODY_BYTES', 'Infinity'],
    ['MAX_BODY_BYTES', '0'],
    ['REQUEST_TIMEOUT_MS', '10s'],
    ['WAIT_MS', '1.5'],
    ['APPROVAL_TTL_MS', '1'],
    ['LOG_LEVEL', 'verbose'],
    ['LOG_LEVEL', 'INFO'],
    ['LOG_ORIGIN', 'two words'],
    ['LOG_ORIGIN', 'a+b'],
    ['NODE_ENV', 'prod'],
  ] as const)('refuses %s=%s with one sentence', ([name, value]) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name} must be .*[.]$`));
  });

  it.for([' 3100', '3100\n', '\t3100'])('refuses white space around a value: %j', (value) => {
    expect(problemsOf({ PORT: value })).toEqual(['PORT has spaces or line breaks around its value; remove them.']);
  });

  it('refuses a line break within a value, which could write a second setting where it is copied', () => {
    expect(problemsOf({ DATA_DIR: './data\nHOST=0.0.0.0' })).toEqual([
      'DATA_DIR has a control character or line break in its value; remove it.',
    ]);
  });

  it('tells all problems at once', () => {
    expect(problemsOf({ PORT: 'x', LOG_LEVEL: 'y', HOST: '' })).toHaveLength(3);
  });

  it('never repeats a secret in a problem', () => {
    const secrets = Object.values<{ name: string; secret?: true }>(SETTINGS).filter(({ secret }) => secret);
    expect(secrets.map(({ name }) => name)).toEqual([
      'DATABASE_URL',
      'CREDENTIALS_ENCRYPTION_KEY',
      'CREDENTIALS_ENCRYPTION_KEYS_PREVIOUS',
      'OUTPUT_CANARIES',
      'ORCHESTRATOR_SECURITY_TOKEN',
      'ALERT_WEBHOOK_URL',
      'ALERT_WEBHOOK_SECRET',
      'OIDC_CLIENT_SECRET',
    ]);
    for (const { name } of [...secrets, { name: 'MASTER_SECURITY_TOKEN' }]) {
      for (const value of ['hunter2', ' hunter2', 'hunter2\u0000x']) {
        const problems = problemsOf({ [name]: value });
        expect(problems).toHaveLength(1);
        expect(problems.join()).not.toContain('hunter2');
      }
    }
  });
});

describe('contradictions', () => {
  it.for(['0.0.0.0', '::', '192.168.1.5', 'door.example'])(
    'refuses plain HTTP on %s unless a TLS proxy is declared',
    (host) => {
      expect(problemsOf({ HOST: host })).toEqual([
        expect.stringContaining('declare your TLS proxy with TRUSTED_TLS_PROXY=true'),
      ]);
      const proxied = { HOST: host, TRUSTED_TLS_PROXY: 'true' };
      expect(problemsOf(proxied)).toEqual([expect.stringContaining("add the proxy's address to TRUSTED_PROXIES")]);
      expect(problemsOf({ ...proxied, TRUSTED_PROXIES: '127.0.0.0/8,::1' })).toHaveLength(1);
      expect(problemsOf({ ...proxied, TRUSTED_PROXIES: '10.1.2.3' })).toEqual([]);
      expect(problemsOf({ HOST: host, ...TLS })).toEqual([]);
    },
  );

  it('refuses a certificate without its key, and clients’ authorities without TLS', () => {
    expect(problemsOf(TLS)).toEqual([]);
    expect(problemsOf({ TLS_CERT_FILE: 'c.pem' })).toEqual([expect.stringContaining('without TLS_KEY_FILE')]);
    expect(problemsOf({ TLS_KEY_FILE: 'k.pem' })).toEqual([expect.stringContaining('without TLS_CERT_FILE')]);
    expect(problemsOf({ TLS_CLIENT_CA_FILE: 'a.pem' })).toEqual([expect.stringContaining('without TLS_CERT_FILE')]);
    expect(problemsOf({ ...TLS, TLS_CLIENT_CA_FILE: 'a.pem' })).toEqual([]);
    expect(problemsOf({ TLS_CERT_FILE: '' })).toHaveLength(1);
  });

  it.for(['PUBLIC_URL', 'WEBHOOK_BASE_URL'])('refuses a %s by plain HTTP where only TLS is served', (name) => {
    expect(problemsOf({ ...TLS, [name]: 'http://localhost:3100' })).toEqual([
      `${name}=http://localhost:3100 is plain HTTP, and with TLS_CERT_FILE this server speaks HTTPS alone; begin it with https://.`,
    ]);
    expect(problemsOf({ ...TLS, [name]: 'http://door.example' })).toHaveLength(1);
    expect(problemsOf({ ...TLS, [name]: 'https://door.example' })).toEqual([]);
  });

  it.for(['127.0.0.1', '::1', 'localhost', 'LOCALHOST'])('listens on %s without one', (host) => {
    expect(problemsOf({ HOST: host })).toEqual([]);
  });

  it('refuses a public address by plain HTTP, but for loopback', () => {
    expect(problemsOf({ PUBLIC_URL: 'http://door.example' })).toEqual([expect.stringContaining('https://')]);
    expect(problemsOf({ PUBLIC_URL: 'http://localhost:8080' })).toEqual([]);
    expect(problemsOf({ WEBHOOK_BASE_URL: 'http://door.example' })).toEqual([expect.stringContaining('https://')]);
    expect(problemsOf({ WEBHOOK_BASE_URL: 'http://localhost:8080' })).toEqual([]);
  });

  it('refuses two different orchestrator tokens, takes either name, and both when they agree', () => {
    const other = `${TOKEN}x`;
    const problems = problemsOf({ ORCHESTRATOR_SECURITY_TOKEN: TOKEN, MASTER_SECURITY_TOKEN: other });
    expect(problems).toEqual([
      'ORCHESTRATOR_SECURITY_TOKEN and MASTER_SECURITY_TOKEN are both set and differ; remove MASTER_SECURITY_TOKEN, the older name.',
    ]);
    expect(loadSettings({ MASTER_SECURITY_TOKEN: TOKEN }).orchestratorToken).toBe(TOKEN);
    expect(loadSettings({ ORCHESTRATOR_SECURITY_TOKEN: TOKEN, MASTER_SECURITY_TOKEN: TOKEN }).orchestratorToken).toBe(
      TOKEN,
    );
  });

  it('refuses an encryption key that is also a previous one', () => {
    expect(
      problemsOf({ CREDENTIALS_ENCRYPTION_KEY: KEY, CREDENTIALS_ENCRYPTION_KEYS_PREVIOUS: `${OTHER_KEY},${KEY}` }),
    ).toHaveLength(1);
  });

  it('refuses a webhook for alerts whose receiver could not tell who sends them', () => {
    const ALERT_WEBHOOK_URL = 'https://ops.example/alerts?key=hunter2';
    const problems = problemsOf({ ALERT_WEBHOOK_URL });
    expect(problems).toEqual([expect.stringContaining('set the secret too')]);
    expect(problems.join()).not.toContain('hunter2');
    const ALERT_WEBHOOK_SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
    expect(problemsOf({ ALERT_WEBHOOK_URL, ALERT_WEBHOOK_SECRET })).toEqual([]);
  });

  it.for([
    'http://ops.example/alerts',
    'ftp://ops.example',
    'https://user:pass@ops.example',
    'https://ops.example/#x',
    'https:// ops.example',
    'http://127.0.0.1.evil.example/',
    'ops.example',
  ])('sends no alert to %s', (ALERT_WEBHOOK_URL) => {
    const ALERT_WEBHOOK_SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
    expect(problemsOf({ ALERT_WEBHOOK_URL, ALERT_WEBHOOK_SECRET })).toEqual([
      expect.stringMatching(/^ALERT_WEBHOOK_URL must be /),
    ]);
  });

  it('takes an identity provider whole, or none', () => {
    const whole = {
      OIDC_ISSUER: 'https://id.example.com/realms/people',
      OIDC_CLIENT_ID: 'sallyport',
      OIDC_CLIENT_SECRET: 'open sesame',
      OIDC_LABEL: 'Example',
    };
    expect(problemsOf(whole)).toEqual([]);
    expect(problemsOf({ OIDC_ISSUER: whole.OIDC_ISSUER, OIDC_LABEL: 'Example' })).toEqual([
      expect.stringContaining('OIDC_CLIENT_ID and OIDC_CLIENT_SECRET'),
    ]);
  });

  it.for([
    'http://id.example.com',
    'https://u:p@id.example.com',
    'https://id.example.com?tenant=1',
    'https://id.example.com/#a',
    'id.example.com',
  ])('believes no identity provider at %s', (OIDC_ISSUER) => {
    expect(problemsOf({ OIDC_ISSUER })).toEqual([expect.stringMatching(/^OIDC_ISSUER must be /)]);
  });

  it('refuses demo mode wherever more than a look around on one machine is at stake', () => {
    const DEMO_MODE = 'true';
    expect(problemsOf({ DEMO_MODE })).toEqual([]);
    expect(
      problemsOf({ DEMO_MODE, HOST: '::1', PUBLIC_URL: 'http://localhost:8080', ALLOWED_HOSTS: '127.0.0.1' }),
    ).toEqual([]);
    const others: readonly Record<string, string>[] = [
      { NODE_ENV: 'production' },
      { TRUSTED_TLS_PROXY: 'true' },
      { PUBLIC_URL: 'https://door.example' },
      { ALLOWED_HOSTS: 'door.example' },
      { DATABASE_URL: 'postgres://u:p@db.example/sallyport' },
    ];
    for (const other of others) {
      const [problem, ...more] = problemsOf({ DEMO_MODE, ...other });
      expect(more).toEqual([]);
      expect(problem).toContain('DEMO_MODE=true');
      for (const name of Object.keys(other)) expect(problem).toContain(name);
      expect(problemsOf({ ...other, DEMO_MODE: 'false' })).toEqual([]);
    }
    expect(problemsOf({ DEMO_MODE, HOST: '0.0.0.0', ...TLS })).toEqual([
      expect.stringMatching(/HOST beyond loopback or TLS_CERT_FILE/),
    ]);
  });
});

it('links begin with the public address, or with localhost and the port in use', () => {
  expect(publicUrl(loadSettings({ PORT: '0' }), 40_123)).toBe('http://localhost:40123');
  expect(publicUrl(loadSettings({ PUBLIC_URL: 'https://door.example' }), 3100)).toBe('https://door.example');
  expect(publicUrl(loadSettings(TLS), 3100)).toBe('https://localhost:3100');
});

it.for([
  [{ PUBLIC_URL: 'https://door.example' }, true],
  [{ PUBLIC_URL: 'https://door.example', ...TLS, NODE_ENV: 'production' }, true],
  [{ PUBLIC_URL: 'http://localhost:3100', NODE_ENV: 'production' }, false],
  [TLS, false],
  [{ PUBLIC_URL: 'https://127.0.0.1', ...TLS }, false],
  [{ NODE_ENV: 'production' }, false],
] as const)('of %j, HSTS is %s', ([environment, expected]) => {
  expect(usesHsts(loadSettings(environment))).toBe(expected);
});

it('shows settings without their secrets', () => {
  const shown = redactedSettings(
    loadSettings({
      DATABASE_URL: 'postgres://u:hunter2@db/x',
      CREDENTIALS_ENCRYPTION_KEY: KEY,
      CREDENTIALS_ENCRYPTION_KEYS_PREVIOUS: OTHER_KEY,
      ORCHESTRATOR_SECURITY_TOKEN: TOKEN,
    }),
  );
  expect(shown).toMatchObject({
    PORT: '3100',
    DATABASE_URL: 'set',
    ORCHESTRATOR_SECURITY_TOKEN: 'set',
    ALLOWED_HOSTS: 'none',
  });
  for (const secret of ['hunter2', KEY, OTHER_KEY, TOKEN]) expect(JSON.stringify(shown)).not.toContain(secret);
});

it('the committed documents are those that the table gives', () => {
  const committed = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  expect(committed('docs/configuration.md')).toBe(configurationMarkdown());
  expect(committed('docs/voice-configuration.md')).toBe(voiceConfigurationMarkdown());
  expect(committed('.env.example')).toBe(envExample());
});
