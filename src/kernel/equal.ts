/**
 * Constant-time equality for secrets. Both sides are hashed first, so that lengths may differ and any Unicode or bytes
 * may come in without throwing and without the time telling how much was right.
 */
import { hash, timingSafeEqual } from 'node:crypto';

export function secretEqual(a: string | Uint8Array, b: string | Uint8Array): boolean {
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));
}
