/** What identity asks of the store. */
import type { AgentId, OrgId, TokenId } from '../kernel/ids.ts';

export interface TokenRecord {
  readonly id: TokenId;
  readonly kind: 'agent' | 'organization' | 'orchestrator';
  readonly org: OrgId;
  readonly agent: AgentId | null;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  /** The token's fence at this moment. */
  readonly epoch: number;
}

export interface AgentTokenInfo {
  readonly id: TokenId;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

export interface TokenReader {
  /** Hashes of the orchestrator's tokens. */
  orchestratorHashes(): Promise<readonly string[]>;
  /** By lower-case hex SHA-256 of the token. Revoked and expired ones are returned as such. */
  byHash(hash: string): Promise<TokenRecord | null>;
  /** An agent's tokens without their hashes, newest first. */
  ofAgent(org: OrgId, agent: AgentId): Promise<readonly AgentTokenInfo[]>;
}
