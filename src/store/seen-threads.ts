/** Threads by what decides for whom they exist. */
import type { SeenThread } from '../guard/thread-visibility.ts';
import type { AgentId, OrgId, ThreadId } from '../kernel/ids.ts';
import { lookup, type Tx } from './statement.ts';
import { ownerOf } from './swarm-rows.ts';

const threads = lookup('thread', ['org', 'id'], ['owner', 'contact', 'visibility']);
const frames = lookup('frame', ['org', 'thread'], ['agent', 'caller']);

/** Those that are there, by id. */
export function* seenThreads(org: OrgId, ids: Iterable<string>): Tx<ReadonlyMap<string, SeenThread>> {
  const keys = [...new Set(ids)].map((id) => [org, id]);
  const rows = yield* threads.rows(keys);
  const roots = Map.groupBy(
    (yield* frames.rows(keys)).filter(({ caller }) => caller === null),
    ({ thread }) => thread,
  );
  return new Map(
    rows.map(({ id, visibility, ...owner }) => [
      id,
      {
        ...{ org, id: id as ThreadId, owner: ownerOf(owner), visibility: visibility as SeenThread['visibility'] },
        roots: (roots.get(id) ?? []).map(({ agent }) => agent as AgentId),
      },
    ]),
  );
}
