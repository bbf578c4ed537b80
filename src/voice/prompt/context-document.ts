/** Contexts, steps and gathered answers as they stand in a call script. */
import type { PomSection } from '../agent/agent-state.ts';

export const HISTORY_MODES = ['keep', 'default', 'hide'] as const;
export type HistoryMode = (typeof HISTORY_MODES)[number];

/** @throws TypeError for any other mode. */
export function historyMode(given: unknown): HistoryMode {
  const mode = HISTORY_MODES.find((one) => one === given);
  if (mode === undefined) throw new TypeError(`The history must be one of ${HISTORY_MODES.join(', ')}.`);
  return mode;
}

export interface GatherQuestionDict {
  readonly key: string;
  readonly question: string;
  /** 'string' if absent. */
  readonly type?: string;
  readonly confirm?: true;
  readonly prompt?: string;
  readonly functions?: readonly string[];
  readonly isolated?: boolean;
}

export interface GatherInfoDict {
  readonly questions: readonly GatherQuestionDict[];
  readonly output_key?: string;
  readonly completion_action?: string;
  readonly prompt?: string;
  readonly isolated?: true;
}

export interface ResetDict {
  readonly system_prompt?: string;
  readonly user_prompt?: string;
  readonly consolidate?: true;
  readonly full_reset?: true;
}

/** What can be set on a step besides its name, text and questions. */
export interface StepFields {
  readonly step_criteria?: string;
  readonly functions?: readonly string[] | 'none';
  readonly valid_steps?: readonly string[];
  readonly valid_contexts?: readonly string[];
  readonly end?: true;
  readonly skip_user_turn?: true;
  readonly skip_to_next_step?: true;
  readonly history?: HistoryMode;
}

export interface StepDict extends StepFields {
  readonly name: string;
  readonly text: string;
  readonly reset?: ResetDict;
  readonly gather_info?: GatherInfoDict;
}

/** Phrases of one language, such as `{ 'en-US': ['One moment.'] }`. */
export type FillersDict = Readonly<Record<string, readonly string[]>>;

/** What can be set on a context besides its name, prompts, fillers and steps. */
export interface ContextFields {
  readonly valid_contexts?: readonly string[];
  readonly valid_steps?: readonly string[];
  readonly initial_step?: string;
  readonly post_prompt?: string;
  readonly user_prompt?: string;
  readonly consolidate?: true;
  readonly full_reset?: true;
  readonly isolated?: true;
  readonly history?: HistoryMode;
}

export interface ContextDict extends ContextFields {
  readonly steps: readonly StepDict[];
  readonly system_prompt?: string;
  readonly prompt?: string;
  readonly pom?: readonly PomSection[];
  readonly enter_fillers?: readonly FillersDict[];
  readonly exit_fillers?: readonly FillersDict[];
}

/** Members as they were set; one that was taken back is undefined. */
export type Unset<T> = { readonly [Name in keyof T]?: T[Name] | undefined };

export const filled = <T extends object>(fields: Unset<T>): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
