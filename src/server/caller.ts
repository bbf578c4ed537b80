/**
 * Who calls. Every door that acts asks here first, before a byte of the body is read; a token comes in the
 * `Authorization` header alone (RFC 6750 §2.1). A request without a principal is counted by the prefix of its peer's
 * address; forwarding headers, which anybody can write, are not read.
 */
import type { Principal } from '../guard/principal.ts';
import { SallyportError } from '../kernel/errors.ts';
import { type Bearer, parseBearer } from '../shield/bearer.ts';
import { addressPrefix } from './address-prefix.ts';
import type { RequestContext } from './context.ts';

export interface CallerParts {
  authenticate(bearer: string | null): Promise<Principal | null>;
  /** Counts a request without a principal, by address prefix (IPv4 /24, IPv6 /64). */
  unauthenticated(prefix: string): void;
}

/** The token of the `Authorization` header. */
export const bearerOf = (c: RequestContext): Bearer => parseBearer(c.req.raw.headers.get('authorization'));

/**
 * @param bearer what was presented, where a door has another source for it (`mcp/sse-token.ts` alone).
 * @throws SallyportError `unauthenticated`; a fault of `authenticate` passes through, and nobody gets in by it.
 */
export async function callerOf(
  c: RequestContext,
  { authenticate, unauthenticated }: CallerParts,
  bearer: Bearer = bearerOf(c),
): Promise<Principal> {
  const principal = bearer.is === 'token' ? await authenticate(bearer.token) : null;
  if (principal !== null) return principal;
  unauthenticated(addressPrefix(c.env?.incoming?.socket.remoteAddress));
  throw new SallyportError('unauthenticated', 'Send a valid token in the header Authorization: Bearer <token>.');
}
