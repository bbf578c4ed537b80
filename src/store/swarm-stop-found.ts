/** What a stop has found so far, as its column has it. */
import type { StoppedAction, StoppedFrame, StopRecord } from '../swarm/control/ports.ts';

export interface Found {
  /** What was under way has been looked for. */
  readonly listed: boolean;
  readonly tokens: StopRecord['tokens'];
  readonly frames: readonly StoppedFrame[];
  readonly actions: readonly Omit<StoppedAction, 'is' | 'thread'>[];
}
export const NOTHING_FOUND: Found = { listed: false, tokens: [], frames: [], actions: [] };
