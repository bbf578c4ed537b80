/** Facts about credentials and people, each within the request's organisation. */
import { factKind } from '../kernel/fact.ts';
import type { AgentId, PersonId, TokenId } from '../kernel/ids.ts';
import type { PersonStatus } from './people/ports.ts';
import type { Role } from './rules/roles.ts';

/** Of a person, what decides about an action on them; nothing personal. */
export interface KnownPerson {
  readonly id: PersonId;
  readonly role: Role;
  readonly status: Exclude<PersonStatus, 'removed'>;
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
} as const;
