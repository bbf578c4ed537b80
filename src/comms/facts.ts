/** Facts about contacts, each within the request's organisation. Addresses are in normal form. */
import { factKind } from '../kernel/fact.ts';
import type { ActionId, AgentId, MessageId, OrgId, RegistrationId } from '../kernel/ids.ts';
import type { Micros } from '../kernel/money.ts';
import type { BoundSender, Channel } from '../tenancy/agent.ts';
import type { BillingConfig } from './billing/markup.ts';
import type { MessageChannel, MessageStatus, OptOutMark } from './message.ts';
import type { CodePlace, TriedCode } from './one-time-code/code.ts';
import type { ProviderName } from './provider-ports.ts';
import type { Answered } from './rules/opt-out-answers.ts';
import type { OptOutLanguage } from './rules/opt-out-words.ts';
import type { Registration } from './rules/registration.ts';

/** The strongest first. */
export const CONSENT_TYPES = ['express_written', 'express', 'transactional', 'implied'] as const;
export type ConsentType = (typeof CONSENT_TYPES)[number];

/** Active consents with the time of their record (ms). A revoked one is gone. */
export type Consents = Readonly<Partial<Record<ConsentType, number>>>;

/** What one agent and one contact are to each other on one channel. */
export interface Relationship {
  readonly consents: Consents;
  readonly lastInboundAt: number | null;
  /** When the agent first wrote to the contact; null: never. */
  readonly firstOutboundAt: number | null;
  /** When the contact was chosen with nothing untrusted having had a say: by a person, or by the agent before it read any. */
  readonly knownAt: number | null;
}
/** `sources`: of the label. */
export type VouchedKey = RelationshipKey & { readonly sources: readonly string[] };
export type RelationshipKey = { readonly agent: AgentId; readonly contact: string; readonly channel: Channel };

/**
 * `stop`: the contact's own opt-out, undone by START on its channel. `dnc`: an administrator's entry; `bounce`: the address
 * takes no mail; `complaint`: the recipient called it spam. These three only an administrator undoes.
 */
export const SUPPRESSION_REASONS = ['stop', 'dnc', 'bounce', 'complaint'] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];
export interface Suppression {
  readonly scope: 'organization' | 'platform';
  readonly channel: Channel | 'all';
  readonly reason: SuppressionReason;
  readonly at: number;
}

/** Where a contact lives, as an administrator has said it; what was not said is null. */
export interface ContactPlace {
  /** IANA time zone. */
  readonly zone: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
  /** Two letters: a US state or territory, a Canadian province or territory. */
  readonly region: string | null;
  /** When it was said (ms). */
  readonly at: number;
}

/** An account at a provider that the organisation may use: its own, or the platform's. */
export interface Account {
  readonly provider: ProviderName;
  readonly org: OrgId;
}

/** Who has an address as sender, on the whole server. */
export interface SenderHolder extends BoundSender {
  readonly org: OrgId;
  readonly agent: AgentId;
  /** `reserved`: the provider has not agreed yet, or has not let go of it yet. */
  readonly state: 'reserved' | 'bound';
  /** The action that last took hold of it, whether that is still at work, and since when (ms) it has been held. */
  readonly action: ActionId;
  readonly busy: boolean;
  readonly since: number;
}

/** A message that went out, as far as what is reported of it needs. */
export interface SentMessage {
  readonly channel: MessageChannel;
  /** In normal form; null once erased. */
  readonly contact: string | null;
  readonly status: MessageStatus;
  /** SHA-256 (hex) of the secret that its callback must bring. */
  readonly callback: string | null;
  readonly action: ActionId;
  readonly cost: Micros;
}

/** A message that came in before. */
export interface DeliveredMessage {
  readonly id: MessageId;
  readonly optOut: OptOutMark | null;
}

/** A registration as it is kept, but for what is sealed. */
export interface KeptRegistration extends Registration {
  readonly id: RegistrationId;
}

/** The last answer that a contact's STOP, START or HELP called for. */
export interface OwedAnswer {
  /** What it answers. */
  readonly message: MessageId;
  readonly agent: AgentId;
  readonly channel: MessageChannel;
  /** The address that the word was sent to: the answer comes from there. */
  readonly sender: string;
  readonly language: OptOutLanguage;
  /** When the word came (ms). */
  readonly at: number;
  /** `taken`: it is on its way, or gone. */
  readonly state: 'due' | 'taken';
}

/** GDPR 17(1): why somebody is erased, by its letters. */
export const ERASURE_REASONS = [
  'request',
  'no_longer_needed',
  'consent_withdrawn',
  'objection',
  'unlawful',
  'legal_obligation',
  'child',
] as const;
export type ErasureReason = (typeof ERASURE_REASONS)[number];

/** What an erasure ended: rows by kind, and actions that were under way or waited. */
export interface ErasureCounts {
  readonly messages: number;
  readonly attachments: number;
  readonly consents: number;
  readonly relationships: number;
  readonly cancelled: number;
}

/** What is kept about one person. */
export interface PersonalData {
  /** The keyed hash that stands for the person. */
  readonly subject: string;
  /** The name of the encryption key that wraps the person's own; null when there is none. */
  readonly key: string | null;
  readonly counts: ErasureCounts;
  readonly suppressions: number;
  /** The latest erasure; `leaf`: its index in the log, null while it is not sequenced. */
  readonly before: {
    readonly action: ActionId;
    readonly at: number;
    readonly reason: ErasureReason;
    readonly key: string | null;
    readonly counts: ErasureCounts;
    readonly leaf: number | null;
  } | null;
}

export const commsFacts = {
  /** By address. */
  personalData: factKind<string, PersonalData>()('personal-data'),
  /** Accounts at providers, the organisation's and the platform's. */
  credentials: factKind<'self', readonly Account[]>()('credentials'),
  /** Every registration of the organisation's senders; null when there is none. */
  registrations: factKind<'self', readonly KeptRegistration[]>()('registrations'),
  senderHolder: factKind<{ readonly channel: Channel; readonly address: string }, SenderHolder>()('sender-holder'),
  sentMessage: factKind<{ readonly agent: AgentId; readonly id: MessageId }, SentMessage>()('sent-message'),
  /** By the provider's reference. */
  deliveredMessage: factKind<{ readonly agent: AgentId; readonly ref: string }, DeliveredMessage>()(
    'delivered-message',
  ),
  relationship: factKind<RelationshipKey, Relationship>()('relationship'),
  /** Whether the contact wrote one of the messages that a label comes from, as far as the channel vouches for its sender. */
  vouchedSender: factKind<VouchedKey, true>()('vouched-sender'),
  /** Which of these messages there are and are the agent's. */
  ownMessages: factKind<{ readonly agent: AgentId; readonly ids: readonly MessageId[] }, readonly MessageId[]>()(
    'own-messages',
  ),
  owedAnswer: factKind<{ readonly contact: string; readonly said: Answered }, OwedAnswer>()('owed-answer'),
  /** Every suppression of an address, the organisation's and the platform's; null when there is none. */
  suppressions: factKind<string, readonly Suppression[]>()('suppressions'),
  /** By address; null where nobody has said it. */
  contactPlace: factKind<string, ContactPlace>()('contact-place'),
  /** How the organisation is billed; null: as everybody. */
  billing: factKind<'self', BillingConfig>()('billing'),
  /** The code sent last for this, compared with the one that is tried. */
  triedCode: factKind<CodePlace & { readonly code: string }, TriedCode>()('tried-code'),
} as const;
