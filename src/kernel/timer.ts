/** Waiting, injected, so that tests need no real time. Not for repeating work. */

/** Runs something after `ms`; returns how to call it off. */
export type Timer = (ms: number, run: () => void) => () => void;

/**
 * What had arrived by then is read first: where the process stood still past the time, an answer that came in time is not
 * taken for late because timers run before sockets are read.
 */
export const systemTimer: Timer = (ms, run) => {
  let afterReading: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    afterReading = setImmediate(run);
  }, ms);
  return () => {
    clearTimeout(timer);
    clearImmediate(afterReading);
  };
};
