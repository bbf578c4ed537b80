/** What may be written about credentials: hashes and public keys only. */
import type { AgentId, GrantId, OrgId, TokenId } from '../kernel/ids.ts';
import { writer } from '../kernel/write.ts';
import type { PeopleWrites } from './people/writes.ts';
import type { GivenGrant } from './ports.ts';
import type { ServiceWrites } from './services/writes.ts';

export interface AgentTokenRow {
  readonly id: TokenId;
  /** Lower-case hex SHA-256 of the token. */
  readonly hash: string;
  readonly agent: AgentId;
  readonly createdAt: number;
  /** Milliseconds since the epoch, or null: until revoked. */
  readonly expiresAt: number | null;
}
export interface AdminTokenRow {
  readonly id: TokenId;
  readonly hash: string;
  readonly org: OrgId;
  readonly kind: 'organization' | 'orchestrator';
  readonly createdAt: number;
}

export interface IdentityWrites extends PeopleWrites, ServiceWrites {
  'agent-token.create': AgentTokenRow;
  /** Also bumps the token's fence. A token of another agent or organisation is not touched. */
  'agent-token.revoke': { readonly id: TokenId; readonly agent: AgentId; readonly at: number };
  'agent-token.revoke-all': { readonly agent: AgentId; readonly at: number };
  /** Every live token of the agent expires at `at` (ms), unless it does so earlier: the overlap of a rotation. */
  'agent-token.expire-all': { readonly agent: AgentId; readonly at: number };
  /** Refused with `conflict` where there is the same already. The principal's fence is bumped beside it. */
  'grant.create': GivenGrant;
  /** Refused with `conflict` where it is gone. */
  'grant.remove': { readonly id: GrantId };
  'admin-token.create': AdminTokenRow;
  /** Ends every token of that kind that the organisation has, and makes this one; it has their grants. */
  'admin-token.replace': AdminTokenRow;
}
export const identityWrite = writer<IdentityWrites>();
