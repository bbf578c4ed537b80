/** The log's tree (RFC 6962 §2.1), grown leaf by leaf in logarithmic memory. */
import { joined, sha256, utf8 } from './bytes.ts';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (body: string): Promise<Uint8Array<ArrayBuffer>> => sha256(joined(LEAF, utf8(body)));
const nodeHash = (left: Uint8Array, right: Uint8Array): Promise<Uint8Array<ArrayBuffer>> =>
  sha256(joined(NODE, left, right));

export class Tree {
  #size = 0;
  /** Roots of the perfect trees that the leaves fill, the largest first: one for each 1 in the size's binary digits. */
  readonly #full: Uint8Array<ArrayBuffer>[] = [];

  get size(): number {
    return this.#size;
  }

  async add(leaf: Uint8Array<ArrayBuffer>): Promise<void> {
    let node = leaf;
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2))
      node = await nodeHash(this.#full.pop()!, node);
    this.#full.push(node);
    this.#size++;
  }

  async root(): Promise<Uint8Array<ArrayBuffer>> {
    let root = this.#full.at(-1);
    if (root === undefined) return sha256(new Uint8Array());
    for (const left of this.#full.slice(0, -1).reverse()) root = await nodeHash(left, root);
    return root;
  }
}
