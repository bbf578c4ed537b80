/** What a message or call will cost at most, before the provider tells: the amount taken from the agent's budget up front. */
import type { Micros } from '../kernel/money.ts';
import type { Channel } from '../tenancy/agent.ts';
import { type Outreach, recipientOf } from './recipient.ts';
import { callCost, mailCost, smsCost, whatsappCost } from './rules/price.ts';
import { smsSize } from './rules/sms-segments.ts';

/** What has a price by where it goes; a call has no text that it depends on. */
export type Priced = Outreach & { readonly body?: string | undefined };

export interface Reserve {
  /** Parts of a message; minutes of a call. */
  readonly segments: number;
  readonly cost: Micros;
}

/** What a call may take before more has to be taken for it. */
export const CALL_MINUTES = 5;

const PRICED: Partial<Record<Channel, (body: string, country: string | null) => Reserve>> = {
  sms(body, country) {
    const { segments } = smsSize(body);
    return { segments, cost: smsCost(segments, country) };
  },
  whatsapp: (_body, country) => ({ segments: 1, cost: whatsappCost(country) }),
  email: () => ({ segments: 1, cost: mailCost() }),
  voice: (_body, country) => ({ segments: CALL_MINUTES, cost: callCost(CALL_MINUTES, country) }),
};

/** Null when the channel has no price list: what can't be reserved can't be sent. */
export function reserveFor(message: Priced): Reserve | null {
  const recipient = recipientOf(message);
  return PRICED[message.channel]?.(message.body ?? '', recipient.ok ? recipient.value.country : null) ?? null;
}
