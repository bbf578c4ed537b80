/** Who watches the doors: the lock-out, and alerts to the audit log, the operational log and the operator's webhook. */
import { type AlertListener, type Alerts, alertEntry, createAlerts, type ToldAlert } from '../guard/alerts.ts';
import { type LockOut, NO_LOCK_OUT, openLockOut } from '../identity/lock-out.ts';
import { lockOutAlert } from '../identity/lock-out-alert.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Ids } from '../kernel/ids.ts';
import { SECOND_MS } from '../kernel/time.ts';
import type { Store } from '../store/open.ts';
import { createAlertWebhook } from './alert-webhook.ts';
import type { Settings } from './settings.ts';

export interface WatchParts {
  readonly settings: Pick<Settings, 'demoMode' | 'alertWebhookUrl' | 'alertWebhookSecret'>;
  readonly store: Pick<Store, 'record' | 'lockOuts'>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly onFault: (fault: unknown) => void;
  /** For the operational log. */
  readonly onAlert: (alert: ToldAlert) => void;
}

export interface Watch extends AsyncDisposable {
  readonly alerts: Alerts;
  readonly lockOut: LockOut;
}

/** For alerts on their way when the server stops. */
const DRAIN_MS = SECOND_MS;

/** Disposing writes what was counted, tells what was folded, and delivers what it can. */
export async function openWatch({ settings, store, clock, ids, onFault, onAlert }: WatchParts): Promise<Watch> {
  await using stack = new AsyncDisposableStack();
  const listeners: AlertListener[] = [(alert) => store.record(alertEntry(alert)), onAlert];
  const { alertWebhookUrl: url, alertWebhookSecret: secret } = settings;
  if (url !== null && secret !== null) {
    const webhook = createAlertWebhook({ url, secret, clock, ids, onFault });
    stack.defer(() => webhook.stop(DRAIN_MS));
    listeners.push(webhook.send);
  }
  const alerts = stack.use(createAlerts({ clock, listeners, onFault }));
  const onLocked = (address: string) => alerts.raise(lockOutAlert(address));
  const lockOut = settings.demoMode
    ? NO_LOCK_OUT
    : stack.use(await openLockOut({ store: store.lockOuts, clock, onLocked, onFault }));
  const disposal = stack.move();
  return { alerts, lockOut, [Symbol.asyncDispose]: () => disposal.disposeAsync() };
}
