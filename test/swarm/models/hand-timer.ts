/** Time that passes when the test says so, for a clock and its timers together. */
import type { Timer } from '../../../src/kernel/timer.ts';

export function handTimer(start = Date.UTC(2026, 10, 20, 12)) {
  let now = start;
  const due = new Set<{ readonly at: number; readonly run: () => void }>();
  const timer: Timer = (ms, run) => {
    const one = { at: now + ms, run };
    due.add(one);
    return () => due.delete(one);
  };
  const settle = async () => {
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  };
  /** Runs what becomes due within so long, in its order, and lets what follows from it happen. */
  async function pass(ms: number) {
    await settle();
    const end = now + ms;
    for (;;) {
      const next = [...due].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      due.delete(next);
      now = Math.max(now, next.at);
      next.run();
      await settle();
    }
    now = end;
  }
  return {
    clock: { now: () => now },
    timer,
    pass,
    /** What still waits. */
    waiting: () => due.size,
    /** Passes so long, once somebody waits for that. */
    async fire(ms: number) {
      while (![...due].some(({ at }) => at === now + ms)) await new Promise(setImmediate);
      await pass(ms);
    },
  };
}
