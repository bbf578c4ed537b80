/** Who on the operator's side is told of alerts, by the settings. */
import type { AlertSenders } from '../comms/guards/alert-delivery.ts';
import { isAtLeast, type Recipient } from '../guard/alert-book.ts';
import { type Alert, ofPlatform, type Severity } from '../guard/alerts.ts';
import { PLATFORM_ORG } from '../kernel/ids.ts';
import type { Settings } from './settings.ts';

export type ReceiverSettings = Pick<
  Settings,
  | 'alertWebhookUrl'
  | 'alertWebhookSecret'
  | 'alertWebhookMinSeverity'
  | 'alertEmail'
  | 'alertEmailMinSeverity'
  | 'alertFromEmail'
  | 'alertSms'
  | 'alertSmsMinSeverity'
  | 'alertFromNumber'
>;

/** Everybody, whatever severity each wants. */
export const operatorReceivers = (settings: ReceiverSettings): readonly (Recipient & { readonly min: Severity })[] => [
  ...(settings.alertWebhookUrl === null
    ? []
    : [{ org: PLATFORM_ORG, channel: 'webhook', to: '', min: settings.alertWebhookMinSeverity } as const]),
  ...settings.alertEmail.map(
    (to) => ({ org: PLATFORM_ORG, channel: 'email', to, min: settings.alertEmailMinSeverity }) as const,
  ),
  ...settings.alertSms.map(
    (to) => ({ org: PLATFORM_ORG, channel: 'sms', to, min: settings.alertSmsMinSeverity }) as const,
  ),
];

export const toldOf = (settings: ReceiverSettings, { severity }: Pick<Alert, 'severity'>): readonly Recipient[] =>
  operatorReceivers(settings)
    .filter(({ min }) => isAtLeast(severity, min))
    .map(({ org, channel, to }) => ({ org, channel, to }));

export const alertSenders = (settings: ReceiverSettings): AlertSenders => ({
  email: settings.alertFromEmail,
  sms: settings.alertFromNumber,
});

const CARRIED_BY = { email: ['resend', 'smtp'], sms: ['twilio'] } as const;
const NAMED_IN = { email: 'ALERT_EMAIL', sms: 'ALERT_SMS' } as const;

/** The settings whose receivers can't be told, because the platform has no account that would carry it. */
export function unreachableReceivers(
  { alertEmail, alertSms }: Pick<ReceiverSettings, 'alertEmail' | 'alertSms'>,
  platformProviders: readonly string[],
): readonly string[] {
  const wanted = { email: alertEmail.length > 0, sms: alertSms.length > 0 } as const;
  return (['email', 'sms'] as const)
    .filter((channel) => wanted[channel] && !CARRIED_BY[channel].some((name) => platformProviders.includes(name)))
    .map((channel) => NAMED_IN[channel]);
}

/** Said at the start, so that nobody learns of it when something happens. */
export const unreachableAlert = (setting: string): Alert =>
  ofPlatform({
    severity: 'MEDIUM',
    kind: 'alerts_unreachable',
    say: `Alerts can't be sent to ${setting}: the platform has no account that carries them. Register one with comms_register_provider for org_platform.`,
    subject: setting,
    detail: { setting },
  });
