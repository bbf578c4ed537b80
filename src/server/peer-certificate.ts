/**
 * The client's certificate, as the TLS layer of this very server judged it: it asked for one, the chain ends at an authority
 * of `TLS_CLIENT_CA_FILE`, and the handshake proved the key. Threat: a header that names a certificate, which anybody can
 * write; none is read here, so behind a proxy that ends TLS nobody comes by certificate.
 */
import type { X509Certificate } from 'node:crypto';
import type { PeerCertificate } from '../identity/authenticate.ts';
import { namesIn } from '../identity/rules/certificate-names.ts';

/** What of a TLS socket is looked at. */
export interface TlsPeer {
  readonly authorized: boolean;
  getPeerX509Certificate(): X509Certificate | undefined;
}

/** For as long as the connection: reading a certificate costs more than a request. */
const known = new WeakMap<object, PeerCertificate | null>();

/** @param socket the connection; null where there is none. Null also for one without a certificate. */
export function peerCertificateOf(socket: object | undefined): PeerCertificate | null {
  if (socket === undefined || !isTls(socket)) return null;
  const before = known.get(socket);
  if (before !== undefined) return before;
  const certificate = judged(socket);
  known.set(socket, certificate);
  return certificate;
}

const isTls = (socket: object): socket is TlsPeer => 'getPeerX509Certificate' in socket && 'authorized' in socket;

function judged(socket: TlsPeer): PeerCertificate | null {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return null;
  if (!socket.authorized) return { is: 'unproven' };
  return {
    is: 'proven',
    names: namesIn(certificate.subjectAltName),
    notBefore: certificate.validFromDate.getTime(),
    notAfter: certificate.validToDate.getTime(),
  };
}
