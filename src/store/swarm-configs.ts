/**
 * Swarms' configurations as rows. A version never changes, so that what was opened once is kept in memory; which version is
 * live is asked of the database each time, as another server may have made a newer one.
 */
import { boundedMap } from '../kernel/bounded-map.ts';
import type { AgentId, OrgId } from '../kernel/ids.ts';
import type { BoundAgent, ConfigSource, ProposedConfig, StoredConfig, SwarmState } from '../swarm/config/facts.ts';
import type { ConfigVersion, LiveConfig, SwarmConfigReader } from '../swarm/config/port.ts';
import { swarmConfig } from '../swarm/config/schema.ts';
import type { Engine } from './engine.ts';
import type { Remembering } from './remembering.ts';
import type { Schema } from './schema.ts';
import { cellOf, type Sealing } from './sealing.ts';
import { statement, type Tx } from './statement.ts';

type VersionRow = Schema['swarm_config'];
type ProposalRow = Schema['swarm_proposal'];

/** A configuration may take some MB in memory. */
const MAX_CONFIGS = 64;

const active = statement<{ org: string }, Pick<Schema['swarm'], 'active'>>((db, p) =>
  db.selectFrom('swarm').select('active').where('org', '=', p('org')),
);
const oneVersion = statement<Pick<VersionRow, 'org' | 'version'>, Pick<VersionRow, 'hash' | 'content'>>((db, p) =>
  db
    .selectFrom('swarm_config')
    .select(['hash', 'content'])
    .where('org', '=', p('org'))
    .where('version', '=', p('version')),
);
/** The live version, in a row for each agent that was ever bound. */
const liveState = statement<
  { org: string },
  Pick<Schema['swarm'], 'active'> & { [C in 'name' | 'agent' | 'status' | 'ended']: string | null }
>((db, p) =>
  db
    .selectFrom('swarm')
    .leftJoin('swarm_agent', 'swarm_agent.org', 'swarm.org')
    .leftJoin('agent', (join) =>
      join.onRef('agent.org', '=', 'swarm_agent.org').onRef('agent.id', '=', 'swarm_agent.agent'),
    )
    .select(['swarm.active', 'swarm_agent.name', 'swarm_agent.agent', 'swarm_agent.status', 'agent.status as ended'])
    .where('swarm.org', '=', p('org'))
    .orderBy('swarm_agent.name'),
);
const oneProposal = statement<{ org: string }, ProposalRow>((db, p) =>
  db.selectFrom('swarm_proposal').selectAll().where('org', '=', p('org')),
);
const lastOfFile = statement<{ org: string }, Pick<VersionRow, 'hash'>>((db, p) =>
  db
    .selectFrom('swarm_config')
    .select('hash')
    .where('org', '=', p('org'))
    .where('source', '=', 'file')
    .orderBy('version', 'desc')
    .limit(1),
);

export const versionCell = (org: string, version: number, column: 'content' | 'note') =>
  cellOf(org, 'swarm_config', column, String(version));
export const proposalCell = (org: string, id: string, column: 'content' | 'note') =>
  cellOf(org, 'swarm_proposal', column, id);

/** What a transaction reads of configurations. */
export interface SwarmConfigRows extends Remembering {
  state(org: OrgId): Tx<SwarmState>;
  version(org: OrgId, version: number): Tx<StoredConfig | null>;
  proposed(org: OrgId): Tx<ProposedConfig | null>;
}

export function createSwarmConfigRows(sealing: Sealing): SwarmConfigRows {
  const opened = boundedMap<string, StoredConfig>(MAX_CONFIGS);

  function* text(org: OrgId, sealed: string, cell: ReturnType<typeof cellOf>): Tx<string> {
    const { dataKey } = yield* sealing.orgKeys(org);
    return sealing.openText(dataKey, sealed, cell);
  }
  const rows: SwarmConfigRows = {
    forgetAll: () => opened.clear(),
    *version(org, version) {
      const name = `${org}\n${version}`;
      const known = opened.get(name);
      if (known !== undefined) return known;
      const row = yield* oneVersion.first({ org, version });
      if (row === undefined) return null;
      const config = read(yield* text(org, row.content, versionCell(org, version, 'content')));
      const stored = { config, hash: row.hash };
      opened.set(name, stored);
      return stored;
    },
    *state(org) {
      const found = yield* liveState.all({ org });
      const version = found[0]?.active ?? 0;
      const live = version === 0 ? null : yield* rows.version(org, version);
      const bound = found.flatMap(({ name, agent, status, ended }): BoundAgent[] => {
        if (name === null || ended === null) return [];
        return [
          {
            ...{ name, agent: agent as AgentId, status: status as BoundAgent['status'] },
            ended: ended === 'deprovisioned',
          },
        ];
      });
      return { version, hash: live?.hash ?? null, config: live?.config ?? null, bound };
    },
    *proposed(org) {
      const row = yield* oneProposal.first({ org });
      if (row === undefined) return null;
      const { id, by, base, hash, at } = row;
      const note = row.note === null ? null : yield* text(org, row.note, proposalCell(org, id, 'note'));
      const config = read(yield* text(org, row.content, proposalCell(org, id, 'content')));
      return { id, by, base, hash, at, note, config, source: row.source as ConfigSource };
    },
  };
  return rows;
}

/** By today's schema: what it added since has its default. */
const read = (text: string) => swarmConfig.parse(JSON.parse(text));

export function createSwarmConfigReader(
  { db, read: reading }: Engine,
  sealing: Sealing,
  rows: SwarmConfigRows,
): SwarmConfigReader {
  const lives = boundedMap<OrgId, LiveConfig>(MAX_CONFIGS);
  return {
    live: (org) =>
      reading(function* () {
        const version = (yield* active.first({ org }))?.active ?? 0;
        const known = lives.get(org);
        if (version === 0 || known?.version === version) return known?.version === version ? known : null;
        const { version: now, config, bound } = yield* rows.state(org);
        if (config === null) return null;
        const agents = new Map(
          bound.filter(({ status }) => status === 'active').map(({ name, agent }) => [name, agent]),
        );
        const live = { version: now, config, agents };
        lives.set(org, live);
        return live;
      }),
    at: (org, version) =>
      reading(function* () {
        return (yield* rows.version(org, version))?.config ?? null;
      }),
    proposed: (org) => reading(() => rows.proposed(org)),
    lastFromFile: (org) =>
      reading(function* () {
        return (yield* lastOfFile.first({ org }))?.hash ?? null;
      }),
    async versions(org, { limit, before }) {
      const live = await db.selectFrom('swarm').select('active').where('org', '=', org).executeTakeFirst();
      let query = db
        .selectFrom('swarm_config')
        .select(['version', 'hash', 'by', 'at', 'note', 'source'])
        .where('org', '=', org);
      if (before !== undefined) query = query.where('version', '<', before);
      const found = await query.orderBy('version', 'desc').limit(limit).execute();
      return reading(function* () {
        const versions: ConfigVersion[] = [];
        for (const { version, note, source, ...row } of found) {
          const { dataKey } = yield* sealing.orgKeys(org);
          versions.push({
            ...{ version, ...row, source: source as ConfigSource, live: version === live?.active },
            note: note === null ? null : sealing.openText(dataKey, note, versionCell(org, version, 'note')),
          });
        }
        return versions;
      });
    },
  };
}
