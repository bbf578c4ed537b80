/**
 * Sealing anew, online: everything under the ring is walked in the order of its keys, a few rows a transaction, and what an
 * older key sealed is sealed under the active one. Nothing waits for it, and it may be broken off anywhere: a row is under
 * one key or the other, both open it, and the next walk goes on with what is left.
 */
import type { Entropy } from '../kernel/entropy.ts';
import { PLATFORM_ORG } from '../kernel/ids.ts';
import type { KeyRing } from '../vault/key-ring.ts';
import { kidOf, needsRewrap, open, seal } from '../vault/sealed.ts';
import type { Committer } from './committer.ts';
import type { Engine } from './engine.ts';
import { RING_CELLS, type RingCells, type Row } from './ring-cells.ts';
import type { Tx } from './statement.ts';

/** Some 20 µs of cryptography a row; what arrives meanwhile waits for one such batch at most. */
const REWRAPPED_AT_ONCE = 100;
const COUNTED_AT_ONCE = 500;

export interface Progress {
  looked: number;
  rewrapped: number;
}

export interface Rewrap {
  /** Seals anew what is not under the active key; false when it was told to stop. */
  all(progress: Progress, stopped: () => boolean): Promise<boolean>;
  /** How many values each key seals, by kid. */
  count(): Promise<ReadonlyMap<string, number>>;
}

export function createRewrap(
  engine: Engine,
  committer: Pick<Committer, 'submit'>,
  ring: KeyRing,
  entropy: Entropy,
): Rewrap {
  function* batch(cells: RingCells, after: Row): Tx<{ readonly rows: readonly Row[]; readonly rewrapped: number }> {
    const rows = yield* cells.page(after, REWRAPPED_AT_ONCE);
    let rewrapped = 0;
    for (const row of rows) {
      const old = row[cells.column] ?? '';
      if (old === '' || !needsRewrap(ring, old)) continue;
      const cell = cells.cell(row);
      rewrapped += yield* cells.replace(row, old, seal(ring, entropy, open(ring, old, cell), cell));
    }
    return { rows, rewrapped };
  }

  async function walk(
    size: number,
    read: (cells: RingCells, after: Row) => Promise<readonly Row[]>,
    stopped: () => boolean,
  ): Promise<boolean> {
    for (const cells of RING_CELLS) {
      for (let after = cells.start; ; ) {
        if (stopped()) return false;
        const rows = await read(cells, after);
        if (rows.length < size) break;
        after = rows.at(-1)!;
        await new Promise((resolve) => setImmediate(resolve)); // whoever waits comes first
      }
    }
    return true;
  }

  return {
    all: (progress, stopped) =>
      walk(
        REWRAPPED_AT_ONCE,
        async (cells, after) => {
          const done = await committer.submit(PLATFORM_ORG, () => batch(cells, after));
          progress.looked += done.rows.length;
          progress.rewrapped += done.rewrapped;
          return done.rows;
        },
        stopped,
      ),
    async count() {
      const counts = new Map<string, number>();
      await walk(
        COUNTED_AT_ONCE,
        async (cells, after) => {
          const rows = await engine.read(() => cells.page(after, COUNTED_AT_ONCE));
          for (const row of rows) {
            const sealed = row[cells.column] ?? '';
            if (sealed !== '') counts.set(kidOf(sealed), (counts.get(kidOf(sealed)) ?? 0) + 1);
          }
          return rows;
        },
        () => false,
      );
      return counts;
    },
  };
}
