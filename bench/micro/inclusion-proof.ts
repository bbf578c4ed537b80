/**
 * One inclusion proof from a log of ten million entries. The tiles are stand-ins (random hashes, so that no proof is a
 * true one), but there are as many, as large and as deep as that log has: what a proof reads and hashes is the same.
 */
import { randomInt } from 'node:crypto';
import { signCheckpoint } from '../../src/audit/checkpoint.ts';
import { encodeEntry } from '../../src/audit/entry.ts';
import { HASH_BYTES } from '../../src/audit/merkle.ts';
import { noteSigner } from '../../src/audit/signed-note.ts';
import { TILE_WIDTH } from '../../src/audit/tiles.ts';
import { type Entropy, systemEntropy } from '../../src/kernel/entropy.ts';
import { openDataDir } from '../../src/main/data-dir.ts';
import type { Engine } from '../../src/store/engine.ts';
import { createLogReader } from '../../src/store/log-reader.ts';
import { migrate } from '../../src/store/migrations/index.ts';
import { createSealing } from '../../src/store/sealing.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { statement } from '../../src/store/statement.ts';
import { createKeyRing } from '../../src/vault/key-ring.ts';
import type { Micro } from '../micro.ts';
import { scratch } from '../scratch.ts';
import { median } from '../statistics.ts';
import { typicalEntry } from './typical-entry.ts';

const SIZE = 10_000_000;
const LAST_TILE = SIZE - (SIZE % TILE_WIDTH);
const PROOFS = 200;

const insertTile = statement<{ level: number; n: number; hashes: Uint8Array; root: Uint8Array }>((db, p) =>
  db.insertInto('log_tile').values({ level: p('level'), n: p('n'), hashes: p('hashes'), root: p('root') }),
);
const insertEntry = statement<{ idx: number; body: string }>((db, p) =>
  db
    .insertInto('log_entry')
    .values({ idx: p('idx'), org: typicalEntry.org, action: null, at: 0, type: 'decision', body: p('body') }),
);
const insertHead = statement<{ frontier: Uint8Array; checkpoint: string }>((db, p) =>
  db
    .insertInto('log_head')
    .values({ id: 1, size: SIZE, frontier: p('frontier'), checkpoint: p('checkpoint'), signed_at: 0 }),
);

export const inclusionProof: Micro = {
  name: 'inclusion-proof-10m',
  unit: 'ms',
  goal: { atMost: 1 },
  async run() {
    using folder = scratch();
    const entropy = systemEntropy();
    using keys = openDataDir(folder.path, entropy);
    const signer = noteSigner('bench', keys.logKey());
    const engine = openSqlite(`${folder.path}/log.db`);
    try {
      const root = entropy.bytes(HASH_BYTES);
      const proven = Array.from({ length: PROOFS }, () => randomInt(LAST_TILE));
      await fill(engine, entropy, signCheckpoint({ origin: 'bench', size: SIZE, root }, signer), proven);
      const sealing = createSealing(createKeyRing(keys.encryptionKey()), entropy, engine.exclusive);
      const reader = createLogReader(engine, sealing, 'bench', signer);
      const times: number[] = [];
      for (const index of proven) {
        const start = performance.now();
        const proof = await reader.inclusion(index);
        times.push(performance.now() - start);
        if (proof === null) throw new Error(`no proof of entry ${index}`);
      }
      return median(times);
    } finally {
      await engine.close();
    }
  },
};

/** Every complete tile of a log of `SIZE`, the entries of the last one, and those to prove. */
async function fill(engine: Engine, entropy: Entropy, checkpoint: string, proven: readonly number[]): Promise<void> {
  await migrate(engine);
  const hashes = entropy.bytes(TILE_WIDTH * HASH_BYTES);
  const body = encodeEntry(typicalEntry);
  await engine.transaction(function* () {
    for (let level = 0; TILE_WIDTH ** (level + 1) <= SIZE; level++) {
      const tiles = Math.floor(SIZE / TILE_WIDTH ** (level + 1));
      for (let n = 0; n < tiles; n++) yield* insertTile.run({ level, n, hashes, root: entropy.bytes(HASH_BYTES) });
    }
    for (const idx of new Set(proven)) yield* insertEntry.run({ idx, body });
    for (let idx = LAST_TILE; idx < SIZE; idx++) yield* insertEntry.run({ idx, body });
    yield* insertHead.run({ frontier: new Uint8Array(), checkpoint });
  });
}
