/**
 * Alerts: what a person should look at. Raising one never waits and never fails, whatever happens to those who are told.
 *
 * Storms are folded: of one kind about one subject the first is told at once, the others of the next five minutes are
 * counted and told together when those are over. An attacker who varies the subject gains nothing: beyond so many subjects
 * of a kind all others are one. Details carry nothing personal; they end up in the audit log, which is for ever.
 */
import type { Clock } from '../kernel/clock.ts';
import { type OrgId, PLATFORM_ORG, type ThreadId } from '../kernel/ids.ts';
import { MINUTE_MS, rfc3339, SECOND_MS } from '../kernel/time.ts';

export const SEVERITIES = ['LOW', 'MEDIUM', 'HIGH'] as const;
export type Severity = (typeof SEVERITIES)[number];

type Detail = Readonly<Record<string, string | number | boolean | null>>;

export interface Alert {
  readonly severity: Severity;
  /** Snake case, stable: `lock_out`. */
  readonly kind: string;
  /** Whom it concerns; the platform for what concerns nobody's tenant. */
  readonly org: OrgId;
  /** A sentence for a person, with what can be done. */
  readonly say: string;
  /** What alerts of this kind are told apart by: an agent's id, an address prefix. Nothing personal. */
  readonly subject: string;
  /** The thread of the swarm that it is about: told to those alone who see it. */
  readonly thread?: ThreadId;
  /** The person, or program, whom it is about, by id: told to themselves and to administrators. */
  readonly person?: string;
  readonly detail: Detail;
}

/** An alert as those who are told get it. */
export interface ToldAlert extends Alert {
  /** How many it stands for, from `since` on. */
  readonly count: number;
  /** Ms since the epoch. */
  readonly since: number;
  readonly at: number;
}

export interface Alerts {
  raise(alert: Alert): void;
}

/** Somebody who is told of alerts. What it throws or rejects with is a fault; the others are told all the same. */
export type AlertListener = (alert: ToldAlert) => void | Promise<void>;

export interface AlertsParts {
  readonly clock: Clock;
  readonly listeners: readonly AlertListener[];
  readonly onFault: (fault: unknown) => void;
}

export interface RunningAlerts extends Alerts, AsyncDisposable {
  /** Tells what was folded and is due; repeated by itself. */
  tick(): void;
}

const FOLD_MS = 5 * MINUTE_MS;
const TICK_MS = 15 * SECOND_MS;
const MAX_SUBJECTS = 20;
const OTHERS = 'others';

interface Fold {
  readonly since: number;
  /** The last one that was folded; null while there was none. */
  last: Alert | null;
  count: number;
}

export function createAlerts({ clock, listeners, onFault }: AlertsParts): RunningAlerts {
  const kinds = new Map<string, Map<string, Fold>>();
  const telling = new Set<Promise<void>>();

  const tell = (alert: ToldAlert): void => {
    for (const listener of listeners) {
      const told = (async () => listener(alert))().catch(onFault);
      telling.add(told);
      void told.finally(() => telling.delete(told));
    }
  };

  /** What is told now begins the next span: a storm is told once in five minutes, however long it lasts. */
  const close = (folds: Map<string, Fold>, subject: string, { last, count, since }: Fold): void => {
    folds.delete(subject);
    if (last === null) return;
    const now = clock.now();
    folds.set(subject, { since: now, last: null, count: 0 });
    tell({ ...last, subject, count, since, at: now });
  };

  const closeDue = (all: boolean): void => {
    const now = clock.now();
    for (const [kind, folds] of kinds) {
      for (const [subject, fold] of [...folds]) {
        const isOver = now >= fold.since + FOLD_MS || now < fold.since; // a clock that went back holds nothing up
        if (all || isOver) close(folds, subject, fold);
      }
      if (folds.size === 0) kinds.delete(kind);
    }
  };

  const timer = setInterval(() => closeDue(false), TICK_MS).unref();

  return {
    raise(alert) {
      closeDue(false);
      const folds = kinds.getOrInsertComputed(`${alert.org}\n${alert.kind}`, () => new Map<string, Fold>());
      const isKnown = folds.has(alert.subject);
      const subject = isKnown || folds.size < MAX_SUBJECTS ? alert.subject : OTHERS;
      const fold = folds.get(subject);
      const now = clock.now();
      if (fold === undefined) {
        folds.set(subject, { since: now, last: null, count: 0 });
        return tell({ ...alert, subject, count: 1, since: now, at: now });
      }
      fold.last = alert;
      fold.count++;
    },
    tick: () => closeDue(false),
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      closeDue(true);
      await Promise.all(telling);
    },
  };
}

/** An alert as an entry of the audit log. */
export const alertEntry = ({ kind, severity, org, subject, thread, person, count, since, detail }: ToldAlert) => ({
  event: 'alert',
  org,
  detail: { ...detail, kind, severity, subject, ...about({ thread, person }), count, since: rfc3339(since) },
});

/** The ids that it has, for who may be told of them. */
export const about = ({ thread, person }: { readonly [P in 'thread' | 'person']: Alert[P] | undefined }) => ({
  ...(thread === undefined ? {} : { thread }),
  ...(person === undefined ? {} : { person }),
});

/** For what concerns the whole server. */
export const ofPlatform = (alert: Omit<Alert, 'org'>): Alert => ({ ...alert, org: PLATFORM_ORG });
