/** Facts about credentials, each within the request's organisation. */

import type { FenceKey } from '../guard/fence.ts';
import { factKind } from '../kernel/fact.ts';
import type { AgentId, GrantId, TokenId } from '../kernel/ids.ts';
import type { GivenGrant } from './ports.ts';

/** What a principal's authentication remembers, and a change of its grants bumps: a person's own fence, or its credential's. */
export const fenceOfPrincipal = (id: string): FenceKey => ({ of: id.startsWith('usr_') ? 'person' : 'token', id });

/** Whom a grant may be about, and who may be ended. */
export interface KnownPrincipal {
  readonly kind: 'person' | 'service' | 'organization' | 'orchestrator';
  /** A person whose role is Owner. */
  readonly isOwner: boolean;
  /** How many grants it has. */
  readonly grants: number;
}

export const identityFacts = {
  /** Whose token it is; revoked and expired ones too. */
  agentToken: factKind<TokenId, { readonly agent: AgentId }>()('agent-token'),
  /** By its id; null also for one that was removed. */
  principal: factKind<string, KnownPrincipal>()('principal'),
  grant: factKind<GrantId, GivenGrant>()('grant'),
} as const;
