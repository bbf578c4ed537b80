/**
 * A count of events over the last two windows of time, in bounded room: a window is 30 steps, and of a step only its number is
 * kept. What is counted in a window is therefore right to within one step (10 s of 5 minutes). Times in ms since the epoch.
 */

/** `[number of the step, events in it]`, ascending by step, none of them empty. */
export type StepCounts = readonly (readonly [step: number, count: number])[];

export const STEPS_PER_WINDOW = 30;
const STEPS_KEPT = 2 * STEPS_PER_WINDOW;
/** How far ahead another server's clock may be; what a clock that stood farther ahead has left is dropped. */
const SKEW_STEPS = 6;

export const stepOf = (at: number, windowMs: number): number => Math.floor(at / (windowMs / STEPS_PER_WINDOW));

/** Both together, without what no window can see at `now`. */
export function mergeSteps(a: StepCounts, b: StepCounts, now: number, windowMs: number): StepCounts {
  const current = stepOf(now, windowMs);
  const sums = new Map<number, number>();
  for (const [step, count] of [...a, ...b]) {
    if (step > current - STEPS_KEPT && step <= current + SKEW_STEPS) sums.set(step, (sums.get(step) ?? 0) + count);
  }
  return [...sums].sort(([one], [other]) => one - other);
}

/** Events in the window that ends at `now`, and in the one before it. */
export function lastTwo(steps: StepCounts, now: number, windowMs: number): readonly [last: number, before: number] {
  const current = stepOf(now, windowMs);
  let last = 0;
  let before = 0;
  for (const [step, count] of steps) {
    if (step > current + SKEW_STEPS || step <= current - STEPS_KEPT) continue;
    if (step > current - STEPS_PER_WINDOW) last += count;
    else before += count;
  }
  return [last, before];
}
