/** What tenancy asks of the store outside a decision. */
import type { AgentId, OrgId } from '../kernel/ids.ts';
import type { Agent } from './agent.ts';
import type { Organization } from './organization.ts';

export interface TenancyReader {
  /** All organisations, oldest first; for the orchestrator alone. */
  organizations(): Promise<readonly Organization[]>;
  organization(id: OrgId): Promise<Organization | null>;
  organizationBySlug(slug: string): Promise<Organization | null>;
  /** Across organisations, for the orchestrator alone: where an agent lives. */
  organizationOf(agent: AgentId): Promise<OrgId | null>;
  /** Null when the organisation has no such agent. */
  agent(org: OrgId, id: AgentId): Promise<Agent | null>;
  /** The organisation's agents, oldest first; all of them unless `limit` is given. */
  agents(org: OrgId, limit?: number): Promise<readonly Agent[]>;
  /** How many of them have not ended: a paused agent keeps its place. */
  activeAgents(org: OrgId): Promise<number>;
  /** The same of every organisation that has any. */
  activeAgentsByOrganization(): Promise<ReadonlyMap<OrgId, number>>;
}
