/**
 * Ctrl-C and a supervisor's SIGTERM. The first asks to stop; one more, later, is someone who does not want to wait.
 * `npm start` in a terminal delivers each Ctrl-C twice (once by the terminal, once forwarded by npm), so repeats within
 * half a second count as one.
 */
import type { Clock } from '../kernel/clock.ts';

const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;
type StopSignal = keyof typeof SIGNALS;

type Signal = StopSignal | 'SIGHUP';

/** `process` in production. */
export interface SignalSource {
  on(signal: Signal, listener: () => void): unknown;
  off(signal: Signal, listener: () => void): unknown;
}

const ONE_KEYPRESS_MS = 500;

export interface StopSignals extends Disposable {
  readonly first: Promise<StopSignal>;
}

/** @param endAtOnce called with the customary exit code (128 + the signal's number) when a second signal comes. */
export function stopSignals(source: SignalSource, clock: Clock, endAtOnce: (exitCode: number) => void): StopSignals {
  const first = Promise.withResolvers<StopSignal>();
  let firstAt: number | null = null;
  const listeners = Object.entries(SIGNALS).map(([name, number]) => {
    const signal = name as StopSignal; // a key of the table above
    const listener = () => {
      if (firstAt === null) {
        firstAt = clock.now();
        first.resolve(signal);
      } else if (clock.now() - firstAt >= ONE_KEYPRESS_MS) {
        endAtOnce(128 + number);
      }
    };
    source.on(signal, listener);
    return () => source.off(signal, listener);
  });
  return {
    first: first.promise,
    [Symbol.dispose]: () => {
      for (const off of listeners) off();
    },
  };
}
