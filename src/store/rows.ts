/** Rows to domain values and back, for the tables that several files read. */
import type { AgentId, OrgId } from '../kernel/ids.ts';
import type { Agent } from '../tenancy/agent.ts';
import type { Organization } from '../tenancy/organization.ts';
import type { Schema } from './schema.ts';

export const organizationColumns = ['slug', 'name', 'status', 'mode', 'tier', 'zone', 'created_at'] as const;
export const agentColumns = [
  'name',
  'status',
  'senders',
  'bound',
  'limits',
  'approval_policy',
  'anomaly_policy',
  'country',
  'created_at',
] as const;

export const organizationOf = (row: Schema['organization']): Organization => ({
  id: row.id as OrgId,
  slug: row.slug,
  name: row.name,
  status: row.status as Organization['status'],
  mode: row.mode as Organization['mode'],
  tier: row.tier as Organization['tier'],
  zone: row.zone,
  createdAt: row.created_at,
});

export const agentOf = (row: Omit<Schema['agent'], 'context'>): Agent => ({
  org: row.org as OrgId,
  id: row.id as AgentId,
  name: row.name,
  status: row.status as Agent['status'],
  senders: JSON.parse(row.senders) as Agent['senders'],
  bound: JSON.parse(row.bound) as Agent['bound'],
  limits: JSON.parse(row.limits) as Agent['limits'],
  approvalPolicy: row.approval_policy as Agent['approvalPolicy'],
  anomalyPolicy: JSON.parse(row.anomaly_policy) as Agent['anomalyPolicy'],
  country: row.country,
  createdAt: row.created_at,
});

export const agentRow = (agent: Agent): Omit<Schema['agent'], 'context'> => ({
  org: agent.org,
  id: agent.id,
  name: agent.name,
  status: agent.status,
  senders: JSON.stringify(agent.senders),
  bound: JSON.stringify(agent.bound),
  limits: JSON.stringify(agent.limits),
  approval_policy: agent.approvalPolicy,
  anomaly_policy: JSON.stringify(agent.anomalyPolicy),
  country: agent.country,
  created_at: agent.createdAt,
});
