/** What may be written about tenants. */
import { writer } from '../kernel/write.ts';
import type { Agent } from './agent.ts';
import type { Organization } from './organization.ts';

export interface TenancyWrites {
  'organization.create': Organization;
  /** Replaces name, status, mode, tier and zone. */
  'organization.update': Organization;
  'agent.create': Agent;
  /** Replaces all but identity and time of creation. */
  'agent.update': Agent;
}
export const tenancyWrite = writer<TenancyWrites>();
