import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from './configuration-error.ts';
import { loadVoiceSettings, VOICE_SETTINGS, type VoiceSettings } from './settings.ts';

const SECRET = 'hunter2-hunter2-hunter2';
const saysOf = (environment: Record<string, string>): string => {
  try {
    loadVoiceSettings(environment);
    return 'nothing';
  } catch (fault) {
    expect(fault).toBeInstanceOf(ConfigurationError);
    return (fault as Error).message;
  }
};

it('has defaults, and leaves out what is not said', () => {
  expect(loadVoiceSettings({})).toEqual({
    port: 3000,
    basicAuthUser: null,
    basicAuthPassword: null,
    sslEnabled: false,
    sslCertPath: null,
    sslKeyPath: null,
    sslDomain: null,
    sslMinVersion: '1.3',
    corsOrigins: null,
    rateLimit: null,
    allowedHosts: null,
    maxRequestBytes: 1_048_576,
    proxyUrlBase: null,
    trustedProxies: 0,
    proxyNetworks: expect.arrayContaining(['127.0.0.0/8']),
    requestTimeoutMs: 30_000,
    swaigSecret: null,
    previousSwaigSecret: null,
    signingKey: null,
    logLevel: 'info',
    logMode: 'auto',
    logFormat: 'text',
    logColor: null,
  } satisfies VoiceSettings);
});

describe('takes', () => {
  it.for<[string, string, keyof VoiceSettings, unknown]>([
    ['PORT', '8080', 'port', 8080],
    ['PORT', '0', 'port', 0],
    ['SWML_SSL_ENABLED', 'true', 'sslEnabled', true],
    ['SWML_SSL_ENABLED', 'TRUE', 'sslEnabled', true],
    ['SWML_SSL_ENABLED', '1', 'sslEnabled', true],
    ['SWML_SSL_ENABLED', 'Yes', 'sslEnabled', true],
    ['SWML_SSL_ENABLED', 'No', 'sslEnabled', false],
    ['SWML_SSL_DOMAIN', 'Agent.Example.com', 'sslDomain', 'agent.example.com'],
    ['SWML_SSL_MIN_VERSION', '1.2', 'sslMinVersion', '1.2'],
    ['SWML_CORS_ORIGINS', '*', 'corsOrigins', null],
    [
      'SWML_CORS_ORIGINS',
      'https://a.example, HTTPS://B.example:443',
      'corsOrigins',
      ['https://a.example', 'https://b.example'],
    ],
    ['SWML_RATE_LIMIT', '120', 'rateLimit', 120],
    ['SWML_ALLOWED_HOSTS', 'Agent.example,::1,[::2]:80', 'allowedHosts', ['agent.example', '[::1]', '[::2]']],
    ['SWML_MAX_REQUEST_SIZE', '524288', 'maxRequestBytes', 524_288],
    ['SWML_PROXY_URL_BASE', 'https://door.example/agents/', 'proxyUrlBase', 'https://door.example/agents'],
    ['SWML_TRUSTED_PROXIES', '2', 'trustedProxies', 2],
    ['SWML_TRUSTED_PROXY_NETWORKS', '192.0.2.0/24', 'proxyNetworks', ['192.0.2.0/24']],
    ['SWML_REQUEST_TIMEOUT_MS', '5000', 'requestTimeoutMs', 5000],
    ['SWML_BASIC_AUTH_PASSWORD', 'пароль:£', 'basicAuthPassword', 'пароль:£'],
    ['SIGNALWIRE_SWAIG_SECRET', SECRET, 'swaigSecret', SECRET],
    ['SIGNALWIRE_SIGNING_KEY', 'PSK_x', 'signingKey', 'PSK_x'],
    ['SIGNALWIRE_LOG_LEVEL', 'WARN', 'logLevel', 'warn'],
    ['SIGNALWIRE_LOG_LEVEL', 'everything', 'logLevel', 'info'],
    ['SIGNALWIRE_LOG_MODE', 'off', 'logMode', 'off'],
    ['SIGNALWIRE_LOG_FORMAT', 'json', 'logFormat', 'json'],
    ['SIGNALWIRE_LOG_COLOR', 'false', 'logColor', false],
  ])('%s=%s', ([name, value, key, read]) => {
    expect(loadVoiceSettings({ [name]: value })[key]).toEqual(read);
  });
});

describe('refuses', () => {
  it.for([
    ['PORT', '65536'],
    ['PORT', '3e3'],
    ['PORT', '-1'],
    ['SWML_BASIC_AUTH_USER', 'a:b'],
    ['SWML_SSL_ENABLED', 'on'],
    ['SWML_SSL_ENABLED', 'ture'],
    ['SWML_SSL_DOMAIN', 'https://a.example'],
    ['SWML_SSL_DOMAIN', 'a.example/x?y'],
    ['SWML_SSL_MIN_VERSION', '1.1'],
    ['SWML_CORS_ORIGINS', '*,https://a.example'],
    ['SWML_CORS_ORIGINS', 'https://*.example'],
    ['SWML_CORS_ORIGINS', 'null'],
    ['SWML_CORS_ORIGINS', 'https://a.example,'],
    ['SWML_RATE_LIMIT', '0'],
    ['SWML_RATE_LIMIT', 'sixty'],
    ['SWML_ALLOWED_HOSTS', '*'],
    ['SWML_ALLOWED_HOSTS', 'a.example,,b.example'],
    ['SWML_MAX_REQUEST_SIZE', '1MB'],
    ['SWML_MAX_REQUEST_SIZE', '0'],
    ['SWML_MAX_REQUEST_SIZE', '-1'],
    ['SWML_PROXY_URL_BASE', 'door.example'],
    ['SWML_PROXY_URL_BASE', 'ftp://door.example'],
    ['SWML_PROXY_URL_BASE', 'https://door.example/?a=b'],
    ['SWML_TRUSTED_PROXIES', '11'],
    ['SWML_TRUSTED_PROXY_NETWORKS', 'anywhere'],
    ['SWML_TRUSTED_PROXY_NETWORKS', '192.0.2.1/24'],
    ['SWML_REQUEST_TIMEOUT_MS', 'Infinity'],
    ['SIGNALWIRE_SWAIG_SECRET', 'short'],
    ['SIGNALWIRE_LOG_MODE', 'loud'],
    ['SIGNALWIRE_LOG_FORMAT', 'xml'],
    ['SIGNALWIRE_LOG_COLOR', 'red'],
  ])('%s=%s', ([name = '', value = '']) => {
    expect(saysOf({ [name]: value })).toMatch(new RegExp(`^${name} must be `));
  });

  const names = Object.values(VOICE_SETTINGS).map(({ name }) => name);

  it.for(names)('%s when it is empty, or has white space around it or a line break in it', (name) => {
    expect(saysOf({ [name]: '' })).toContain(`${name} is set but empty`);
    expect(saysOf({ [name]: ' 1' })).toContain(`${name} has spaces`);
    expect(saysOf({ [name]: 'a\nb' })).toContain(`${name} has a control character`);
  });

  it('all that is wrong at once', () => {
    expect(saysOf({ PORT: 'x', SWML_RATE_LIMIT: 'y' }).split('\n')).toHaveLength(2);
  });

  it.for<[string, Record<string, string>]>([
    ['SWML_BASIC_AUTH_PASSWORD', { SWML_BASIC_AUTH_USER: 'ada' }],
    ['SIGNALWIRE_SWAIG_SECRET', { SIGNALWIRE_SWAIG_SECRET_PREVIOUS: SECRET }],
  ])('what contradicts itself: without %s', ([name, environment]) => {
    expect(saysOf(environment)).toContain(name);
    expect(saysOf(environment)).not.toContain(SECRET);
  });
});

describe('never says', () => {
  const secrets = Object.values(VOICE_SETTINGS).filter(({ secret }) => secret);

  it('a secret, whatever is wrong with it', () => {
    expect(secrets.map(({ name }) => name)).toEqual([
      'SWML_BASIC_AUTH_PASSWORD',
      'SIGNALWIRE_SWAIG_SECRET',
      'SIGNALWIRE_SWAIG_SECRET_PREVIOUS',
      'SIGNALWIRE_SIGNING_KEY',
    ]);
    fc.assert(
      fc.property(fc.constantFrom('', ' ', '\n', '\u0000', 'é'), fc.constantFrom('', ' ', '\n'), (before, after) => {
        const value = `${before}qqq-qqq${after}`;
        expect(saysOf({ ...Object.fromEntries(secrets.map(({ name }) => [name, value])), PORT: 'x' })).not.toContain(
          'qqq',
        );
      }),
    );
  });

  it.for(['https://ada:hunter2@door.example', 'https://ada:hun/ter2@door.example', 'ada:hunter2@door.example'])(
    'the password in an address: %s',
    (address) => {
      expect(saysOf({ SWML_PROXY_URL_BASE: address })).toMatch(/^SWML_PROXY_URL_BASE must be an address[^@]*\.$/);
    },
  );
});
