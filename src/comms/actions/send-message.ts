/**
 * Sends a message. What is judged is what is sent: the row freezes the input, the context fixes the sender and the account,
 * and the provider gets both from its permit.
 */
import * as z from 'zod';
import { type AnyAction, worldAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { HOUR_MS, MINUTE_MS } from '../../kernel/time.ts';
import { known } from '../../tenancy/known.ts';
import { FIRST } from '../anomaly-traits.ts';
import { createDispatch, LEASE_MS } from '../dispatch.ts';
import { type OutreachPolicy, outreachGuards } from '../guards/index.ts';
import { MAX_HTML_CHARS, mailGuard } from '../guards/mail.ts';
import { MAX_BODY_CHARS } from '../guards/recipient.ts';
import { templateGuard } from '../guards/whatsapp.ts';
import { beginningWithin } from '../lawful.ts';
import { MESSAGE_CHANNELS, MESSAGE_STATUSES, type MessageStatus, PURPOSES } from '../message.ts';
import { namedAgent, ownOrganization, ownRelationship, recipientPlace } from '../needs.ts';
import type { CommsReader } from '../ports.ts';
import type { OutboundMessage, ProviderName, Vendors } from '../provider-ports.ts';
import { contactOf } from '../recipient.ts';
import { chosen } from '../relationship.ts';
import { reserveFor } from '../reserve.ts';
import { MAX_ATTACHMENTS } from '../rules/attachments.ts';
import { callbackHash, contextOf, type Sending, sendingOf, stored } from '../sending.ts';
import { commsWrite } from '../writes.ts';

const BEGIN_WITHIN_MS = 15 * MINUTE_MS;

const answer = (
  input: OutboundMessage,
  { messageId, from, mode, segments }: Sending,
  status: MessageStatus,
  cost: number,
) => ({
  messageId,
  status,
  segments,
  cost,
  from,
  to: known(contactOf(input), 'readable address'),
  sandbox: mode === 'sandbox',
});

const INPUT = z.object({
  to: field
    .address()
    .describe('The recipient: a phone number in international form, such as +14155550100, or a mail address.'),
  body: field
    .prose(Math.max(...Object.values(MAX_BODY_CHARS)))
    .min(1)
    .describe('The text, delivered as it is; of a mail, its text part. SMS: at most 1600 characters.'),
  channel: z.enum(MESSAGE_CHANNELS).default('sms'),
  purpose: z
    .enum(PURPOSES)
    .default('transactional')
    .describe(
      'Why: transactional (needs any consent), marketing (needs express consent, in the US written), conversational (an answer).',
    ),
  subject: field.subject().optional().describe('Mail alone, and there required.'),
  html: field.html(MAX_HTML_CHARS).optional().describe('Mail alone: the same as HTML.'),
  attachments: z
    .array(
      z.strictObject({
        filename: field.filename(),
        contentType: field.code(100).describe('Such as application/pdf.'),
        content: field.bytes(14_000_000).describe('The file in base64.'),
      }),
    )
    .max(MAX_ATTACHMENTS)
    .optional()
    .describe('Mail alone.'),
  unsubscribe: z
    .boolean()
    .optional()
    .describe('Mail alone: adds a one-click way out (RFC 8058). Marketing mail always has it.'),
  templateId: field
    .code(34)
    .optional()
    .describe(
      'WhatsApp alone: an approved content template of Twilio (HX…), needed 24 hours after the last message of the contact. It is sent instead of body, which then is its text for the record.',
    ),
  templateVars: z
    .record(field.variable(), field.name(1_024))
    .optional()
    .describe('WhatsApp alone: what is put into the template, by the names of its variables; at most 20.'),
});

export interface SendMessageParts extends OutreachPolicy {
  readonly vendors: Vendors;
  readonly comms: Pick<CommsReader, 'hasReference'>;
}

export function sendMessage(parts: SendMessageParts): AnyAction {
  const { carriers, vendors, comms } = parts;
  const dispatch = createDispatch({ carriers, vendors });
  return worldAction({
    name: 'comms.send_message',
    version: 2,
    says: 'Sends a text message or mail to one person, after every rule on consent, opt-out, limits, budget and approval has agreed.',
    input: INPUT,
    output: z.object({
      messageId: z.string(),
      status: z.enum(MESSAGE_STATUSES),
      segments: z.number(),
      cost: z.number().describe('Micro-units of USD: what is reserved, then what it cost.'),
      from: z.string(),
      to: z.string(),
      sandbox: z.boolean(),
    }),
    access: 'agent:act',
    subject: 'agent',
    risk: 'high',
    guards: [...outreachGuards(parts, INPUT), mailGuard, templateGuard],
    doors: ['mcp', 'rest', 'cli'],
    needs: { organization: ownOrganization, agent: namedAgent, relationship: ownRelationship, place: recipientPlace },
    retry: dispatch.retry,
    leaseMs: LEASE_MS,
    beginWithinMs: BEGIN_WITHIN_MS,
    secretContext: ['callback', 'unsubscribe'],
    contact: contactOf,
    mayUse: (input) => ({ cost: reserveFor(input)?.cost ?? null }),
    spendsOn: ({ channel }) => channel,
    stage({ input, label, now }, facts, mint) {
      const agent = known(facts.agent, 'agent');
      const { segments, cost } = known(reserveFor(input), 'price');
      const { mode } = known(facts.organization, 'organisation');
      const sending = sendingOf({ input, agent, mode, segments, cost, now }, mint);
      const output = answer(input, sending, 'queued', cost);
      const isFirst = (facts.relationship?.firstOutboundAt ?? null) === null;
      return {
        writes: [
          ...chosen({ agent: agent.id, input, label }, facts.relationship),
          commsWrite('message.outbound', {
            id: sending.messageId,
            agent: agent.id,
            channel: input.channel,
            contact: output.to,
            from: sending.from,
            purpose: input.purpose,
            segments,
            cost,
            label,
            action: mint.action,
            at: now,
            callback: callbackHash(sending),
          }),
        ],
        output,
        context: isFirst ? { ...stored(sending), ...FIRST } : stored(sending),
        ...beginningWithin(input, facts.place, now, BEGIN_WITHIN_MS),
      };
    },
    execute: dispatch.carry,
    async find({ context, input, org, agent }, signal) {
      const { provider, credentialOrg, from, at, mode } = contextOf(context);
      const account = mode === 'sandbox' ? undefined : vendors.accounts[provider as ProviderName];
      const credentials = account === undefined ? null : await vendors.open(credentialOrg || org, account.name);
      if (account?.lookUp === undefined || credentials === null) return null;
      const to = known(contactOf(input), 'readable address');
      const question = { channel: input.channel, ref: null, from, to, body: input.body, at };
      const found = await account.lookUp(credentials, question, signal);
      if (found.state !== 'ok' || found.value === null) return null;
      const { ref, cost, status, errorCode } = found.value;
      // the same text to the same person moments before is another message
      if (await comms.hasReference(org, known(agent, 'agent'), ref, at - HOUR_MS)) return null;
      const charged = cost === null ? {} : { cost };
      if (status !== 'failed') return { state: 'ok', ref, ...charged };
      const say = `The provider could not deliver it (code ${errorCode ?? 'none'}).`;
      const vendorCode = errorCode === null ? {} : { vendorCode: errorCode };
      return { state: 'failed', code: 'provider_rejected', say, ...vendorCode, ...charged };
    },
    conclude(claimed, delivery, mint, now) {
      const { input, context } = claimed;
      const reached = { channel: input.channel, contact: known(contactOf(input), 'readable address') };
      const { status, cost, writes } = dispatch.concluded(claimed, reached, delivery, mint, now);
      return { writes, output: answer(input, contextOf(context), status, cost) };
    },
  });
}
