/** HTTPS as the settings say it: with certificates and keys that belong together, and that do not. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ConfigurationError } from '../../src/voice/configuration-error.ts';
import { SslConfig, type SslOptions } from '../../src/voice/ssl-config.ts';
import { type Certificate, makeCertificate } from '../support/certificate.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-ssl-'));
const at = (name: string) => join(folder, name);
const put = (name: string, text: string) => {
  writeFileSync(at(name), text);
  return at(name);
};
let right: Certificate;
let files: { certPath: string; keyPath: string };
beforeAll(() => {
  right = makeCertificate('agent.test');
  files = { certPath: put('cert.pem', right.cert), keyPath: put('key.pem', right.key) };
  put('other-key.pem', makeCertificate('agent.test').key);
  put('text.pem', 'no certificate');
  put('half.pem', `${right.cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => void vi.unstubAllEnvs());

describe('where it comes from', () => {
  it('is off unless said', () => {
    const ssl = new SslConfig();
    expect(ssl).toMatchObject({
      enabled: false,
      certPath: null,
      keyPath: null,
      domain: null,
      hsts: true,
      hstsMaxAge: 31_536_000,
    });
    expect([
      ssl.isConfigured(),
      ssl.getCert(),
      ssl.getKey(),
      ssl.getServerOptions(),
      ssl.requireServerOptions(),
      ssl.getHstsHeader(),
    ]).toEqual([false, null, null, null, null, null]);
  });

  it.for(['true', 'TRUE', '1', 'Yes'])('is the environment, where %s means on', (value) => {
    vi.stubEnv('SWML_SSL_ENABLED', value);
    vi.stubEnv('SWML_SSL_CERT_PATH', files.certPath);
    vi.stubEnv('SWML_SSL_KEY_PATH', files.keyPath);
    vi.stubEnv('SWML_SSL_DOMAIN', 'agent.test');
    vi.stubEnv('SWML_SSL_MIN_VERSION', '1.2');
    const ssl = new SslConfig();
    expect(ssl).toMatchObject({ enabled: true, ...files, domain: 'agent.test' });
    expect(ssl.isConfigured()).toBe(true);
    expect(ssl.getServerOptions()).toEqual(right);
    expect(ssl.requireServerOptions()).toEqual({ ...right, minVersion: 'TLSv1.2' });
    expect(new SslConfig({ enabled: false, domain: 'other.test' })).toMatchObject({
      enabled: false,
      domain: 'other.test',
    });
  });

  it('is refused where it says nothing that can be meant', () => {
    vi.stubEnv('SWML_SSL_ENABLED', 'on');
    expect(() => new SslConfig()).toThrow('SWML_SSL_ENABLED must be true or false');
  });

  it.for<[string, object]>([
    ['enabled', { enabled: 'false' }],
    ['certPath', { certPath: '' }],
    ['keyPath', { keyPath: '' }],
    ['domain', { domain: 'https://a.example/' }],
    ['hsts', { hsts: 'no' }],
    ['hstsMaxAge', { hstsMaxAge: -1 }],
    ['hstsMaxAge', { hstsMaxAge: '1\r\nx: y' }],
    ['minVersion', { minVersion: 'TLSv1' }],
  ])('is refused with a bad option: %s', ([name, options]) => {
    expect(() => new SslConfig(options as SslOptions)).toThrow(ConfigurationError);
    expect(() => new SslConfig(options as SslOptions)).toThrow(name);
  });
});

describe('what can’t be served', () => {
  it.for<[string, { certPath?: string; keyPath?: string }, string]>([
    ['without a certificate', { keyPath: 'key.pem' }, 'certificate: set SWML_SSL_CERT_PATH'],
    ['without a key', { certPath: 'cert.pem' }, 'private key: set SWML_SSL_KEY_PATH'],
    ['a certificate that is absent', { certPath: 'absent.pem', keyPath: 'key.pem' }, 'absent.pem does not exist'],
    ['a key that is absent', { certPath: 'cert.pem', keyPath: 'absent.pem' }, 'absent.pem does not exist'],
    ['a certificate that can’t be read', { certPath: '.', keyPath: 'key.pem' }, "can't be read"],
    ['a certificate that is none', { certPath: 'text.pem', keyPath: 'key.pem' }, 'text.pem holds no certificate'],
    ['a key that is none', { certPath: 'cert.pem', keyPath: 'text.pem' }, 'text.pem holds no private key'],
    ['both the wrong way round', { certPath: 'key.pem', keyPath: 'cert.pem' }, 'key.pem holds no certificate'],
    ['a certificate as the key', { certPath: 'cert.pem', keyPath: 'cert.pem' }, 'cert.pem holds no private key'],
    [
      'the key of another certificate',
      { certPath: 'cert.pem', keyPath: 'other-key.pem' },
      'other-key.pem is not the one of the certificate in',
    ],
    ['a chain that breaks off', { certPath: 'half.pem', keyPath: 'key.pem' }, "half.pem can't be served"],
  ])('is said with the file’s name: %s', ([, paths, says]) => {
    const options = Object.fromEntries(Object.entries(paths).map(([name, file]) => [name, at(file)]));
    const ssl = new SslConfig({ enabled: true, ...options });
    expect(() => ssl.requireServerOptions()).toThrow(ConfigurationError);
    expect(() => ssl.requireServerOptions()).toThrow(says);
    expect(new SslConfig({ ...options }).requireServerOptions()).toBeNull();
  });

  it('is not taken for configured', () => {
    const ssl = new SslConfig({ enabled: true, certPath: files.certPath, keyPath: at('absent.pem') });
    expect([ssl.isConfigured(), ssl.getServerOptions(), ssl.getKey()]).toEqual([false, null, null]);
    expect(new SslConfig({ enabled: false, ...files }).isConfigured()).toBe(false);
  });
});

describe('Strict-Transport-Security', () => {
  const answer = async (options: SslOptions) => {
    const app = new Hono().use('*', new SslConfig(options).hstsMiddleware()).get('/', (c) => c.text('x'));
    return (await app.request('/')).headers.get('strict-transport-security');
  };

  it('is on every answer with TLS, for as long as said', async () => {
    expect(await answer({ enabled: true })).toBe('max-age=31536000; includeSubDomains');
    expect(await answer({ enabled: true, hstsMaxAge: 60 })).toBe('max-age=60; includeSubDomains');
  });

  it('is on none without TLS, or when it is switched off', async () => {
    expect(await answer({})).toBeNull();
    expect(await answer({ enabled: true, hsts: false })).toBeNull();
  });
});
