/**
 * Tokens that mean nothing by themselves and are looked up: of a link, of a ceremony's step, of a browser that is known. 256
 * random bits as base64url; the store has the hash alone.
 */
import { toBase64url } from '../kernel/encoding.ts';
import { type MintedToken, tokenHash } from './token.ts';

const BYTES = 32;
const FORM = /^[\w-]{43}$/;

/** @param bytes fresh bytes of a secure source. */
export function mintOpaqueToken(bytes: (n: number) => Uint8Array): MintedToken {
  const token = toBase64url(bytes(BYTES));
  return { token, hash: tokenHash(token) };
}

/** Null for what no token looks like, which needs no look-up. */
export const opaqueTokenHash = (token: unknown): string | null =>
  typeof token === 'string' && FORM.test(token) ? tokenHash(token) : null;
