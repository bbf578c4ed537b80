/** What the detector asks of the store. */
import type { AgentId, OrgId } from '../../kernel/ids.ts';
import type { Activity, Anomaly, AnomalyKind } from './rules/activity.ts';

/** Whose activity it is: an agent's, or that of a network address, which stands under the platform as a keyed hash. */
export interface Subject {
  readonly org: OrgId;
  /** An agent's id, or `net:` and the hash. */
  readonly id: string;
  /** What an alert calls it: the agent's id, or the wider network that the address is of. */
  readonly label: string;
}

export interface Happened {
  readonly subject: Subject;
  /** Since the last time that it was added. */
  readonly activity: Activity;
}

export interface Suspect {
  readonly subject: Subject;
  readonly agent: AgentId | null;
  readonly anomalies: readonly (Anomaly & {
    /** The agent is active, and its policy is that this pauses it. */
    readonly pauses: boolean;
  })[];
}

/**
 * What every server of the database has seen, added up. A subject costs one small row, which is gone two hours after it was
 * last heard of; whatever is asked is asked by key or by a small index, never of all rows.
 */
export interface ActivityStore {
  /** How texts and addresses are named in the store: by keyed hash. */
  naming(): Promise<(text: string) => string>;
  /** Adds to what is on record, each subject once: durable on return, and due at once where it has become unusual. */
  add(happened: readonly Happened[]): Promise<void>;
  /**
   * At most `limit` subjects that are due, with what is unusual about them now. Nobody else is given them for a minute: who
   * dies before `acted` leaves them to whoever asks then.
   */
  takeDue(limit: number): Promise<readonly Suspect[]>;
  /** What was found was acted on. */
  acted(subject: Subject, kinds: readonly AnomalyKind[]): Promise<void>;
  /** Forgets of whom nothing was heard for long at `now` (ms). */
  sweep(now: number): Promise<void>;
}
