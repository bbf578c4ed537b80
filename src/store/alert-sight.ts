/**
 * Which alerts exist for somebody: by the same rule that tells events, so that the list and the stream agree. Of an alert about a
 * thread that is gone only administrators know.
 */
import { agentsIn } from '../guard/alert-book.ts';
import type { Alert } from '../guard/alerts.ts';
import type { Principal } from '../guard/principal.ts';
import type { SeenThread } from '../guard/thread-visibility.ts';
import type { OrgId, ThreadId } from '../kernel/ids.ts';
import { deliverableTo } from '../swarm/feed/rules/deliverable.ts';
import { seenThreads } from './seen-threads.ts';
import type { Tx } from './statement.ts';

type About = Pick<Alert, 'org' | 'subject' | 'say' | 'detail' | 'thread' | 'person'>;

export function* alertsSeenBy<A extends About>(by: Principal, alerts: readonly A[]): Tx<readonly A[]> {
  const may = deliverableTo(by);
  const threads = new Map<string, SeenThread>();
  for (const [org, some] of Map.groupBy(alerts, (alert) => alert.org))
    for (const [id, thread] of yield* seenThreads(
      org,
      some.flatMap((alert) => alert.thread ?? []),
    ))
      threads.set(id, thread);
  const threadOf = ({ org, thread: id }: About) => (id === undefined ? null : (threads.get(id) ?? gone(org, id)));
  return alerts.filter((alert) =>
    may({
      kind: 'alert',
      thread: threadOf(alert),
      agents: agentsIn(alert),
      detail: alert.person === undefined ? {} : { person: alert.person },
    }),
  );
}

const gone = (org: OrgId, id: ThreadId): SeenThread => ({
  ...{ org, id, owner: { is: 'contact', ref: '' }, visibility: 'private', roots: [] },
});
