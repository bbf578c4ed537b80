import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../kernel/encoding.ts';
import { EMPTY_ROOT, Frontier, foldNodes, leafHash, nodeHash } from './merkle.ts';

// RFC 6962 reference vectors, as Certificate Transparency's own tests have them
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS: Record<number, string> = {
  0: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  1: '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  3: 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  5: '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  8: '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
};

const leaf = (i: number) => leafHash(`leaf ${i}`);

/** RFC 6962 §2.1 word for word, to hold the quick way against. */
function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length < 2) return leaves[0] ?? EMPTY_ROOT;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)));
}

describe('the tree', () => {
  it('gives the roots of the RFC 6962 vectors', () => {
    const tree = new Frontier();
    expect(toHex(EMPTY_ROOT)).toBe(ROOTS[0]);
    expect(toHex(tree.root())).toBe(ROOTS[0]);
    for (const hex of LEAVES) {
      tree.push(leafHash(fromHex(hex)!));
      const known = ROOTS[tree.size];
      if (known !== undefined) expect(toHex(tree.root())).toBe(known);
    }
    expect(tree.size).toBe(8);
  });

  it('agrees with the definition at every size to 300', () => {
    const tree = new Frontier();
    const leaves: Uint8Array[] = [];
    for (let i = 0; i < 300; i++) {
      tree.push(leaf(i));
      leaves.push(leaf(i));
      expect(toHex(tree.root())).toBe(toHex(rootOf(leaves)));
    }
  });

  it('hashes text as its UTF-8 and never takes a node for a leaf', () => {
    expect(leafHash('zażółć ✓')).toEqual(leafHash(new TextEncoder().encode('zażółć ✓')));
    const [l, r] = [leaf(0), leaf(1)];
    expect(nodeHash(l, r)).not.toEqual(leafHash(Buffer.concat([l, r])));
    expect(nodeHash(l, r)).not.toEqual(nodeHash(r, l));
  });

  it('refuses what has no hash of its own', () => {
    expect(() => leafHash('\ud800')).toThrow(TypeError);
    expect(() => nodeHash(leaf(0), leaf(1).subarray(1))).toThrow(RangeError);
    expect(foldNodes([])).toBe(EMPTY_ROOT);
  });
});

describe('the frontier', () => {
  it('comes back from its bytes and goes on alike', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(40), (size, more) => {
        const tree = new Frontier();
        for (let i = 0; i < size; i++) tree.push(leaf(i));
        const bytes = tree.toBytes();
        const back = Frontier.fromBytes(size, bytes);
        bytes.fill(0); // the frontier keeps its own copy
        for (let i = size; i < size + more; i++) {
          tree.push(leaf(i));
          back.push(leaf(i));
        }
        expect(back.size).toBe(size + more);
        expect(toHex(back.root())).toBe(toHex(tree.root()));
        expect(back.toBytes()).toEqual(tree.toBytes());
      }),
    );
  });

  it('is not moved by what is pushed to its clone', () => {
    const tree = new Frontier();
    for (let i = 0; i < 7; i++) tree.push(leaf(i));
    const before = tree.root();
    const copy = tree.clone();
    for (let i = 7; i < 20; i++) copy.push(leaf(i));
    expect(tree.size).toBe(7);
    expect(tree.root()).toEqual(before);
  });

  it('counts on past 2^32 leaves', () => {
    const size = 2 ** 40 + 2 ** 33 + 3;
    const hashes = [leaf(40), leaf(33), leaf(1), leaf(0)];
    const tree = Frontier.fromBytes(size, Buffer.concat(hashes));
    tree.push(leaf(9));
    expect(tree.size).toBe(size + 1);
    const carried = nodeHash(leaf(1), nodeHash(leaf(0), leaf(9)));
    expect(tree.toBytes()).toEqual(new Uint8Array(Buffer.concat([leaf(40), leaf(33), carried])));
    expect(tree.root()).toEqual(nodeHash(leaf(40), nodeHash(leaf(33), carried)));
  });

  it.each([
    [3, 32],
    [4, 64],
    [4, 31],
    [0, 32],
    [-1, 0],
    [1.5, 32],
    [2 ** 53, 32],
  ])('refuses a size of %d with %d bytes', (size, length) => {
    expect(() => Frontier.fromBytes(size, new Uint8Array(length))).toThrow(RangeError);
  });
});
