/** Facts about credentials, people and grants, each within the request's organisation. */

import type { FenceKey } from '../guard/fence.ts';
import { factKind } from '../kernel/fact.ts';
import type { AgentId, GrantId, PersonId, TokenId } from '../kernel/ids.ts';
import type { PersonStatus } from './people/ports.ts';
import type { GivenGrant } from './ports.ts';
import type { Role } from './rules/roles.ts';

/** Of a person, what decides about an action on them; nothing personal. */
export interface KnownPerson {
  readonly id: PersonId;
  readonly role: Role;
  readonly status: Exclude<PersonStatus, 'removed'>;
  /** How many exceptions to the role. */
  readonly grants: number;
}

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
  /** Nobody of another organisation, and nobody who was removed. */
  person: factKind<PersonId, KnownPerson>()('person'),
  /** Whoever has this mail address (in normal form) on the whole server: of another organisation only that there is somebody. */
  personByMail: factKind<string, KnownPerson | 'elsewhere'>()('person-by-mail'),
  /** The Owners who can sign in. */
  activeOwners: factKind<'self', readonly PersonId[]>()('active-owners'),
  /** How many sessions of a person have not ended; null: none. */
  openSessions: factKind<PersonId, number>()('open-sessions'),
  /** Whether anybody was ever made on this server. */
  anybody: factKind<'self', true>()('anybody'),
  /** By its id; null also for one that was removed. */
  principal: factKind<string, KnownPrincipal>()('principal'),
  grant: factKind<GrantId, GivenGrant>()('grant'),
} as const;
