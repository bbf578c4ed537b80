/** Two ways to wait for the API: for what a room shows, and for what a button does. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, Cancelled, type Problem } from './api/problem.ts';

export type Loaded<T> =
  | { readonly is: 'loading' }
  | { readonly is: 'failed'; readonly problem: Problem }
  | { readonly is: 'ready'; readonly value: T };

/** Loads when `key` changes, and again when asked; what was there stays until the new comes. */
export function useLoad<T>(load: () => Promise<T>, key = ''): Loaded<T> & { reload(): Promise<void> } {
  const [state, setState] = useState<Loaded<T>>({ is: 'loading' });
  const turn = useRef(0);
  const latest = useRef(load);
  latest.current = load;
  const reload = useCallback(async () => {
    const mine = ++turn.current;
    const next: Loaded<T> = await latest.current().then(
      (value) => ({ is: 'ready', value }) as const,
      (thrown: unknown) => ({ is: 'failed', problem: asProblem(thrown) }) as const,
    );
    if (turn.current === mine) setState(next); // an older answer that comes late is nobody's
  }, []);
  useEffect(() => {
    void reload();
    return () => {
      turn.current++;
    };
  }, [key, reload]);
  return { ...state, reload };
}

export interface Task {
  readonly busy: boolean;
  readonly problem: Problem | null;
  /** Resolves to whether it was done; a second call while one runs does nothing. */
  run(work: () => Promise<void>): Promise<boolean>;
  clear(): void;
}

export function useTask(): Task {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const running = useRef(false);
  const run = useCallback(async (work: () => Promise<void>) => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setProblem(null);
    try {
      await work();
      return true;
    } catch (thrown) {
      if (!(thrown instanceof Cancelled)) setProblem(asProblem(thrown));
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  return { busy, problem, run, clear: () => setProblem(null) };
}
