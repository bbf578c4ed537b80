/** What may be written about tenants. */
import type { AgentId } from '../kernel/ids.ts';
import { writer } from '../kernel/write.ts';
import type { Agent } from './agent.ts';
import type { Organization } from './organization.ts';

export interface TenancyWrites {
  'organization.create': Organization;
  /** Replaces all but identity, slug and time of creation. */
  'organization.update': Organization;
  'agent.create': Agent;
  /** Replaces all but identity and time of creation. */
  'agent.update': Agent;
  /** Ends an agent whose making broke off: it has no token yet. Nothing where it has ended already. */
  'agent.abandon': { readonly id: AgentId };
}
export const tenancyWrite = writer<TenancyWrites>();
