import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Frontier, foldNodes, leafHash } from './merkle.ts';
import { type NodeId, planInclusion, verifyInclusion } from './proof.ts';
import { nodeInTile, TILE_HEIGHT, TILE_WIDTH, tileOf, tilePath } from './tiles.ts';

describe('tiles', () => {
  it('spells paths as tlog-tiles does', () => {
    expect(tilePath(0, 1234067)).toBe('tile/0/x001/x234/067');
    expect(tilePath(2, 0)).toBe('tile/2/000');
    expect(tilePath(0, 999)).toBe('tile/0/999');
    expect(tilePath(0, 1000)).toBe('tile/0/x001/000');
    expect(tilePath(1, 273, 17)).toBe('tile/1/273.p/17');
    expect(tilePath('entries', 5, 1)).toBe('tile/entries/005.p/1');
  });

  it('finds each node in the tile that holds its leaves', () => {
    expect(tileOf({ level: 0, index: 70_000 })).toEqual({ tileLevel: 0, tileIndex: 273, offset: 112, height: 0 });
    expect(tileOf({ level: 7, index: 3 })).toEqual({ tileLevel: 0, tileIndex: 1, offset: 128, height: 7 });
    expect(tileOf({ level: 8, index: 272 })).toEqual({ tileLevel: 1, tileIndex: 1, offset: 16, height: 0 });
    expect(tileOf({ level: 40, index: 1 })).toEqual({ tileLevel: 5, tileIndex: 0, offset: 1, height: 0 });
    expect(tileOf({ level: 2, index: 2 ** 45 })).toEqual({ tileLevel: 0, tileIndex: 2 ** 39, offset: 0, height: 2 });
  });

  it('prove any leaf of a log stored in them', () => {
    const size = 70_000;
    const tree = new Frontier();
    const tiles = new Map<string, Uint8Array[]>();
    const put = (level: number, index: number, hash: Uint8Array) => {
      const key = `${level}/${Math.floor(index / TILE_WIDTH)}`;
      const tile = tiles.getOrInsertComputed(key, () => []);
      tile.push(hash);
      if (tile.length === TILE_WIDTH) {
        put(level + 1, Math.floor(index / TILE_WIDTH), nodeInTile(Buffer.concat(tile), 0, TILE_HEIGHT));
      }
    };
    for (let i = 0; i < size; i++) {
      const leaf = leafHash(`${i}`);
      tree.push(leaf);
      put(0, i, leaf);
    }
    expect([...tiles.keys()].filter((key) => key.startsWith('1/'))).toHaveLength(2);
    expect(tiles.get('2/0')).toHaveLength(1);

    const load = (node: NodeId) => {
      const { tileLevel, tileIndex, offset, height } = tileOf(node);
      return nodeInTile(Buffer.concat(tiles.get(`${tileLevel}/${tileIndex}`)!), offset, height);
    };
    const root = tree.root();
    fc.assert(
      fc.property(fc.nat(size - 1), (index) => {
        const proof = planInclusion(index, size).map((nodes) => foldNodes(nodes.map(load)));
        return verifyInclusion({ index, size, leaf: leafHash(`${index}`), proof, root });
      }),
    );
  });

  it('refuse a node that a partial tile does not hold yet', () => {
    expect(() => nodeInTile(new Uint8Array(3 * 32), 2, 1)).toThrow(RangeError);
    expect(() => nodeInTile(new Uint8Array(3 * 32), 3, 0)).toThrow(RangeError);
  });
});
