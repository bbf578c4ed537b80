import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Certificate, makeCertificate } from '../../test/support/certificate.ts';
import { DAY_MS } from '../kernel/time.ts';
import { StartError } from './start-error.ts';
import { readTls, type TlsFiles } from './tls-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-tls-files-'));
const put = (name: string, text: string, mode = 0o600) => {
  const path = join(folder, name);
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
  return path;
};
let right: Certificate;
let files: TlsFiles;
const NOW = Date.now();
beforeAll(() => {
  right = makeCertificate('door.example');
  files = { cert: put('cert.pem', right.cert, 0o644), key: put('key.pem', right.key), clientCa: null };
});
afterAll(() => rmSync(folder, { recursive: true }));

function refusal(change: Partial<TlsFiles>, now = NOW): string {
  try {
    readTls({ ...files, ...change }, now);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    expect(error.message).not.toContain('-----END'); // nothing of a file is quoted
    return error.message;
  }
  return 'served';
}

describe('certificate and key', () => {
  it('are served with a pin that openssl comes to as well', () => {
    const served = readTls(files, NOW);
    const der = execFileSync('openssl', ['x509', '-in', files.cert, '-pubkey', '-noout'], { encoding: 'utf8' });
    const spki = execFileSync('openssl', ['pkey', '-pubin', '-outform', 'der'], { input: der });
    const hash = execFileSync('openssl', ['dgst', '-sha256', '-binary'], { input: spki });
    expect(served.pin).toBe(`sha256/${hash.toString('base64')}`);
    expect(served.tls).toEqual({ cert: right.cert, key: right.key });
    expect([served.isFor('door.example'), served.isFor('other.example'), served.isFor('127.0.0.1')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('stop the start when they are missing, none, or not of one pair', () => {
    const other = put('other.pem', makeCertificate('door.example').key);
    const text = put('text.pem', 'none');
    expect(refusal({ cert: join(folder, 'nowhere') })).toMatch(/^TLS_CERT_FILE .*can't be read \(ENOENT\); check/);
    expect(refusal({ key: join(folder, 'nowhere') })).toMatch(/^TLS_KEY_FILE .*can't be read/);
    expect(refusal({ cert: folder })).toContain('EISDIR');
    expect(refusal({ cert: text })).toContain('holds no certificate as PEM');
    expect(refusal({ key: text })).toContain('holds no private key as PEM');
    expect(refusal({ key: other })).toContain('is not the one of the certificate');
  });

  it('stop the start before the certificate’s time and from its end on', () => {
    const { validUntil } = readTls(files, NOW);
    expect(refusal({}, validUntil - 1)).toBe('served');
    expect(refusal({}, validUntil)).toContain('ran out at');
    expect(refusal({}, NOW - 3 * DAY_MS)).toContain('set the clock by NTP');
  });

  it('stop the start when others can read the key', () => {
    for (const mode of [0o604, 0o602, 0o666, 0o644]) {
      const key = put('open.pem', right.key, mode);
      expect(refusal({ key }), mode.toString(8)).toMatch(/can be read by other users; run: chmod 600 '.*'$/);
    }
    // of root's a group may read: how system-wide key folders are kept
    const isRoot = process.getuid?.() === 0;
    const byGroup = refusal({ key: put('group.pem', right.key, 0o640) });
    expect(byGroup === 'served').toBe(isRoot);
    expect(refusal({ key: put('group-writes.pem', right.key, 0o660) })).not.toBe('served');
  });

  it('with a passphrase, or too weak, are refused', () => {
    const locked = execFileSync('openssl', ['pkey', '-in', files.key, '-aes256', '-passout', 'pass:x'], {
      encoding: 'utf8',
    });
    expect(refusal({ key: put('locked.pem', locked) })).toContain('passphrase');
    const [cert, key] = [join(folder, 'weak.pem'), join(folder, 'weak-key.pem')];
    const weak = ['req', '-newkey', 'rsa:1024', '-nodes', '-x509', '-subj', '/CN=door.example'];
    execFileSync('openssl', [...weak, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    chmodSync(key, 0o600);
    expect(refusal({ cert, key })).toContain('too weak');
  });
});

describe('authorities of clients', () => {
  it('are certificates and nothing else', () => {
    const clientCa = put('ca.pem', `${right.cert}${makeCertificate('second').cert}`);
    expect(readTls({ ...files, clientCa }, NOW).tls.clientCa).toContain(right.cert);
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    for (const text of ['', 'none', broken, right.cert + broken, right.key, right.cert.slice(0, -30)])
      expect(refusal({ clientCa: put('bad-ca.pem', text) })).toMatch(/^TLS_CLIENT_CA_FILE .* must hold certificates/);
    expect(refusal({ clientCa: join(folder, 'nowhere') })).toMatch(/^TLS_CLIENT_CA_FILE .*can't be read/);
  });
});
