/**
 * The log, read: pages, and proofs from tiles. A proof needs about twice as many nodes as the tree has levels; each comes
 * from one stored tile, or from the entries of the last, incomplete one.
 */
import { verifyCheckpoint } from '../audit/checkpoint.ts';
import { parseEntry } from '../audit/entry.ts';
import { Frontier, foldNodes, leafHash } from '../audit/merkle.ts';
import { type NodeId, type ProofPlan, planConsistency, planInclusion, verifyInclusion } from '../audit/proof.ts';
import { type NoteSigner, parseVkey } from '../audit/signed-note.ts';
import { nodeInTile, TILE_WIDTH, tileOf } from '../audit/tiles.ts';
import { reasonView } from '../guard/judge.ts';
import {
  CHECKED_AT_ONCE,
  type LogCheck,
  type LogHead,
  type LogLeaf,
  type LogLine,
  type LogQuery,
  type LogReader,
} from '../guard/log-reader.ts';
import { fromBase64, toBase64 } from '../kernel/encoding.ts';
import { SallyportError } from '../kernel/errors.ts';
import type { ActionId, AgentId, OrgId } from '../kernel/ids.ts';
import { MINUTE_MS, SECOND_MS } from '../kernel/time.ts';
import { kidOf } from '../vault/sealed.ts';
import { holdsOfRow, keyOfRow, reasonsOfRow } from './action-row.ts';
import { type ConfigKind, configHash, configKeyOf, configView } from './config-views.ts';
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
const readEntry = statement<{ idx: number }, { org: string; body: string }>((db, p) =>
  db.selectFrom('log_entry').select(['org', 'body']).where('idx', '=', p('idx')),
);

/** Rows in one query; and how many a filter looks at before it answers with what it has. */
const PAGE = 500;
const LOOKED_AT_ONCE = 5_000;
/** Entries are in the order of their indexes, which several servers' clocks follow this closely. */
const SEQUENCED_WITHIN_MS = MINUTE_MS;
const MAX_PROBLEMS = 100;
/** Checks of the log that run or wait: each is most of a second of work, and one Auditor may ask for two every second. */
const MAX_CHECKS = 4;
/** A page of leaves ends beyond it, however many were asked for: what an answer takes of memory. */
const MAX_PAGE_CHARS = 4 * 1024 * 1024;
/** Of which an organisation has one, named by the organisation. */
const ONE_AN_ORGANIZATION: ReadonlySet<ConfigKind> = new Set(['organization', 'billing', 'alert-routes', 'grants']);

/** What filters compare, of whatever type an entry is. */
interface Told {
  readonly name?: string;
  readonly event?: string;
  readonly agent?: string | null;
  readonly person?: string | null;
  readonly by?: string | { readonly id: string };
}

function entryFilter({ type, event, by, agent, since }: Omit<LogQuery, 'before' | 'limit'>) {
  const looksInside = event !== undefined || by !== undefined || agent !== undefined;
  return (row: Pick<Schema['log_entry'], 'type' | 'at' | 'body'>): boolean => {
    if ((type !== undefined && row.type !== type) || (since !== undefined && row.at < since)) return false;
    if (!looksInside) return true;
    const told = JSON.parse(row.body) as Told;
    const doer = typeof told.by === 'object' ? told.by.id : told.by;
    return (
      (event === undefined || told.name === event || told.event === event) &&
      (by === undefined || doer === by || told.person === by) &&
      (agent === undefined || told.agent === agent)
    );
  };
}

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

  const newest = (org: OrgId | null, before: number | undefined, limit: number) => {
    let rows = db.selectFrom('log_entry').select(['idx', 'org', 'at', 'type', 'body']);
    if (org !== null) rows = rows.where('org', '=', org);
    if (before !== undefined) rows = rows.where('idx', '<', before);
    return rows.orderBy('idx', 'desc').limit(limit).execute();
  };
  const bodies = (from: number, to: number) =>
    db
      .selectFrom('log_entry')
      .select(['idx', 'org', 'body'])
      .where('idx', '>=', from)
      .where('idx', '<', to)
      .orderBy('idx')
      .execute();

  /** Leaves from an aligned `from` on are a subtree, and the tree over such subtrees is the log's (RFC 9162 §2.1.1). */
  async function isUnder(root: Uint8Array, leaves: Frontier, from: number, size: number): Promise<boolean> {
    const within = planInclusion(0, leaves.size).length;
    const proof = await read(() => prove(planInclusion(from, size).slice(within)));
    return verifyInclusion({
      index: from / CHECKED_AT_ONCE,
      size: Math.ceil(size / CHECKED_AT_ONCE),
      leaf: leaves.root(),
      proof: proof.map((hash) => fromBase64(hash)!),
      root,
    });
  }

  let checks = 0;
  let lastCheck: Promise<unknown> = Promise.resolve();
  /** One after the other, so that others have their turn between two pages of one and not of all. */
  async function inTurn<T>(check: () => Promise<T>): Promise<T> {
    if (checks >= MAX_CHECKS)
      throw new SallyportError('overloaded', 'The log is being checked already; ask again in a moment.', {
        retryAfterMs: SECOND_MS,
      });
    checks++;
    const own = lastCheck.then(check);
    lastCheck = own.catch(() => undefined);
    return own.finally(() => {
      checks--;
    });
  }

  async function checkFrom(from: number): Promise<LogCheck> {
    const newestHead = await read(head);
    const { size, checkpoint } = newestHead;
    const signed = verifyCheckpoint(checkpoint, parseVkey(signer.vkey)!);
    if (from > 0 && from >= size) throw new SallyportError('not_found', `The log ends at ${size}.`);
    const to = Math.min(from + CHECKED_AT_ONCE, size);
    const problems: { index: number | null; say: string }[] = [];
    const tree = new Frontier();
    for (let at = from; at < to; ) {
      const rows = await bodies(at, Math.min(at + PAGE, to));
      const gap = rows.findIndex(({ idx }, i) => idx !== at + i);
      if (gap >= 0 || rows.length === 0) {
        problems.unshift({ index: at + Math.max(0, gap), say: 'this entry is not there any more' });
        break;
      }
      for (const { idx, body } of rows) {
        tree.push(leafHash(body));
        if (parseEntry(body) === null) problems.push({ index: idx, say: 'the form of this entry is not known here' });
      }
      at += rows.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (!signed.ok || signed.value.size !== size)
      problems.unshift({ index: null, say: 'the stored checkpoint is not one that this server signed' });
    else if (tree.size === to - from && to > from && !(await isUnder(signed.value.root, tree, from, size)))
      problems.unshift({
        index: null,
        say: `one of the entries from ${from} to ${to - 1} is not the one that was signed`,
      });
    return { ...newestHead, ok: problems.length === 0, from, to, problems: problems.slice(0, MAX_PROBLEMS) };
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
    async entries(org, { before, limit, ...filter }) {
      const lines: LogLine[] = [];
      const isWanted = entryFilter(filter);
      const endsAt = (filter.since ?? Number.NEGATIVE_INFINITY) - SEQUENCED_WITHIN_MS;
      for (let place = before, looked = 0; ; ) {
        const rows = await newest(org, place, PAGE);
        for (const row of rows) {
          if (row.at < endsAt) return { lines, nextBefore: null };
          place = row.idx;
          if (isWanted(row) && lines.push(lineOf(row)) === limit) return { lines, nextBefore: place };
        }
        looked += rows.length;
        if (rows.length < PAGE) return { lines, nextBefore: null };
        if (looked >= LOOKED_AT_ONCE) return { lines, nextBefore: place ?? null };
        await new Promise((resolve) => setImmediate(resolve)); // whoever waits comes first
      }
    },
    check: (from) => inTurn(() => checkFrom(from)),
    async config(org, what) {
      const key = configKeyOf(what);
      if (key === null || (ONE_AN_ORGANIZATION.has(key.of) && key.id !== org)) return null;
      const config = await read(() => configView(sealing, org, key));
      return { config, hash: configHash(config) };
    },
    async leaves(org, { from, size, limit }) {
      const leaves: LogLeaf[] = [];
      const end = Math.min(size, from + limit);
      for (let at = from, chars = 0; at < end && chars < MAX_PAGE_CHARS; at = from + leaves.length) {
        const rows = await bodies(at, Math.min(at + PAGE, end));
        for (const row of rows) {
          const body = org === null || row.org === org ? row.body : null;
          leaves.push({ index: row.idx, leaf: toBase64(leafHash(row.body)), body });
          chars += row.body.length;
        }
        if (rows.length === 0) break;
      }
      return leaves;
    },
    inclusion: (index) =>
      read(function* () {
        const newestHead = yield* head();
        const entry = yield* readEntry.first({ idx: index });
        if (entry === undefined || index >= newestHead.size) return null;
        return {
          ...newestHead,
          index,
          org: entry.org as OrgId,
          body: entry.body,
          proof: yield* prove(planInclusion(index, newestHead.size)),
        };
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
