/**
 * Recovery codes: what a person keeps on paper for the day when the phone is gone. Each stands for a one-time code once, and
 * never for the password.
 *
 * Sixteen characters of five bits: with 80 random bits SHA-256 is enough, as nobody can try 2^80 of them, and it needs no
 * queue; a slow hash is for what people choose themselves. The alphabet (Crockford's base 32) has no letters that look like
 * digits, and what is read wrong is put right.
 */

import { toHex } from '../../kernel/encoding.ts';
import type { Entropy } from '../../kernel/entropy.ts';
import { sha256 } from '../../kernel/hash.ts';

const CODES = 10;
const CHARS = 16;
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LOOK_ALIKES: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' };
const CODE = new RegExp(`^[${ALPHABET}]{${CHARS}}$`);

export interface RecoveryCode {
  /** `XXXX-XXXX-XXXX-XXXX`: shown once, never stored. */
  readonly code: string;
  readonly hash: string;
}

export const mintRecoveryCodes = (entropy: Entropy): readonly RecoveryCode[] =>
  Array.from({ length: CODES }, () => {
    const chars = Array.from(entropy.bytes(CHARS), (byte) => ALPHABET[byte % ALPHABET.length]!); // 256 is a multiple of 32
    const code = chars.join('').replaceAll(/.{4}(?=.)/g, '$&-');
    return { code, hash: hashOf(chars.join('')) };
  });

/** The hash by which the store knows a code that somebody typed; null for what is none. */
export function recoveryCodeHash(typed: string): string | null {
  const code = typed
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll(/[OIL]/g, (char) => LOOK_ALIKES[char]!);
  return CODE.test(code) ? hashOf(code) : null;
}

/** Lower-case hex SHA-256. */
const hashOf = (code: string): string => toHex(sha256(`recovery:${code}`));
