/**
 * Who acts. A `Principal` is made by a door's authentication alone; nothing that a caller says about itself ends up here.
 */
import type { AgentId, OrgId } from '../kernel/ids.ts';
import type { Fence } from './fence.ts';

/** What a principal may do, as the action's `access` names it. An organisation's or platform's rights include what lies below. */
export const SCOPES = [
  'agent:act',
  'org:admin',
  'platform:admin',
  'audit:read',
  'provider:deliver',
  'system:act',
] as const;
export type Scope = (typeof SCOPES)[number];

export const PRINCIPAL_KINDS = ['agent', 'organization', 'orchestrator', 'provider', 'system'] as const;
export type PrincipalKind = (typeof PRINCIPAL_KINDS)[number];

export interface Principal {
  /** Stable and loggable: a token's id, never the token. */
  readonly id: string;
  readonly kind: PrincipalKind;
  /** The organisation that the principal belongs to; the platform's for the orchestrator. */
  readonly org: OrgId;
  /** The one agent that an agent's token stands for. */
  readonly agent: AgentId | null;
  readonly scopes: ReadonlySet<Scope>;
  /** What would end this principal's rights (its token), with the epoch seen when it was authenticated. */
  readonly fences: readonly Fence[];
}

export const SCOPES_OF = {
  agent: new Set<Scope>(['agent:act']),
  organization: new Set<Scope>(['agent:act', 'org:admin']),
  orchestrator: new Set<Scope>(['agent:act', 'org:admin', 'platform:admin', 'audit:read']),
  provider: new Set<Scope>(['provider:deliver']),
  system: new Set<Scope>(['system:act']),
} satisfies Record<PrincipalKind, ReadonlySet<Scope>>;
