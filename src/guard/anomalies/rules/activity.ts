/**
 * What is remembered of one agent, or of one network address that fails to authenticate, and what of it is unusual (C17;
 * settled §14). Bounded: some hundred numbers and hashes each, whatever happens. Pure; times in ms since the epoch.
 */
import { HOUR_MS, MINUTE_MS } from '../../../kernel/time.ts';
import type { Severity } from '../../alerts.ts';
import { type LatestTimes, mergeTimes, timesWithin } from './latest-times.ts';
import { mergeTexts, mostContacts, SAME_TEXT_CONTACTS, type SentText } from './sent-texts.ts';
import { lastTwo, mergeSteps, type StepCounts } from './step-counts.ts';

/** How wide the window of each counter is. `actions`: those that reached, or tried to reach, a person. */
export const STEP_WINDOWS = {
  actions: 5 * MINUTE_MS,
  /** Of the actions, those that failed or whose outcome is not known. */
  failures: 5 * MINUTE_MS,
  refusals: 5 * MINUTE_MS,
  /** Actions that were the agent's first to a contact. */
  firstContacts: HOUR_MS,
} as const;
export type StepCounter = keyof typeof STEP_WINDOWS;

const TOKENS = { windowMs: HOUR_MS, more: 3 } as const;
const AUTHENTICATIONS = { windowMs: 5 * MINUTE_MS, more: 10 } as const;
export const TIME_WINDOWS = {
  tokens: { windowMs: TOKENS.windowMs, keep: TOKENS.more + 1 },
  failedAuthentications: { windowMs: AUTHENTICATIONS.windowMs, keep: AUTHENTICATIONS.more + 1 },
} as const;
export type TimeCounter = keyof typeof TIME_WINDOWS;

export interface Activity {
  readonly steps: Readonly<Partial<Record<StepCounter, StepCounts>>>;
  readonly times: Readonly<Partial<Record<TimeCounter, LatestTimes>>>;
  readonly texts: readonly SentText[];
  /** When each anomaly was last acted on. */
  readonly told: Readonly<Partial<Record<AnomalyKind, number>>>;
}
export const NO_ACTIVITY: Activity = { steps: {}, times: {}, texts: [], told: {} };

export const ANOMALY_KINDS = [
  'volume_spike',
  'failed_authentications',
  'many_tokens',
  'error_spike',
  'same_text',
  'refusal_spike',
  'first_contacts',
] as const;
export type AnomalyKind = (typeof ANOMALY_KINDS)[number];

/** Those that an agent can be paused for. */
export const AGENT_ANOMALIES = ANOMALY_KINDS.filter((kind) => kind !== 'failed_authentications');

export interface Anomaly {
  readonly kind: AnomalyKind;
  /** What was counted. Nothing personal. */
  readonly counted: Readonly<Record<string, number>>;
}

/** Fewer say nothing (settled §14). */
const VOLUME = { times: 3, atLeast: 10 } as const;
const ERRORS = { share: 0.5, ofAtLeast: 10 } as const;
const REFUSALS = { times: 3, more: 20 } as const;
const FIRST_CONTACTS = { times: 3, more: 20 } as const;
/** One that was acted on is not told again for so long. */
const QUIET_MS = 30 * MINUTE_MS;
/** Nothing that is remembered matters longer than this after it happened. */
const LONGEST_MS = 2 * HOUR_MS;

type Rule = (activity: Activity, now: number) => Anomaly['counted'] | null;

const counts = ({ steps }: Activity, counter: StepCounter, now: number) =>
  lastTwo(steps[counter] ?? [], now, STEP_WINDOWS[counter]);

const RULES: Readonly<Record<AnomalyKind, { readonly severity: Severity; readonly finds: Rule }>> = {
  volume_spike: {
    severity: 'MEDIUM',
    finds(activity, now) {
      const [last, before] = counts(activity, 'actions', now);
      return last >= VOLUME.atLeast && last > VOLUME.times * before ? { last, before } : null;
    },
  },
  failed_authentications: {
    severity: 'HIGH',
    finds({ times }, now) {
      const failures = timesWithin(times.failedAuthentications ?? [], now, AUTHENTICATIONS.windowMs);
      return failures > AUTHENTICATIONS.more ? { atLeast: failures } : null;
    },
  },
  many_tokens: {
    severity: 'MEDIUM',
    finds({ times }, now) {
      const tokens = timesWithin(times.tokens ?? [], now, TOKENS.windowMs);
      return tokens > TOKENS.more ? { atLeast: tokens } : null;
    },
  },
  error_spike: {
    severity: 'MEDIUM',
    finds(activity, now) {
      const [actions] = counts(activity, 'actions', now);
      const [failures] = counts(activity, 'failures', now);
      return actions >= ERRORS.ofAtLeast && failures >= ERRORS.share * actions ? { actions, failures } : null;
    },
  },
  same_text: {
    severity: 'MEDIUM',
    finds({ texts }, now) {
      const contacts = mostContacts(texts, now);
      return contacts > SAME_TEXT_CONTACTS ? { atLeast: contacts } : null;
    },
  },
  refusal_spike: {
    severity: 'LOW',
    finds(activity, now) {
      const [last, before] = counts(activity, 'refusals', now);
      return last > REFUSALS.more && last > REFUSALS.times * before ? { last, before } : null;
    },
  },
  first_contacts: {
    severity: 'MEDIUM',
    finds(activity, now) {
      const [last, before] = counts(activity, 'firstContacts', now);
      return last > FIRST_CONTACTS.more && last > FIRST_CONTACTS.times * before ? { last, before } : null;
    },
  },
};

export const severityOf = (kind: AnomalyKind): Severity => RULES[kind].severity;

/** What is unusual at `now` and has not been acted on lately. */
export function anomaliesIn(activity: Activity, now: number): readonly Anomaly[] {
  return ANOMALY_KINDS.flatMap((kind) => {
    const told = activity.told[kind];
    if (told !== undefined && Math.abs(now - told) < QUIET_MS) return [];
    const counted = RULES[kind].finds(activity, now);
    return counted === null ? [] : [{ kind, counted }];
  });
}

/** Both together, without what no rule can see at `now`. In whatever order parts are merged, the same comes of it. */
export function mergeActivity(a: Activity, b: Activity, now: number): Activity {
  const steps: Partial<Record<StepCounter, StepCounts>> = {};
  for (const counter of Object.keys(STEP_WINDOWS) as StepCounter[]) {
    const merged = mergeSteps(a.steps[counter] ?? [], b.steps[counter] ?? [], now, STEP_WINDOWS[counter]);
    if (merged.length > 0) steps[counter] = merged;
  }
  const times: Partial<Record<TimeCounter, LatestTimes>> = {};
  for (const counter of Object.keys(TIME_WINDOWS) as TimeCounter[]) {
    const merged = mergeTimes(a.times[counter] ?? [], b.times[counter] ?? [], now, TIME_WINDOWS[counter]);
    if (merged.length > 0) times[counter] = merged;
  }
  return { steps, times, texts: mergeTexts(a.texts, b.texts, now), told: { ...a.told, ...b.told } };
}

/** When all that is remembered may be forgotten, if nothing more happens. */
export const forgettableAt = (now: number): number => now + LONGEST_MS;
