/** Organisations and agents. */
import type { TenancyWrites } from '../../tenancy/writes.ts';
import { ChangedMeanwhile } from '../committer.ts';
import { agentOf, agentRow } from '../rows.ts';
import * as sql from './statements.ts';
import type { WriterParts, WritersOf } from './writer.ts';

export function tenancyWriters({ sealing }: WriterParts): WritersOf<TenancyWrites> {
  return {
    *'organization.create'(group, org, row) {
      yield* sql.insertOrganization.run({
        id: row.id,
        slug: row.slug,
        name: row.name,
        status: row.status,
        mode: row.mode,
        tier: row.tier,
        zone: row.zone,
        created_at: row.createdAt,
      });
      yield* sealing.createOrgKeys(row.id);
      yield* sql.insertFence.run({ org: row.id, subject: `organization:${row.id}` });
      group.facts.forget(row.id, 'organization', 'self');
      group.facts.forget(org, 'slug-taken', row.slug);
    },
    *'agent.create'(group, org, row) {
      yield* sql.insertAgent.run(agentRow(row));
      yield* sql.insertFence.run({ org, subject: `agent:${row.id}` });
      yield* sql.insertFence.run({ org, subject: `policy:${row.id}` });
      group.facts.forget(org, 'agent', row.id);
    },
    *'agent.update'(group, org, row) {
      const [read] = yield* group.facts.load([{ org, kind: 'agent', key: row.id }]); // what the change was computed from
      const now = yield* sql.agentLocked.first({ org, id: row.id });
      if (now !== undefined && JSON.stringify(agentOf(now)) !== JSON.stringify(read)) throw new ChangedMeanwhile();
      yield* sql.updateAgent.run({ ...agentRow(row), org });
      group.facts.forget(org, 'agent', row.id);
    },
    *'organization.update'(group, org, row) {
      yield* sql.updateOrganization.run({
        id: row.id,
        name: row.name,
        status: row.status,
        mode: row.mode,
        zone: row.zone,
      });
      group.facts.forget(row.id, 'organization', 'self');
      group.facts.forget(org, 'organization', 'self');
    },
    *'organization.tier'(group, org, { tier }) {
      yield* sql.setTier.run({ id: org, tier });
      group.facts.forget(org, 'organization', 'self');
    },
  };
}
