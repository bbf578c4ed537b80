import { RFC9162 } from '@transmute/rfc9162';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../kernel/encoding.ts';
import { EMPTY_ROOT, Frontier, foldNodes, leafHash, nodeHash } from './merkle.ts';
import { type ProofPlan, planConsistency, planInclusion, verifyConsistency, verifyInclusion } from './proof.ts';

const MAX = 600;
const entries = Array.from({ length: MAX }, (_, i) => new TextEncoder().encode(`entry ${i}`));
/** Complete subtrees by level and index. */
const levels: Uint8Array[][] = [entries.map(leafHash)];
for (let below = levels[0]!; below.length > 1; below = levels.at(-1)!) {
  levels.push(Array.from({ length: below.length >> 1 }, (_, i) => nodeHash(below[2 * i]!, below[2 * i + 1]!)));
}
const leaves = levels[0]!;
const roots: Uint8Array[] = [EMPTY_ROOT];
const tree = new Frontier();
for (const leaf of leaves) {
  tree.push(leaf);
  roots.push(tree.root());
}

const load = (plan: ProofPlan) =>
  plan.map((nodes) => foldNodes(nodes.map(({ level, index }) => levels[level]![index]!)));
const inclusion = (index: number, size: number) => ({
  index,
  size,
  leaf: leaves[index]!,
  proof: load(planInclusion(index, size)),
  root: roots[size]!,
});
const consistency = (from: number, to: number) => ({
  from,
  fromRoot: roots[from]!,
  to,
  toRoot: roots[to]!,
  proof: load(planConsistency(from, to)),
});

const size = fc.integer({ min: 1, max: MAX });
const leafOf = size.chain((n) => fc.record({ index: fc.nat(n - 1), size: fc.constant(n) }));
const growth = size.chain((to) => fc.record({ from: fc.integer({ min: 1, max: to }), to: fc.constant(to) }));
const flip = (bytes: Uint8Array, bit: number) => {
  const copy = new Uint8Array(bytes);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
};
const bit = fc.nat(255);

describe('inclusion', () => {
  it('is proved for every leaf of every size to 130, and of sizes to 600', () => {
    for (let n = 1; n <= 130; n++)
      for (let i = 0; i < n; i++) if (!verifyInclusion(inclusion(i, n))) throw new Error(`${i} of ${n}`);
    fc.assert(
      fc.property(leafOf, ({ index, size }) => verifyInclusion(inclusion(index, size))),
      { numRuns: 3000 },
    );
  });

  it('is refused when any single bit, the position or the length is changed', () => {
    fc.assert(
      fc.property(leafOf, bit, fc.nat(20), ({ index, size }, flipped, at) => {
        const good = inclusion(index, size);
        expect(verifyInclusion({ ...good, leaf: flip(good.leaf, flipped) })).toBe(false);
        expect(verifyInclusion({ ...good, root: flip(good.root, flipped) })).toBe(false);
        expect(verifyInclusion({ ...good, proof: [...good.proof, leaves[0]!] })).toBe(false);
        if (size > 1) expect(verifyInclusion({ ...good, index: (index + 1 + (at % (size - 1))) % size })).toBe(false);
        if (good.proof.length > 0) {
          const i = at % good.proof.length;
          expect(verifyInclusion({ ...good, proof: good.proof.with(i, flip(good.proof[i]!, flipped)) })).toBe(false);
          expect(verifyInclusion({ ...good, proof: good.proof.toSpliced(i, 1) })).toBe(false);
        }
      }),
    );
  });

  it('is refused when the proof ends below the root of that size', () => {
    const [leaf, root] = [leaves[0]!, leaves[0]!];
    expect(verifyInclusion({ index: 0, size: 1, leaf, proof: [], root })).toBe(true);
    expect(verifyInclusion({ index: 0, size: 2, leaf, proof: [], root })).toBe(false);
    expect(verifyInclusion({ ...inclusion(0, 4), proof: inclusion(0, 2).proof, root: roots[2]! })).toBe(false);
  });

  it('convinces an independent RFC 9162 verifier', async () => {
    await fc.assert(
      fc.asyncProperty(leafOf, async ({ index, size }) => {
        const { leaf, proof, root } = inclusion(index, size);
        const theirs = { log_id: '', tree_size: size, leaf_index: index, inclusion_path: proof };
        expect(await RFC9162.verifyInclusionProof(root, leaf, theirs)).toBe(true);
      }),
    );
  });

  it('equals the path that an independent implementation makes', async () => {
    for (let n = 1; n <= 20; n++) {
      for (let i = 0; i < n; i++) {
        const theirs = await RFC9162.PATH(i, entries.slice(0, n));
        expect(inclusion(i, n).proof.map(toHex)).toEqual(theirs.map(toHex));
      }
    }
  });
});

describe('consistency', () => {
  it('is proved between all sizes to 130, and of sizes to 600', () => {
    for (let to = 0; to <= 130; to++)
      for (let from = 0; from <= to; from++)
        if (!verifyConsistency(consistency(from, to))) throw new Error(`${from} to ${to}`);
    fc.assert(
      fc.property(growth, ({ from, to }) => verifyConsistency(consistency(from, to))),
      { numRuns: 3000 },
    );
  });

  it('is refused when any single bit, a size or the length is changed', () => {
    fc.assert(
      fc.property(growth, bit, fc.nat(20), ({ from, to }, flipped, at) => {
        const good = consistency(from, to);
        expect(verifyConsistency({ ...good, fromRoot: flip(good.fromRoot, flipped) })).toBe(false);
        expect(verifyConsistency({ ...good, toRoot: flip(good.toRoot, flipped) })).toBe(false);
        expect(verifyConsistency({ ...good, proof: [...good.proof, leaves[0]!] })).toBe(false);
        expect(verifyConsistency({ ...good, from: from - 1 })).toBe(false);
        if (good.proof.length > 0) {
          const i = at % good.proof.length;
          expect(verifyConsistency({ ...good, proof: good.proof.with(i, flip(good.proof[i]!, flipped)) })).toBe(false);
          expect(verifyConsistency({ ...good, proof: good.proof.toSpliced(i, 1) })).toBe(false);
        }
      }),
    );
  });

  it('convinces an independent RFC 9162 verifier', async () => {
    await fc.assert(
      fc.asyncProperty(growth, async ({ from, to }) => {
        fc.pre(from < to);
        const { fromRoot, toRoot, proof } = consistency(from, to);
        // that verifier wants the earlier root as first element also where RFC 9162 §2.1.4.2 step 2 adds it itself
        const path = Number.isInteger(Math.log2(from)) ? [fromRoot, ...proof] : proof;
        const theirs = { log_id: '', tree_size_1: from, tree_size_2: to, consistency_path: path };
        expect(await RFC9162.verifyConsistencyProof(fromRoot, toRoot, theirs)).toBe(true);
      }),
    );
  });

  it('holds from the empty tree to any, and to nothing but itself at one size', () => {
    expect(verifyConsistency({ ...consistency(0, 7), fromRoot: roots[1]! })).toBe(false);
    expect(verifyConsistency({ ...consistency(7, 7), toRoot: roots[6]! })).toBe(false);
    expect(verifyConsistency({ ...consistency(7, 7), proof: [roots[7]!] })).toBe(false);
  });
});

describe('what is no proof', () => {
  const hash = fc.oneof(
    fc.uint8Array({ minLength: 32, maxLength: 32 }),
    fc.uint8Array({ maxLength: 40 }),
    fc.anything(),
  );
  const whole = fc.oneof(fc.nat(20), fc.double(), fc.constant(2 ** 53), fc.anything());

  it('is refused without a throw, whatever comes', () => {
    const claim = fc.record({
      index: whole,
      from: whole,
      size: whole,
      to: whole,
      leaf: hash,
      root: hash,
      fromRoot: hash,
      toRoot: hash,
      proof: fc.oneof(fc.array(hash, { maxLength: 6 }), fc.anything()),
    });
    fc.assert(
      fc.property(claim, (garbage) => {
        // biome-ignore lint/suspicious/noExplicitAny: garbage that the types forbid is what comes from outside
        const any = garbage as any;
        expect(verifyInclusion(any)).toBe(false);
        if (any.from !== any.to) expect(verifyConsistency(any)).toBe(false);
      }),
    );
  });

  it('is refused without a throw when one element has another length', () => {
    for (const wrong of [new Uint8Array(31), new Uint8Array(33)]) {
      expect(verifyInclusion({ ...inclusion(1, 2), proof: [wrong] })).toBe(false);
      expect(verifyConsistency({ ...consistency(1, 2), proof: [wrong] })).toBe(false);
    }
  });

  it('is not planned', () => {
    for (const [i, n] of [
      [0, 0],
      [3, 3],
      [-1, 3],
      [0.5, 3],
      [0, 2 ** 53],
    ] as const)
      expect(() => planInclusion(i, n)).toThrow(RangeError);
    for (const [from, to] of [
      [4, 3],
      [-1, 3],
      [1.5, 3],
      [1, 2 ** 53],
    ] as const)
      expect(() => planConsistency(from, to)).toThrow(RangeError);
  });
});

it('plans past 2^32 leaves with as many elements as the tree is high', () => {
  const size = 2 ** 40 + 5;
  expect(planInclusion(2 ** 40, size)).toEqual([
    [{ level: 0, index: 2 ** 40 + 1 }],
    [{ level: 1, index: 2 ** 39 + 1 }],
    [{ level: 0, index: 2 ** 40 + 4 }],
    [{ level: 40, index: 0 }],
  ]);
  expect(planInclusion(5, size)).toHaveLength(41);
  expect(planConsistency(2 ** 40, size)).toEqual([
    [
      { level: 2, index: 2 ** 38 },
      { level: 0, index: 2 ** 40 + 4 },
    ],
  ]);
});
