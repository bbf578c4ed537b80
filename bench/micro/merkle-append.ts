/**
 * The log's hashing alone, without canonical JSON or the disk: leaf hash and frontier, the root once per group of 64.
 * 20 000 durable entries/s are to be reached; hashing may take a tenth of that time.
 */
import { Frontier, leafHash } from '../../src/audit/merkle.ts';
import { canonicalJson } from '../../src/kernel/canonical-json.ts';
import { type Micro, microsPerCall } from '../micro.ts';
import { typicalEntry } from './typical-entry.ts';

const GROUP = 64;

export const merkleAppend: Micro = {
  name: 'merkle-append',
  unit: 'appends/s',
  goal: { atLeast: 200_000 },
  async run() {
    const leaf = canonicalJson(typicalEntry);
    const frontier = new Frontier();
    const append = (): void => {
      frontier.push(leafHash(leaf));
      if (frontier.size % GROUP === 0) frontier.root();
    };
    return 1e6 / microsPerCall(append, 5_000);
  },
};
