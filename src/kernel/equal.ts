/**
 * Constant-time equality for secrets. Both sides are hashed first, so that lengths may differ and any Unicode or bytes
 * may come in without throwing and without the time telling how much was right.
 */
import { hash, timingSafeEqual } from 'node:crypto';

export const secretEqual = (a: string | Uint8Array, b: string | Uint8Array): boolean =>
  timingSafeEqual(digest(a), digest(b));

/** The same against one secret, which is hashed once. */
export function secretMatcher(secret: string | Uint8Array): (given: string | Uint8Array) => boolean {
  const expected = digest(secret);
  return (given) => timingSafeEqual(digest(given), expected);
}

/** As digits: node:crypto gives text at a third of the price of bytes. */
const digest = (secret: string | Uint8Array): Uint8Array => Buffer.from(hash('sha256', secret, 'hex'), 'latin1');
