/**
 * A certificate, its key and the authorities of clients, judged before they are served. Threat: TLS that is switched on in the
 * settings while nothing that can be served is there. Looks at what is given; files, times and names are the caller's.
 */
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Tls } from './node-listen.ts';

export type TlsFault =
  | 'no_certificate'
  /** None as PEM, or one with a passphrase. */
  | 'no_key'
  | 'other_key'
  | 'no_client_ca'
  /** OpenSSL refuses what it was given: a malformed chain, a key that is too weak. */
  | 'not_servable';

/** The certificate of the server itself, the first of its chain. Never throws. */
export function judgeTls(tls: Tls): Result<X509Certificate, TlsFault> {
  const { cert, key, clientCa } = tls;
  const certificate = parsed(() => new X509Certificate(onlyPem(cert)));
  if (certificate === null) return err('no_certificate');
  const privateKey = parsed(() => createPrivateKey(onlyPem(key)));
  if (privateKey === null) return err('no_key');
  if (!certificate.checkPrivateKey(privateKey)) return err('other_key');
  if (clientCa !== undefined && !areCertificates(clientCa)) return err('no_client_ca');
  const { minVersion = 'TLSv1.3' } = tls;
  const context = parsed(() =>
    createSecureContext({ cert, key, minVersion, ...(clientCa === undefined ? {} : { ca: clientCa }) }),
  );
  return context === null ? err('not_servable') : ok(certificate);
}

/** What clients pin: the SHA-256 of the key's SubjectPublicKeyInfo (RFC 7469 §2.4), as `sha256/` and Base64. */
export const spkiPin = ({ publicKey }: X509Certificate): string =>
  `sha256/${createHash('sha256')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest('base64')}`;

const BLOCKS = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** OpenSSL skips what it can't read in a list of authorities: an empty one would let nobody in, or fall back on others. */
function areCertificates(pem: string): boolean {
  const blocks = pem.match(BLOCKS) ?? [];
  const begun = pem.split('-----BEGIN ').length - 1;
  return (
    begun > 0 && blocks.length === begun && blocks.every((block) => parsed(() => new X509Certificate(block)) !== null)
  );
}

/** Node's parsers take other encodings too, which its server does not. */
const onlyPem = (text: string): string => (text.includes('-----BEGIN ') ? text : '');

function parsed<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch {
    return null; // the cause might quote what it was given
  }
}
