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
  const kind = /^[\d.]+$|:/.test(name) ? 'IP' : 'DNS';
  const subject = ['-days', String(days), '-subj', `${of}/CN=${name}`, '-addext', `subjectAltName=${kind}:${name}`];
  const leaf = authority === undefined ? [] : ['-addext', 'basicConstraints=critical,CA:FALSE'];
  return made([...subject, ...leaf], authority);
}

/**
 * A certificate for a client.
 * @param names lines of OpenSSL's section of alternative names, such as `DNS.1 = crm.example`; none: the common name alone.
 */
export function makeClientCertificate(
  commonName: string,
  names: readonly string[],
  authority: Certificate,
): Certificate {
  const san = names.length === 0 ? [] : ['subjectAltName = @names', '[names]', ...names];
  const form = ['[req]', 'distinguished_name = name', '[name]', '[ext]', 'extendedKeyUsage = clientAuth', ...san];
  return made(['-days', '2', '-subj', `/CN=${commonName}`, '-extensions', 'ext'], authority, form.join('\n'));
}

/** @param form of OpenSSL's configuration; the machine's own unless given. */
function made(options: readonly string[], authority?: Certificate, form?: string): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-certificate-'));
  const at = (file: string) => join(folder, file);
  try {
    const more: string[] = [];
    if (authority !== undefined) {
      writeFileSync(at('ca.pem'), authority.cert);
      writeFileSync(at('ca-key.pem'), authority.key, { mode: 0o600 });
      more.push('-CA', at('ca.pem'), '-CAkey', at('ca-key.pem'));
    }
    if (form !== undefined) {
      writeFileSync(at('form.cnf'), form);
      more.push('-config', at('form.cnf'));
    }
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-x509'];
    execFileSync('openssl', ['req', ...kind, ...options, ...more, '-keyout', at('key.pem'), '-out', at('cert.pem')], {
      stdio: 'ignore',
    });
    return { key: readFileSync(at('key.pem'), 'utf8'), cert: readFileSync(at('cert.pem'), 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
