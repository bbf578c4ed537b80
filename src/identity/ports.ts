/** What identity asks of the store. */
import type { Grant } from '../guard/grant.ts';
import type { AgentId, GrantId, OrgId, TokenId } from '../kernel/ids.ts';
import type { Attempts } from './rules/lock-out.ts';

export interface TokenRecord {
  readonly id: TokenId;
  readonly kind: 'agent' | 'organization' | 'orchestrator';
  readonly org: OrgId;
  readonly agent: AgentId | null;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  /** Its organisation is. */
  readonly suspended: boolean;
  /** The token's fence at this moment. */
  readonly epoch: number;
  /** Exceptions to the scopes of its kind; an agent's token has none. */
  readonly grants: readonly Grant[];
}

/** A grant as it was given. */
export interface GivenGrant extends Grant {
  readonly id: GrantId;
  /** Whose it is. */
  readonly principal: string;
  readonly createdBy: string;
  /** Ms since the epoch. */
  readonly createdAt: number;
}

export interface GrantReader {
  /** The exceptions of one principal; whoever authenticates it loads them after the epoch of its fence. */
  of(org: OrgId, principal: string): Promise<readonly Grant[]>;
  /** Newest first. */
  list(
    org: OrgId,
    query: { readonly limit: number; readonly before?: GrantId | undefined; readonly principal?: string | undefined },
  ): Promise<readonly GivenGrant[]>;
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

/** Failed authentications of one address group since they were last recorded. */
export interface Failures {
  /** As the store names the group (`LockOutStore.naming`). */
  readonly name: string;
  /** Ms since the epoch, oldest first. */
  readonly times: readonly number[];
  /** The end of a lock that this server made by its own count. */
  readonly lockedUntil: number | null;
}
export interface Lock {
  readonly name: string;
  /** Ms since the epoch. */
  readonly until: number;
}

/**
 * Lock-outs that outlive the process, shared by every server of the database. Addresses are personal data: the store holds
 * them as keyed hashes alone, and only as long as they matter.
 */
export interface LockOutStore {
  /** Other servers make locks too. */
  readonly shared: boolean;
  /** How address groups are named in the store. */
  naming(): Promise<(address: string) => string>;
  /**
   * Adds to what is on record and gives what it is then, in the same order. One transaction, durable on return; two servers
   * that record failures of one group at once count both.
   */
  recordFailures(failures: readonly Failures[]): Promise<readonly Attempts[]>;
  /** Locks that end after `ms` (since the epoch), the first to end first. */
  locksEndingAfter(ms: number): Promise<readonly Lock[]>;
  /** Forgets what can't matter any more at `now`. */
  sweep(now: number): Promise<void>;
}
