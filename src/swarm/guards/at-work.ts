/**
 * What an agent at work asks for while something that it works in is paused is not done, and its turn is over: it asks again
 * when that was resumed. On every action; it concerns nobody but agents at work. That the agent itself was paused in the
 * registry, or the organisation suspended, the guard `standing` says.
 */

import { need } from '../../guard/facts.ts';
import { type AnyGuard, type Deny, guard } from '../../guard/guard.ts';
import { swarmControlFacts } from '../control/facts.ts';
import { isCallerStopped, isPaused, type PausedPart } from '../control/rules/paused.ts';
import { ownCallers, ownFrame, ownThread } from '../needs.ts';

export const atWorkGuard: AnyGuard = guard<unknown>()({
  id: 'at-work',
  stage: 'authorise',
  needs: {
    frame: ownFrame,
    thread: ownThread,
    callers: ownCallers,
    stops: need<unknown>()(swarmControlFacts.unfinishedStops, ({ by }) => (by.turn === undefined ? null : 'self')),
    pauses: need<unknown>()(swarmControlFacts.pauses, ({ by }) => (by.turn === undefined ? null : 'self')),
  },
  judge({ by }, { frame, thread, callers, stops, pauses }) {
    if (by.turn === undefined || frame === null || thread === null) return [];
    if (thread.status === 'killed') return [KILLED];
    if (isCallerStopped(stops, callers)) return [CALLER_KILLED];
    const part = isPaused(pauses ?? [], thread, frame);
    return part === null ? [] : [paused(part)];
  },
});

const KILLED: Deny = {
  is: 'deny',
  code: 'stale',
  say: 'The thread was killed. Nothing more is done in it.',
  source: 'status of the thread',
};
const CALLER_KILLED: Deny = {
  is: 'deny',
  code: 'stale',
  say: 'An agent that this is done for was killed. Nothing more is done for it.',
  source: 'stop of a caller',
};
const CODES = { swarm: 'swarm_paused', thread: 'thread_paused', agent: 'agent_paused' } as const;
const paused = (part: PausedPart): Deny => ({
  is: 'deny',
  code: CODES[part],
  say: `The ${part} is paused. This goes on when somebody resumes it.`,
  source: `pause of the ${part}`,
});
