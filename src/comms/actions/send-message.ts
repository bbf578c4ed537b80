/**
 * Sends a message. What is judged is what is sent: the row freezes the input, the context fixes the sender and the account,
 * and the provider gets both from its permit.
 */
import * as z from 'zod';
import { type AnyAction, type Delivery, type Mint, worldAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
import type { Write } from '../../kernel/write.ts';
import { known } from '../../tenancy/known.ts';
import { outreachGuards } from '../guards/index.ts';
import { MAX_HTML_CHARS, mailGuard } from '../guards/mail.ts';
import { MAX_BODY_CHARS } from '../guards/recipient.ts';
import { templateGuard } from '../guards/whatsapp.ts';
import { MESSAGE_CHANNELS, MESSAGE_STATUSES, type MessageStatus, PURPOSES } from '../message.ts';
import { namedAgent, ownOrganization } from '../needs.ts';
import { OPTED_OUT, optOutWrites } from '../opt-out-writes.ts';
import type { Carriers, CommsReader } from '../ports.ts';
import type { MessageProvider, OutboundMessage, ProviderName, Vendors } from '../provider-ports.ts';
import { contactOf } from '../recipient.ts';
import { reserveFor } from '../reserve.ts';
import { MAX_ATTACHMENTS } from '../rules/attachments.ts';
import { callbackHash, contextOf, type Sending, sendingOf, stored } from '../sending.ts';
import { commsWrite } from '../writes.ts';

const LEASE_MS = 30 * SECOND_MS;
const BEGIN_WITHIN_MS = 15 * MINUTE_MS;
/** When the provider is first asked about a message that it took and said nothing more about. */
const FIRST_ASKED_AFTER_MS = MINUTE_MS;

const STATUS_OF: Record<Delivery['state'], MessageStatus> = {
  ok: 'sent',
  failed: 'failed',
  unknown: 'unknown',
  cancelled: 'failed',
};

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

export interface SendMessageParts {
  readonly carriers: Carriers;
  readonly vendors: Vendors;
  readonly comms: Pick<CommsReader, 'hasReference'>;
  readonly approvalTtlMs: number;
}

export function sendMessage({ carriers, vendors, comms, approvalTtlMs }: SendMessageParts): AnyAction {
  const carrierOf = (context: Readonly<Record<string, string>>, channel: OutboundMessage['channel']) =>
    context['mode'] === 'sandbox'
      ? carriers.sandbox[channel]
      : carriers.production[context['provider'] as ProviderName];
  const sandboxCarriers: readonly MessageProvider[] = Object.values(carriers.sandbox);

  return worldAction({
    name: 'comms.send_message',
    version: 2,
    says: 'Sends a text message or mail to one person, after every rule on consent, opt-out, limits, budget and approval has agreed.',
    input: z.object({
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
    }),
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
    guards: [...outreachGuards({ carriers, approvalTtlMs }), mailGuard, templateGuard],
    doors: ['mcp', 'rest', 'cli'],
    needs: { organization: ownOrganization, agent: namedAgent },
    retry: (context) =>
      context['mode'] === 'sandbox'
        ? sandboxCarriers.every((carrier) => carrier.retry === 'same-key')
          ? 'same-key'
          : 'never'
        : (carriers.production[context['provider'] as ProviderName]?.retry ?? 'never'),
    leaseMs: LEASE_MS,
    beginWithinMs: BEGIN_WITHIN_MS,
    secretContext: ['callback', 'unsubscribe'],
    contact: contactOf,
    stage({ input, label, now }, facts, mint) {
      const agent = known(facts.agent, 'agent');
      const { segments, cost } = known(reserveFor(input), 'price');
      const { mode } = known(facts.organization, 'organisation');
      const sending = sendingOf({ input, agent, mode, segments, cost, now }, mint);
      const output = answer(input, sending, 'queued', cost);
      return {
        writes: [
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
        context: stored(sending),
      };
    },
    async execute(permit) {
      const { context, input } = permit.action;
      const carrier = carrierOf(context, input.channel);
      if (carrier !== undefined) return carrier.send(permit);
      const say = `No provider for ${input.channel} is configured any more.`;
      return { state: 'failed', code: 'provider_not_configured', say };
    },
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
    conclude({ input, context, agent: named, id }, delivery, mint, now) {
      const sending = contextOf(context);
      const status = STATUS_OF[delivery.state];
      const cost = costOf(delivery, sending.cost);
      const agent = known(named, 'agent');
      const { channel } = input;
      const output = answer(input, sending, status, cost);
      const contact = output.to;
      const writes: Write[] = [
        commsWrite('message.status', {
          agent,
          id: sending.messageId,
          status,
          providerRef: delivery.state === 'ok' ? delivery.ref : null,
          errorCode: delivery.state === 'ok' ? null : (delivery.vendorCode ?? delivery.code),
          cost,
        }),
      ];
      const mayHaveArrived = delivery.state === 'ok' || delivery.state === 'unknown';
      if (mayHaveArrived) writes.push(commsWrite('relationship.reached', { agent, contact, channel }));
      const account = sending.mode === 'sandbox' ? undefined : vendors.accounts[sending.provider as ProviderName];
      if (delivery.state === 'ok' && account?.lookUp !== undefined) {
        writes.push(commsWrite('message.ask', { agent, id: sending.messageId, at: now + FIRST_ASKED_AFTER_MS }));
      }
      return { writes: [...writes, ...knownOptOut(delivery, { contact, channel, source: id, at: now }, mint)], output };
    },
  });
}

/** What the provider refuses because the person opted out there holds here too. */
const knownOptOut = (
  delivery: Delivery,
  said: {
    readonly contact: string;
    readonly channel: OutboundMessage['channel'];
    readonly source: string;
    readonly at: number;
  },
  mint: Mint,
): readonly Write[] =>
  delivery.state === 'failed' && OPTED_OUT.has(delivery.vendorCode ?? '')
    ? optOutWrites('stop', { ...said, by: 'provider' }, mint)
    : [];

/** What may have been sent may have to be paid for: an unknown outcome keeps its reserve. */
function costOf(delivery: Delivery, reserved: number): number {
  switch (delivery.state) {
    case 'ok':
      return delivery.cost ?? reserved;
    case 'unknown':
      return reserved;
    default:
      return delivery.cost ?? 0;
  }
}
