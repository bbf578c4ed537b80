/** Facts about tenants. Each is of the request's organisation; another organisation's is null, as if it were not there. */
import { factKind } from '../kernel/fact.ts';
import type { AgentId } from '../kernel/ids.ts';
import type { Agent } from './agent.ts';
import type { Organization } from './organization.ts';

export const tenancyFacts = {
  /** The request's own organisation; the key is always `self`. */
  organization: factKind<'self', Organization>()('organization'),
  agent: factKind<AgentId, Agent>()('agent'),
  /** How many agents take a place in the organisation's pool: those that have not ended, paused or not; nobody else adds one before this request is decided. */
  activeAgents: factKind<'self', number>()('active-agents'),
  /** Whether a slug is taken anywhere on the server; for the platform's own actions. */
  slugTaken: factKind<string, true>()('slug-taken'),
} as const;
