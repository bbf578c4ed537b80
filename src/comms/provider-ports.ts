/**
 * What comms asks of a company that carries messages: sending under a permit, the facts about a message later, and what
 * an administrator has done there (credentials checked, senders bound, numbers bought). Adapters live in `providers/`.
 *
 * Outcomes are told by what is known, not by what is hoped: `failed` means that it certainly did not happen, `unknown`
 * that it may have. A throw counts as `unknown`.
 */
import type { Delivery } from '../guard/action.ts';
import type { Permit } from '../guard/permit.ts';
import type { AgentId, Id, MessageId, OrgId } from '../kernel/ids.ts';
import type { Micros } from '../kernel/money.ts';
import type { Channel } from '../tenancy/agent.ts';
import type { MessageChannel, Purpose } from './message.ts';

export const PROVIDERS = ['twilio', 'resend', 'smtp'] as const;
export type ProviderName = (typeof PROVIDERS)[number];

export type CredentialId = Id<'crd'>;

/** The values of one provider's credentials by field name, opened. Never logged, never in an answer. */
export type Credentials = Readonly<Record<string, string>>;

export interface Attachment {
  readonly filename: string;
  readonly contentType: string;
  /** Base64 (RFC 4648 §4), padded. */
  readonly content: string;
}

/** The frozen input of a send, as a provider gets it from its permit. */
export interface OutboundMessage {
  readonly to: string;
  /** The text; of a mail, its text part. */
  readonly body: string;
  readonly channel: MessageChannel;
  readonly purpose: Purpose;
  /** Mail alone. */
  readonly subject?: string | undefined;
  readonly html?: string | undefined;
  readonly attachments?: readonly Attachment[] | undefined;
  /** Mail: give the recipient a one-click way out (RFC 8058), though the purpose does not ask for it. */
  readonly unsubscribe?: boolean | undefined;
  /** WhatsApp alone: an approved template at the vendor, which is sent instead of the body, and what is put into it. */
  readonly templateId?: string | undefined;
  readonly templateVars?: Readonly<Record<string, string>> | undefined;
}

/**
 * Carries messages of an organisation. It takes nothing but a permit, whose action id is the idempotency key where the
 * vendor takes one, and whose context is what `sending.ts` fixed.
 */
export interface MessageProvider {
  /** A `ProviderName`, or `simulator`. */
  readonly name: string;
  /** `same-key`: the vendor takes an idempotency key, so an attempt with unknown outcome may be repeated. */
  readonly retry: 'same-key' | 'never';
  send(permit: Permit<OutboundMessage>): Promise<Delivery>;
}

/** The frozen input of a call, as its carrier gets it from its permit. */
export interface OutboundCall {
  readonly to: string;
  readonly channel: 'voice';
  readonly purpose: Purpose;
  /** Said after the opening that the law asks for, which stands in the permit's context (`calling.ts`). */
  readonly greeting?: string | undefined;
  /** How the AI that speaks is to behave. */
  readonly systemPrompt?: string | undefined;
  /** The carrier's name of a voice. */
  readonly voice?: string | undefined;
  /** BCP 47. */
  readonly language: string;
  readonly record: boolean;
}

/**
 * Carries calls of an organisation, under a permit as messages are carried. Whoever does: says the context's opening before
 * anything else, keeps the permit's duties, and ends the call when the context's minutes are over, unless more were taken.
 */
export interface CallCarrier {
  /** A `ProviderName`, or `simulator`. */
  readonly name: string;
  /** `ok` when the call has been placed. */
  place(permit: Permit<OutboundCall>): Promise<Delivery>;
}

/** Where the vendor should tell what happens to a sender: full addresses on PUBLIC_URL with their nonces. */
export interface SenderHooks {
  readonly inbound: string;
  readonly status: string;
}

/** What a message has come to, as its vendor tells; states only move forward. */
export interface MessageReport {
  readonly status: 'queued' | 'sent' | 'delivered' | 'failed';
  /** The vendor's own reference. */
  readonly ref: string;
  /** The vendor's error code as text, when failed. */
  readonly errorCode: string | null;
  readonly segments: number | null;
  /** Null while the vendor has no price yet. */
  readonly cost: Micros | null;
}

/** What is known of a message that is asked about. */
export interface MessageQuestion {
  readonly channel: MessageChannel;
  /** The vendor's reference; null when the attempt broke off before there was one. */
  readonly ref: string | null;
  /** What is looked for without a reference; with one, `''` and 0 for what is not known. */
  readonly from: string;
  readonly to: string;
  readonly body: string;
  /** When the attempt began (ms). */
  readonly at: number;
}

/** How an administrative request at a vendor ended. */
export type VendorAnswer<T> =
  | { readonly state: 'ok'; readonly value: T }
  | {
      readonly state: 'failed' | 'unknown';
      readonly code: 'provider_rejected' | 'provider_unavailable' | 'outcome_unknown' | 'invalid_input' | 'not_found';
      /** A sentence for the administrator; never holds a credential. */
      readonly say: string;
    };

/** Whether requests of an account are sent, the worst last: after several failures in a row it is `down` for a while, then one request is `probing`. */
export const HEALTH = ['up', 'probing', 'down'] as const;
export type Health = (typeof HEALTH)[number];

/** A record to set in the DNS of a mail domain, as the vendor tells it. */
export interface DnsRecord {
  readonly type: string;
  readonly name: string;
  readonly value: string;
  /** Of an MX record. */
  readonly priority: number | null;
  /** As the vendor writes it, such as `Auto`. */
  readonly ttl: string | null;
  /** What it is for: SPF, DKIM. */
  readonly purpose: string;
}

/** What an administrator has done at a vendor. Every call is bounded by `signal` and by the adapter's own timeout. */
export interface ProviderAccount {
  readonly name: ProviderName;
  readonly channels: readonly Channel[];
  /** The fields of its credentials: name → what it is; every one is required unless `optional`. */
  readonly fields: Readonly<Record<string, { readonly says: string; readonly optional?: true }>>;
  /** Asks the vendor whether the credentials are good. `account`: the vendor's public name of it, safe to show. */
  verify(credentials: Credentials, signal: AbortSignal): Promise<VendorAnswer<{ readonly account: string }>>;
  /**
   * Makes sure that the address belongs to the account and sets its webhooks. `ref`: the vendor's id of the sender;
   * `secret`: a signing secret that the vendor made for these webhooks, or ''; `todo`: what a person must still do there.
   */
  bindSender(
    credentials: Credentials,
    sender: { readonly channel: Channel; readonly address: string; readonly hooks: SenderHooks },
    signal: AbortSignal,
  ): Promise<VendorAnswer<{ readonly ref: string; readonly secret: string; readonly todo: readonly string[] }>>;
  /** Takes the webhooks off again. An address that is gone is `ok`. */
  unbindSender(
    credentials: Credentials,
    sender: { readonly channel: Channel; readonly address: string; readonly ref: string },
    signal: AbortSignal,
  ): Promise<VendorAnswer<null>>;
  /** What requests with these credentials have run into lately; in this process alone, and without asking anybody. */
  health(credentials: Credentials): Health;
  /** The DNS records of a domain that mail is to be sent from; makes the domain at the vendor if it is not there. */
  mailDomain?(
    credentials: Credentials,
    domain: string,
    signal: AbortSignal,
  ): Promise<VendorAnswer<{ readonly status: string; readonly records: readonly DnsRecord[] }>>;
  /** Buys a number with its webhooks set in the same request; `tag` is stored with it, so that it can be found again. */
  buyNumber?(
    credentials: Credentials,
    wanted: {
      readonly country: string;
      readonly areaCode: string | null;
      readonly tag: string;
      readonly hooks: SenderHooks;
    },
    signal: AbortSignal,
  ): Promise<VendorAnswer<{ readonly ref: string; readonly address: string }>>;
  /** The number that was bought under this tag, if there is one. */
  findNumber?(
    credentials: Credentials,
    tag: string,
    signal: AbortSignal,
  ): Promise<VendorAnswer<{ readonly ref: string; readonly address: string } | null>>;
  /** Gives a number back; one that is gone is `ok`. */
  releaseNumber?(credentials: Credentials, ref: string, signal: AbortSignal): Promise<VendorAnswer<null>>;
  /** What became of a message; null when the vendor does not know one that fits, or more than one fits. */
  lookUp?(
    credentials: Credentials,
    question: MessageQuestion,
    signal: AbortSignal,
  ): Promise<VendorAnswer<MessageReport | null>>;
}

/** Opens an organisation's stored credentials; null when there are none. */
export type OpenCredentials = (org: OrgId, provider: ProviderName) => Promise<Credentials | null>;

/** The providers of a server, as actions reach them. */
export interface Vendors {
  /** None in demo mode. */
  readonly accounts: Readonly<Partial<Record<ProviderName, ProviderAccount>>>;
  readonly open: OpenCredentials;
  /** Where providers reach this server, without a trailing slash. */
  readonly baseUrl: () => string;
}

/** Addresses on this server that providers and recipients call. `base` has no trailing slash. */
export const statusCallback = (base: string, provider: 'twilio', agent: AgentId, message: MessageId, nonce: string) =>
  `${base}/webhooks/${provider}/${agent}/status?m=${message}&n=${nonce}`;
export const unsubscribeAddress = (base: string, token: string): string => `${base}/unsubscribe/${token}`;
