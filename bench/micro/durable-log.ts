/** The log as it is written: entries encoded, stored and hashed, the head signed, and the disk told to keep it, 64 at a time. */
import { noteSigner } from '../../src/audit/signed-note.ts';
import { systemEntropy } from '../../src/kernel/entropy.ts';
import { openDataDir } from '../../src/main/data-dir.ts';
import { createLogTree, entryRow } from '../../src/store/log-tree.ts';
import { migrate } from '../../src/store/migrations/index.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Micro } from '../micro.ts';
import { scratch } from '../scratch.ts';
import { median } from '../statistics.ts';
import { typicalEntry } from './typical-entry.ts';

const GROUP = 64;
const GROUPS = 200;
const BATCHES = 7;

export const durableLog: Micro = {
  name: 'durable-log',
  unit: 'entries/s',
  goal: { atLeast: 20_000 },
  async run() {
    using folder = scratch();
    using keys = openDataDir(folder.path, systemEntropy());
    const engine = openSqlite(`${folder.path}/log.db`);
    try {
      await migrate(engine);
      const tree = createLogTree('bench', noteSigner('bench', keys.logKey()), engine.exclusive);
      const batch = async (): Promise<number> => {
        const start = performance.now();
        for (let group = 0; group < GROUPS; group++) {
          await engine.transaction(function* () {
            yield* tree.load();
            for (let n = 0; n < GROUP; n++) yield* tree.append(entryRow(typicalEntry, 0));
            yield* tree.seal(0);
          });
        }
        return (GROUP * GROUPS * 1000) / (performance.now() - start);
      };
      await batch();
      const rates: number[] = [];
      for (let n = 0; n < BATCHES; n++) rates.push(await batch());
      return median(rates);
    } finally {
      await engine.close();
    }
  },
};
