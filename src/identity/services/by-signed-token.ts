/**
 * A service that signs its own tokens (RFC 7519, RFC 8725). The token says whose it is (`iss`); the key and with it the
 * algorithm are those that were registered for that service, never any that the token names or carries. Each token is good
 * once: what is overheard is worth nothing afterwards.
 */
import { decodeJwt, errors, importJWK, type JWK, jwtVerify } from 'jose';
import type { Bucket } from '../../guard/sliding-bucket.ts';
import type { Clock } from '../../kernel/clock.ts';
import { SallyportError } from '../../kernel/errors.ts';
import { looksLikeId } from '../../kernel/ids.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import type { IpAddress } from '../../shield/ip-address.ts';
import { ALGORITHM_OF, claimsOf, SKEW_MS } from '../rules/signed-token.ts';
import type { ServiceRecord, ServiceStore } from './ports.ts';
import { mayCome } from './service-principal.ts';

export interface SignedTokenParts {
  readonly services: Pick<ServiceStore, 'signing' | 'rememberOnce'>;
  /** This server's public address, which every token must name. */
  readonly audience: string;
  /** Of each service: numbers are remembered, so there must be an end to them. */
  readonly bucket: Bucket;
  readonly clock: Clock;
}

/** @throws SallyportError `organization_inactive`, `rate_limited`; a fault of the store passes through. */
export async function bySignedToken(
  { services, audience, bucket, clock }: SignedTokenParts,
  token: string,
  address: IpAddress | null,
): Promise<ServiceRecord | null> {
  const issuer = issuerOf(token);
  if (!looksLikeId('svc', issuer)) return null;
  const service = await services.signing(issuer);
  if (service === null) return null;
  const algorithm = ALGORITHM_OF[service.publicKey.crv];
  const verified = await verify(token, service.publicKey, algorithm, clock.now());
  if (verified === null) return null;
  const { kid } = service;
  const claims = claimsOf(verified.header, verified.claims, { service: issuer, kid, audience, now: clock.now() });
  if (claims === null || !mayCome(service, address, clock.now())) return null;
  const retryAt = bucket(issuer, clock.now());
  if (retryAt !== null) {
    throw new SallyportError('rate_limited', 'The service signs too many tokens a minute.', {
      retryAfterMs: retryAt - clock.now(),
    });
  }
  // as long as any server of the database may still take its time for good
  const isFirst = await services.rememberOnce(service, claims.jti, claims.endsAt + SKEW_MS);
  return isFirst ? service : null;
}

/** Whose it says that it is, before anything is believed: a stranger may have put anything there. */
function issuerOf(token: string): string {
  try {
    const { iss }: { readonly iss?: unknown } = decodeJwt(token);
    return typeof iss === 'string' ? iss : '';
  } catch {
    return '';
  }
}

async function verify(token: string, key: JWK, algorithm: string, now: number) {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, await importJWK(key, algorithm), {
      algorithms: [algorithm],
      currentDate: new Date(now),
      clockTolerance: SKEW_MS / SECOND_MS,
    });
    return { header: protectedHeader, claims: payload };
  } catch (fault) {
    if (fault instanceof errors.JOSEError) return null;
    throw fault;
  }
}
