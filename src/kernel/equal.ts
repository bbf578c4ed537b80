/**
 * Constant-time equality for secrets. Both sides are hashed first, so that lengths may differ and any Unicode or bytes
 * may come in without throwing and without the time telling how much was right.
 */
import { hash, timingSafeEqual } from 'node:crypto';

export function secretEqual(a: string | Uint8Array, b: string | Uint8Array): boolean {
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));
}

/** The same against one secret, which is hashed once. */
export function secretMatcher(secret: string | Uint8Array): (given: string | Uint8Array) => boolean {
  const expected = hash('sha256', secret, 'buffer');
  return (given) => timingSafeEqual(hash('sha256', given, 'buffer'), expected);
}
