/** Long texts of a thread's record, for who looks at all of it: of each the beginning is shown, and how much is left out. */
import type { Step, ThreadMessage } from '../swarm/thread.ts';

const SHOWN_CHARS = 20_000;

export interface Cutter {
  /** Whether anything was left out by now. */
  readonly cut: () => boolean;
  message(message: ThreadMessage): ThreadMessage;
  step(step: Step): Step;
}

export function createCutter(): Cutter {
  let cut = false;
  const text = (whole: string): string => {
    if (whole.length <= SHOWN_CHARS) return whole;
    cut = true;
    return `${whole.slice(0, SHOWN_CHARS).toWellFormed()} [${whole.length - SHOWN_CHARS} more characters]`;
  };
  /** One that is long by its parts is shown as its JSON. */
  const value = (whole: unknown): unknown => {
    if (typeof whole === 'string') return text(whole);
    const json = JSON.stringify(whole) ?? '';
    return json.length <= SHOWN_CHARS ? whole : text(json);
  };
  return {
    cut: () => cut,
    message: (message) => ({ ...message, payload: value(message.payload) }),
    step(step) {
      if (step.kind === 'think' && step.thought !== null) {
        const calls = step.thought.calls.map((call) => ({ ...call, args: value(call.args) }));
        return { ...step, thought: { ...step.thought, text: text(step.thought.text), calls } };
      }
      if (step.kind === 'call' && step.result !== null)
        return { ...step, result: { ...step.result, text: text(step.result.text) } };
      return step;
    },
  };
}
