/** What may be written about messages, consent and suppression. The store seals addresses and texts. */
import type { Label } from '../guard/label.ts';
import type {
  ActionId,
  AgentId,
  ConsentId,
  MessageId,
  OrgId,
  RegistrationId,
  SubmissionId,
  SuppressionId,
} from '../kernel/ids.ts';
import type { Micros } from '../kernel/money.ts';
import { writer } from '../kernel/write.ts';
import type { Channel } from '../tenancy/agent.ts';
import type {
  ConsentType,
  ContactPlace,
  ErasureCounts,
  ErasureReason,
  OwedAnswer,
  SuppressionReason,
} from './facts.ts';
import type { KycDetails } from './kyc.ts';
import type { RegistrationKind } from './law/registration-kind.ts';
import type { MessageChannel, MessageStatus, OptOutMark, Purpose } from './message.ts';
import type { CodeId, CodePlace } from './one-time-code/code.ts';
import type { Attachment, CredentialId, Credentials, ProviderName } from './provider-ports.ts';
import type { Answered } from './rules/opt-out-answers.ts';
import type { RegistrationState } from './rules/registration.ts';

export interface MessageWrites {
  /** The text stays with the frozen input of the action; the row says what became of it. */
  'message.outbound': {
    readonly id: MessageId;
    readonly agent: AgentId;
    readonly channel: MessageChannel;
    readonly contact: string;
    readonly from: string;
    readonly purpose: Purpose;
    readonly segments: number;
    readonly cost: Micros;
    readonly label: Label;
    readonly action: ActionId;
    readonly at: number;
    /** SHA-256 (hex) of the secret that its callback must bring; null when nobody calls back. */
    readonly callback: string | null;
    /** What the history shows where the action's input is not what was sent: without what is secret in it. */
    readonly shown?: { readonly body: string; readonly subject: string | null };
  };
  /** The agent has, or may have, written to the contact or called: the first time counts. */
  'relationship.reached': { readonly agent: AgentId; readonly contact: string; readonly channel: Channel };
  /** The contact was chosen for the agent with nothing untrusted having had a say: the first time counts. */
  'relationship.known': { readonly agent: AgentId; readonly contact: string; readonly channel: Channel };
  /** Forward only: a later state is never overwritten by an earlier one. A failure waits for the agent to see it. */
  'message.status': {
    readonly agent: AgentId;
    readonly id: MessageId;
    readonly status: MessageStatus;
    readonly providerRef: string | null;
    readonly errorCode: string | null;
    readonly cost: Micros | null;
  };
  'message.inbound': {
    readonly id: MessageId;
    readonly agent: AgentId;
    readonly channel: MessageChannel;
    readonly contact: string;
    readonly to: string;
    readonly body: string;
    readonly optOut: OptOutMark | null;
    /** The channel vouches for its sender. */
    readonly vouched: boolean;
    readonly label: Label;
    readonly action: ActionId;
    readonly providerRef: string;
    readonly at: number;
    readonly subject: string | null;
    readonly attachments: readonly Attachment[];
  };
  /** What the provider charged, whatever the state. */
  'message.price': {
    readonly agent: AgentId;
    readonly id: MessageId;
    readonly cost: Micros;
    readonly segments: number | null;
  };
  /** When (ms) to ask the provider what became of it; null: never again. */
  'message.ask': { readonly agent: AgentId; readonly id: MessageId; readonly at: number | null };
  /** Only the agent's own messages; others are left alone. */
  'message.acknowledge': { readonly agent: AgentId; readonly ids: readonly MessageId[]; readonly at: number };
}

export interface ContactWrites {
  'consent.record': {
    readonly id: ConsentId;
    readonly agent: AgentId;
    readonly contact: string;
    readonly channel: Channel;
    readonly type: ConsentType;
    readonly source: string | null;
    readonly proof: string | null;
    readonly notes: string | null;
    /** Nothing untrusted had a say. */
    readonly known: boolean;
    readonly by: string;
    readonly action: ActionId;
    readonly at: number;
  };
  /** Ends consents of one agent, or of every agent of the organisation (`agent: null`), on one channel or on all (`channel: null`). */
  'consent.revoke': {
    readonly id: ConsentId;
    readonly agent: AgentId | null;
    readonly contact: string;
    readonly channel: Channel | null;
    readonly source: string;
    readonly by: string;
    readonly action: ActionId;
    readonly at: number;
  };
  /** Kept once per (address, channel, reason); a repeat changes nothing. */
  'suppression.add': {
    readonly id: SuppressionId;
    readonly contact: string;
    readonly channel: Channel | 'all';
    readonly reason: SuppressionReason;
    readonly source: string;
    readonly by: string;
    readonly action: ActionId;
    readonly at: number;
  };
  'suppression.remove': {
    readonly contact: string;
    readonly channel: Channel | 'all';
    readonly reason: SuppressionReason;
  };
  /** In the place of what was said before; null: nothing is said any more. */
  'contact.place': { readonly contact: string; readonly place: ContactPlace | null };
}

export interface EraseWrite {
  readonly contact: string;
  /** As the fact told it: what the receipt and the log say. */
  readonly subject: string;
  readonly counts: ErasureCounts;
  readonly key: string | null;
  readonly reason: ErasureReason;
  readonly action: ActionId;
  readonly at: number;
  /** A do-not-contact entry, as a keyed hash alone. */
  readonly suppress: { readonly id: SuppressionId; readonly by: string } | null;
}
export interface ErasureWrites {
  /** Destroys the person's key and empties every row about them. After the contact's fence was bumped. */
  'contact.erase': EraseWrite;
}

interface SenderKey {
  readonly channel: Channel;
  /** In normal form. */
  readonly address: string;
  readonly agent: AgentId;
}
interface SenderAccount {
  readonly provider: ProviderName;
  readonly credentialOrg: OrgId;
  readonly action: ActionId;
}

export interface SenderWrites {
  /** Replaces the account of that provider. */
  'credential.put': {
    readonly id: CredentialId;
    readonly provider: ProviderName;
    /** The account's public name. */
    readonly account: string;
    readonly credentials: Credentials;
    readonly by: string;
    readonly at: number;
  };
  'credential.drop': { readonly provider: ProviderName };
  /**
   * Nobody else can bind the address meanwhile; `conflict` when somebody has. One that has stood too long is replaced
   * (`rules/reservation.ts`). `nonce`: SHA-256 (hex) of its webhooks' secret.
   */
  'sender.reserve': SenderKey & SenderAccount & { readonly nonce: string; readonly at: number };
  /**
   * The provider agreed: the agent sends from it. `secret`: what the provider signs its webhooks with, or `''`. Nothing
   * where the reservation of that action is gone: whoever took it away meanwhile was not told that it would come back.
   */
  'sender.bind': SenderKey & SenderAccount & { readonly ref: string; readonly secret: string };
  /** A number that was just bought; nobody else's any more. */
  'sender.bought': SenderKey & SenderAccount & { readonly nonce: string; readonly ref: string; readonly at: number };
  /** The agent sends from it no more; nobody else can bind it before it is released. `conflict` when `held` has lost it. */
  'sender.unbind': SenderKey & { readonly held: ActionId; readonly action: ActionId; readonly at: number };
  /** The address is free again, if that action's reservation is still what holds it. */
  'sender.release': SenderKey & { readonly action: ActionId };
  /** An agent ends: what is reserved for it is free again, and unless `kept` what is bound to it too. */
  'sender.release-all': { readonly agent: AgentId; readonly kept: boolean };
}

export interface CodeWrites {
  /** Takes the place of the code that was sent for the same before. Only a keyed hash of the code is kept. */
  'code.put': CodePlace & {
    readonly id: CodeId;
    readonly code: string;
    readonly at: number;
    readonly expiresAt: number;
  };
  /** One attempt more than the `attempts` that were read, if nobody else counted one meanwhile. */
  'code.attempt': CodePlace & { readonly id: CodeId; readonly attempts: number; readonly used: boolean };
  /** It never left. Nothing when another took its place. */
  'code.drop': CodePlace & { readonly id: CodeId };
}

export interface BillingWrites {
  /** What is left out stays as it is. The address in normal form; null takes it away. */
  'billing.configure': {
    readonly markupPercent?: number | undefined;
    readonly billingEmail?: string | null | undefined;
  };
}

export interface ReviewWrites {
  'kyc.submit': {
    readonly id: SubmissionId;
    readonly details: KycDetails;
    readonly by: string;
    readonly action: ActionId;
    readonly at: number;
  };
  /** What was decided, and why; beside the organisation's own row, which says what holds now. */
  'kyc.decide': {
    readonly id: SubmissionId;
    readonly decision: string;
    readonly note: string | null;
    readonly by: string;
    readonly action: ActionId;
    readonly at: number;
  };
  'registration.submit': {
    readonly id: RegistrationId;
    readonly country: string;
    readonly kind: RegistrationKind;
    readonly details: string;
    readonly by: string;
    readonly action: ActionId;
    readonly at: number;
  };
  'registration.status': {
    readonly id: RegistrationId;
    readonly status: RegistrationState;
    readonly expiresAt: number | null;
    readonly note: string | null;
    readonly at: number;
  };
}

interface AnswerKey {
  readonly contact: string;
  readonly said: Answered;
  readonly message: MessageId;
}

export interface AnswerWrites {
  /** Nothing if the contact's same word called for one within the last 24 hours: one a day, whoever counts. */
  'answer.owe': AnswerKey & Pick<OwedAnswer, 'agent' | 'channel' | 'sender' | 'language' | 'at'>;
  /** It is being sent; `conflict` when another has taken it: one of many sends it. */
  'answer.take': AnswerKey;
  /** It certainly did not leave: it is due again. */
  'answer.again': AnswerKey;
}

export type CommsWrites = MessageWrites &
  ContactWrites &
  ErasureWrites &
  SenderWrites &
  CodeWrites &
  BillingWrites &
  ReviewWrites &
  AnswerWrites;
export const commsWrite = writer<CommsWrites>();
