/** The kinds of consent that laws ask for before a call is recorded. */
import type { Sourced } from './sourced.ts';

/** The strictest first. `notice`: everybody is told; `one-party`: it is enough that one side knows. */
export const RECORDING_RULES = ['all-party', 'notice', 'one-party'] as const;
export type RecordingRule = (typeof RECORDING_RULES)[number];

export interface RecordingRow extends Sourced {
  readonly consent: RecordingRule;
}
