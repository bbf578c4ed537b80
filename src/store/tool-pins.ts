import type { Pin, Pins, SeenTool } from '../swarm/tools/pins.ts';
import type { Committer } from './committer.ts';
import type { Engine } from './engine.ts';
import type { Schema } from './schema.ts';
import { cellOf, type Sealing } from './sealing.ts';
import { statement } from './statement.ts';

type Row = Schema['tool_pin'];
type OfServer = Pick<Row, 'org' | 'server'>;
type Place = OfServer & Pick<Row, 'tool'>;

export const pinCell = (org: string, server: string, tool: string, column: 'seen' | 'text') =>
  cellOf(org, 'tool_pin', column, `${server}\n${tool}`);

const pinsOfServer = statement<OfServer, Pick<Row, 'tool' | 'state' | 'hash' | 'seen_hash'>>((db, p, lock) =>
  lock.wait(
    db
      .selectFrom('tool_pin')
      .select(['tool', 'state', 'hash', 'seen_hash'])
      .where('org', '=', p('org'))
      .where('server', '=', p('server'))
      .orderBy('tool'),
  ),
);
const approvedOf = statement<OfServer, { tool: string; hash: string }>((db, p) =>
  db
    .selectFrom('tool_pin')
    .select(['tool', 'hash'])
    .where('org', '=', p('org'))
    .where('server', '=', p('server'))
    .where('state', '=', 'pinned'),
);
const insert = statement<Place & Pick<Row, 'seen_hash' | 'seen' | 'seen_at'>>(
  (db, p) =>
    db
      .insertInto('tool_pin')
      .values({
        org: p('org'),
        server: p('server'),
        tool: p('tool'),
        state: 'new',
        seen_hash: p('seen_hash'),
        seen: p('seen'),
        seen_at: p('seen_at'),
      })
      .onConflict((conflict) => conflict.columns(['org', 'server', 'tool']).doNothing()), // another server saw it first
);
const sawOther = statement<Place & Pick<Row, 'state' | 'seen_hash' | 'seen' | 'seen_at'>>((db, p) =>
  db
    .updateTable('tool_pin')
    .set({ state: p('state'), seen_hash: p('seen_hash'), seen: p('seen'), seen_at: p('seen_at') })
    .where('org', '=', p('org'))
    .where('server', '=', p('server'))
    .where('tool', '=', p('tool')),
);
const drop = statement<Place>((db, p) =>
  db
    .deleteFrom('tool_pin')
    .where('org', '=', p('org'))
    .where('server', '=', p('server'))
    .where('tool', '=', p('tool'))
    .where('state', '=', 'new'),
);

export const createPins = ({ db, read }: Engine, committer: Pick<Committer, 'submit'>, sealing: Sealing): Pins => ({
  sight: (org, server, listed) =>
    committer.submit(org, function* (group) {
      const { dataKey } = yield* sealing.orgKeys(org);
      const known = new Map((yield* pinsOfServer.all({ org, server })).map((row) => [row.tool, row]));
      const withdrawn: string[] = [];
      let changed = false;
      for (const { tool, hash, text } of listed) {
        const before = known.get(tool);
        known.delete(tool);
        if (before?.seen_hash === hash) continue;
        const row = { org, server, tool, seen_hash: hash, seen_at: group.now };
        const seen = sealing.sealText(dataKey, text, pinCell(org, server, tool, 'seen'));
        if (before === undefined) yield* insert.run({ ...row, seen });
        else yield* sawOther.run({ ...row, seen, state: before.hash === null ? 'new' : 'changed' });
        if (before?.state === 'pinned') withdrawn.push(tool);
        changed = true;
      }
      for (const { tool, state } of known.values()) {
        if (state !== 'new') continue;
        yield* drop.run({ org, server, tool });
        changed = true;
      }
      if (changed) group.facts.forget(org, 'known-tools', server);
      return withdrawn;
    }),
  async approved(org, server) {
    return new Map((await read(() => approvedOf.all({ org, server }))).map(({ tool, hash }) => [tool, hash]));
  },
  async list(org) {
    const rows = await db
      .selectFrom('tool_pin')
      .selectAll()
      .where('org', '=', org)
      .orderBy('server')
      .orderBy('tool')
      .execute();
    if (rows.length === 0) return [];
    const { dataKey } = await read(() => sealing.orgKeys(org));
    return rows.map((row) => pinOf(row, (sealed, column) => openPin(row, sealed, column)));
    function openPin({ server, tool }: Row, sealed: string, column: 'seen' | 'text'): string {
      return sealing.openText(dataKey, sealed, pinCell(org, server, tool, column));
    }
  },
});

type Open = (sealed: string, column: 'seen' | 'text') => string;

function pinOf(row: Row, open: Open): Pin {
  const seen: SeenTool = { tool: row.tool, hash: row.seen_hash, text: open(row.seen, 'seen') };
  return {
    server: row.server,
    tool: row.tool,
    state: row.state as Pin['state'],
    approved:
      row.hash === null || row.text === null ? null : { tool: row.tool, hash: row.hash, text: open(row.text, 'text') },
    seen,
    seenAt: row.seen_at,
    approvedAt: row.approved_at,
    approvedBy: row.approved_by,
  };
}
