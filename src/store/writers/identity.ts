/** Credentials, by hash. */

import { NO_ACTIVITY } from '../../guard/anomalies/rules/activity.ts';
import type { PeopleWrites } from '../../identity/people/writes.ts';
import type { ServiceWrites } from '../../identity/services/writes.ts';
import type { AdminTokenRow, IdentityWrites } from '../../identity/writes.ts';
import { addActivity } from '../activity.ts';
import type { Tx } from '../statement.ts';
import { type GrantKinds, inheritGrants } from './grants.ts';
import * as sql from './statements.ts';
import { bump, type WritersOf } from './writer.ts';

export function identityWriters(): WritersOf<
  Omit<IdentityWrites, keyof PeopleWrites | keyof ServiceWrites | GrantKinds>
> {
  function* insertAdminToken(row: AdminTokenRow): Tx<void> {
    yield* sql.insertAdminToken.run({
      hash: row.hash,
      id: row.id,
      org: row.org,
      kind: row.kind,
      created_at: row.createdAt,
    });
    yield* sql.insertFence.run({ org: row.org, subject: `token:${row.id}` });
  }

  return {
    *'agent-token.create'(group, org, row) {
      yield* sql.insertAgentToken.run({
        hash: row.hash,
        id: row.id,
        org,
        agent: row.agent,
        created_at: row.createdAt,
        expires_at: row.expiresAt,
      });
      yield* sql.insertFence.run({ org, subject: `token:${row.id}` });
      group.facts.forget(org, 'fence', `token:${row.id}`);
      const { agent } = row;
      yield* addActivity(
        { org, id: agent, label: agent },
        { ...NO_ACTIVITY, times: { tokens: [group.now] } },
        group.now,
      );
    },
    *'agent-token.revoke'(group, org, row) {
      yield* sql.revokeAgentToken.run({ org, agent: row.agent, id: row.id, revoked_at: row.at });
      yield* bump(group, org, `token:${row.id}`);
    },
    *'agent-token.revoke-all'(group, org, row) {
      for (const { id } of yield* sql.liveAgentTokens.all({ org, agent: row.agent })) {
        yield* sql.revokeAgentToken.run({ org, agent: row.agent, id, revoked_at: row.at });
        yield* bump(group, org, `token:${id}`);
      }
    },
    *'agent-token.expire-all'(_, org, row) {
      yield* sql.expireAgentTokens.run({ org, agent: row.agent, at: row.at });
    },
    *'admin-token.create'(_, __, row) {
      yield* insertAdminToken(row);
    },
    *'admin-token.replace'(group, _, row) {
      for (const { id } of yield* sql.dropAdminTokens.all({ org: row.org, kind: row.kind })) {
        yield* bump(group, row.org, `token:${id}`);
        yield* inheritGrants(row.org, id, row.id);
      }
      yield* insertAdminToken(row);
    },
  };
}
