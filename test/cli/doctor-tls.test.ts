/** What the doctor finds about TLS, proxies and the public address: each check well, and each as it goes wrong. */
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { DAY_MS } from '../../src/kernel/time.ts';
import { examine } from '../../src/main/doctor/doctor.ts';
import { type Certificate, makeCertificate } from '../support/certificate.ts';
import { temporaryFolder } from './command-line.ts';

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
let pair: Certificate;
const FILES = { TLS_CERT_FILE: at('cert.pem'), TLS_KEY_FILE: at('key.pem') };
beforeAll(() => {
  pair = makeCertificate('localhost');
  writeFileSync(FILES.TLS_CERT_FILE, pair.cert);
  writeFileSync(FILES.TLS_KEY_FILE, pair.key, { mode: 0o600 });
});
afterAll(() => folder[Symbol.dispose]());

const later = (days: number) => ({ now: () => systemClock.now() + days * DAY_MS });

async function found(check: string, environment: Record<string, string>, clock = systemClock) {
  const { checks } = await examine(clock, { PORT: '0', DATA_DIR: at('data'), ...environment });
  expect(JSON.stringify(checks)).not.toContain(pair.key.split('\n')[1]);
  return checks.find((one) => one.check === check);
}

describe('tls', () => {
  test('is fine where nothing is served by it, and where its files are', async () => {
    expect(await found('tls', {})).toMatchObject({ is: 'ok', says: expect.stringContaining('this machine alone') });
    expect(await found('tls', { TRUSTED_TLS_PROXY: 'true' })).toMatchObject({ is: 'ok' });
    const days = makeCertificate('localhost', undefined, 90);
    writeFileSync(at('long.pem'), days.cert);
    writeFileSync(at('long-key.pem'), days.key, { mode: 0o600 });
    const long = { TLS_CERT_FILE: at('long.pem'), TLS_KEY_FILE: at('long-key.pem') };
    expect(await found('tls', long)).toMatchObject({
      is: 'ok',
      says: expect.stringMatching(/^TLS 1\.3 until \S+, with the key sha256\//),
    });
    expect(await found('tls', long, later(68))).toMatchObject({ is: 'ok' });
    expect(await found('tls', long, later(70))).toMatchObject({
      is: 'warn',
      todo: expect.stringContaining('Put a new one'),
    });
    expect(await found('tls', long, later(91))).toMatchObject({ is: 'fail', todo: 'put a new one there.' });
  });

  test('fails with files that can’t be served, and says what to do', async () => {
    expect(await found('tls', { ...FILES, TLS_CERT_FILE: at('nowhere') })).toMatchObject({
      is: 'fail',
      says: expect.stringContaining('ENOENT'),
      todo: expect.stringContaining('check that it is there'),
    });
    writeFileSync(at('other.pem'), makeCertificate('localhost').key, { mode: 0o600 });
    expect(await found('tls', { ...FILES, TLS_KEY_FILE: at('other.pem') })).toMatchObject({
      is: 'fail',
      says: expect.stringContaining('is not the one of the certificate'),
    });
    chmodSync(FILES.TLS_KEY_FILE, 0o644);
    expect(await found('tls', FILES)).toMatchObject({ is: 'fail', todo: `run: chmod 600 '${FILES.TLS_KEY_FILE}'` });
    chmodSync(FILES.TLS_KEY_FILE, 0o600);
    expect(await found('tls', { ...FILES, TLS_CLIENT_CA_FILE: FILES.TLS_KEY_FILE })).toMatchObject({ is: 'fail' });
  });

  test('fails when the certificate is for another name than the public one', async () => {
    expect(await found('tls', { ...FILES, PUBLIC_URL: 'https://door.example' })).toMatchObject({
      is: 'fail',
      says: expect.stringContaining('is not for door.example'),
    });
    expect(await found('tls', { ...FILES, PUBLIC_URL: 'https://localhost:8443' })).toMatchObject({ is: 'warn' });
  });

  test('looks at the server that runs: the same key, another one, or none', async () => {
    const answer: RequestListener = (_, response) => {
      response.writeHead(200, { 'x-request-id': `req_${'0'.repeat(26)}` }).end();
    };
    const listening = async (server: Server) => {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      onTestFinished(() => void server.close());
      return String((server.address() as AddressInfo).port);
    };
    const same = await listening(createTlsServer(pair, answer));
    expect(await found('port', { ...FILES, PORT: same })).toMatchObject({
      says: expect.stringContaining('A Sallyport'),
    });
    expect(await found('tls', { ...FILES, PORT: same })).toMatchObject({ says: expect.stringContaining('ends') });
    const other = await listening(createTlsServer(makeCertificate('localhost'), answer));
    expect(await found('tls', { ...FILES, PORT: other })).toMatchObject({
      is: 'fail',
      todo: expect.stringContaining('SIGHUP'),
    });
    const plain = await listening(createServer(answer));
    expect(await found('tls', { ...FILES, PORT: plain })).toMatchObject({
      is: 'fail',
      says: expect.stringContaining('speaks plain HTTP'),
    });
  });
});

test.for([
  [{}, 'passkeys', 'ok', 'localhost'],
  [{ PUBLIC_URL: 'https://door.example' }, 'passkeys', 'ok', 'door.example'],
  [{ PUBLIC_URL: 'http://127.0.0.1:3100' }, 'passkeys', 'warn', 'an IP address'],
  [{ PUBLIC_URL: 'https://[2001:db8::1]' }, 'passkeys', 'warn', 'an IP address'],
  [{ TRUSTED_PROXIES: '0.0.0.0/0' }, 'proxies', 'fail', 'names everybody'],
  [{ TRUSTED_PROXIES: '10.0.0.1,::/0' }, 'proxies', 'fail', 'names everybody'],
  [{ TRUSTED_PROXIES: '10.0.0.1', TRUST_PROXY: '0' }, 'proxies', 'warn', 'TRUSTED_PROXIES says'],
  [{ TRUSTED_TLS_PROXY: 'true', TRUST_PROXY: '0' }, 'proxies', 'warn', 'TRUSTED_TLS_PROXY says'],
  [{ TRUSTED_TLS_PROXY: 'true' }, 'proxies', 'ok', 'ends TLS'],
  [{ HOST: '0.0.0.0', ...FILES }, 'proxies', 'ok', 'clients reach it by TLS'],
  [{ NODE_ENV: 'production', PUBLIC_URL: 'https://door.example' }, 'proxies', 'warn', 'only a proxy on this machine'],
  [{}, 'proxies', 'ok', 'loopback'],
] as const)('of %j, %s: %s, %s', async ([environment, check, is, says]) => {
  const finding = await found(check, environment);
  expect(finding).toMatchObject({ is, says: expect.stringContaining(says) });
  if (is !== 'ok') expect(finding?.todo).toMatch(/\S \S/);
});
