/** Organisations and agents. */
import type { TenancyWrites } from '../../tenancy/writes.ts';
import { ChangedMeanwhile } from '../committer.ts';
import { agentOf, agentRow, organizationOf, organizationRow } from '../rows.ts';
import { noteResumed } from '../swarm-resumed.ts';
import * as sql from './statements.ts';
import { bump, type WriterParts, type WritersOf } from './writer.ts';

export function tenancyWriters({ sealing }: WriterParts): WritersOf<TenancyWrites> {
  return {
    *'organization.create'(group, org, row) {
      yield* sql.insertOrganization.run(organizationRow(row));
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
      group.facts.forget(org, 'active-agents', 'self');
    },
    *'agent.update'(group, org, row) {
      const [read] = yield* group.facts.load([{ org, kind: 'agent', key: row.id }]); // what the change was computed from
      const now = yield* sql.agentLocked.first({ org, id: row.id });
      if (now !== undefined && JSON.stringify(agentOf(now)) !== JSON.stringify(read)) throw new ChangedMeanwhile();
      yield* sql.updateAgent.run({ ...agentRow(row), org });
      if (now?.status === 'paused' && row.status === 'active') yield* noteResumed(org, `agent:${row.id}`, group.now);
      group.facts.forget(org, 'agent', row.id);
      group.facts.forget(org, 'swarm-state', 'self'); // says whether its agents have ended
      group.facts.forget(org, 'active-agents', 'self');
    },
    *'agent.abandon'(group, org, { id }) {
      yield* sql.abandonAgent.run({ org, id });
      yield* bump(group, org, `agent:${id}`);
      group.facts.forget(org, 'agent', id);
      group.facts.forget(org, 'swarm-state', 'self');
      group.facts.forget(org, 'active-agents', 'self');
    },
    *'organization.update'(group, org, row) {
      const [read] = yield* group.facts.load([{ org: row.id, kind: 'organization', key: 'self' }]); // what the change was computed from
      const now = yield* sql.organizationLocked.first({ id: row.id });
      if (now !== undefined && JSON.stringify(organizationOf(now)) !== JSON.stringify(read))
        throw new ChangedMeanwhile();
      yield* sql.updateOrganization.run(organizationRow(row));
      if (now?.status === 'suspended' && row.status === 'active') yield* noteResumed(row.id, 'swarm', group.now);
      group.facts.forget(row.id, 'organization', 'self');
      group.facts.forget(org, 'organization', 'self');
    },
    *'organization.tier'(group, org, { tier }) {
      yield* sql.setTier.run({ id: org, tier });
      group.facts.forget(org, 'organization', 'self');
    },
  };
}
