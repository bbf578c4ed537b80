/** The end of a process that serves: on a signal everything that it serves is stopped, running requests may finish, then it ends. */
import { getLogger } from '../logger.ts';
import { rehearsal } from '../rehearsal.ts';

export interface Stoppable {
  stop(timeoutMs?: number): Promise<void>;
}

const served = new Set<Stoppable>();
let isArmed = false;

/** Stopped on a signal, once `endOnSignal` was called; the function given back takes it out again. */
export function stopOnSignal(serving: Stoppable): () => void {
  served.add(serving);
  return () => void served.delete(serving);
}

/** From the first call on, SIGTERM and SIGINT end the process in `timeoutMs` at most; a second signal ends it at once. */
export function endOnSignal(timeoutMs: number): void {
  if (isArmed || rehearsal() !== null) return;
  isArmed = true;
  let isEnding = false;
  const end = async (signal: NodeJS.Signals) => {
    if (isEnding) process.exit(1);
    isEnding = true;
    getLogger('shutdown').info('stopping: running requests may finish', { signal });
    await Promise.allSettled([...served].map((serving) => serving.stop(timeoutMs)));
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, (which) => void end(which));
}
