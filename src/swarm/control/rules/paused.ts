/**
 * Whether somebody paused what an agent works in, and what: the swarm, the thread, or the agent itself. What waits for a budget
 * is not begun anew, but what was allowed before goes on; the next take asks the budget itself. And whether what called it was
 * killed: until the kill has ended all that it found, nothing of that begins. Pure.
 */
import type { AgentId } from '../../../kernel/ids.ts';
import type { Caller } from '../../facts.ts';
import type { Frame, Thread } from '../../thread.ts';
import { type PausedSubject, type PauseReason, subjectText } from '../subject.ts';

/** @param stops agents whose kill has not ended everything yet. */
export const isCallerStopped = (
  stops: readonly (AgentId | null)[] | null,
  callers: readonly Pick<Caller, 'agent'>[] | null,
): boolean => (callers ?? []).some(({ agent }) => stops?.includes(agent));

const BUDGET: PauseReason = 'budget';

export type PausedPart = 'swarm' | 'thread' | 'agent';

export function isPaused(
  pauses: readonly PausedSubject[],
  { status, because }: Pick<Thread, 'status' | 'because'>,
  { name }: Pick<Frame, 'name'>,
): PausedPart | null {
  const has = (text: string) => pauses.some(({ subject }) => subject === text);
  if (has(subjectText({ is: 'swarm' }))) return 'swarm';
  if (status === 'paused' && because !== BUDGET) return 'thread';
  return has(subjectText({ is: 'agent', name })) ? 'agent' : null;
}
