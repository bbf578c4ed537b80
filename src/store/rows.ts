/** Rows to domain values and back, for the tables that several files read. */
import { sql } from 'kysely';
import type { AgentId, OrgId } from '../kernel/ids.ts';
import type { Agent } from '../tenancy/agent.ts';
import type { FlowPolicy } from '../tenancy/flow-policy.ts';
import type { AgentLimitName } from '../tenancy/limits.ts';
import type { Organization } from '../tenancy/organization.ts';
import type { Schema } from './schema.ts';

/** As the partial index has it, to the letter: only so can SQLite see that the index applies. */
export const holdsPlace = sql<boolean>`"status" <> 'deprovisioned'`;

export const organizationColumns = [
  'slug',
  'name',
  'status',
  'mode',
  'kyc',
  'tier',
  'max_agents',
  'zone',
  'created_at',
] as const;
export const agentColumns = [
  'name',
  'status',
  'senders',
  'bound',
  'limits',
  'approval_policy',
  'anomaly_policy',
  'flow_policy',
  'country',
  'created_at',
  'granted',
] as const;

export const organizationOf = (row: Schema['organization']): Organization => ({
  id: row.id as OrgId,
  slug: row.slug,
  name: row.name,
  status: row.status as Organization['status'],
  mode: row.mode as Organization['mode'],
  kyc: row.kyc as Organization['kyc'],
  tier: row.tier as Organization['tier'],
  maxAgents: row.max_agents,
  zone: row.zone,
  createdAt: row.created_at,
});

export const organizationRow = (organization: Organization): Schema['organization'] => ({
  id: organization.id,
  slug: organization.slug,
  name: organization.name,
  status: organization.status,
  mode: organization.mode,
  kyc: organization.kyc,
  tier: organization.tier,
  max_agents: organization.maxAgents,
  zone: organization.zone,
  created_at: organization.createdAt,
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
  ...(row.flow_policy === null ? {} : { flowPolicy: JSON.parse(row.flow_policy) as FlowPolicy }),
  country: row.country,
  createdAt: row.created_at,
  granted: JSON.parse(row.granted) as AgentLimitName[],
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
  flow_policy: agent.flowPolicy === undefined ? null : JSON.stringify(agent.flowPolicy),
  country: agent.country,
  created_at: agent.createdAt,
  granted: JSON.stringify(agent.granted ?? []),
});
