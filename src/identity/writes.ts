/** What may be written about credentials: hashes and public keys only. */
import type { AgentId, OrgId, TokenId } from '../kernel/ids.ts';
import { writer } from '../kernel/write.ts';
import type { PeopleWrites } from './people/writes.ts';
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
  'admin-token.create': AdminTokenRow;
  /** Ends every token of that kind that the organisation has, and makes this one. */
  'admin-token.replace': AdminTokenRow;
}
export const identityWrite = writer<IdentityWrites>();
