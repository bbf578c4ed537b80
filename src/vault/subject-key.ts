/**
 * A data key for each person whose data is kept: their texts are sealed under it, and it is itself sealed under the key
 * ring. Erasure destroys the wrapped key and so makes every row of texts unreadable at once (GDPR 17); a backup that holds
 * both still opens until it expires. Rotation of the ring rewraps the keys and leaves the texts alone. Same format and
 * same rules of place as `sealed.ts`.
 */
import { fromUtf8 } from '../kernel/encoding.ts';
import type { Entropy } from '../kernel/entropy.ts';
import { KEY_BYTES, type KeyRing, type VaultKey, vaultKey } from './key-ring.ts';
import { type Cell, open, openWith, seal, sealWith } from './sealed.ts';
import { VaultError } from './vault-error.ts';

/** A fresh key, and its sealed form for `cell`. */
export function createSubjectKey(ring: KeyRing, entropy: Entropy, cell: Cell): { key: VaultKey; wrapped: string } {
  const bytes = entropy.bytes(KEY_BYTES);
  const made = { key: vaultKey(bytes), wrapped: seal(ring, entropy, bytes, cell) };
  bytes.fill(0);
  return made;
}

/** @throws VaultError as `open` does, and `bad_key` when what was sealed is no key. */
export function unwrapSubjectKey(ring: KeyRing, wrapped: string, cell: Cell): VaultKey {
  const bytes = open(ring, wrapped, cell);
  const key = vaultKey(bytes);
  bytes.fill(0);
  return key;
}

/** @throws VaultError `bad_plaintext` for text that UTF-8 can't carry unchanged. */
export const sealText = (key: VaultKey, entropy: Entropy, text: string, cell: Cell): string =>
  sealWith(key, entropy, text, cell);

/** @throws VaultError as `open` does. */
export function openText(key: VaultKey, sealed: string, cell: Cell): string {
  const text = fromUtf8(openWith(key, sealed, cell));
  if (text === null) throw new VaultError('bad_plaintext');
  return text;
}
