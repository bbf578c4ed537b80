/**
 * The book of alerts: what was told, to whom it has to go, and what became of that. Durable, shared by all servers: what is
 * in it is delivered although the server dies, and by one server alone at a time.
 */
import type { AgentId, Id, OrgId } from '../kernel/ids.ts';
import { SEVERITIES, type Severity, type ToldAlert } from './alerts.ts';
import type { Principal } from './principal.ts';

export type AlertId = Id<'alt'>;
export type DeliveryId = Id<'alr'>;

export const ALERT_CHANNELS = ['webhook', 'email', 'sms'] as const;
export type AlertChannel = (typeof ALERT_CHANNELS)[number];

/** Somebody to tell. `org`: in whose name; the platform for the operator's own receivers. */
export interface Recipient {
  readonly org: OrgId;
  readonly channel: AlertChannel;
  /** A mail address or number; `''` for the webhook, which is looked up when it is called. */
  readonly to: string;
}

/**
 * `waiting`: to be tried, or tried again. `refused`: by a rule. `failed`: by who carries it, for good. `unknown`: it may have
 * arrived, and is not sent twice. `given_up`: tried for a day.
 */
export const DELIVERY_STATES = ['waiting', 'delivered', 'refused', 'failed', 'unknown', 'given_up'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export interface BookedAlert extends ToldAlert {
  readonly id: AlertId;
}

export interface DueDelivery extends Recipient {
  readonly id: DeliveryId;
  readonly alert: BookedAlert;
  /** The how manieth attempt this is, from 1. */
  readonly attempt: number;
  /** Since when (ms) it has been tried. */
  readonly since: number;
}

/** What came of an attempt. */
export interface Attempted {
  readonly delivery: DeliveryId;
  /** Which one it was. An older one than the latest may end the delivery, and says nothing of when to try again. */
  readonly attempt: number;
  readonly state: DeliveryState;
  readonly code: string | null;
  /** When (ms) to try again, while waiting. */
  readonly nextAt: number | null;
}

export interface AlertView extends BookedAlert {
  readonly deliveries: readonly {
    readonly channel: AlertChannel;
    readonly state: DeliveryState;
    readonly attempts: number;
    readonly code: string | null;
  }[];
}

export interface AlertRoutes {
  readonly webhook: { readonly url: string; readonly secret: string } | null;
  readonly email: string | null;
  readonly minSeverity: Severity;
}

export interface AlertBook {
  /** The entry of the log, the alert, and its way to these and to whom its organisation named, in one transaction. */
  book(alert: ToldAlert, operator: readonly Recipient[]): Promise<AlertId>;
  /** At most `limit` that are due. Nobody else is given them for two minutes; who dies meanwhile leaves them to whoever asks then. */
  takeDue(limit: number): Promise<readonly DueDelivery[]>;
  /** For an attempt that was not admitted. */
  attempted(org: OrgId, attempted: Attempted): Promise<void>;
  /**
   * Newest first; the platform sees those of every organisation. `before`: older than this one. `by`: those alone that this
   * principal may know of, and as many of them; left out, the server itself looks.
   */
  alerts(
    org: OrgId,
    query: { readonly limit: number; readonly before?: AlertId | undefined; readonly by?: Principal },
  ): Promise<readonly AlertView[]>;
  /** Where an organisation's own alerts go; null when it has not said. */
  routes(org: OrgId): Promise<AlertRoutes | null>;
  /** Forgets alerts of more than 90 days before `now` (ms); the log has them for ever. */
  sweep(now: number): Promise<void>;
}

export const isAtLeast = (severity: Severity, min: Severity): boolean =>
  SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(min);

/** Of budgets that are used up, whoever pays is told whatever the severity. */
export const isAboutMoney = ({ kind }: Pick<ToldAlert, 'kind'>): boolean => kind.startsWith('spend_');

/** Who besides the operator is told: whom the alert's organisation named, and who pays for it. */
export function recipientsOf(
  alert: Pick<ToldAlert, 'org' | 'kind' | 'severity'>,
  routes: AlertRoutes | null,
  billingEmail: string | null,
): readonly Recipient[] {
  const { org } = alert;
  const named = routes !== null && isAtLeast(alert.severity, routes.minSeverity) ? routes : null;
  const mail = new Set([named?.email ?? null, isAboutMoney(alert) ? billingEmail : null].filter((to) => to !== null));
  return [
    ...(named === null || named.webhook === null ? [] : [{ org, channel: 'webhook', to: '' } as const]),
    ...[...mail].map((to) => ({ org, channel: 'email', to }) as const),
  ];
}

/** Every agent that an alert names, in its subject, its sentence or its details. */
export const agentsIn = ({ subject, say, detail }: Pick<ToldAlert, 'subject' | 'say' | 'detail'>): readonly AgentId[] =>
  (JSON.stringify([subject, say, detail]).match(/\bagt_[0-9A-Za-z]+/g) as AgentId[] | null) ?? [];
