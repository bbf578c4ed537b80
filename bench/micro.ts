/** What a micro benchmark declares, and the stopwatch that they share. */
import { median } from './statistics.ts';

export interface Micro {
  readonly name: string;
  readonly unit: string;
  /** The figure to reach, in `unit`; `null` if it is only watched. */
  readonly goal: { readonly atLeast: number } | { readonly atMost: number } | null;
  /** One measurement, in `unit`, its own warm-up included. `note` adds what the table should say beside it. */
  run(note: (text: string) => void): Promise<number>;
}

const BATCHES = 21;

/** Microseconds per call of `work`: the median of batches of `perBatch` calls, after one batch to warm up. */
export function microsPerCall(work: () => void, perBatch: number): number {
  const batch = (): number => {
    const start = performance.now();
    for (let n = 0; n < perBatch; n++) work();
    return ((performance.now() - start) * 1000) / perBatch;
  };
  batch();
  return median(Array.from({ length: BATCHES }, batch));
}
