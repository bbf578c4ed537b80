/**
 * Who calls. Every door that acts asks here first, before a byte of the body is read; a token comes in the
 * `Authorization` header alone (RFC 6750 §2.1), a certificate from the TLS connection alone. A request without a principal is counted by the prefix of the client's
 * address, and a principal by its own limit (protection.ts).
 */
import type { Principal } from '../guard/principal.ts';
import type { Authenticate, Credentials } from '../identity/authenticate.ts';
import { SallyportError } from '../kernel/errors.ts';
import { type Bearer, parseBearer } from '../shield/bearer.ts';
import { addressPrefix } from './address-prefix.ts';
import type { RequestContext } from './context.ts';
import { demoCaller } from './demo.ts';
import { peerCertificateOf } from './peer-certificate.ts';
import type { Protection } from './protection.ts';

export interface AuthenticationParts {
  readonly authenticate: Authenticate;
  /** Counts a request without a principal, by address prefix (IPv4 /24, IPv6 /64). */
  unauthenticated(prefix: string): void;
  /** Demo mode: a local request without any credential is the orchestrator's (demo.ts). */
  readonly demo?: boolean;
}

export interface CallerParts extends AuthenticationParts {
  readonly protection: Pick<Protection, 'admit' | 'refuse'>;
}

/** The token of the `Authorization` header. */
export const bearerOf = (c: RequestContext): Bearer => parseBearer(c.req.raw.headers.get('authorization'));

/** What a request proves itself by. A bearer that can't be read comes without anything: no certificate makes it good. */
export function credentialsOf(c: RequestContext, bearer: Bearer): Credentials {
  const { address } = c.get('visitor');
  return bearer.is === 'token'
    ? { bearer: bearer.token, address, certificate: null }
    : {
        bearer: null,
        address,
        certificate: bearer.is === 'absent' ? peerCertificateOf(c.env?.incoming?.socket) : null,
      };
}

/**
 * @param bearer what was presented, where a door has another source for it (`mcp/sse-token.ts` alone).
 * @throws SallyportError `unauthenticated`, or what the protection refuses (`rate_limited`, `locked_out`,
 * `address_not_allowed`); a fault of `authenticate` passes through, and nobody gets in by it.
 */
export async function callerOf(
  c: RequestContext,
  parts: CallerParts,
  bearer: Bearer = bearerOf(c),
): Promise<Principal> {
  const { authenticate, unauthenticated, protection } = parts;
  const credentials = credentialsOf(c, bearer);
  const nothing = credentials.bearer === null && credentials.certificate === null;
  const principal = nothing ? guestOf(c, parts, bearer) : await authenticate(credentials);
  if (principal !== null) {
    const admitted = protection.admit(c, principal);
    if (admitted !== undefined) await admitted;
    return principal;
  }
  unauthenticated(addressPrefix(c.get('visitor').address));
  await protection.refuse(c, bearer.is !== 'absent' || !nothing);
  throw new SallyportError('unauthenticated', 'Send a valid token in the header Authorization: Bearer <token>.');
}

const guestOf = (c: RequestContext, { demo }: AuthenticationParts, bearer: Bearer): Principal | null =>
  demo === true && bearer.is === 'absent' ? demoCaller(c.req.raw.headers, c.env?.incoming?.socket.remoteAddress) : null;
