/** What may be written about tenants. */
import type { AgentId } from '../kernel/ids.ts';
import { writer } from '../kernel/write.ts';
import type { Agent } from './agent.ts';
import type { Tier } from './limits.ts';
import type { Organization } from './organization.ts';

export interface TenancyWrites {
  'organization.create': Organization;
  /** Replaces all but identity, slug, tier and time of creation. */
  'organization.update': Organization;
  'organization.tier': { readonly tier: Tier };
  'agent.create': Agent;
  /** Replaces all but identity and time of creation. */
  'agent.update': Agent;
  /** Ends an agent whose making broke off: it has no token yet. Nothing where it has ended already. */
  'agent.abandon': { readonly id: AgentId };
}
export const tenancyWrite = writer<TenancyWrites>();
