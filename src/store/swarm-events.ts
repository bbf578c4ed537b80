/** The stream of what a swarm tells, read: places, events in their order, and who looks for what is unusual. */
import type { SeenThread } from '../guard/thread-visibility.ts';
import { type AgentId, type EventId, idFloor, type OrgId, timeOf } from '../kernel/ids.ts';
import { HOUR_MS, SECOND_MS } from '../kernel/time.ts';
import type { EventDetail, Place, SwarmEvent } from '../swarm/feed/event.ts';
import type { PlacedEvent, SwarmEvents, SwarmWatchStore } from '../swarm/feed/port.ts';
import type { Committer } from './committer.ts';
import type { Engine } from './engine.ts';
import type { Schema } from './schema.ts';
import { seenThreads } from './seen-threads.ts';
import { statement, type Tx } from './statement.ts';

type EventRow = Schema['swarm_event'];

const KEPT_MS = HOUR_MS;
/** Ids of other servers may have been made so much earlier than what they name was committed. */
const SKEW_MS = 2 * SECOND_MS;
/** Deleted at once; the rest at the next sweep but one. */
const MAX_SWEPT = 20_000;

const headOf = statement<{ org: string }, Place>((db, p) =>
  db
    .selectFrom('swarm_event_settled')
    .select(['tx', 'seq'])
    .where('org', '=', p('org'))
    .orderBy('tx', 'desc')
    .orderBy('seq', 'desc')
    .limit(1),
);
const placeById = statement<{ org: string; id: string }, Place>((db, p) =>
  db.selectFrom('swarm_event').select(['tx', 'seq']).where('org', '=', p('org')).where('id', '=', p('id')),
);
const firstFrom = statement<{ org: string; id: string }, Place>((db, p) =>
  db
    .selectFrom('swarm_event')
    .select(['tx', 'seq'])
    .where('org', '=', p('org'))
    .where('id', '>=', p('id'))
    .orderBy('tx')
    .orderBy('seq')
    .limit(1),
);
const eventsAfter = statement<{ tx: number; seq: number; org: string; limit: number }, EventRow>((db, p) =>
  db
    .selectFrom('swarm_event_settled')
    .selectAll()
    .where('org', '=', p('org'))
    .where((eb) => eb(eb.refTuple('tx', 'seq'), '>', eb.tuple(p('tx'), p('seq'))))
    .orderBy('tx')
    .orderBy('seq')
    .limit(p('limit')),
);
const sweep = statement<{ org: string; before: string; max: number }>((db, p) =>
  db
    .deleteFrom('swarm_event')
    .where('org', '=', p('org'))
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('swarm_event')
        .select('id')
        .where('org', '=', p('org'))
        .where('id', '<', p('before'))
        .orderBy('id')
        .limit(p('max') as never),
    ),
);
const organizationsTold = statement<Record<string, never>, { id: string }>((db) =>
  db.selectFrom('organization').select('id'),
);
const swarms = statement<Record<string, never>, { org: string }>((db) => db.selectFrom('swarm').select('org'));
const watchOf = statement<{ org: string }, Schema['swarm_watch']>((db, p, lock) =>
  lock.wait(db.selectFrom('swarm_watch').selectAll().where('org', '=', p('org'))),
);
const beginWatch = statement<Schema['swarm_watch']>((db, p) =>
  db
    .insertInto('swarm_watch')
    .values({ org: p('org'), node: p('node'), until: p('until'), tx: p('tx'), seq: p('seq') })
    .onConflict((conflict) => conflict.column('org').doNothing()),
);
const leaseWatch = statement<Pick<Schema['swarm_watch'], 'org' | 'node' | 'until'>>((db, p) =>
  db
    .updateTable('swarm_watch')
    .set({ node: p('node'), until: p('until') })
    .where('org', '=', p('org')),
);
const watchReached = statement<Omit<Schema['swarm_watch'], 'until'>>((db, p) =>
  db
    .updateTable('swarm_watch')
    .set({ tx: p('tx'), seq: p('seq') })
    .where('org', '=', p('org'))
    .where('node', '=', p('node')),
);

const START: Place = { tx: -1, seq: 0 };

/** Who is told, after a commit of this process, that there is something new. */
export interface EventListeners {
  add(listener: (org: OrgId) => void): () => void;
  tell(org: OrgId): void;
}
export function createEventListeners(): EventListeners {
  const listeners = new Set<(org: OrgId) => void>();
  return {
    add(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell(org) {
      for (const listener of listeners) listener(org);
    },
  };
}

export function createSwarmEvents(
  { read, exclusive }: Engine,
  committer: Pick<Committer, 'submit'>,
  listeners: EventListeners,
): SwarmEvents {
  function* head(org: OrgId): Tx<Place> {
    return (yield* headOf.first({ org })) ?? START;
  }
  return {
    alone: exclusive,
    listen: listeners.add,
    head: (org) => read(() => head(org)),
    placeOf: (org, after, now) =>
      read(function* (): Tx<Place | null> {
        const exact = yield* placeById.first({ org, id: after });
        if (exact !== undefined) return exact;
        const made = timeOf(after);
        if (!(made > now - KEPT_MS)) return null;
        const next = yield* firstFrom.first({ org, id: idFloor('evt', made - SKEW_MS) });
        return next === undefined ? yield* head(org) : { tx: next.tx, seq: next.seq - 1 };
      }),
    after: (org, place, limit) =>
      read(function* () {
        const rows = yield* eventsAfter.all({ org, tx: place.tx, seq: place.seq, limit });
        const threads = yield* seenThreads(
          org,
          rows.map(({ thread }) => thread).filter((thread) => thread !== null),
        );
        return rows.map((row) => placed(row, threads.get(row.thread ?? '') ?? null));
      }),
    async sweep(now) {
      const before = idFloor('evt', now - KEPT_MS);
      const orgs = await read(() => organizationsTold.all({}));
      for (const { id } of orgs)
        await committer.submit(id as OrgId, () => sweep.run({ org: id, before, max: MAX_SWEPT }));
    },
  };
}

export function createSwarmWatchStore(
  { read }: Pick<Engine, 'read'>,
  committer: Pick<Committer, 'submit'>,
): SwarmWatchStore {
  return {
    organizations: () =>
      read(function* () {
        return (yield* swarms.all({})).map(({ org }) => org as OrgId);
      }),
    take: (org, node, now, until) =>
      committer.submit(org, function* (): Tx<Place | null> {
        const found = yield* watchOf.first({ org });
        if (found === undefined) {
          // what was told before anybody looked is of no interest: what is usual is not known yet
          const from = (yield* headOf.first({ org })) ?? START;
          return (yield* beginWatch.run({ org, node, until, ...from })) === 1 ? from : null;
        }
        if (found.node !== node && found.until > now) return null;
        yield* leaseWatch.run({ org, node, until });
        return { tx: found.tx, seq: found.seq };
      }),
    async reached(org, node, { tx, seq }) {
      await committer.submit(org, () => watchReached.run({ org, node, tx, seq }));
    },
  };
}

const placed = (row: EventRow, thread: SeenThread | null): PlacedEvent => ({
  place: { tx: row.tx, seq: row.seq },
  event: row.thread !== null && thread === null ? null : eventOf(row, thread),
});

const eventOf = (row: EventRow, thread: SeenThread | null): SwarmEvent => ({
  id: row.id as EventId,
  org: row.org as OrgId,
  kind: row.kind as SwarmEvent['kind'],
  thread,
  agents: row.agents === '' ? [] : (row.agents.split(' ') as AgentId[]),
  ref: row.ref,
  detail: JSON.parse(row.detail) as EventDetail,
  mac: row.mac,
  at: row.at,
});
