/**
 * The book of alerts in the store. A delivery is taken by moving its next time two minutes on, in one transaction that skips
 * what another server is taking: a lease that ends by itself.
 */
import { sql } from 'kysely';
import type {
  AlertBook,
  AlertChannel,
  AlertId,
  AlertRoutes,
  AlertView,
  BookedAlert,
  DeliveryId,
  DeliveryState,
  DueDelivery,
} from '../guard/alert-book.ts';
import { isAboutMoney, recipientsOf } from '../guard/alert-book.ts';
import { about, type Severity } from '../guard/alerts.ts';
import { type Ids, type OrgId, PLATFORM_ORG, type ThreadId } from '../kernel/ids.ts';
import { DAY_MS, MINUTE_MS } from '../kernel/time.ts';
import { alertsSeenBy } from './alert-sight.ts';
import { billingConfigOf, billingConfigs } from './billing-config.ts';
import type { Committer } from './committer.ts';
import type { Engine } from './engine.ts';
import type { Schema } from './schema.ts';
import type { Sealing } from './sealing.ts';
import { statement, type Tx } from './statement.ts';
import type { Telling } from './swarm-telling.ts';
import { bookAlert, markAttempted, routeCell, targetCell } from './writers/alerts.ts';

type AlertRow = Schema['alert'];
type DeliveryRow = Schema['alert_delivery'];

/** Longer than any attempt's own lease: what an executor that died left is settled before. */
const LEASE_MS = 2 * MINUTE_MS;
const KEPT_MS = 90 * DAY_MS;
/** However many of them are hidden from who asks. */
const READ_AT_ONCE = 200;

/** Said as a constant, so that the index on what waits serves it. */
const WAITING = sql<boolean>`state = 'waiting'`;

const due = statement<{ now: number; limit: number }, DeliveryRow>((db, p, lock) =>
  lock.skip(
    db
      .selectFrom('alert_delivery')
      .selectAll()
      .where(WAITING)
      .where('next_at', '<=', p('now'))
      .orderBy('next_at')
      .limit(p('limit')),
  ),
);
const lease = statement<Pick<DeliveryRow, 'org' | 'id' | 'next_at'>>((db, p) =>
  db
    .updateTable('alert_delivery')
    .set((eb) => ({ next_at: p('next_at'), attempts: eb('attempts', '+', 1) }))
    .where('org', '=', p('org'))
    .where('id', '=', p('id')),
);
const alertById = statement<Pick<AlertRow, 'org' | 'id'>, AlertRow>((db, p) =>
  db.selectFrom('alert').selectAll().where('org', '=', p('org')).where('id', '=', p('id')),
);
const routesOf = statement<{ org: string }, Schema['alert_route']>((db, p) =>
  db.selectFrom('alert_route').selectAll().where('org', '=', p('org')),
);

export function createAlertBook(
  { db, read }: Engine,
  committer: Pick<Committer, 'submit'>,
  sealing: Sealing,
  telling: Telling,
  ids: Ids,
): AlertBook {
  function* routes(org: OrgId): Tx<AlertRoutes | null> {
    const row = yield* routesOf.first({ org });
    if (row === undefined) return null;
    const { dataKey } = yield* sealing.orgKeys(org);
    const opened = (sealed: string, column: 'email' | 'webhook') =>
      sealing.openText(dataKey, sealed, routeCell(org, column));
    return {
      email: row.email === null ? null : opened(row.email, 'email'),
      webhook:
        row.webhook === null || row.secret === null
          ? null
          : {
              url: opened(row.webhook, 'webhook'),
              secret: sealing.openSecret(row.secret, routeCell(org, 'secret')),
            },
      minSeverity: row.min_severity as Severity,
    };
  }

  function* billingEmail(org: OrgId): Tx<string | null> {
    const [row] = yield* billingConfigs.rows([[org]]);
    return row === undefined ? null : (yield* billingConfigOf(sealing, row)).billingEmail;
  }

  async function booked(org: OrgId, before: AlertId | undefined): Promise<readonly BookedAlert[]> {
    let query = db.selectFrom('alert').selectAll().orderBy('id', 'desc').limit(READ_AT_ONCE);
    if (org !== PLATFORM_ORG) query = query.where('org', '=', org);
    if (before !== undefined) query = query.where('id', '<', before);
    return (await query.execute()).map(alertOf);
  }

  return {
    book(alert, operator) {
      const id = ids.next('alt');
      return committer.submit(PLATFORM_ORG, function* (group) {
        const isOwn = alert.org !== PLATFORM_ORG;
        const named = isOwn ? yield* routes(alert.org) : null;
        const payer = isOwn && isAboutMoney(alert) ? yield* billingEmail(alert.org) : null;
        const deliveries = [...operator, ...recipientsOf(alert, named, payer)].map((one) => ({
          ...one,
          id: ids.next('alr'),
        }));
        yield* bookAlert({ sealing, telling }, group, { ...alert, id }, deliveries);
        return id;
      });
    },
    takeDue: (limit) =>
      committer.submit(PLATFORM_ORG, function* (group) {
        const taken: DueDelivery[] = [];
        for (const row of yield* due.all({ now: group.now, limit })) {
          const org = row.org as OrgId;
          yield* lease.run({ org, id: row.id, next_at: group.now + LEASE_MS });
          const { dataKey } = yield* sealing.orgKeys(org);
          taken.push({
            org,
            id: row.id as DeliveryId,
            alert: alertOf((yield* alertById.first({ org: row.alert_org, id: row.alert }))!),
            channel: row.route as AlertChannel,
            to: sealing.openText(dataKey, row.target, targetCell(org, row.id)),
            attempt: row.attempts + 1,
            since: row.created_at,
          });
        }
        return taken;
      }),
    attempted: (org, attempted) => committer.submit(org, (group) => markAttempted(group, org, attempted)),
    async alerts(org, { limit, before, by }) {
      const alerts: BookedAlert[] = [];
      for (let from = before; alerts.length < limit; ) {
        const some = await booked(org, from);
        alerts.push(...(by === undefined ? some : await read(() => alertsSeenBy(by, some))));
        if (some.length < READ_AT_ONCE) break;
        from = some.at(-1)!.id;
      }
      alerts.splice(limit);
      if (alerts.length === 0) return [];
      const rows = await db
        .selectFrom('alert_delivery')
        .select(['org', 'alert', 'route', 'state', 'attempts', 'code'])
        .where('alert_org', 'in', [...new Set(alerts.map((row) => row.org))])
        .where(
          'alert',
          'in',
          alerts.map(({ id }) => id),
        )
        .orderBy('id')
        .execute();
      // whom the operator tells is the operator's business
      const seen = rows.filter((row) => org === PLATFORM_ORG || row.org === org);
      const byAlert = Map.groupBy(seen, ({ alert }) => alert);
      return alerts.map(
        (row): AlertView => ({
          ...row,
          deliveries: (byAlert.get(row.id) ?? []).map(({ route, state, attempts, code }) => ({
            channel: route as AlertChannel,
            state: state as DeliveryState,
            attempts,
            code,
          })),
        }),
      );
    },
    routes: (org) => read(() => routes(org)),
    async sweep(now) {
      const before = now - KEPT_MS;
      const old = await db.selectFrom('alert').select('id').where('at', '<', before).orderBy('id').limit(500).execute();
      if (old.length === 0) return;
      const ids = old.map(({ id }) => id);
      await db.deleteFrom('alert_delivery').where('alert', 'in', ids).execute();
      await db.deleteFrom('alert').where('id', 'in', ids).execute();
    },
  };
}

const alertOf = (row: AlertRow): BookedAlert => ({
  id: row.id as AlertId,
  org: row.org as OrgId,
  kind: row.kind,
  severity: row.severity as Severity,
  subject: row.subject,
  ...about({ thread: (row.thread as ThreadId | null) ?? undefined, person: row.person ?? undefined }),
  say: row.say,
  detail: JSON.parse(row.detail) as BookedAlert['detail'],
  count: row.count,
  since: row.since,
  at: row.at,
});
