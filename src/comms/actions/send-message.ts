/**
 * Sends a message. What is judged is what is sent: the row freezes the input, the context fixes the sender, and the
 * provider gets both from its permit.
 */
import * as z from 'zod';
import { type AnyAction, type Delivery, worldAction } from '../../guard/action.ts';
import { field } from '../../guard/input/fields.ts';
import type { Claimed } from '../../guard/permit.ts';
import type { MessageId } from '../../kernel/ids.ts';
import { MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
import { known } from '../../tenancy/known.ts';
import type { Organization } from '../../tenancy/organization.ts';
import { outreachGuards } from '../guards/index.ts';
import { MAX_BODY_CHARS } from '../guards/recipient.ts';
import { MESSAGE_CHANNELS, MESSAGE_STATUSES, type MessageStatus, PURPOSES } from '../message.ts';
import { namedAgent, ownOrganization } from '../needs.ts';
import type { Carriers } from '../ports.ts';
import type { OutboundMessage } from '../provider-ports.ts';
import { contactOf } from '../recipient.ts';
import { reserveFor } from '../reserve.ts';
import { commsWrite } from '../writes.ts';

const LEASE_MS = 30 * SECOND_MS;
const BEGIN_WITHIN_MS = 15 * MINUTE_MS;

const STATUS_OF: Record<Delivery['state'], MessageStatus> = {
  ok: 'sent',
  failed: 'failed',
  unknown: 'unknown',
  cancelled: 'failed',
};

/** What the sending needs besides its input; strings, because it is stored with the action. */
interface Context {
  readonly messageId: MessageId;
  readonly from: string;
  readonly mode: Organization['mode'];
  readonly segments: number;
  readonly cost: number;
}
const stored = ({ messageId, from, mode, segments, cost }: Context) => ({
  messageId,
  from,
  mode,
  segments: String(segments),
  cost: String(cost),
});
const contextOf = ({ context }: Pick<Claimed, 'context'>): Context => ({
  messageId: `msg_${(context['messageId'] ?? '').slice('msg_'.length)}`,
  from: context['from'] ?? '',
  mode: context['mode'] === 'sandbox' ? 'sandbox' : 'production',
  segments: Number(context['segments']),
  cost: Number(context['cost']),
});

const answer = (
  input: OutboundMessage,
  { messageId, from, mode, segments }: Context,
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

export function sendMessage(carriers: Carriers, approvalTtlMs: number): AnyAction {
  const providers = Object.values(carriers).flatMap((byChannel) => Object.values(byChannel));
  return worldAction({
    name: 'comms.send_message',
    version: 1,
    says: 'Sends a text message to one person, after every rule on consent, opt-out, limits, budget and approval has agreed.',
    input: z.object({
      to: field.address().describe('The recipient: a phone number in international form, such as +14155550100.'),
      body: field
        .prose(Math.max(...Object.values(MAX_BODY_CHARS)))
        .min(1)
        .describe('The text, delivered as it is. SMS: at most 1600 characters.'),
      channel: z.enum(MESSAGE_CHANNELS).default('sms'),
      purpose: z
        .enum(PURPOSES)
        .default('transactional')
        .describe(
          'Why: transactional (needs any consent), marketing (needs express consent, in the US written), conversational (an answer).',
        ),
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
    guards: outreachGuards({ carriers, approvalTtlMs }),
    doors: ['mcp', 'rest', 'cli'],
    needs: { organization: ownOrganization, agent: namedAgent },
    retry: () => (providers.every((provider) => provider.retry === 'same-key') ? 'same-key' : 'never'),
    leaseMs: LEASE_MS,
    beginWithinMs: BEGIN_WITHIN_MS,
    contact: contactOf,
    stage({ input, label, now }, facts, mint) {
      const agent = known(facts.agent, 'agent');
      const { segments, cost } = known(reserveFor(input), 'price');
      const context: Context = {
        messageId: mint.id('msg'),
        from: known(agent.senders[input.channel] ?? null, 'sender'),
        mode: known(facts.organization, 'organisation').mode,
        segments,
        cost,
      };
      const output = answer(input, context, 'queued', cost);
      return {
        writes: [
          commsWrite('message.outbound', {
            id: context.messageId,
            agent: agent.id,
            channel: input.channel,
            contact: output.to,
            from: context.from,
            purpose: input.purpose,
            segments,
            cost,
            label,
            action: mint.action,
            at: now,
          }),
        ],
        output,
        context: stored(context),
      };
    },
    async execute(permit) {
      const { mode } = contextOf(permit.action);
      const { channel } = permit.action.input;
      const provider = carriers[mode][channel];
      if (provider === undefined) {
        return {
          state: 'failed',
          code: 'provider_not_configured',
          say: `No provider for ${channel} is configured any more.`,
        };
      }
      return provider.send(permit);
    },
    conclude(claimed, delivery) {
      const context = contextOf(claimed);
      const status = STATUS_OF[delivery.state];
      const cost = costOf(delivery, context.cost);
      const agent = known(claimed.agent, 'agent');
      const output = answer(claimed.input, context, status, cost);
      const settled = commsWrite('message.status', {
        agent,
        id: context.messageId,
        status,
        providerRef: delivery.state === 'ok' ? delivery.ref : null,
        errorCode: delivery.state === 'ok' ? null : delivery.code,
        cost,
      });
      const reached = commsWrite('relationship.reached', { agent, contact: output.to, channel: claimed.input.channel });
      const mayHaveArrived = delivery.state === 'ok' || delivery.state === 'unknown';
      return { writes: mayHaveArrived ? [settled, reached] : [settled], output };
    },
  });
}

/** What may have been sent may have to be paid for: an unknown outcome keeps its reserve. */
function costOf(delivery: Delivery, reserved: number): number {
  switch (delivery.state) {
    case 'ok':
      return delivery.cost ?? reserved;
    case 'unknown':
      return reserved;
    default:
      return 0;
  }
}
