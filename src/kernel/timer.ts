/** Waiting, injected, so that tests need no real time. Not for repeating work. */

/** Runs something after `ms`; returns how to call it off. */
export type Timer = (ms: number, run: () => void) => () => void;

export const systemTimer: Timer = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};
