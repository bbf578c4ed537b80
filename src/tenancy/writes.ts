/** What may be written about tenants. */
import { writer } from '../kernel/write.ts';
import type { Agent } from './agent.ts';
import type { Tier } from './limits.ts';
import type { Organization } from './organization.ts';

export interface TenancyWrites {
  'organization.create': Organization;
  /** Replaces name, status, mode and zone. */
  'organization.update': Organization;
  'organization.tier': { readonly tier: Tier };
  'agent.create': Agent;
  /** Replaces all but identity and time of creation. */
  'agent.update': Agent;
}
export const tenancyWrite = writer<TenancyWrites>();
