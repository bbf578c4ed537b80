/**
 * What a frame does next, from what it knows alone: the same after a crash as before it. Nothing that has a result is done
 * again.
 */
import type { ToolCall } from '../models/port.ts';
import type { CallStep, Step, ThinkStep } from '../thread.ts';

/** A call that is to be made, or whose making was cut off: then `step` is what was recorded of it. */
export interface OpenCall {
  readonly n: number;
  readonly call: ToolCall;
  readonly step: CallStep | null;
}

export type Move =
  /** Takes up the next message as step `n`, if there is one; else it rests. */
  | { readonly is: 'next'; readonly n: number }
  /** Thinks; `begun`: an earlier attempt at it was cut off. */
  | { readonly is: 'think'; readonly n: number; readonly begun: ThinkStep | null }
  | { readonly is: 'calls'; readonly open: readonly OpenCall[] }
  /** Tells the caller what it thought last. */
  | { readonly is: 'answer'; readonly n: number; readonly text: string }
  /** Results of calls are still to come. */
  | { readonly is: 'wait' }
  /** It has thought as often as it may since its last input. */
  | { readonly is: 'too-many-steps'; readonly n: number };

/**
 * @param steps in order, without gaps: all, or from the last input on.
 * @param maxSteps of thinking after one input.
 */
export function nextMove(steps: readonly Step[], maxSteps: number): Move {
  const last = steps.at(-1);
  const n = last === undefined ? 0 : last.n + 1;
  if (last === undefined || last.kind === 'answer') return { is: 'next', n };
  if (last.kind === 'input') return { is: 'think', n, begun: null };

  const lastInput = steps.findLastIndex(({ kind }) => kind === 'input');
  const thinks = steps.slice(lastInput + 1).filter((step) => step.kind === 'think');
  const thought = thinks.at(-1)!;
  if (thought.thought === null) return { is: 'think', n: thought.n, begun: thought };
  const { calls, text } = thought.thought;
  if (calls.length === 0) return { is: 'answer', n, text };

  const made = new Map(steps.flatMap((step) => (step.kind === 'call' ? [[step.n, step] as const] : [])));
  const open = calls.flatMap((call, i): OpenCall[] => {
    const step = made.get(thought.n + 1 + i) ?? null;
    return step?.state === 'done' ? [] : [{ n: thought.n + 1 + i, call, step }];
  });
  if (open.length > 0)
    return open.every(isAwaited) ? { is: 'wait' } : { is: 'calls', open: open.filter((one) => !isAwaited(one)) };
  return thinks.length >= maxSteps ? { is: 'too-many-steps', n } : { is: 'think', n, begun: null };
}

/** A peer's answer comes by itself. An action is looked at again: there may be news of it, also where nobody knew. */
const isAwaited = ({ step }: OpenCall): boolean => step !== null && step.child !== null;
