/** Alerts, their way to whom they are told, and where an organisation's own go. Addresses are sealed. */

import type { Attempted, BookedAlert, DeliveryId, Recipient } from '../../guard/alert-book.ts';
import { alertEntry } from '../../guard/alerts.ts';
import type { GuardWrites } from '../../guard/writes.ts';
import type { OrgId } from '../../kernel/ids.ts';
import { rfc3339 } from '../../kernel/time.ts';
import type { Group } from '../group.ts';
import type { Schema } from '../schema.ts';
import { cellOf, type Sealing } from '../sealing.ts';
import { statement, type Tx } from '../statement.ts';
import type { Telling } from '../swarm-telling.ts';
import type { WriterParts, WritersOf } from './writer.ts';

type AlertRow = Schema['alert'];
type DeliveryRow = Schema['alert_delivery'];
type RouteRow = Schema['alert_route'];

const insertAlert = statement<AlertRow>((db, p) =>
  db.insertInto('alert').values({
    org: p('org'),
    id: p('id'),
    kind: p('kind'),
    severity: p('severity'),
    subject: p('subject'),
    thread: p('thread'),
    person: p('person'),
    say: p('say'),
    detail: p('detail'),
    count: p('count'),
    since: p('since'),
    at: p('at'),
  }),
);
const insertDelivery = statement<Omit<DeliveryRow, 'state' | 'attempts' | 'code' | 'ended_at'>>((db, p) =>
  db.insertInto('alert_delivery').values({
    org: p('org'),
    id: p('id'),
    alert_org: p('alert_org'),
    alert: p('alert'),
    route: p('route'),
    target: p('target'),
    state: 'waiting',
    attempts: 0,
    next_at: p('next_at'),
    code: null,
    created_at: p('created_at'),
    ended_at: null,
  }),
);
const setAttempted = statement<
  Pick<DeliveryRow, 'org' | 'id' | 'state' | 'code' | 'next_at' | 'ended_at'> & { latest: number; ends: number },
  Pick<DeliveryRow, 'alert' | 'route' | 'attempts'>
>((db, p) =>
  db
    .updateTable('alert_delivery')
    .set({ state: p('state'), code: p('code'), next_at: p('next_at'), ended_at: p('ended_at') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('state', '=', 'waiting')
    .where((eb) => eb.or([eb('attempts', '=', p('latest')), eb(eb.val(p('ends')), '=', 1)]))
    .returning(['alert', 'route', 'attempts']),
);
const putRoutes = statement<RouteRow>((db, p) =>
  db
    .insertInto('alert_route')
    .values({
      org: p('org'),
      email: p('email'),
      webhook: p('webhook'),
      secret: p('secret'),
      min_severity: p('min_severity'),
    })
    .onConflict((conflict) =>
      conflict.column('org').doUpdateSet((eb) => ({
        email: eb.ref('excluded.email'),
        webhook: eb.ref('excluded.webhook'),
        secret: eb.ref('excluded.secret'),
        min_severity: eb.ref('excluded.min_severity'),
      })),
    ),
);

export const targetCell = (org: string, id: string) => cellOf(org, 'alert_delivery', 'target', id);
export const routeCell = (org: string, column: 'email' | 'webhook' | 'secret') =>
  cellOf(org, 'alert_route', column, org);

export function* bookAlert(
  { sealing, telling }: { readonly sealing: Pick<Sealing, 'orgKeys' | 'sealText'>; readonly telling: Telling },
  group: Group,
  alert: BookedAlert,
  deliveries: readonly (Recipient & { readonly id: DeliveryId })[],
): Tx<void> {
  const { detail, thread = null, person = null, ...columns } = alert;
  yield* group.record({ v: 1, type: 'system', at: rfc3339(group.now), ...alertEntry(alert) });
  yield* insertAlert.run({ ...columns, thread, person, detail: JSON.stringify(detail) });
  telling.alert(group, alert);
  for (const { id, org, channel, to } of deliveries) {
    const { dataKey } = yield* sealing.orgKeys(org);
    const target = sealing.sealText(dataKey, to, targetCell(org, id));
    const about = { alert_org: alert.org, alert: alert.id };
    yield* insertDelivery.run({ org, id, ...about, route: channel, target, next_at: group.now, created_at: group.now });
  }
}

export function* markAttempted(
  group: Group,
  org: OrgId,
  { delivery, attempt, state, code, nextAt }: Attempted,
): Tx<void> {
  const ended_at = state === 'waiting' ? null : group.now;
  const next_at = nextAt ?? group.now;
  const row = yield* setAttempted.first({
    ...{ org, id: delivery, state, code, next_at, ended_at },
    ...{ latest: attempt, ends: state === 'waiting' ? 0 : 1 },
  });
  if (row === undefined || state !== 'given_up') return;
  const { alert, route, attempts } = row;
  const detail = { alert, route, attempts, code };
  yield* group.record({ v: 1, type: 'system', at: rfc3339(group.now), event: 'alert_not_delivered', org, detail });
}

export function alertWriters({
  sealing,
  telling,
}: WriterParts): Pick<WritersOf<GuardWrites>, 'alert.book' | 'alert.attempted' | 'alert.routes'> {
  return {
    *'alert.book'(group, _org, { alert, deliveries }) {
      yield* bookAlert({ sealing, telling }, group, alert, deliveries);
    },
    *'alert.attempted'(group, org, attempted) {
      yield* markAttempted(group, org, attempted);
    },
    *'alert.routes'(_group, org, { email, webhook, minSeverity }) {
      const { dataKey } = yield* sealing.orgKeys(org);
      const sealed = (text: string, column: 'email' | 'webhook') =>
        sealing.sealText(dataKey, text, routeCell(org, column));
      yield* putRoutes.run({
        org,
        email: email === null ? null : sealed(email, 'email'),
        webhook: webhook === null ? null : sealed(webhook.url, 'webhook'),
        secret: webhook === null ? null : sealing.sealSecret(webhook.secret, routeCell(org, 'secret')),
        min_severity: minSeverity,
      });
    },
  };
}
