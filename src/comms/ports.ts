/** What comms asks of the outside: a provider that carries messages, and the store's view of them. */
import type { HeldAction } from '../guard/writes.ts';
import type { AgentId, MessageId, OrgId, TokenId } from '../kernel/ids.ts';
import type { Micros } from '../kernel/money.ts';
import type { Write } from '../kernel/write.ts';
import type { Channel } from '../tenancy/agent.ts';
import type { Organization } from '../tenancy/organization.ts';
import type { ConsentType, Relationship, SuppressionReason } from './facts.ts';
import type { Message, MessageChannel } from './message.ts';
import type { MessageProvider } from './provider-ports.ts';

/**
 * Who carries a channel, by the organisation's mode. What is not here is refused: production never falls back to the
 * simulator.
 */
export type Carriers = Readonly<Record<Organization['mode'], Readonly<Partial<Record<Channel, MessageProvider>>>>>;

/** A fresh token: `token` is shown once and never stored. */
interface IssuedToken {
  readonly token: string;
  readonly write: Write;
}

/** Tokens of agents; made by identity. `bytes` gives fresh random bytes, times are ms since the epoch. */
export interface AgentTokens {
  /** @param expiresAt null: until revoked. */
  issue(
    bytes: (n: number) => Uint8Array,
    id: TokenId,
    agent: AgentId,
    now: number,
    expiresAt: number | null,
  ): IssuedToken;
  revokeAll(agent: AgentId, now: number): readonly Write[];
}

/** Tokens of organisations' administrators. */
export interface AdminTokens {
  issue(bytes: (n: number) => Uint8Array, id: TokenId, org: OrgId, now: number): IssuedToken;
}

export interface MessageQuery {
  readonly agent: AgentId;
  readonly limit: number;
  /** Only messages older than this one. */
  readonly before?: MessageId | undefined;
  readonly channel?: MessageChannel | undefined;
  readonly contact?: string | undefined;
  readonly direction?: Message['direction'] | undefined;
  /** Only messages from this time on (ms). */
  readonly since?: number | undefined;
}

export interface SuppressionRecord {
  readonly contact: string;
  readonly channel: Channel | 'all';
  readonly reason: SuppressionReason;
  readonly source: string;
  readonly at: number;
  readonly scope: 'organization' | 'platform';
}

export interface ConsentRecord {
  readonly event: 'recorded' | 'revoked';
  readonly type: ConsentType | null;
  readonly source: string | null;
  readonly proof: string | null;
  readonly at: number;
}

export interface Usage {
  readonly agent: AgentId;
  readonly channel: MessageChannel;
  readonly messages: number;
  readonly cost: Micros;
}

/** How much of a meter is used now, by the same reckoning as the ledger's. */
export interface MeterReading {
  readonly name: string;
  readonly used: number;
  readonly limit: number;
}

export interface CommsReader {
  /** Newest first. `older`: before which message to go on; null when there are no older ones. A page may be short and go on. */
  messages(
    org: OrgId,
    query: MessageQuery,
  ): Promise<{ readonly messages: readonly Message[]; readonly older: MessageId | null }>;
  /** What arrived or failed and is not acknowledged, oldest first. */
  waiting(
    org: OrgId,
    query: { agent: AgentId; limit: number; channel?: MessageChannel | undefined },
  ): Promise<readonly Message[]>;
  relationship(org: OrgId, key: { agent: AgentId; contact: string; channel: Channel }): Promise<Relationship | null>;
  consentHistory(
    org: OrgId,
    key: { agent: AgentId; contact: string; channel: Channel },
  ): Promise<readonly ConsentRecord[]>;
  /** Every suppression of an address that binds the organisation. */
  suppressionsOf(org: OrgId, contact: string): Promise<readonly SuppressionRecord[]>;
  /** Newest first, at most `limit`. */
  suppressions(org: OrgId, limit: number): Promise<readonly SuppressionRecord[]>;
  /** Outbound messages since a time (ms), by agent and channel; `agent: null` for all. */
  usage(org: OrgId, agent: AgentId | null, since: number): Promise<readonly Usage[]>;
  /** Actions of an agent in the window of `ms` that ends now, counted as the ledger counts them. */
  actionsWithin(org: OrgId, agent: AgentId, ms: number): Promise<number>;
  /** Micro-units reserved and spent by an agent in the calendar day or month that holds now. */
  spentIn(org: OrgId, agent: AgentId, unit: 'day' | 'month', zone: string): Promise<Micros>;
  held(
    org: OrgId,
    agent: AgentId | null,
  ): Promise<readonly (HeldAction & { readonly input: unknown; readonly why: readonly string[] })[]>;
}
