/** How an alert reads as mail, as text message and at a webhook (Standard Webhooks' form of an event). */
import type { AlertChannel, BookedAlert } from '../guard/alert-book.ts';
import { about } from '../guard/alerts.ts';
import { PLATFORM_ORG } from '../kernel/ids.ts';
import { rfc3339 } from '../kernel/time.ts';

/** An alert as what is handed to who carries it. A webhook has no `to`: its address is looked up when it is called. */
export interface AlertMessage {
  readonly channel: AlertChannel;
  readonly to?: string | undefined;
  readonly subject?: string | undefined;
  readonly body: string;
}

/** Two parts of an SMS. */
const MAX_SMS_CHARS = 300;

const times = (count: number): string => (count === 1 ? '' : ` (${count} times)`);
const shortened = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

const BODY: Readonly<Record<AlertChannel, (alert: BookedAlert) => Pick<AlertMessage, 'subject' | 'body'>>> = {
  webhook: ({ id, kind, severity, org, subject, thread, person, say, count, since, at, detail }) => ({
    body: JSON.stringify({
      type: `alert.${kind}`,
      timestamp: rfc3339(at),
      data: {
        ...{ alertId: id, severity, organizationId: org, subject, ...about({ thread, person }) },
        ...{ say, count, since: rfc3339(since), detail },
      },
    }),
  }),
  email: ({ id, kind, severity, org, subject, thread, person, say, count, since, detail }) => ({
    subject: `[Sallyport ${severity}] ${kind}: ${shortened(subject, 80)}`,
    body: [
      `${say}${times(count)}`,
      '',
      `Kind: ${kind}`,
      `Severity: ${severity}`,
      ...(org === PLATFORM_ORG ? [] : [`Organisation: ${org}`]),
      `Subject: ${subject}`,
      `Since: ${rfc3339(since)}`,
      ...Object.entries({ ...about({ thread, person }), ...detail }).map(([name, value]) => `${name}: ${value}`),
      '',
      `Alert ${id}; comms_list_alerts has the others.`,
    ].join('\n'),
  }),
  sms: ({ severity, say, count }) => ({
    body: shortened(`Sallyport ${severity}: ${say}${times(count)}`, MAX_SMS_CHARS),
  }),
};

export const alertMessage = (channel: AlertChannel, to: string, alert: BookedAlert): AlertMessage => ({
  channel,
  ...(channel === 'webhook' ? {} : { to }),
  ...BODY[channel](alert),
});
