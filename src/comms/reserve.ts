/** What a message will cost at most, before the provider tells: the amount taken from the agent's budget up front. */
import type { Micros } from '../kernel/money.ts';
import type { MessageChannel } from './message.ts';
import type { OutboundMessage } from './provider-ports.ts';
import { recipientOf } from './recipient.ts';
import { mailCost, smsCost, whatsappCost } from './rules/price.ts';
import { smsSize } from './rules/sms-segments.ts';

export interface Reserve {
  readonly segments: number;
  readonly cost: Micros;
}

const PRICED: Partial<Record<MessageChannel, (body: string, country: string | null) => Reserve>> = {
  sms(body, country) {
    const { segments } = smsSize(body);
    return { segments, cost: smsCost(segments, country) };
  },
  whatsapp: (_body, country) => ({ segments: 1, cost: whatsappCost(country) }),
  email: () => ({ segments: 1, cost: mailCost() }),
};

/** Null when the channel has no price list: what can't be reserved can't be sent. */
export function reserveFor(message: Pick<OutboundMessage, 'to' | 'channel' | 'body'>): Reserve | null {
  const recipient = recipientOf(message);
  return PRICED[message.channel]?.(message.body, recipient.ok ? recipient.value.country : null) ?? null;
}
