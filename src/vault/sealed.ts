/**
 * Sealed cells: AES-256-GCM under the key ring, spelled `v1.<kid>.<iv>.<ciphertext>.<tag>` in base64url. The cell's place
 * is authenticated with it, so that whoever can write to the database can't move a value to another row, column or
 * organisation. Hides content, not length, and can't tell that an older value of the same cell was put back.
 *
 * Nonces are random 96 bits: NIST SP 800-38D §8.3 allows 2^32 seals under one key. Messages are sealed under keys of their
 * own (`subject-key.ts`), so the ring's keys stay far below.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { fromBase64url, toBase64url, toUtf8 } from '../kernel/encoding.ts';
import type { Entropy } from '../kernel/entropy.ts';
import type { KeyRing, VaultKey } from './key-ring.ts';
import { VaultError } from './vault-error.ts';

/** Where a sealed value lives. It opens there only. */
export interface Cell {
  readonly org: string;
  readonly table: string;
  readonly column: string;
  readonly row: string;
}

const VERSION = 'v1';
const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const TAG = { authTagLength: TAG_BYTES } as const; // without it Node opens tags cut down to 4 bytes
const HEAD = /^v1\.([0-9a-f]{8})\./;

/** @throws VaultError `bad_plaintext` for text that UTF-8 can't carry unchanged. */
export const seal = (ring: KeyRing, entropy: Entropy, plaintext: string | Uint8Array, cell: Cell): string =>
  sealWith(ring.active, entropy, plaintext, cell);

/** @throws VaultError `malformed`, `unknown_key`, or `not_authentic`. */
export function open(ring: KeyRing, sealed: string, cell: Cell): Uint8Array {
  const key = ring.keys.get(kidOf(sealed));
  if (key === undefined) throw new VaultError('unknown_key');
  return openWith(key, sealed, cell);
}

/** @throws VaultError `malformed`. */
export function kidOf(sealed: string): string {
  const kid = HEAD.exec(sealed)?.[1];
  if (kid === undefined) throw new VaultError('malformed');
  return kid;
}

/** True when the value must be opened and sealed again before its key can be dropped. @throws VaultError `malformed`. */
export const needsRewrap = (ring: KeyRing, sealed: string): boolean => kidOf(sealed) !== ring.active.kid;

/** `seal` under one key. */
export function sealWith(key: VaultKey, entropy: Entropy, plaintext: string | Uint8Array, cell: Cell): string {
  const iv = entropy.bytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key.secret, iv, TAG);
  cipher.setAAD(placeOf(key.kid, cell));
  const ciphertext = cipher.update(typeof plaintext === 'string' ? wellFormed(plaintext) : plaintext);
  cipher.final(); // GCM streams: nothing is left to come
  return `${VERSION}.${key.kid}.${toBase64url(iv)}.${toBase64url(ciphertext)}.${toBase64url(cipher.getAuthTag())}`;
}

/** `open` under one key. */
export function openWith(key: VaultKey, sealed: string, cell: Cell): Uint8Array {
  if (kidOf(sealed) !== key.kid) throw new VaultError('unknown_key');
  const [, , ivText = '', ciphertextText = '', tagText = '', surplus] = sealed.split('.');
  const iv = fromBase64url(ivText);
  const ciphertext = fromBase64url(ciphertextText);
  const tag = fromBase64url(tagText);
  if (iv?.length !== IV_BYTES || ciphertext === null || tag?.length !== TAG_BYTES || surplus !== undefined) {
    throw new VaultError('malformed');
  }
  try {
    const decipher = createDecipheriv(ALGORITHM, key.secret, iv, TAG);
    decipher.setAAD(placeOf(key.kid, cell)).setAuthTag(tag);
    const plaintext = decipher.update(ciphertext);
    decipher.final(); // throws unless all of it is authentic; nothing leaves before
    return plaintext;
  } catch {
    throw new VaultError('not_authentic');
  }
}

/**
 * The additional authenticated data: version, kid and place, each as `<bytes>:<text>`. The lengths keep parts apart, so
 * that (`a`, `bc`) and (`ab`, `c`) differ.
 */
function placeOf(kid: string, { org, table, column, row }: Cell): Uint8Array {
  let place = '';
  for (const part of [VERSION, kid, org, table, column, row]) place += `${Buffer.byteLength(wellFormed(part))}:${part}`;
  return toUtf8(place);
}

function wellFormed(text: string): string {
  if (!text.isWellFormed()) throw new VaultError('bad_plaintext');
  return text;
}
