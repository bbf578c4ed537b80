/** How long a request may take: until its time is up or its caller calls it off, whichever comes first. */
import type { Timer } from '../../kernel/timer.ts';

export interface Deadline {
  readonly signal: AbortSignal;
  /** Resolves when time is up or the caller has called it off. */
  readonly over: Promise<void>;
  why(): 'timeout' | 'cancelled';
  cancel(): void;
}

export function startDeadline(timer: Timer, ms: number, caller: AbortSignal | undefined): Deadline {
  const abort = new AbortController();
  const over = Promise.withResolvers<void>();
  let why: 'timeout' | 'cancelled' = 'timeout';
  const end = (because: 'timeout' | 'cancelled') => {
    why = because;
    abort.abort();
    over.resolve();
  };
  const stop = timer(ms, () => end('timeout'));
  const onCaller = () => end('cancelled');
  if (caller?.aborted) {
    why = 'cancelled';
    abort.abort(); // `over` stays open: the attempt itself says that nothing was sent
  } else caller?.addEventListener('abort', onCaller, { once: true });
  return {
    signal: abort.signal,
    over: over.promise,
    why: () => why,
    cancel() {
      stop();
      caller?.removeEventListener('abort', onCaller);
    },
  };
}

/** Waits, or stops waiting when the signal is aborted. */
export function pause(timer: Timer, ms: number, signal: AbortSignal): Promise<void> {
  const done = Promise.withResolvers<void>();
  const stop = timer(ms, done.resolve);
  signal.addEventListener('abort', () => done.resolve(), { once: true });
  return done.promise.finally(stop);
}
