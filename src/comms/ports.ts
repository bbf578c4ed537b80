/** What comms asks of the outside: a provider that carries messages, and the store's view of them. */
import type { Take } from '../guard/take.ts';
import type { HeldAction } from '../guard/writes.ts';
import type { AgentId, MessageId, OrgId, TokenId } from '../kernel/ids.ts';
import type { Micros } from '../kernel/money.ts';
import type { Write } from '../kernel/write.ts';
import type { Channel } from '../tenancy/agent.ts';
import type { Account, ConsentType, ContactPlace, Relationship, SuppressionReason } from './facts.ts';
import type { Message, MessageChannel } from './message.ts';
import type { Attachment, CallCarrier, MessageProvider, OpenCredentials, ProviderName } from './provider-ports.ts';

/**
 * Who carries messages: in sandbox by channel, in production by the provider that a sender is bound to. What is not here is
 * refused: production never falls back to the simulator.
 */
export interface Carriers {
  readonly sandbox: Readonly<Partial<Record<Channel, MessageProvider>>>;
  readonly production: Readonly<Partial<Record<ProviderName, MessageProvider>>>;
  /** Who carries calls; left out where nobody does: then calls are judged, and none is placed. */
  readonly calls?: CallCarriers;
}

export interface CallCarriers {
  readonly sandbox: CallCarrier;
  readonly production: Readonly<Partial<Record<ProviderName, CallCarrier>>>;
}

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

/** A message that a provider is to be asked about: nothing more was heard, or it has no price yet. */
export interface OpenQuestion {
  readonly org: OrgId;
  readonly agent: AgentId;
  readonly message: MessageId;
  readonly ref: string;
  /** The sender. */
  readonly from: string;
  readonly provider: ProviderName;
  readonly credentialOrg: OrgId;
  readonly channel: MessageChannel;
  /** The how manieth question it is, from 1. */
  readonly asked: number;
}

/** What a webhook's door needs of a sender, with its secret opened. */
export interface Inlet {
  readonly org: OrgId;
  readonly agent: AgentId;
  readonly channel: Channel;
  readonly address: string;
  readonly provider: ProviderName;
  readonly credentialOrg: OrgId;
  /** The provider's signing secret; empty where the account's own key signs. */
  readonly secret: string;
  /** SHA-256 (hex) of the secret in the webhook's address. */
  readonly nonce: string;
}

/** For the server itself, across organisations: what providers call, and what is to be asked of them. */
export interface ProviderReader {
  /** Every sender of an agent, in any organisation. */
  inlets(agent: AgentId): Promise<readonly Inlet[]>;
  readonly open: OpenCredentials;
  /** Whether a message with the provider's reference came in to the agent before. */
  hasTaken(org: OrgId, agent: AgentId, ref: string): Promise<boolean>;
  /** Due at `now` (ms), the oldest first. */
  openQuestions(now: number, limit: number): Promise<readonly OpenQuestion[]>;
}

export interface CommsReader {
  /** Accounts at providers that the organisation may use: its own, and the platform's. */
  accounts(org: OrgId): Promise<readonly Account[]>;
  /** Whether a message of the agent, made after `since` (ms), has this reference of a provider's. */
  hasReference(org: OrgId, agent: AgentId, ref: string, since: number): Promise<boolean>;
  /** A file of a message of the agent; null when there is none. */
  attachment(org: OrgId, agent: AgentId, message: MessageId, n: number): Promise<Attachment | null>;
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
  /** Where a contact lives, as an administrator has said it; null where nobody has. */
  contactPlace(org: OrgId, contact: string): Promise<ContactPlace | null>;
  /** Newest first, at most `limit`. */
  suppressions(org: OrgId, limit: number): Promise<readonly SuppressionRecord[]>;
  /** Outbound messages since a time (ms), by agent and channel; `agent: null` for all. */
  usage(org: OrgId, agent: AgentId | null, since: number): Promise<readonly Usage[]>;
  /** Actions of an agent in the window of `ms` that ends now, counted as the ledger counts them. */
  actionsWithin(org: OrgId, agent: AgentId, ms: number): Promise<number>;
  /** How much of a meter is taken at a time (ms) of what its one cap sees then, and when what is asked for fits. */
  capUse(org: OrgId, take: Take, at: number): Promise<{ readonly used: number; readonly freeAt: number }>;
  /** Micro-units reserved and spent by an agent in the calendar day or month that holds now. */
  spentIn(org: OrgId, agent: AgentId, unit: 'day' | 'month', zone: string): Promise<Micros>;
  held(
    org: OrgId,
    agent: AgentId | null,
  ): Promise<readonly (HeldAction & { readonly input: unknown; readonly why: readonly string[] })[]>;
}
