/** Who watches: the lock-out at the doors, the anomaly detector, and the alerts of both, booked for whoever is to be told. */
import { outreachTraits } from '../comms/anomaly-traits.ts';
import { type AlertListener, type Alerts, createAlerts, type ToldAlert } from '../guard/alerts.ts';
import { anomalyAlert } from '../guard/anomalies/anomaly-alert.ts';
import { type Detector, openDetector } from '../guard/anomalies/detector.ts';
import type { Suspect } from '../guard/anomalies/ports.ts';
import { type LockOut, NO_LOCK_OUT, openLockOut } from '../identity/lock-out.ts';
import { lockOutAlert, networkOf } from '../identity/lock-out-alert.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Store } from '../store/open.ts';
import { type ReceiverSettings, toldOf } from './alert-receivers.ts';
import type { Settings } from './settings.ts';

export interface WatchParts {
  readonly settings: Pick<Settings, 'demoMode' | 'anomalyDetectorEnabled'> & ReceiverSettings;
  readonly store: Pick<Store, 'alerts' | 'lockOuts' | 'activity'>;
  readonly clock: Clock;
  /** Pauses an agent; false when it is no longer active. */
  readonly pause: (suspect: Suspect) => Promise<boolean>;
  readonly onFault: (fault: unknown) => void;
  /** For the operational log. */
  readonly onAlert: (alert: ToldAlert) => void;
}

export interface Watch extends AsyncDisposable {
  readonly alerts: Alerts;
  readonly lockOut: LockOut;
  /** Null when it is switched off. */
  readonly detector: Detector | null;
}

/** Disposing writes what was counted, and books what was folded. */
export async function openWatch(parts: WatchParts): Promise<Watch> {
  const { settings, store, clock, pause, onFault, onAlert } = parts;
  await using stack = new AsyncDisposableStack();
  const book: AlertListener = async (alert) => void (await store.alerts.book(alert, toldOf(settings, alert)));
  const alerts = stack.use(createAlerts({ clock, listeners: [book, onAlert], onFault }));

  async function act(suspect: Suspect): Promise<void> {
    const paused = suspect.anomalies.some(({ pauses }) => pauses) && (await pause(suspect));
    for (const anomaly of suspect.anomalies)
      alerts.raise(anomalyAlert(suspect.subject, anomaly, paused && anomaly.pauses));
  }
  const detector = settings.anomalyDetectorEnabled
    ? stack.use(await openDetector({ store: store.activity, clock, traits: outreachTraits, act, onFault }))
    : null;

  const onLocked = (address: string) => alerts.raise(lockOutAlert(address));
  const onFailed = (address: string) => detector?.failedAuthentication(address, networkOf(address));
  const lockOut = settings.demoMode
    ? NO_LOCK_OUT
    : stack.use(await openLockOut({ store: store.lockOuts, clock, onLocked, onFailed, onFault }));
  const disposal = stack.move();
  return { alerts, lockOut, detector, [Symbol.asyncDispose]: () => disposal.disposeAsync() };
}
