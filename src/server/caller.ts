/**
 * Who calls. Every door that acts asks here first, before a byte of the body is read; a token comes in the
 * `Authorization` header alone (RFC 6750 §2.1). A request without a principal is counted by the prefix of its peer's
 * address; forwarding headers, which anybody can write, are not read.
 */
import type { Principal } from '../guard/principal.ts';
import { SallyportError } from '../kernel/errors.ts';
import { parseBearer } from '../shield/bearer.ts';
import { addressPrefix } from './address-prefix.ts';
import type { RequestContext } from './context.ts';
import { demoCaller } from './demo.ts';

export interface CallerParts {
  authenticate(bearer: string | null): Promise<Principal | null>;
  /** Counts a request without a principal, by address prefix (IPv4 /24, IPv6 /64). */
  unauthenticated(prefix: string): void;
  /** Demo mode: a local request without any credential is the orchestrator's (demo.ts). */
  readonly demo?: boolean;
}

/** @throws SallyportError `unauthenticated`; a fault of `authenticate` passes through, and nobody gets in by it. */
export async function callerOf(
  c: RequestContext,
  { authenticate, unauthenticated, demo }: CallerParts,
): Promise<Principal> {
  const bearer = parseBearer(c.req.raw.headers.get('authorization'));
  const peer = c.env?.incoming?.socket.remoteAddress;
  if (demo === true && bearer.is === 'absent') {
    const guest = demoCaller(c.req.raw.headers, peer);
    if (guest !== null) return guest;
  }
  const principal = bearer.is === 'token' ? await authenticate(bearer.token) : null;
  if (principal !== null) return principal;
  unauthenticated(addressPrefix(peer));
  throw new SallyportError('unauthenticated', 'Send a valid token in the header Authorization: Bearer <token>.');
}
