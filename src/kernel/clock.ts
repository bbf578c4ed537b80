/**
 * Time, injected. The only file that reads the machine's clock; everything else takes a `Clock`, so that tests can
 * set the time and rules stay pure.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Milliseconds since some moment, with fractions: for how long something takes. Never goes back, whatever the clock does. */
export const monotonicMs = (): number => performance.now();
