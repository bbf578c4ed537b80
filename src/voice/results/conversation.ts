/** Actions on the conversation itself that take more than one form: waiting, holding, another prompt. */
type Data = Readonly<Record<string, unknown>>;

export interface DynamicHint {
  readonly pattern: string;
  readonly replace: string;
  readonly ignore_case?: boolean;
}

export interface FunctionToggle {
  readonly function: string;
  readonly active: boolean;
}

/** Seconds. */
const HOLD = { usual: 300, most: 900 };

/** @param timeout seconds, brought between 0 and 900. @throws TypeError for what is no number. */
export function holdValue(timeout: number = HOLD.usual, step?: string, timeoutStep?: string): number | Data {
  if (typeof timeout !== 'number' || Number.isNaN(timeout))
    throw new TypeError('A hold lasts some seconds, which is a number.');
  const seconds = Math.trunc(Math.min(HOLD.most, Math.max(0, timeout)));
  return step === undefined && timeoutStep === undefined
    ? seconds
    : { timeout: seconds, step, timeout_step: timeoutStep };
}

/** `answerFirst` counts before `timeout`, and that before `enabled`. */
export interface WaitForUserOptions {
  readonly enabled?: boolean;
  /** Seconds. */
  readonly timeout?: number;
  readonly answerFirst?: boolean;
}

export const waitValue = ({ enabled, timeout, answerFirst }: WaitForUserOptions): boolean | number | 'answer_first' =>
  answerFirst === true ? 'answer_first' : (timeout ?? enabled ?? true);

export interface SwitchContextOptions {
  readonly systemPrompt?: string;
  readonly userPrompt?: string;
  /** Sums the conversation up first. */
  readonly consolidate?: boolean;
  readonly fullReset?: boolean;
}

/** The new prompt alone, where nothing else is asked for. */
export function contextValue({
  systemPrompt,
  userPrompt,
  consolidate,
  fullReset,
}: SwitchContextOptions): string | Data {
  if (systemPrompt && !userPrompt && !consolidate && !fullReset) return systemPrompt;
  return {
    ...(systemPrompt && { system_prompt: systemPrompt }),
    ...(userPrompt && { user_prompt: userPrompt }),
    ...(consolidate && { consolidate }),
    ...(fullReset && { full_reset: fullReset }),
  };
}
