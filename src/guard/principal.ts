/**
 * Who acts. A `Principal` is made by a door's authentication alone; nothing that a caller says about itself ends up here.
 */
import { type AgentId, type FrameId, type OrgId, PLATFORM_ORG, type ThreadId } from '../kernel/ids.ts';
import type { Fence } from './fence.ts';
import type { Grant } from './grant.ts';

/**
 * What a principal may do, as the action's `access` names it. Each stands for itself: who holds one does not hold another
 * by it. `SCOPES_OF` says what machines hold, `identity/rules/roles.ts` what people do.
 */
export const SCOPES = [
  'agent:read',
  'agent:act',
  'org:view',
  'org:operate',
  'org:admin',
  'org:own',
  'platform:admin',
  'audit:read',
  'provider:deliver',
  'system:act',
] as const;
export type Scope = (typeof SCOPES)[number];

export const PRINCIPAL_KINDS = [
  'agent',
  'organization',
  'orchestrator',
  'person',
  'service',
  'provider',
  'system',
] as const;
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
  /** Exceptions to what the scopes give, of this principal alone; left out: none. */
  readonly grants?: readonly Grant[];
  /** What a sensitive action asks besides; a person or a service without it may do none. */
  readonly sensitive?: Sensitive;
  /** What would end this principal's rights (its token), with the epoch seen when it was authenticated. */
  readonly fences: readonly Fence[];
  /** Requests a minute over all doors, where it has a limit of its own; never more than any principal has. */
  readonly requestsPerMinute?: number;
  /** An agent of the swarm at work: made by the pump alone. What it was told is what its frame was told. */
  readonly turn?: Turn;
}

/** Where in the swarm an agent acts. */
export interface Turn {
  readonly thread: ThreadId;
  readonly frame: FrameId;
  /** Of the frame's lease: what an earlier attempt writes is a conflict. */
  readonly attempt: number;
}

/** How a principal may come to do what is sensitive: a person by a fresh factor, a service by having been named the action. */
export type Sensitive =
  | { readonly is: 'step-up' /** Ms since the epoch, or null: no factor yet. */; readonly until: number | null }
  | { readonly is: 'by-name'; readonly actions: ReadonlySet<string> };

/** Whether a person has shown a factor lately enough, at `now` (ms), for what is sensitive. */
export const hasFreshFactor = ({ sensitive }: Pick<Principal, 'sensitive'>, now: number): boolean =>
  sensitive?.is === 'step-up' && sensitive.until !== null && now < sensitive.until;

/** What is a principal's own alone: a person's and a service's scopes come from its role or its key. */
export const SCOPES_OF = {
  agent: new Set<Scope>(['agent:read', 'agent:act']),
  organization: new Set<Scope>(['agent:read', 'agent:act', 'org:view', 'org:operate', 'org:admin']),
  orchestrator: new Set<Scope>([
    ...(['agent:read', 'agent:act', 'org:view', 'org:operate', 'org:admin', 'org:own'] as const),
    ...(['platform:admin', 'audit:read'] as const),
  ]),
  person: new Set<Scope>(),
  service: new Set<Scope>(),
  provider: new Set<Scope>(['provider:deliver']),
  system: new Set<Scope>(['system:act']),
} satisfies Record<PrincipalKind, ReadonlySet<Scope>>;

const OVER_ORGANIZATIONS: ReadonlySet<PrincipalKind> = new Set(['orchestrator', 'person', 'service']);

/** Whether it is of the platform and so names the organisation that it acts in; what it may do there its scopes say. */
export const isOfPlatform = ({ kind, org }: Pick<Principal, 'kind' | 'org'>): boolean =>
  org === PLATFORM_ORG && OVER_ORGANIZATIONS.has(kind);
