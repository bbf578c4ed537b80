/**
 * Whether an agent at work may still begin what it asked for. Fences tell that a thread, an agent or the swarm was stopped; a
 * frame may end alone, as the child of one that was, and a pause moves no fence: what waits for a person goes on waiting. Nor
 * does a kill move a fence of what its agent had called: that waits for its end.
 */
import type { Turn } from '../guard/principal.ts';
import type { AgentId, OrgId } from '../kernel/ids.ts';
import { isCallerStopped, isPaused } from '../swarm/control/rules/paused.ts';
import type { PausedSubject } from '../swarm/control/subject.ts';
import type { Caller } from '../swarm/facts.ts';
import type { Frame, Thread } from '../swarm/thread.ts';
import type { Group } from './group.ts';
import type { Tx } from './statement.ts';

const ENDED: ReadonlySet<Frame['status']> = new Set<Frame['status']>(['done', 'failed', 'killed']);

export function* atWork(
  group: Group,
  org: OrgId,
  { thread: threadId, frame: frameId }: Turn,
): Tx<'yes' | 'paused' | 'ended'> {
  const [frame, thread, pauses, stops, callers] = (yield* group.facts.load([
    { org, kind: 'frame', key: frameId },
    { org, kind: 'thread', key: threadId },
    { org, kind: 'swarm-pauses', key: 'self' },
    { org, kind: 'unfinished-stops', key: 'self' },
    { org, kind: 'callers', key: frameId },
  ])) as [
    Frame | null,
    Thread | null,
    readonly PausedSubject[] | null,
    readonly (AgentId | null)[] | null,
    readonly Caller[] | null,
  ];
  if (frame === null || thread === null || ENDED.has(frame.status) || thread.status === 'killed') return 'ended';
  if (isCallerStopped(stops, callers)) return 'paused';
  return isPaused(pauses ?? [], thread, frame) === null ? 'yes' : 'paused';
}
