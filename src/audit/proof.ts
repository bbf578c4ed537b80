/**
 * Proofs that a leaf is in the log (inclusion) and that a later log only adds to an earlier one (consistency):
 * RFC 9162 §2.1.3 and §2.1.4. Planning says which stored nodes a proof is made of and loads nothing, so that the store can
 * fetch them in one query; each proof element is then `foldNodes` over its nodes' hashes. Verifying needs no store.
 */
import { EMPTY_ROOT, HASH_BYTES, nodeHash, sameHash } from './merkle.ts';

/** The complete subtree of 2^level leaves that starts at leaf index × 2^level. */
export interface NodeId {
  readonly level: number;
  readonly index: number;
}

/** For each element of a proof, in the proof's order, the nodes that fold into it. */
export type ProofPlan = readonly (readonly NodeId[])[];

/** @throws RangeError unless 0 ≤ index < size. */
export function planInclusion(index: number, size: number): ProofPlan {
  if (!isSize(size) || !isSize(index) || index >= size) throw new RangeError('no such leaf in a tree of that size');
  const plan: NodeId[][] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitPoint(end - start);
    if (index < middle) {
      plan.push(nodesOf(middle, end));
      end = middle;
    } else {
      plan.push(nodesOf(start, middle));
      start = middle;
    }
  }
  return plan.reverse();
}

/** Empty from the empty tree and between equal sizes. @throws RangeError unless 0 ≤ from ≤ to. */
export function planConsistency(from: number, to: number): ProofPlan {
  if (!isSize(from) || !isSize(to) || from > to) throw new RangeError('a log only grows');
  if (from === 0) return [];
  const plan: NodeId[][] = [];
  let start = 0;
  let end = to;
  while (end !== from) {
    const middle = start + splitPoint(end - start);
    if (from <= middle) {
      plan.push(nodesOf(middle, end));
      end = middle;
    } else {
      plan.push(nodesOf(start, middle));
      start = middle;
    }
  }
  if (start > 0) plan.push(nodesOf(start, end)); // else it is the earlier root, which the verifier has
  return plan.reverse();
}

/** True when `leaf` (a leaf's hash) is at `index` of the tree with that size and root. Garbage is false, never a throw. */
export function verifyInclusion(claim: {
  readonly index: number;
  readonly size: number;
  readonly leaf: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}): boolean {
  const { index, size, leaf, proof, root } = claim;
  if (!isSize(index) || !isSize(size) || index >= size) return false;
  if (!isHash(leaf) || !isHash(root) || !Array.isArray(proof) || !proof.every(isHash)) return false;
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)]; // levels where the edge has no sibling
    } else {
      hash = nodeHash(hash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && sameHash(hash, root);
}

/**
 * True when the tree `to` starts with all leaves of the tree `from`. Everything extends the empty tree. Garbage is false,
 * never a throw.
 */
export function verifyConsistency(claim: {
  readonly from: number;
  readonly fromRoot: Uint8Array;
  readonly to: number;
  readonly toRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}): boolean {
  const { from, fromRoot, to, toRoot, proof } = claim;
  if (!isSize(from) || !isSize(to) || from > to) return false;
  if (!isHash(fromRoot) || !isHash(toRoot) || !Array.isArray(proof) || !proof.every(isHash)) return false;
  if (from === to) return proof.length === 0 && sameHash(fromRoot, toRoot);
  if (from === 0) return proof.length === 0 && sameHash(fromRoot, EMPTY_ROOT);

  let node = from - 1;
  let last = to - 1;
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  const [first, ...rest] = node === 0 ? [fromRoot, ...proof] : proof; // a full first tree is its own first element
  if (first === undefined) return false;
  let older = first;
  let newer = first;
  for (const sibling of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      older = nodeHash(sibling, older);
      newer = nodeHash(sibling, newer);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      newer = nodeHash(newer, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && sameHash(older, fromRoot) && sameHash(newer, toRoot);
}

/** The complete subtrees that make up the leaves from `start` to before `end`, left to right. */
function nodesOf(start: number, end: number): NodeId[] {
  const nodes: NodeId[] = [];
  for (let at = start; at < end; ) {
    let level = 0;
    let width = 1;
    for (; width * 2 <= end - at; width *= 2) level++;
    nodes.push({ level, index: at / width });
    at += width;
  }
  return nodes;
}

/** The largest power of two below n: where RFC 9162 splits n > 1 leaves. */
function splitPoint(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}

const half = (n: number): number => Math.floor(n / 2);
const isSize = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
const isHash = (hash: unknown): boolean => hash instanceof Uint8Array && hash.length === HASH_BYTES;
