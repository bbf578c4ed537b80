/** What comms asks of the outside: a provider that carries messages, and the store's view of them. */
import type { Take } from '../guard/take.ts';
import type { HeldAction } from '../guard/writes.ts';
import type { ActionId, AgentId, MessageId, OrgId, RegistrationId, TokenId } from '../kernel/ids.ts';
import type { Micros } from '../kernel/money.ts';
import type { Write } from '../kernel/write.ts';
import type { Channel } from '../tenancy/agent.ts';
import type { Organization } from '../tenancy/organization.ts';
import type { BillingConfig } from './billing/markup.ts';
import type { DaySpan } from './billing/period.ts';
import type { Account, ConsentType, ContactPlace, OwedAnswer, Relationship, SuppressionReason } from './facts.ts';
import type { KycDetails } from './kyc.ts';
import type { Message, MessageChannel } from './message.ts';
import type { Attachment, CallCarrier, MessageProvider, OpenCredentials, ProviderName } from './provider-ports.ts';
import type { Answered } from './rules/opt-out-answers.ts';
import type { Registration } from './rules/registration.ts';
import type { RetentionKind } from './rules/retention.ts';

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

/** What agents have under way besides messages. */
export interface AgentWork {
  /** Ends steps of its model that are under way on this server; they are made again when it goes on. */
  abortThinking(org: OrgId, agent: AgentId): Promise<unknown>;
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

export interface RetentionStatus {
  readonly kinds: readonly {
    readonly kind: RetentionKind;
    readonly setting: string;
    readonly says: string;
    /** As the setting spells it. */
    readonly keep: string;
  }[];
  readonly running: boolean;
  /** Of the next run, and the last (ms). */
  readonly nextAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** What the last run ended, by kind of row. */
  readonly ended: Readonly<Record<string, number>>;
  /** What is too old now; null when not asked for. */
  readonly due: Readonly<Record<string, number>> | null;
}

/** Who ends what is too old, once a day. */
export interface RetentionKeeper {
  /** @param count looks for what is due too, and changes nothing. */
  status(count: boolean): Promise<RetentionStatus>;
  /** Makes a run due and begins it, here or wherever one is under way; resolves at once. */
  request(): Promise<void>;
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

/** A step of an organisation's review. */
export interface KycRecord {
  /** `submit`, or what was decided. */
  readonly what: string;
  /** Of a submission. */
  readonly details: KycDetails | null;
  readonly note: string | null;
  readonly at: number;
}

export interface RegistrationRecord extends Registration {
  readonly id: RegistrationId;
  readonly details: string;
  readonly note: string | null;
  readonly at: number;
  /** When its status was set last. */
  readonly statusAt: number;
}

export interface Usage {
  readonly agent: AgentId;
  readonly channel: Channel;
  readonly messages: number;
  readonly cost: Micros;
}

/** Usage of whole days, with what it is billed at. */
export interface BilledUsage extends Usage {
  readonly billed: Micros;
}

export interface UsageQuery extends DaySpan {
  /** Null: every agent of the organisation. */
  readonly agent: AgentId | null;
  /** Only what was sent in this mode. */
  readonly mode?: Organization['mode'] | undefined;
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

/** An answer to STOP, START or HELP that nobody sends yet. */
export interface DueAnswer extends Pick<OwedAnswer, 'agent' | 'message' | 'channel' | 'language'> {
  readonly org: OrgId;
  /** The organisation's name. */
  readonly organization: string;
  readonly contact: string;
  readonly said: Answered;
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
  /** Those that it let go of within 30 days and nobody has taken since: an opt-out may still be on its way. */
  formerInlets(agent: AgentId): Promise<readonly Inlet[]>;
  readonly open: OpenCredentials;
  /** Whether a message with the provider's reference came in to the agent before. */
  hasTaken(org: OrgId, agent: AgentId, ref: string): Promise<boolean>;
  /** What came after `since` (ms) and is not answered: the organisations in turn, of each a STOP before other words, then the oldest. */
  dueAnswers(since: number, limit: number): Promise<readonly DueAnswer[]>;
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
  /** What ended in a span of days, by agent and channel: a few rows for each day that an agent sent something. */
  usage(org: OrgId, query: UsageQuery): Promise<readonly BilledUsage[]>;
  /** Messages of these agents since a time (ms), which should not be long ago: they are looked at one by one. */
  sentSince(org: OrgId, agents: readonly AgentId[], since: number): Promise<readonly Usage[]>;
  /** How the organisation is billed. */
  billing(org: OrgId): Promise<BillingConfig>;
  /** Actions of an agent in the window of `ms` that ends now, counted as the ledger counts them. */
  actionsWithin(org: OrgId, agent: AgentId, ms: number): Promise<number>;
  /** How much of a meter is taken at a time (ms) of what its one cap sees then, and when what is asked for fits. */
  capUse(org: OrgId, take: Take, at: number): Promise<{ readonly used: number; readonly freeAt: number }>;
  /** Micro-units reserved and spent by an agent in the calendar day or month that holds now. */
  spentIn(org: OrgId, agent: AgentId, unit: 'day' | 'month', zone: string): Promise<Micros>;
  /** How many messages of the agent are not acknowledged. */
  waitingCount(org: OrgId, agent: AgentId): Promise<number>;
  /** Newest first. */
  registrations(org: OrgId): Promise<readonly RegistrationRecord[]>;
  /** The latest steps of the organisation's review, newest first. */
  kycRecords(org: OrgId): Promise<readonly KycRecord[]>;
  /** The oldest first, at most 200 of those that `may` be shown. */
  held(
    org: OrgId,
    agent: AgentId | null,
    may: (held: Pick<HeldAction, 'agent' | 'thread'>) => boolean,
  ): Promise<readonly HeldWithArgs[]>;
  /** Null: it is not held. */
  heldAction(org: OrgId, action: ActionId): Promise<HeldAction | null>;
}

/** A held action with exactly the arguments that would run. */
export interface HeldWithArgs extends Omit<HeldAction, 'inputHash' | 'otherPerson'> {
  /** With their salted hash and its salt; null: the person whom they are about was erased. */
  readonly args: { readonly input: unknown; readonly hash: string; readonly salt: string } | null;
  readonly why: readonly string[];
}
