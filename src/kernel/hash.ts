/** SHA-256 and HMAC-SHA-256 over bytes or UTF-8 text, 32 bytes out. */
import { createHmac, hash, type KeyObject } from 'node:crypto';

export const sha256 = (data: string | Uint8Array): Uint8Array => hash('sha256', data, 'buffer');

export const hmacSha256 = (key: Uint8Array | KeyObject, data: string | Uint8Array): Uint8Array =>
  createHmac('sha256', key).update(data).digest();
