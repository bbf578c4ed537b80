/** A held action of an agent at work was decided: its frame need not wait for the next look at rows. */
import type { OrgId } from '../kernel/ids.ts';
import { wakeFrameOf } from './frame-statements.ts';
import type { Group } from './group.ts';
import type { Tx } from './statement.ts';

export function* wakeFrame(group: Group, org: OrgId, action: string, onReady: () => void): Tx<void> {
  const frame = yield* wakeFrameOf.first({ org, action, now: group.now });
  if (frame === undefined) return;
  group.facts.forget(org, 'frame', frame.id);
  group.facts.forget(org, 'root-frame', { thread: frame.thread, name: frame.name });
  group.afterCommit(onReady);
}
