/**
 * The public half of a key that a service signs with, as a JSON Web Key (RFC 7517): Ed25519 (RFC 8037 §2) or P-256, which
 * fixes the algorithm (`signed-token.ts`). What is kept is made anew from what was understood.
 */
import { createPublicKey } from 'node:crypto';
import { fromBase64url } from '../../kernel/encoding.ts';
import type { PublicKey } from '../services/ports.ts';

export interface GivenKey {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y?: string | undefined;
}

const COORDINATE_BYTES = 32;

/** Null for what is no key of the two kinds, or no point of its curve. */
export function publicKeyOf({ kty, crv, x, y }: GivenKey): PublicKey | null {
  if (![x, ...(y === undefined ? [] : [y])].every((text) => fromBase64url(text)?.length === COORDINATE_BYTES))
    return null;
  const key: PublicKey | null =
    kty === 'OKP' && crv === 'Ed25519' && y === undefined
      ? { kty, crv, x }
      : kty === 'EC' && crv === 'P-256' && y !== undefined
        ? { kty, crv, x, y }
        : null;
  return key !== null && isOnCurve(key) ? key : null;
}

function isOnCurve(key: PublicKey): boolean {
  try {
    createPublicKey({ key: { ...key }, format: 'jwk' });
    return true;
  } catch {
    return false;
  }
}
