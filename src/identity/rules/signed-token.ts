/**
 * What a service's signed token must say (RFC 8725, in the spirit of RFC 7523): who it is from, for which server, for how
 * short a time, and that it is this one and no other. About the signature this says nothing: it is looked at first, with
 * the algorithm of the service's own key, never by what the token asks for.
 */
import { MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';

export const MAX_LIFE_MS = 5 * MINUTE_MS;
/** How far the clocks of a service and this server may be apart. */
export const SKEW_MS = MINUTE_MS;

/** RFC 8725 §3.1: one algorithm for a key, fixed by the key. */
export const ALGORITHM_OF = { Ed25519: 'EdDSA', 'P-256': 'ES256' } as const;
export type Curve = keyof typeof ALGORITHM_OF;

type Json = Readonly<Record<string, unknown>>;

/** 128 bits and more fit; what is longer is no number used once but a load. */
const JTI = /^[\w.:-]{8,128}$/;

export interface Expected {
  /** The service's id. */
  readonly service: string;
  /** Null: a service that named no key id has one key. */
  readonly kid: string | null;
  /** This server's public address, to the letter. */
  readonly audience: string;
  /** Ms since the epoch. */
  readonly now: number;
}

/**
 * The token's number and when (ms) it can't be used any more; null for one that is not good.
 * Other headers, such as `jku`, `x5u` and `jwk`, are not read at all.
 */
export function claimsOf(
  header: Json,
  claims: Json,
  { service, kid, audience, now }: Expected,
): { readonly jti: string; readonly endsAt: number } | null {
  const { iss, sub, aud, jti } = claims;
  const [issuedAt, endsAt] = [milliseconds(claims['iat']), milliseconds(claims['exp'])];
  const notBefore = claims['nbf'] === undefined ? issuedAt : milliseconds(claims['nbf']);
  const good =
    (header['typ'] === undefined || header['typ'] === 'JWT') &&
    header['crit'] === undefined && // an extension that must be understood: none is
    header['b64'] === undefined && // RFC 7797 §7: not in a JWT
    (header['kid'] === undefined || kid === null || header['kid'] === kid) &&
    iss === service &&
    sub === service &&
    aud === audience && // one address alone: a list would be good at another server too
    typeof jti === 'string' &&
    JTI.test(jti) &&
    issuedAt !== null &&
    endsAt !== null &&
    notBefore !== null &&
    issuedAt <= now + SKEW_MS &&
    notBefore <= now + SKEW_MS &&
    now < endsAt &&
    issuedAt < endsAt &&
    endsAt - issuedAt <= MAX_LIFE_MS;
  return good ? { jti, endsAt } : null;
}

/** Of a NumericDate (RFC 7519 §2); null for what is none or lies beyond any calendar. */
function milliseconds(value: unknown): number | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  const ms = Math.floor(value * SECOND_MS);
  return Number.isSafeInteger(ms) && ms >= 0 ? ms : null;
}
