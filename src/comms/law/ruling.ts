/** What a rule of law says of one contact at one time: decisions as data, for guards, refusals and explanations alike. */
import type { Sourced } from './sourced.ts';

export interface Ruling extends Sourced {
  /** Which rule: `calls-8-21`, `us-state:FL`, `country:FR`. Stable: it appears in refusals and in the log. */
  readonly rule: string;
  readonly verdict: 'allow' | 'deny';
  /** A sentence for whoever was refused, or asks: what the rule says and, when it denies, what to do. */
  readonly say: string;
  /** What decided. Holds nothing personal but the local time where the contact may be. */
  readonly fact: string;
  /** When every rule will hold (ms since the epoch). Only on a denial, and only when waiting helps. */
  readonly opensAt?: number;
}

export type DutyName =
  | 'announce_recording'
  | 'check_do_not_call_register'
  | 'disclose_ai_first'
  | 'name_business_first'
  | 'opt_out_in_call'
  | 'prior_consent'
  | 'prior_written_consent'
  | 'stop_recording_on_objection';

/** Something that the law, or our caution, asks of whoever contacts the person. */
export interface LegalDuty extends Sourced {
  /** Whose: `us-federal`, `us-state:CA`, `eu`, `country:GB`. */
  readonly rule: string;
  readonly duty: DutyName;
  readonly say: string;
}
