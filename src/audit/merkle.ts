/**
 * The log's Merkle tree: RFC 6962 §2.1 (the same as RFC 9162 §2.1.1) over SHA-256. A leaf and an inner node are hashed
 * with different first bytes, so that a node can't be passed off as a leaf. Holds only the right edge of the tree;
 * proofs are planned in `proof.ts`, stored hashes are addressed in `tiles.ts`.
 *
 * Sizes and indexes are safe integers and pass 2^32, so nothing here shifts bits: JavaScript would cut them to 32.
 */
import { hash } from 'node:crypto';
import { sha256 } from '../kernel/hash.ts';

export const HASH_BYTES = 32;

/** The root of a tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT: Uint8Array = sha256('');

/** @throws TypeError for text with a lone surrogate: its UTF-8 would be that of another text, and so its hash. */
export function leafHash(data: string | Uint8Array): Uint8Array {
  if (typeof data === 'string') {
    if (!data.isWellFormed()) throw new TypeError('a leaf has no lone surrogate');
    return hash('sha256', `\0${data}`, 'buffer');
  }
  const prefixed = new Uint8Array(data.length + 1); // starts with the 0x00 of a leaf
  prefixed.set(data, 1);
  return hash('sha256', prefixed, 'buffer');
}

const pair = new Uint8Array(1 + 2 * HASH_BYTES); // re-used: hashing is synchronous
pair[0] = 1;

/** @throws RangeError unless both are 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES) throw new RangeError('a tree hash has 32 bytes');
  pair.set(left, 1);
  pair.set(right, 1 + HASH_BYTES);
  return hash('sha256', pair, 'buffer');
}

/**
 * The hash of a run of leaves from those of the complete subtrees that make it up, left to right and never growing.
 * Nothing folds to the empty root.
 */
export function foldNodes(hashes: readonly Uint8Array[]): Uint8Array {
  let folded = hashes.at(-1);
  if (folded === undefined) return EMPTY_ROOT;
  for (let i = hashes.length - 2; i >= 0; i--) folded = nodeHash(hashes[i]!, folded);
  return folded;
}

/** Hashes are public: this need not take constant time. */
export const sameHash = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** The right edge of a growing tree: enough to append and to know the root, in at most 53 hashes. */
export class Frontier {
  #size = 0;
  /** Complete subtrees left to right, hence from large to small: one for each bit that is set in the size. */
  #subtrees: Uint8Array[] = [];

  get size(): number {
    return this.#size;
  }

  /** Appends a leaf's hash and keeps it: the caller must not change its bytes afterwards. */
  push(leaf: Uint8Array): void {
    let carry = leaf;
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) carry = nodeHash(this.#subtrees.pop()!, carry);
    this.#subtrees.push(carry);
    this.#size++;
  }

  root(): Uint8Array {
    return foldNodes(this.#subtrees);
  }

  clone(): Frontier {
    const copy = new Frontier();
    copy.#size = this.#size;
    copy.#subtrees = this.#subtrees.slice();
    return copy;
  }

  /** The subtrees' hashes, left to right, 32 bytes each. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.#subtrees.length * HASH_BYTES);
    this.#subtrees.forEach((subtree, i) => {
      bytes.set(subtree, i * HASH_BYTES);
    });
    return bytes;
  }

  /** @throws RangeError when `bytes` can't be the frontier of a tree of that size. */
  static fromBytes(size: number, bytes: Uint8Array): Frontier {
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError('a tree size is a whole number from 0');
    if (bytes.length !== subtreeCount(size) * HASH_BYTES)
      throw new RangeError('the frontier does not fit the tree size');
    const own = new Uint8Array(bytes);
    const frontier = new Frontier();
    frontier.#size = size;
    for (let at = 0; at < own.length; at += HASH_BYTES) frontier.#subtrees.push(own.subarray(at, at + HASH_BYTES));
    return frontier;
  }
}

/** Complete subtrees of a tree of `n` leaves: the bits set in `n` (RFC 6962 §2.1). */
export function subtreeCount(n: number): number {
  let count = 0;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}
