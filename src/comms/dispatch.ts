/**
 * How a text to one person leaves and what is recorded of it, whatever the tool that it comes from: who carries it, whether an
 * attempt may be repeated, and the rows once the outcome is known.
 */
import type { Delivery, Mint } from '../guard/action.ts';
import type { Claimed, Permit } from '../guard/permit.ts';
import type { Micros } from '../kernel/money.ts';
import { MINUTE_MS, SECOND_MS } from '../kernel/time.ts';
import type { Write } from '../kernel/write.ts';
import { known } from '../tenancy/known.ts';
import type { MessageChannel, MessageStatus } from './message.ts';
import { OPTED_OUT, optOutWrites } from './opt-out-writes.ts';
import type { Carriers } from './ports.ts';
import type { MessageProvider, OutboundMessage, ProviderName, Vendors } from './provider-ports.ts';
import { contextOf } from './sending.ts';
import { commsWrite } from './writes.ts';

export const LEASE_MS = 30 * SECOND_MS;
/** When the provider is first asked about a message that it took and said nothing more about. */
const FIRST_ASKED_AFTER_MS = MINUTE_MS;

type Context = Claimed['context'];

export interface Dispatched {
  readonly status: MessageStatus;
  readonly cost: Micros;
  readonly writes: readonly Write[];
}

export interface Dispatch {
  retry(context: Context): 'same-key' | 'never';
  carry(permit: Permit<OutboundMessage>): Promise<Delivery>;
  /** What is recorded once the outcome is known. `contact` in normal form. */
  concluded(
    claimed: Pick<Claimed, 'id' | 'agent' | 'context'>,
    reached: { readonly channel: MessageChannel; readonly contact: string },
    delivery: Delivery,
    mint: Mint,
    now: number,
  ): Dispatched;
}

const STATUS_OF: Record<Delivery['state'], MessageStatus> = {
  ok: 'sent',
  failed: 'failed',
  unknown: 'unknown',
  cancelled: 'failed',
};

export function createDispatch({
  carriers,
  vendors,
}: {
  readonly carriers: Carriers;
  readonly vendors: Pick<Vendors, 'accounts'>;
}): Dispatch {
  const sandboxCarriers: readonly MessageProvider[] = Object.values(carriers.sandbox);
  return {
    retry(context) {
      if (context['mode'] !== 'sandbox')
        return carriers.production[context['provider'] as ProviderName]?.retry ?? 'never';
      return sandboxCarriers.every(({ retry }) => retry === 'same-key') ? 'same-key' : 'never';
    },
    async carry(permit) {
      const { context, input } = permit.action;
      const carrier =
        context['mode'] === 'sandbox'
          ? carriers.sandbox[input.channel]
          : carriers.production[context['provider'] as ProviderName];
      if (carrier !== undefined) return carrier.send(permit);
      const say = `No provider for ${input.channel} is configured any more.`;
      return { state: 'failed', code: 'provider_not_configured', say };
    },
    concluded({ id, agent: named, context }, { channel, contact }, delivery, mint, now) {
      const sending = contextOf(context);
      const agent = known(named, 'agent');
      const status = STATUS_OF[delivery.state];
      const cost = costOf(delivery, sending.cost);
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
      // what the provider refuses because the person opted out there holds here too
      if (delivery.state === 'failed' && OPTED_OUT.has(delivery.vendorCode ?? '')) {
        writes.push(...optOutWrites('stop', { contact, channel, source: id, by: 'provider', at: now }, mint));
      }
      return { status, cost, writes };
    },
  };
}

/** What may have been sent may have to be paid for: an unknown outcome keeps its reserve. */
function costOf(delivery: Delivery, reserved: Micros): Micros {
  switch (delivery.state) {
    case 'ok':
      return delivery.cost ?? reserved;
    case 'unknown':
      return reserved;
    default:
      return delivery.cost ?? 0;
  }
}
