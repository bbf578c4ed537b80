/**
 * The mail that a permit allows, checked once more right before it leaves, for every vendor alike: who sends, who gets it, header
 * lines that hold what they should, attachments within bounds, and one click to unsubscribe where the law or the caller wants it.
 *
 * Deny by default: what is not an organisation's production mail for this vendor, with its own credentials, is not built.
 */
import { type OutboundMessage, type ProviderName, unsubscribeAddress } from '../../comms/provider-ports.ts';
import { contactOf } from '../../comms/recipient.ts';
import { attachmentFaultText, type OpenedAttachment, openAttachments } from '../../comms/rules/attachments.ts';
import {
  isPlainMailbox,
  listUnsubscribe,
  mustListUnsubscribe,
  subjectProblem,
} from '../../comms/rules/mail-headers.ts';
import type { Delivery } from '../../guard/action.ts';
import type { Permit } from '../../guard/permit.ts';
import type { ActionId, AgentId, MessageId } from '../../kernel/ids.ts';
import { err, ok, type Result } from '../../kernel/result.ts';

export interface OutboundMail {
  readonly action: ActionId;
  readonly message: MessageId;
  /** Null: an alert of the server itself. */
  readonly agent: AgentId | null;
  /** Mailboxes in normal form. */
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  /** RFC 8058's, or none. */
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: readonly OpenedAttachment[];
}

export type NotBuilt = Extract<Delivery, { state: 'failed' | 'unknown' | 'cancelled' }>;

/** Certainly not sent, because something on our side is missing. */
export const notSent = (say: string): Result<never, NotBuilt> =>
  err({ state: 'failed', code: 'provider_not_configured', say });
const invalid = (say: string): Result<never, NotBuilt> => err({ state: 'failed', code: 'invalid_input', say });

/** A tag of Resend's and a part of a Message-ID. */
const ID = /^[A-Za-z0-9_]{1,60}$/;

/** @param publicUrl without a trailing slash. */
export function outboundMail(
  { action }: Permit<OutboundMessage>,
  vendor: ProviderName,
  publicUrl: string,
): Result<OutboundMail, NotBuilt> {
  const { id, input, agent, context } = action;
  const { from = '', mode, messageId = '', provider, credentialOrg = '' } = context;
  const isAlert = mode === 'platform' && agent === null; // to the operator, or to an organisation about itself
  if (mode !== 'production' && !isAlert)
    return notSent('Only messages of an organisation in production leave by mail.');
  if (provider !== vendor || credentialOrg === '') return notSent(`The message is not meant for ${vendor}.`);
  if (input.channel !== 'email' || (agent === null && !isAlert)) return notSent('Only mail of an agent is carried.');
  if (![id, messageId, agent ?? id].every((one) => ID.test(one))) return notSent('The message has no id.');
  if (!isPlainMailbox(from)) return notSent('The sender is no mailbox.');
  const to = contactOf(input);
  if (to === null || !isPlainMailbox(to)) return invalid('to: the recipient is not a mail address.');
  if (input.subject === undefined || input.subject.trim() === '') return invalid('subject: a mail needs one.');
  const wrong = subjectProblem(input.subject);
  if (wrong !== null) return invalid(wrong);
  const headers = unsubscribeHeaders(input, context['unsubscribe'] ?? '', publicUrl);
  if (headers === null) return notSent('The mail must offer one click to unsubscribe, and PUBLIC_URL is not https.');
  const attachments = openAttachments(input.attachments ?? []);
  if (!attachments.ok) return invalid(attachmentFaultText(attachments.error));
  return ok({
    action: id,
    message: messageId as MessageId,
    agent,
    from,
    to,
    subject: input.subject,
    text: input.body,
    html: input.html ?? null,
    headers,
    attachments: attachments.value,
  });
}

/** Null when they are needed and can't be made. */
function unsubscribeHeaders(input: OutboundMessage, token: string, publicUrl: string) {
  if (token === '') return mustListUnsubscribe(input) ? null : {};
  return /^[A-Za-z0-9_.~-]{1,500}$/.test(token) ? listUnsubscribe(unsubscribeAddress(publicUrl, token)) : null;
}
