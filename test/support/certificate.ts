/** Certificates and their keys, as PEM, made for each run by the `openssl` of the machine: Node itself can't make one. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** @param name a host name, or an IP address. @param authority who signs it; itself unless given. @param of whose it is, such as `/C=DE/O=Example`. */
export function makeCertificate(name: string, authority?: Certificate, days = 2, of = ''): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-certificate-'));
  const at = (file: string) => join(folder, file);
  try {
    const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-x509'];
    const kind = /^[\d.]+$|:/.test(name) ? 'IP' : 'DNS';
    const subject = ['-days', String(days), '-subj', `${of}/CN=${name}`, '-addext', `subjectAltName=${kind}:${name}`];
    if (authority !== undefined) {
      writeFileSync(at('ca.pem'), authority.cert);
      writeFileSync(at('ca-key.pem'), authority.key, { mode: 0o600 });
      subject.push('-CA', at('ca.pem'), '-CAkey', at('ca-key.pem'), '-addext', 'basicConstraints=critical,CA:FALSE');
    }
    execFileSync('openssl', ['req', ...options, ...subject, '-keyout', at('key.pem'), '-out', at('cert.pem')], {
      stdio: 'ignore',
    });
    return { key: readFileSync(at('key.pem'), 'utf8'), cert: readFileSync(at('cert.pem'), 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
