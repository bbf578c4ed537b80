/**
 * Resend's webhook events (https://resend.com/docs/webhooks/event-types), from a payload whose signature has been verified, in our
 * terms. Pure.
 *
 * A webhook of Resend's is about the whole account: it tells of every mail that leaves or comes in there, of other agents and of
 * other programs too. So an event is an agent's only when its tags say so, or when the mail came for the agent's own address:
 * ask `concernsAgent` before believing it. The tags name a message; whether that message is the agent's, the store knows.
 */
import type { MessageReport } from '../../comms/provider-ports.ts';
import type { Json } from '../../kernel/canonical-json.ts';
import { type AgentId, looksLikeId, type MessageId } from '../../kernel/ids.ts';
import { field, listField, textField } from '../http/json-field.ts';
import { addressOf } from '../mail/normal-mail.ts';
import { RESEND_ID } from './api.ts';
import { AGENT_TAG, MESSAGE_TAG } from './tags.ts';

export type ResendEvent = ResendReport | ResendReceived | { readonly is: 'ignored'; readonly type: string };

/** What has become of a mail of ours. */
export interface ResendReport {
  readonly is: 'report';
  readonly event: keyof typeof REPORTS;
  /** Resend's reference of the mail. */
  readonly emailId: string;
  /** From the tags; null for a mail that did not leave here. */
  readonly messageId: MessageId | null;
  readonly agentId: AgentId | null;
  /** Addresses in normal form that it is about. */
  readonly recipients: readonly string[];
  /** When it happened (ms); null when Resend says no time. */
  readonly at: number | null;
  /** In the port's terms; states only move forward. */
  readonly report: MessageReport;
  /** Of a bounce: `hard` when no further mail will ever arrive there. */
  readonly bounce: 'hard' | 'soft' | null;
  /** The recipients must not be mailed again, and why. */
  readonly suppress: 'bounce' | 'complaint' | null;
}

/** A mail has come in; its text has to be fetched (`received.ts`). */
export interface ResendReceived {
  readonly is: 'received';
  readonly emailId: string;
  /** In normal form where it can be read. Nobody has proved it. */
  readonly from: string;
  /** Every address that it came for, in normal form. */
  readonly to: readonly string[];
  readonly subject: string;
  /** The mail's own Message-ID. */
  readonly messageId: string | null;
  readonly at: number | null;
  readonly attachments: readonly { readonly id: string; readonly filename: string; readonly contentType: string }[];
}

/** Events that say something of a mail, and the state that they prove. A complaint comes of a mail that was delivered. */
const REPORTS = {
  'email.sent': 'sent',
  'email.delivery_delayed': 'sent',
  'email.delivered': 'delivered',
  'email.complained': 'delivered',
  'email.bounced': 'failed',
  'email.failed': 'failed',
  'email.suppressed': 'failed',
} as const satisfies Readonly<Record<string, MessageReport['status']>>;

/** Those that a bound sender's webhook asks for. */
export const RESEND_EVENTS: readonly string[] = [...Object.keys(REPORTS), 'email.received'];

const isReport = (type: string): type is keyof typeof REPORTS => Object.hasOwn(REPORTS, type);
const MAX_ADDRESSES = 100;
const MAX_ATTACHMENTS = 100;

/** Null for what is no event of Resend's: to be refused, and seen. A type that is not known is `ignored`. */
export function readResendEvent(payload: Json): ResendEvent | null {
  const type = textField(payload, 'type');
  if (type === null || !/^[a-z_.]{1,60}$/.test(type)) return null;
  const data = field(payload, 'data');
  const at = timeOf(textField(payload, 'created_at'));
  if (type === 'email.received') return receivedOf(data, at);
  return isReport(type) ? reportOf(type, data, at) : { is: 'ignored', type };
}

/** Whether the event is about this agent: a report by its tag, a mail by the address that it came for. */
export function concernsAgent(
  event: ResendReport | ResendReceived,
  sender: { readonly agent: AgentId; readonly address: string },
): boolean {
  return event.is === 'report' ? event.agentId === sender.agent : event.to.includes(sender.address);
}

function reportOf(event: keyof typeof REPORTS, data: Json, at: number | null): ResendReport | null {
  const emailId = emailIdOf(data);
  if (emailId === null) return null;
  const status = REPORTS[event];
  const bounce = event === 'email.bounced' ? bounceOf(data) : null;
  const messageId = tagOf(data, MESSAGE_TAG);
  const agentId = tagOf(data, AGENT_TAG);
  return {
    is: 'report',
    event,
    emailId,
    messageId: messageId !== null && looksLikeId('msg', messageId) ? messageId : null,
    agentId: agentId !== null && looksLikeId('agt', agentId) ? agentId : null,
    recipients: addresses(data, 'to'),
    at,
    report: {
      status,
      ref: emailId,
      errorCode: status === 'failed' ? errorCodeOf(event, data) : null,
      segments: null,
      cost: null,
    },
    bounce,
    suppress: suppressOf(event, bounce, data),
  };
}

/** "Permanent" alone is for ever; a full mailbox and what Resend could not make out are not. */
const bounceOf = (data: Json): 'hard' | 'soft' =>
  textField(field(data, 'bounce'), 'type') === 'Permanent' ? 'hard' : 'soft';

function suppressOf(event: string, bounce: 'hard' | 'soft' | null, data: Json): 'bounce' | 'complaint' | null {
  if (event === 'email.complained') return 'complaint';
  if (event !== 'email.suppressed') return bounce === 'hard' ? 'bounce' : null;
  // on Resend's own list, from an earlier mail
  return textField(field(data, 'suppressed'), 'reason') === 'previous_complaint' ? 'complaint' : 'bounce';
}

/** A word or two of Resend's, such as `bounced:MailboxFull`; free text of other servers is left out. */
function errorCodeOf(event: string, data: Json): string {
  const name = event.slice('email.'.length);
  const detail =
    textField(field(data, 'bounce'), 'subType') ??
    textField(field(data, 'failed'), 'reason') ??
    textField(field(data, 'suppressed'), 'reason');
  return detail !== null && /^[A-Za-z_]{1,60}$/.test(detail) ? `${name}:${detail}` : name;
}

function receivedOf(data: Json, at: number | null): ResendReceived | null {
  const emailId = emailIdOf(data);
  const from = textField(data, 'from');
  if (emailId === null || from === null || from.trim() === '') return null;
  const to = ['received_for', 'to', 'cc', 'bcc'].flatMap((name) => addresses(data, name));
  return {
    is: 'received',
    emailId,
    from: addressOf(from),
    to: [...new Set(to)].slice(0, MAX_ADDRESSES),
    subject: textField(data, 'subject') ?? '',
    messageId: textField(data, 'message_id'),
    at,
    attachments: listField(data, 'attachments')
      .slice(0, MAX_ATTACHMENTS)
      .map((one) => ({
        id: textField(one, 'id') ?? '',
        filename: textField(one, 'filename') ?? '',
        contentType: textField(one, 'content_type') ?? '',
      })),
  };
}

function emailIdOf(data: Json): string | null {
  const id = textField(data, 'email_id');
  return id !== null && RESEND_ID.test(id) ? id : null;
}

const addresses = (data: Json, name: string): readonly string[] =>
  listField(data, name)
    .slice(0, MAX_ADDRESSES)
    .flatMap((one) => (typeof one === 'string' ? [addressOf(one)] : []));

/** Tags are an object of values; they have been a list of names and values before. */
function tagOf(data: Json, name: string): string | null {
  const tag = listField(data, 'tags').find((one) => textField(one, 'name') === name);
  return textField(field(data, 'tags'), name) ?? textField(tag, 'value');
}

function timeOf(text: string | null): number | null {
  const ms = text === null ? Number.NaN : Date.parse(text);
  return Number.isSafeInteger(ms) && ms >= 0 ? ms : null;
}
