/** A self-signed certificate and its key, as PEM, made for each run by the `openssl` of the machine: Node itself can't make one. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** @param of whom else it is, such as `/C=DE/O=Example`. @param more extensions */
export function makeCertificate(name: string, of = '', more: readonly string[] = []): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-certificate-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-x509', '-days', '2'];
    const subject = ['-subj', `${of}/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
    for (const extension of more) subject.push('-addext', extension);
    execFileSync('openssl', ['req', ...options, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
