/**
 * Where the tree's hashes are stored: C2SP tlog-tiles. A tile holds up to 256 neighbouring hashes of one level; a tile of
 * the next level holds the roots of full tiles below, so that seven of every eight levels are not stored but hashed again
 * from a tile. Geometry and spelling only: the store keeps the bytes, the doors serve them.
 */
import { HASH_BYTES, nodeHash } from './merkle.ts';
import type { NodeId } from './proof.ts';

export const TILE_WIDTH = 256;
/** Levels of the tree that one tile spans: 2^8 = 256. */
export const TILE_HEIGHT = 8;

export interface TilePlace {
  readonly tileLevel: number;
  readonly tileIndex: number;
  /** The first of the 2^height hashes in the tile that fold into the node. */
  readonly offset: number;
  /** Levels between the tile's hashes and the node: 0 to 7. */
  readonly height: number;
}

export function tileOf(node: NodeId): TilePlace {
  const height = node.level % TILE_HEIGHT;
  const first = node.index * 2 ** height;
  return {
    tileLevel: Math.floor(node.level / TILE_HEIGHT),
    tileIndex: Math.floor(first / TILE_WIDTH),
    offset: first % TILE_WIDTH,
    height,
  };
}

/**
 * The node over 2^height hashes of a tile from `offset` on; height 8 is a full tile's root. At height 0 a view of `hashes`.
 * @throws RangeError when the tile doesn't reach that far.
 */
export function nodeInTile(hashes: Uint8Array, offset: number, height: number): Uint8Array {
  const width = 2 ** height;
  if ((offset + width) * HASH_BYTES > hashes.length) throw new RangeError('the tile is too short for the node');
  if (height === 0) return hashes.subarray(offset * HASH_BYTES, (offset + 1) * HASH_BYTES);
  return nodeHash(nodeInTile(hashes, offset, height - 1), nodeInTile(hashes, offset + width / 2, height - 1));
}

/** `tile/0/x001/x234/067`, with `.p/<width>` for a partial tile; level `entries` for a bundle of entries. */
export function tilePath(level: number | 'entries', index: number, width: number = TILE_WIDTH): string {
  let path = '';
  for (let rest = index, prefix = ''; path === '' || rest > 0; rest = Math.floor(rest / 1000), prefix = 'x') {
    path = `${prefix}${String(rest % 1000).padStart(3, '0')}${path === '' ? '' : `/${path}`}`;
  }
  return `tile/${level}/${path}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}
