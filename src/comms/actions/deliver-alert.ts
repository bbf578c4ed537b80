/**
 * One attempt to tell somebody of an alert, by the server itself. An alert that may not have arrived is told again where a
 * repeat costs nothing (a webhook knows it by its id) or little (a mail); a text message is not sent twice.
 */
import * as z from 'zod';
import { type AnyAction, type Delivery, type Mint, worldAction } from '../../guard/action.ts';
import { ALERT_CHANNELS, type AlertChannel, type Attempted, type DeliveryId } from '../../guard/alert-book.ts';
import { field } from '../../guard/input/fields.ts';
import type { Permit } from '../../guard/permit.ts';
import { guardWrite } from '../../guard/writes.ts';
import type { ErrorCode } from '../../kernel/errors.ts';
import { type OrgId, PLATFORM_ORG } from '../../kernel/ids.ts';
import { MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
import type { Write } from '../../kernel/write.ts';
import { known } from '../../tenancy/known.ts';
import {
  type AlertSenders,
  alertAccount,
  alertContact,
  alertRatesGuard,
  alertRouteGuard,
  alertSuppressionGuard,
} from '../guards/alert-delivery.ts';
import { ownAccounts } from '../needs.ts';
import { OPTED_OUT, optOutWrites } from '../opt-out-writes.ts';
import type { Carriers } from '../ports.ts';
import type { OutboundMessage, ProviderName } from '../provider-ports.ts';
import { alertRetryAt } from '../rules/alert-retry.ts';

const LEASE_MS = 30 * SECOND_MS;
/** With the lease less than the two minutes after which the book hands the delivery out again: two attempts never leave. */
const BEGIN_WITHIN_MS = MINUTE_MS;
const UINT32 = 2 ** 32;

/** Posts an alert to the receiver of an organisation, or of the operator; signed, and followed nowhere. */
export type PostAlert = (
  org: OrgId,
  event: { readonly id: DeliveryId; readonly body: string },
  signal: AbortSignal,
) => Promise<Delivery>;

export interface DeliverAlertParts {
  readonly carriers: Carriers;
  readonly senders: AlertSenders;
  readonly post: PostAlert;
}

/** Reasons of a failure that may be gone later. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'provider_unavailable',
  'overloaded',
  'stale',
  'rate_limited',
  'internal',
]);

type Input = {
  readonly deliveryId: DeliveryId;
  readonly attempt: number;
  readonly since: number;
  readonly channel: AlertChannel;
};

/** What an attempt means for the delivery. @param chance from 0 up to 1. */
export function attemptedBy(input: Input, delivery: Delivery, now: number, chance: number): Attempted {
  const base = { delivery: input.deliveryId, attempt: input.attempt, nextAt: null } as const;
  if (delivery.state === 'ok') return { ...base, state: 'delivered', code: null };
  const { code } = delivery;
  if (delivery.state === 'unknown' && input.channel === 'sms') return { ...base, state: 'unknown', code };
  if (delivery.state === 'failed' && !PASSING.has(code)) return { ...base, state: 'failed', code };
  const nextAt = alertRetryAt(input.attempt, input.since, now, chance);
  return { ...base, state: nextAt === null ? 'given_up' : 'waiting', code, nextAt };
}

export const deliverAlert = ({ carriers, senders, post }: DeliverAlertParts): AnyAction =>
  worldAction({
    name: 'comms.deliver_alert',
    version: 1,
    says: 'Tells one receiver of an alert, by mail, text message or webhook; done by the server itself.',
    input: z.object({
      deliveryId: field.id('alr'),
      attempt: z.int().min(1),
      since: z.int().min(0).describe('Since when it has been tried, in milliseconds since the epoch.'),
      channel: z.enum(ALERT_CHANNELS),
      to: field.address().optional(),
      subject: field.subject(254).optional(),
      body: field.prose(8_000).min(1),
      purpose: z.literal('transactional').default('transactional'),
    }),
    output: z.object({ deliveryId: z.string(), outcome: z.enum(['pending', 'ok', 'failed', 'unknown', 'cancelled']) }),
    access: 'system:act',
    subject: 'organization',
    risk: 'low',
    guards: [alertRouteGuard(carriers.production, senders), alertSuppressionGuard, alertRatesGuard],
    doors: [],
    needs: { accounts: ownAccounts },
    retry: ({ channel }) => (channel === 'webhook' ? 'same-key' : 'never'),
    leaseMs: LEASE_MS,
    beginWithinMs: BEGIN_WITHIN_MS,
    contact: alertContact,
    stage({ input }, { accounts }) {
      const { channel, deliveryId } = input;
      const output = { deliveryId, outcome: 'pending' as const };
      if (channel === 'webhook') return { writes: [], output, context: { channel } };
      const { provider } = known(alertAccount(channel, accounts, carriers.production), 'account');
      const from = known(senders[channel], 'sender');
      const context = { channel, mode: 'platform', messageId: deliveryId, from, provider, credentialOrg: PLATFORM_ORG };
      return { writes: [], output, context };
    },
    async execute(permit) {
      const { org, input, context } = permit.action;
      const { deliveryId: id, channel, body } = input;
      if (channel === 'webhook') return post(org, { id, body }, permit.signal);
      const carrier = carriers.production[context['provider'] as ProviderName];
      if (carrier !== undefined) return carrier.send(permit as unknown as Permit<OutboundMessage>);
      return { state: 'failed', code: 'provider_not_configured', say: `Nothing carries ${channel} any more.` };
    },
    conclude({ input, id }, delivery, mint, now) {
      const { channel } = input;
      const contact = alertContact(input);
      const writes: Write[] = [guardWrite('alert.attempted', attemptedBy(input, delivery, now, chanceOf(mint)))];
      const isOptOut = delivery.state === 'failed' && OPTED_OUT.has(delivery.vendorCode ?? '');
      if (isOptOut && contact !== null && channel !== 'webhook')
        writes.push(...optOutWrites('stop', { contact, channel, source: id, by: 'provider', at: now }, mint));
      return { writes, output: { deliveryId: input.deliveryId, outcome: delivery.state } };
    },
  });

function chanceOf(mint: Mint): number {
  const bytes = mint.bytes(4);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / UINT32;
}
