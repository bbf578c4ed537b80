/**
 * Keys that seal what is stored: one active, and older ones that only open, so that a key can be changed while values
 * sealed under the last are rewrapped. Weak keys are refused at start: a key from a tutorial protects nothing.
 * Does not read the environment and does not rewrap (`store/rewrap.ts` does).
 */
import { createSecretKey, type KeyObject } from 'node:crypto';
import { fromHex, toHex } from '../kernel/encoding.ts';
import { sha256 } from '../kernel/hash.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { VaultError } from './vault-error.ts';

/** A 256-bit key behind a `KeyObject`, which neither JSON nor a log line spells out. */
export interface VaultKey {
  /** Eight hexadecimal digits that name the key; not secret. */
  readonly kid: string;
  readonly secret: KeyObject;
}

export interface KeyRing {
  /** Seals. */
  readonly active: VaultKey;
  /** Opens: the active key and all previous ones, by kid. */
  readonly keys: ReadonlyMap<string, VaultKey>;
}

export const KEY_BYTES = 32;
/** A random key fails any of the checks below less than once in 10^13. */
const MIN_DISTINCT_BYTES = 16;

const WEAKNESSES: readonly { readonly is: (key: Uint8Array) => boolean; readonly say: string }[] = [
  { is: repeats, say: 'it repeats a pattern' },
  { is: (key) => new Set(key).size < MIN_DISTINCT_BYTES, say: 'it has too few different bytes' },
  { is: counts, say: 'it counts up or down' },
  { is: (key) => key.every((byte) => byte >= 0x20 && byte < 0x7f), say: 'it spells text' },
];

/** A key of 64 hexadecimal digits, or a sentence on why it is not one. The sentence never repeats the key. */
export function parseKey(hex: string): Result<Uint8Array, string> {
  const key = fromHex(hex.toLowerCase());
  if (key?.length !== KEY_BYTES) return err('a key is 64 hexadecimal digits; make one with: openssl rand -hex 32');
  const weakness = WEAKNESSES.find(({ is }) => is(key));
  return weakness === undefined
    ? ok(key)
    : err(`the key is weak: ${weakness.say}; make a random one with: openssl rand -hex 32`);
}

/** @throws VaultError `bad_key` unless 32 bytes. The bytes are copied; the caller may wipe them. */
export function vaultKey(bytes: Uint8Array): VaultKey {
  if (bytes.length !== KEY_BYTES) throw new VaultError('bad_key');
  const kid = toHex(sha256(Buffer.concat([Buffer.from('sallyport-kid'), bytes])).subarray(0, 4));
  return { kid, secret: createSecretKey(bytes) };
}

/** @throws VaultError `bad_key` when two different keys have the same kid: one of them could never be chosen. */
export function createKeyRing(active: Uint8Array, previous: readonly Uint8Array[] = []): KeyRing {
  const first = vaultKey(active);
  const keys = new Map([[first.kid, first]]);
  for (const key of previous.map(vaultKey)) {
    const known = keys.getOrInsert(key.kid, key);
    if (!known.secret.equals(key.secret)) throw new VaultError('bad_key');
  }
  return { active: first, keys };
}

/** A ring whose keys change while it is in use. */
export interface RotatingRing extends KeyRing {
  /** Takes a key in and seals with it from now on. @throws VaultError `bad_key` as `createKeyRing` does. */
  activate(bytes: Uint8Array): VaultKey;
  /** Forgets a key; never the active one. What it sealed opens no more. */
  drop(kid: string): void;
}

export function rotatingRing(first: KeyRing): RotatingRing {
  const keys = new Map(first.keys);
  let { active } = first;
  return {
    get active() {
      return active;
    },
    keys,
    activate(bytes) {
      const key = vaultKey(bytes);
      const known = keys.getOrInsert(key.kid, key);
      if (!known.secret.equals(key.secret)) throw new VaultError('bad_key');
      active = known;
      return known;
    },
    drop(kid) {
      if (kid !== active.kid) keys.delete(kid);
    },
  };
}

function repeats(key: Uint8Array): boolean {
  for (let period = 1; period <= key.length / 2; period++) {
    if (key.every((byte, i) => i < period || byte === key[i - period])) return true;
  }
  return false;
}

function counts(key: Uint8Array): boolean {
  const step = (i: number) => (key[i]! - key[i - 1]! + 256) % 256;
  return key.every((_, i) => i < 2 || step(i) === step(1));
}
