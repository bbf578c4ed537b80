/**
 * Only an agent at work in the swarm, in the very turn that the pump gave it: what an earlier attempt still asks for is over.
 * What a person approved was asked for in a turn that is over by then; it holds as long as its frame waits for it.
 */
import { guard } from '../../guard/guard.ts';
import { ownFrame } from '../needs.ts';
import type { Frame } from '../thread.ts';

const AT_WORK: ReadonlySet<Frame['status']> = new Set(['ready', 'running', 'waiting']);

export const inTurnGuard = guard<unknown>()({
  id: 'in-turn',
  stage: 'authorise',
  needs: { frame: ownFrame },
  judge({ by, approvedBy }, { frame }) {
    const { turn } = by;
    if (turn === undefined)
      return [{ is: 'deny', code: 'forbidden', say: 'This is for agents at work in the swarm.', source: 'the pump' }];
    const isOwn = frame !== null && frame.agent === by.agent && frame.thread === turn.thread;
    const isItsTurn =
      frame !== null &&
      (approvedBy === null ? frame.status === 'running' && frame.attempt === turn.attempt : AT_WORK.has(frame.status));
    if (isOwn && isItsTurn) return [];
    return [{ is: 'deny', code: 'stale', say: 'This turn is over. Nothing was done.', source: 'lease of the frame' }];
  },
});
