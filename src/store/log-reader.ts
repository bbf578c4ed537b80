/**
 * The log, read: pages, and proofs from tiles. A proof needs about twice as many nodes as the tree has levels; each comes
 * from one stored tile, or from the entries of the last, incomplete one.
 */
import { foldNodes, leafHash } from '../audit/merkle.ts';
import { type NodeId, type ProofPlan, planConsistency, planInclusion } from '../audit/proof.ts';
import type { NoteSigner } from '../audit/signed-note.ts';
import { nodeInTile, TILE_WIDTH, tileOf } from '../audit/tiles.ts';
import { reasonView } from '../guard/judge.ts';
import type { LogHead, LogLine, LogReader } from '../guard/log-reader.ts';
import { toBase64 } from '../kernel/encoding.ts';
import type { ActionId, AgentId, OrgId } from '../kernel/ids.ts';
import { kidOf } from '../vault/sealed.ts';
import { holdsOfRow, keyOfRow, reasonsOfRow } from './action-row.ts';
import type { Engine } from './engine.ts';
import type { Schema } from './schema.ts';
import { cellOf, type Sealing } from './sealing.ts';
import { statement, type Tx } from './statement.ts';

const readHead = statement<Record<string, never>, { size: number; checkpoint: string }>((db) =>
  db.selectFrom('log_head').select(['size', 'checkpoint']).where('id', '=', 1),
);
const readTile = statement<{ level: number; n: number }, { hashes: Uint8Array }>((db, p) =>
  db.selectFrom('log_tile').select('hashes').where('level', '=', p('level')).where('n', '=', p('n')),
);
const readBodies = statement<{ from: number; to: number }, { body: string }>((db, p) =>
  db.selectFrom('log_entry').select('body').where('idx', '>=', p('from')).where('idx', '<', p('to')).orderBy('idx'),
);
const readRoots = statement<{ level: number; from: number; to: number }, { root: Uint8Array }>((db, p) =>
  db
    .selectFrom('log_tile')
    .select('root')
    .where('level', '=', p('level'))
    .where('n', '>=', p('from'))
    .where('n', '<', p('to'))
    .orderBy('n'),
);
const readEntry = statement<{ idx: number }, { body: string }>((db, p) =>
  db.selectFrom('log_entry').select('body').where('idx', '=', p('idx')),
);

export function createLogReader(engine: Engine, sealing: Sealing, origin: string, signer: NoteSigner): LogReader {
  const { db, read } = engine;

  function* head(): Tx<LogHead> {
    const row = yield* readHead.first({});
    return { origin, vkey: signer.vkey, size: row?.size ?? 0, checkpoint: row?.checkpoint ?? '' };
  }

  /** The hashes of a plan, each tile read once. */
  function* prove(plan: ProofPlan): Tx<readonly string[]> {
    const tiles = new Map<string, Uint8Array>();
    function* node(id: NodeId): Tx<Uint8Array> {
      const { tileLevel, tileIndex, offset, height } = tileOf(id);
      const name = `${tileLevel}/${tileIndex}`;
      let tile = tiles.get(name);
      if (tile === undefined) {
        tile = yield* tileHashes(tileLevel, tileIndex);
        tiles.set(name, tile);
      }
      return nodeInTile(tile, offset, height);
    }
    const proof: string[] = [];
    for (const element of plan) {
      const nodes: Uint8Array[] = [];
      for (const id of element) nodes.push(yield* node(id));
      proof.push(toBase64(foldNodes(nodes)));
    }
    return proof;
  }

  const noteOf = ({
    org,
    id,
    note,
    contact,
  }: Pick<Schema['action'], 'org' | 'id' | 'note' | 'contact'>): Promise<string | null> =>
    read(function* (): Tx<string | null> {
      if (note === null) return null;
      const { dataKey } = yield* sealing.orgKeys(org as OrgId);
      // notes were sealed under the organisation's key once
      const key = kidOf(note) === dataKey.kid ? dataKey : yield* keyOfRow(sealing, org as OrgId, contact);
      return sealing.openPersonal(key, note, cellOf(org, 'action', 'note', id));
    });

  return {
    head: () => read(head),
    async entries(org, { before, limit }) {
      let rows = db.selectFrom('log_entry').select(['idx', 'org', 'body']);
      if (org !== null) rows = rows.where('org', '=', org);
      if (before !== undefined) rows = rows.where('idx', '<', before);
      return (await rows.orderBy('idx', 'desc').limit(limit).execute()).map(lineOf);
    },
    async leaves(org, { from, size, limit }) {
      const rows = await db
        .selectFrom('log_entry')
        .select(['idx', 'org', 'body'])
        .where('idx', '>=', from)
        .where('idx', '<', Math.min(size, from + limit))
        .orderBy('idx')
        .execute();
      return rows.map((row) => ({
        index: row.idx,
        leaf: toBase64(leafHash(row.body)),
        body: org === null || row.org === org ? row.body : null,
      }));
    },
    inclusion: (index) =>
      read(function* () {
        const newest = yield* head();
        const entry = yield* readEntry.first({ idx: index });
        if (entry === undefined || index >= newest.size) return null;
        return { ...newest, index, body: entry.body, proof: yield* prove(planInclusion(index, newest.size)) };
      }),
    consistency: (from, to) => read(() => prove(planConsistency(from, to))),
    async action(org, id) {
      let query = db.selectFrom('action').selectAll().where('id', '=', id);
      if (org !== null) query = query.where('org', '=', org);
      const row = await query.executeTakeFirst();
      if (row === undefined) return null;
      const entries = await db
        .selectFrom('log_entry')
        .select(['idx', 'org', 'body'])
        .where('action', '=', id)
        .orderBy('idx')
        .execute();
      return {
        id: row.id as ActionId,
        name: row.name,
        agent: row.agent as AgentId | null,
        by: { kind: row.by_kind, id: row.by_id },
        state: row.state,
        code: row.code,
        reasons: row.state === 'held' ? holdsOfRow(row) : reasonsOfRow(row).map(reasonView),
        approval: row.approved_by === null ? null : { by: row.approved_by, note: await noteOf(row) },
        cost: row.cost,
        createdAt: row.created_at,
        settledAt: row.settled_at,
        entries: entries.map(lineOf),
      };
    },
  };
}

/** The hashes of a tile: stored if it is complete, else made from what is below it. */
function* tileHashes(level: number, n: number): Tx<Uint8Array> {
  const stored = yield* readTile.first({ level, n });
  if (stored !== undefined) return stored.hashes;
  const range = { from: n * TILE_WIDTH, to: (n + 1) * TILE_WIDTH };
  const hashes =
    level === 0
      ? (yield* readBodies.all(range)).map(({ body }) => leafHash(body))
      : (yield* readRoots.all({ level: level - 1, ...range })).map(({ root }) => root);
  return Buffer.concat(hashes);
}

const lineOf = (row: { readonly idx: number; readonly org: string; readonly body: string }): LogLine => ({
  index: row.idx,
  org: row.org as OrgId,
  body: row.body,
});
