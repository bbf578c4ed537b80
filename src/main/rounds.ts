/**
 * What the house does by itself, again and again: asks providers about messages, answers STOP, delivers alerts, looks for what
 * is unusual, ends what is too old, notes which services were used. Each round acts through `perform` or the store, and never rejects.
 */
import { createAlertDelivery } from '../comms/alert-delivery.ts';
import { createAnswering } from '../comms/answers.ts';
import { createFollowUp } from '../comms/follow-up.ts';
import type { Vendors } from '../comms/provider-ports.ts';
import { ROUND_MS as DETECT_MS, type Detector } from '../guard/anomalies/detector.ts';
import type { Catalogue, CatalogueEntry } from '../guard/catalogue.ts';
import type { Perform } from '../guard/perform.ts';
import type { LastUse } from '../identity/services/last-use.ts';
import type { Clock } from '../kernel/clock.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../kernel/time.ts';
import type { Store } from '../store/open.ts';
import type { Stopping } from '../swarm/control/stopping.ts';
import type { Routers } from '../swarm/models/routers.ts';
import { repeatedly } from './repeatedly.ts';

/** One round each; true: more is due. */
export interface Rounds {
  /** Asks providers about messages of which nothing more was heard. */
  readonly followUp: () => Promise<boolean>;
  /** Answers STOP, START and HELP. */
  readonly answer: () => Promise<boolean>;
  /** Tells people of alerts. */
  readonly deliverAlerts: () => Promise<boolean>;
  /** Looks for what is unusual about agents and strangers. */
  readonly detect: () => Promise<boolean>;
  /** Looks whether the daily retention is due, and runs it. */
  readonly retain: () => Promise<boolean>;
  /** Forgets sessions, links and sign-ins that are over. */
  readonly sweepPeople: () => Promise<boolean>;
  /** Ends here what another server stopped, and finishes what a server left when it died. */
  readonly watchStops: () => Promise<boolean>;
  /** Looks for what is unusual in the swarms' work. */
  readonly watchSwarms: () => Promise<boolean>;
  /** Forgets what swarms told more than an hour ago. */
  readonly sweepEvents: () => Promise<boolean>;
  /** Writes when services were used last, and forgets the numbers of tokens that are over. */
  readonly noteUse: () => Promise<boolean>;
  /** Tells of the swarms' model keys that are old. */
  readonly watchModelKeys: () => Promise<boolean>;
}

/** How long each waits when nothing more is due. */
const EVERY_MS: Readonly<Record<keyof Rounds, number>> = {
  followUp: 5 * SECOND_MS,
  answer: 2 * SECOND_MS,
  deliverAlerts: 5 * SECOND_MS,
  detect: DETECT_MS,
  retain: MINUTE_MS,
  sweepPeople: 10 * MINUTE_MS,
  watchStops: SECOND_MS,
  watchSwarms: 10 * SECOND_MS,
  sweepEvents: MINUTE_MS,
  noteUse: MINUTE_MS,
  watchModelKeys: HOUR_MS,
};

export interface RoundsParts {
  readonly store: Pick<Store, 'providers' | 'alerts' | 'people' | 'services' | 'swarmEvents'>;
  readonly vendors: Vendors;
  readonly catalogue: Catalogue;
  readonly perform: Perform;
  readonly detector: Pick<Detector, 'round'> | null;
  readonly retention: { round(): Promise<void> };
  readonly lastUse: Pick<LastUse, 'write'>;
  readonly stopping: Pick<Stopping, 'round'>;
  readonly watchSwarms: () => Promise<boolean>;
  readonly routers: Pick<Routers, 'alertOldKeys'>;
  readonly clock: Clock;
  readonly onFault: (fault: unknown) => void;
}

export function createRounds({
  store,
  vendors,
  catalogue,
  detector,
  retention,
  lastUse,
  stopping,
  watchSwarms,
  routers,
  ...parts
}: RoundsParts): Rounds {
  const entry = (name: string): CatalogueEntry => catalogue.byName(name)!;
  return {
    followUp: createFollowUp({ ...parts, reader: store.providers, vendors, report: entry('comms.report_delivery') }),
    answer: createAnswering({ ...parts, reader: store.providers, confirm: entry('comms.confirm_opt_out') }),
    deliverAlerts: createAlertDelivery({ ...parts, book: store.alerts, deliver: entry('comms.deliver_alert') }),
    detect: async () => (await detector?.round()) ?? false,
    async retain() {
      await retention.round();
      return false;
    },
    async sweepPeople() {
      await store.people.sweep(parts.clock.now()).catch(parts.onFault);
      return false;
    },
    async watchStops() {
      await stopping.round().catch(parts.onFault);
      return false;
    },
    async watchSwarms() {
      return watchSwarms().catch((fault: unknown) => {
        parts.onFault(fault);
        return false;
      });
    },
    async sweepEvents() {
      await store.swarmEvents.sweep(parts.clock.now()).catch(parts.onFault);
      return false;
    },
    async noteUse() {
      await lastUse.write();
      await store.services.sweep(parts.clock.now()).catch(parts.onFault);
      return false;
    },
    async watchModelKeys() {
      routers.alertOldKeys(parts.clock.now());
      return false;
    },
  };
}

/** Repeats them until it is disposed of, which waits for the rounds under way. */
export function keepGoing(rounds: Rounds): AsyncDisposable {
  const stack = new AsyncDisposableStack();
  for (const name of Object.keys(EVERY_MS) as (keyof Rounds)[])
    stack.use(repeatedly(EVERY_MS[name], () => rounds[name]()));
  return stack;
}
