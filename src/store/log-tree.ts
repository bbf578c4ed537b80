/**
 * The tree behind the log: entries get an index, extend the RFC 6962 tree, complete tiles are kept, and the head is
 * signed, all in the transaction that calls. Holds the right edge in memory; `forgetAll` after a rollback. One writer at a
 * time: on SQLite the process, elsewhere whoever holds the lock on the head's row.
 */

import { signCheckpoint, verifyCheckpoint } from '../audit/checkpoint.ts';
import { encodeEntry, type LogEntry } from '../audit/entry.ts';
import { Frontier, HASH_BYTES, leafHash, sameHash, subtreeCount } from '../audit/merkle.ts';
import { type NoteSigner, parseVkey } from '../audit/signed-note.ts';
import { nodeInTile, TILE_HEIGHT, TILE_WIDTH } from '../audit/tiles.ts';
import { inserts, statement, type Tx } from './statement.ts';

type Head = { size: number; frontier: Uint8Array; checkpoint: string };
const lockedHead = statement<Record<string, never>, Head>((db, _, lock) =>
  lock.wait(db.selectFrom('log_head').select(['size', 'frontier', 'checkpoint']).where('id', '=', 1)),
);
const putHead = statement<{ size: number; frontier: Uint8Array; checkpoint: string; signed_at: number }>((db, p) =>
  db
    .insertInto('log_head')
    .values({ id: 1, size: p('size'), frontier: p('frontier'), checkpoint: p('checkpoint'), signed_at: p('signed_at') })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((eb) => ({
        size: eb.ref('excluded.size'),
        frontier: eb.ref('excluded.frontier'),
        checkpoint: eb.ref('excluded.checkpoint'),
        signed_at: eb.ref('excluded.signed_at'),
      })),
    ),
);
/** The head's row is what writers lock, so it has to be there before the first of them. */
const ensureHead = statement<{ frontier: Uint8Array }>((db, p) =>
  db
    .insertInto('log_head')
    .values({ id: 1, size: 0, frontier: p('frontier'), checkpoint: '', signed_at: 0 })
    .onConflict((conflict) => conflict.column('id').doNothing()),
);
const ENTRIES = inserts('log_entry', {
  ...{ idx: 'bigint', org: 'text', action: 'text' },
  ...{ at: 'bigint', type: 'text', body: 'text' },
} as const);
const bodiesFrom = statement<{ from: number; to: number }, { body: string }>((db, p) =>
  db.selectFrom('log_entry').select('body').where('idx', '>=', p('from')).where('idx', '<', p('to')).orderBy('idx'),
);
const insertTile = statement<{ level: number; n: number; hashes: Uint8Array; root: Uint8Array }>((db, p) =>
  db.insertInto('log_tile').values({ level: p('level'), n: p('n'), hashes: p('hashes'), root: p('root') }),
);
const tileRoots = statement<{ level: number; from: number; to: number }, { root: Uint8Array }>((db, p) =>
  db
    .selectFrom('log_tile')
    .select('root')
    .where('level', '=', p('level'))
    .where('n', '>=', p('from'))
    .where('n', '<', p('to'))
    .orderBy('n'),
);

/** An entry as it is stored: its bytes, and what they can be found by. */
export interface EntryRow {
  readonly org: string;
  readonly action: string | null;
  readonly at: number;
  readonly type: string;
  readonly body: string;
}

/** @param at milliseconds of the entry's own time. */
export const entryRow = (entry: LogEntry, at: number): EntryRow => ({
  org: entry.org,
  action: 'action' in entry ? entry.action : null,
  at,
  type: entry.type,
  body: encodeEntry(entry),
});

export interface LogTree {
  /** Reads the right edge from the store unless it is remembered; call first in a transaction. */
  load(): Tx<void>;
  append(row: EntryRow): Tx<void>;
  /** Writes what was appended, and signs the head if the tree grew or is new; call last in a transaction. */
  seal(now: number): Tx<void>;
  /** Forgets what is in memory; the next `load` reads the store. */
  forgetAll(): void;
}

/** @param exclusive nobody else appends: the edge in memory is the stored one. */
export function createLogTree(origin: string, signer: NoteSigner, exclusive: boolean): LogTree {
  let frontier: Frontier | null = null;
  let leaves: Uint8Array[] = []; // of the last, incomplete tile
  let sealedSize = 0;
  let unwritten: (EntryRow & { readonly idx: number })[] = [];

  function* completeTile(): Tx<void> {
    let hashes: readonly Uint8Array[] = leaves;
    leaves = [];
    let n = frontier!.size / TILE_WIDTH - 1;
    for (let level = 0; ; level++) {
      const tile = Buffer.concat(hashes);
      yield* insertTile.run({ level, n, hashes: tile, root: nodeInTile(tile, 0, TILE_HEIGHT) });
      if ((n + 1) % TILE_WIDTH !== 0) return;
      const roots = yield* tileRoots.all({ level, from: n + 1 - TILE_WIDTH, to: n + 1 });
      hashes = roots.map((row) => row.root);
      n = (n + 1) / TILE_WIDTH - 1;
    }
  }

  return {
    *load() {
      if (frontier !== null && exclusive) return;
      let row = yield* lockedHead.first({});
      if (row === undefined) {
        yield* ensureHead.run({ frontier: new Frontier().toBytes() });
        row = (yield* lockedHead.first({}))!;
      }
      if (frontier !== null && row.size === frontier.size) return;
      const from = row.size - (row.size % TILE_WIDTH);
      const last = (yield* bodiesFrom.all({ from, to: row.size })).map(({ body }) => leafHash(body));
      frontier = signedEdge(row, last, signer);
      sealedSize = frontier.size;
      leaves = last;
    },
    *append(row) {
      unwritten.push({ idx: frontier!.size, ...row });
      const leaf = leafHash(row.body);
      frontier!.push(leaf);
      if (leaves.push(leaf) === TILE_WIDTH) yield* completeTile();
    },
    *seal(now) {
      yield* ENTRIES.all(unwritten);
      unwritten = [];
      if (frontier === null || (frontier.size === sealedSize && sealedSize > 0)) return;
      const { size } = frontier;
      const checkpoint = signCheckpoint({ origin, size, root: frontier.root() }, signer);
      yield* putHead.run({ size, frontier: frontier.toBytes(), checkpoint, signed_at: now });
      sealedSize = size;
    },
    forgetAll() {
      frontier = null;
      leaves = [];
      unwritten = [];
    },
  };
}

/**
 * The stored right edge, if it is the one that was signed: otherwise whoever can write to the database, without any key,
 * could have a changed history signed with the next entry.
 */
function signedEdge(
  { size, frontier, checkpoint }: Head,
  lastTile: readonly Uint8Array[],
  signer: NoteSigner,
): Frontier {
  if (size === 0) return new Frontier();
  const signed = verifyCheckpoint(checkpoint, parseVkey(signer.vkey)!);
  if (!signed.ok || signed.value.size !== size || frontier.length !== subtreeCount(size) * HASH_BYTES)
    throw new LogBroken();
  const stored = Frontier.fromBytes(size, frontier);
  if (!sameHash(signed.value.root, stored.root())) throw new LogBroken();
  // complete tiles fold into the first subtrees of the edge; the leaves of the last tile must give the rest
  const full = size - (size % TILE_WIDTH);
  const rest = Frontier.fromBytes(full, frontier.subarray(0, subtreeCount(full) * HASH_BYTES));
  for (const leaf of lastTile) rest.push(leaf);
  if (rest.size !== size || !sameHash(rest.root(), stored.root())) throw new LogBroken();
  return stored;
}

/** What the database holds is not the log that was signed: it was edited, or put back to an older state in part. */
export class LogBroken extends Error {
  constructor() {
    super('the stored log is not the one that was signed');
    this.name = 'LogBroken';
  }
}
