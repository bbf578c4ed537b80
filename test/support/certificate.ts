/** Certificates and their keys, as PEM, made for each run by the `openssl` of the machine: Node itself can't make one. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Self-signed. */
export const makeCertificate = (name: string): Certificate =>
  inFolder((folder) =>
    request(folder, ['-x509', '-days', '2', ...named(name), '-addext', `subjectAltName=DNS:${name}`]),
  );

export interface Authority extends Certificate {
  /**
   * A certificate for a client, by this authority.
   * @param names lines of OpenSSL's section of alternative names, such as `DNS.1 = crm.example`; none: the common name alone.
   */
  issue(commonName: string, names: readonly string[]): Certificate;
}

export const makeAuthority = (name: string): Authority => {
  const own = inFolder((folder) => request(folder, ['-x509', '-days', '2', ...named(name)]));
  return {
    ...own,
    issue: (commonName, names) =>
      inFolder((folder) => {
        const at = (file: string) => join(folder, file);
        writeFileSync(at('ca.pem'), own.cert);
        writeFileSync(at('ca-key.pem'), own.key);
        const san = names.length === 0 ? [] : ['subjectAltName = @names', '[names]', ...names];
        const form = ['[req]', 'distinguished_name = name', '[name]', '[ext]', 'extendedKeyUsage = clientAuth', ...san];
        writeFileSync(at('form.cnf'), form.join('\n'));
        const by = ['-CA', at('ca.pem'), '-CAkey', at('ca-key.pem'), '-config', at('form.cnf'), '-extensions', 'ext'];
        return request(folder, ['-x509', '-days', '2', ...by, ...named(commonName)]);
      }),
  };
};

const named = (commonName: string): string[] => ['-subj', `/CN=${commonName}`];

function request(folder: string, options: readonly string[]): Certificate {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync('openssl', ['req', ...NEW_KEY, ...options, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-certificate-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
