/**
 * The rules for alerts that leave as mail, text message or webhook. They go to the operator's own addresses, or to those that
 * an organisation named for itself, so there is no consent and no calling window; but a STOP binds, the platform's own account
 * pays, and a storm can't spend: so many an hour of each channel.
 */
import type { AlertChannel } from '../../guard/alert-book.ts';
import { need } from '../../guard/facts.ts';
import type { FenceKey } from '../../guard/fence.ts';
import { type Deny, guard } from '../../guard/guard.ts';
import { PLATFORM_ORG } from '../../kernel/ids.ts';
import { HOUR_MS } from '../../kernel/time.ts';
import type { AlertMessage } from '../alert-message.ts';
import { type Account, commsFacts } from '../facts.ts';
import { contactFence } from '../fences.ts';
import { ownAccounts } from '../needs.ts';
import type { Carriers } from '../ports.ts';
import { recipientOf } from '../recipient.ts';
import { ADDRESS_PROBLEMS } from '../rules/address.ts';
import { accountsFor } from './channel.ts';
import { suppressed } from './suppression.ts';

/** From whom alerts come; null: not set. */
export interface AlertSenders {
  readonly email: string | null;
  readonly sms: string | null;
}

/** In any hour. */
const OF_OPERATOR = { sms: 20, email: 60, webhook: 1_000 } as const satisfies Record<AlertChannel, number>;
/** What the platform's account pays for an organisation, to an address that nobody has confirmed. */
const OF_ORGANIZATION = { sms: 0, email: 10, webhook: 1_000 } as const satisfies Record<AlertChannel, number>;
const FROM_SETTING = { email: 'ALERT_FROM_EMAIL', sms: 'ALERT_FROM_NUMBER' } as const;

const addressed = ({ channel, to }: AlertMessage) =>
  channel === 'webhook' || to === undefined ? null : { channel, to };

/** In normal form; null for a webhook, or what can't be read. */
export function alertContact(message: AlertMessage): string | null {
  const outreach = addressed(message);
  const recipient = outreach === null ? null : recipientOf(outreach);
  return recipient?.ok ? recipient.value.address : null;
}

/** The platform's account that carries alerts by this channel. */
export const alertAccount = (
  channel: 'email' | 'sms',
  accounts: readonly Account[] | null,
  carriers: Carriers['production'],
): Account | null => accountsFor(channel, accounts, carriers).find(({ org }) => org === PLATFORM_ORG) ?? null;

export const alertRouteGuard = (carriers: Carriers['production'], senders: AlertSenders) =>
  guard<AlertMessage>()({
    id: 'alert-route',
    stage: 'validate',
    needs: { accounts: ownAccounts },
    judge({ input }, { accounts }): readonly Deny[] {
      const outreach = addressed(input);
      if (outreach === null) return input.channel === 'webhook' ? [] : [NO_ADDRESS];
      const recipient = recipientOf(outreach);
      const problem = recipient.ok ? recipient.value.refused : recipient.error;
      if (problem !== null) {
        const fact = `field to: ${problem}`;
        return [
          {
            is: 'deny',
            code: 'recipient_not_reachable',
            say: `to: ${ADDRESS_PROBLEMS[problem]}`,
            source: 'addresses that may be sent to',
            fact,
          },
        ];
      }
      const { channel } = outreach;
      if (alertAccount(channel, accounts, carriers) === null) return [noAccount(channel)];
      return senders[channel] === null ? [noSender(FROM_SETTING[channel])] : [];
    },
  });

const NO_ADDRESS: Deny = {
  is: 'deny',
  code: 'invalid_input',
  say: 'to: whom to tell.',
  source: 'form of addresses',
  fact: 'field to: missing',
};
const noAccount = (channel: string): Deny => ({
  is: 'deny',
  code: 'provider_not_configured',
  say: `The platform has no account that carries ${channel}. The operator registers one with comms_register_provider for org_platform.`,
  source: 'accounts of the platform',
});
const noSender = (setting: string): Deny => ({
  is: 'deny',
  code: 'provider_not_configured',
  say: `Alerts have no sender: set ${setting}.`,
  source: setting,
});

const ofContact = need<AlertMessage>()(commsFacts.suppressions, ({ input }) => alertContact(input));

export const alertSuppressionGuard = guard<AlertMessage>()({
  id: 'alert-suppression',
  stage: 'comply',
  needs: { suppressions: ofContact },
  fences({ input }): readonly FenceKey[] {
    const contact = alertContact(input);
    return contact === null ? [] : [contactFence(contact), { ...contactFence(contact), platform: true }];
  },
  judge: ({ input }, { suppressions }) =>
    (suppressions ?? []).filter(({ channel }) => channel === 'all' || channel === input.channel).map(suppressed),
});

export const alertRatesGuard = guard<AlertMessage>()({
  id: 'alert-rates',
  stage: 'limit',
  needs: {},
  judge({ input: { channel }, org }) {
    const limit = (org === PLATFORM_ORG ? OF_OPERATOR : OF_ORGANIZATION)[channel];
    const cap = { limit, window: { ms: HOUR_MS }, code: 'rate_limited', name: 'alertsPerHour' } as const;
    return [{ is: 'take', take: { meter: `alerts:${channel}`, amount: 1, caps: [cap] } }];
  },
});
