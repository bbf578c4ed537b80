/** Credentials by hash: on every request's way, so these statements are compiled once. */
import type { Grant } from '../guard/grant.ts';
import type { AgentTokenInfo, TokenReader, TokenRecord } from '../identity/ports.ts';
import { boundedMap } from '../kernel/bounded-map.ts';
import type { AgentId, OrgId, TokenId } from '../kernel/ids.ts';
import type { Engine } from './engine.ts';
import { grantsOf } from './grants.ts';
import type { Remembering } from './remembering.ts';
import type { Schema } from './schema.ts';
import { statement, type Tx } from './statement.ts';

/** With its fence, and the standing of its organisation; the platform has no row and no standing. */
interface Joined {
  readonly epoch: number | null;
  readonly status: string | null;
}
type AgentToken = Schema['agent_tokens'] & Joined;
type AdminToken = Schema['admin_tokens'] & Joined;

const agentToken = statement<{ hash: string }, AgentToken>((db, p) =>
  db
    .selectFrom('agent_tokens as t')
    .leftJoin('fence as f', (join) =>
      join.onRef('f.org', '=', 't.org').on((eb) => eb('f.subject', '=', eb(eb.val('token:'), '||', eb.ref('t.id')))),
    )
    .leftJoin('organization as o', 'o.id', 't.org')
    .selectAll('t')
    .select(['f.epoch', 'o.status'])
    .where('t.hash', '=', p('hash')),
);
const adminToken = statement<{ hash: string }, AdminToken>((db, p) =>
  db
    .selectFrom('admin_tokens as t')
    .leftJoin('fence as f', (join) =>
      join.onRef('f.org', '=', 't.org').on((eb) => eb('f.subject', '=', eb(eb.val('token:'), '||', eb.ref('t.id')))),
    )
    .leftJoin('organization as o', 'o.id', 't.org')
    .selectAll('t')
    .select(['f.epoch', 'o.status'])
    .where('t.hash', '=', p('hash')),
);

const CACHED_TOKENS = 50_000;

/** Credentials are remembered where no other process writes; whoever writes one tells `memory` to forget. */
export function createTokenReader({ db, read, exclusive }: Engine): {
  readonly reader: TokenReader;
  readonly memory: Remembering;
} {
  const known = boundedMap<string, TokenRecord>(CACHED_TOKENS);
  const reader: TokenReader = {
    async byHash(hash) {
      const before = known.get(hash);
      if (before !== undefined) return before;
      return read(function* (): Tx<TokenRecord | null> {
        const agent = yield* agentToken.first({ hash });
        const admin = agent === undefined ? yield* adminToken.first({ hash }) : undefined;
        const record =
          agent !== undefined
            ? agentRecord(agent)
            : admin !== undefined
              ? adminRecord(admin, yield* grantsOf(admin.org, admin.id))
              : null;
        // here and not after the wait: nothing can be written between the look and the note
        if (exclusive && record !== null) known.set(hash, record);
        return record;
      });
    },
    async orchestratorHashes() {
      const rows = await db.selectFrom('admin_tokens').select('hash').where('kind', '=', 'orchestrator').execute();
      return rows.map((row) => row.hash);
    },
    async ofAgent(org, agent) {
      const rows = await db
        .selectFrom('agent_tokens')
        .select(['id', 'created_at', 'expires_at', 'revoked_at'])
        .where('org', '=', org)
        .where('agent', '=', agent)
        .orderBy('id', 'desc')
        .execute();
      return rows.map(
        (row): AgentTokenInfo => ({
          id: row.id as TokenId,
          createdAt: row.created_at,
          expiresAt: row.expires_at,
          revokedAt: row.revoked_at,
        }),
      );
    },
  };
  return { reader, memory: { forgetAll: () => known.clear() } };
}

const agentRecord = (row: AgentToken): TokenRecord => ({
  id: row.id as TokenId,
  kind: 'agent',
  org: row.org as OrgId,
  agent: row.agent as AgentId,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
  suspended: row.status === 'suspended',
  epoch: row.epoch ?? 0,
  grants: [],
});

const adminRecord = (row: AdminToken, grants: readonly Grant[]): TokenRecord => ({
  id: row.id as TokenId,
  kind: row.kind as TokenRecord['kind'],
  org: row.org as OrgId,
  agent: null,
  expiresAt: null,
  revokedAt: null,
  suspended: row.status === 'suspended',
  epoch: row.epoch ?? 0,
  grants,
});
