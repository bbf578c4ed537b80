/**
 * What agents and strangers did lately, added up by all servers in one row of each. The rules are applied in the transaction,
 * on the locked row. Subjects are written in the order of their names: two servers never wait for each other.
 */
import type { ActivityStore, Subject, Suspect } from '../guard/anomalies/ports.ts';
import {
  type Activity,
  anomaliesIn,
  forgettableAt,
  mergeActivity,
  NO_ACTIVITY,
} from '../guard/anomalies/rules/activity.ts';
import { type AgentId, looksLikeId, type OrgId, PLATFORM_ORG } from '../kernel/ids.ts';
import { shortMac } from '../kernel/short-mac.ts';
import { MINUTE_MS } from '../kernel/time.ts';
import type { Agent } from '../tenancy/agent.ts';
import { pausesFor } from '../tenancy/anomaly-policy.ts';
import type { Committer } from './committer.ts';
import type { Engine } from './engine.ts';
import type { Group } from './group.ts';
import type { Schema } from './schema.ts';
import type { Sealing } from './sealing.ts';
import { statement, type Tx } from './statement.ts';

type Row = Schema['activity'];
type Key = Pick<Row, 'org' | 'subject'>;

/** Hexadecimal digits: no two texts of one agent share a name. */
const NAME_DIGITS = 24;
/** Who was given a suspect and did not act on it within this has died. */
const TAKEN_MS = MINUTE_MS;

const find = statement<Key, Pick<Row, 'state' | 'due_at'>>((db, p, lock) =>
  lock.wait(
    db
      .selectFrom('activity')
      .select(['state', 'due_at'])
      .where('org', '=', p('org'))
      .where('subject', '=', p('subject')),
  ),
);
/** So that there is a row to lock: two servers may hear of a subject for the first time at once. */
const ensure = statement<Omit<Row, 'due_at'>>((db, p) =>
  db
    .insertInto('activity')
    .values({
      org: p('org'),
      subject: p('subject'),
      label: p('label'),
      state: p('state'),
      due_at: null,
      forget_at: p('forget_at'),
    })
    .onConflict((conflict) => conflict.columns(['org', 'subject']).doNothing()),
);
const put = statement<Omit<Row, 'label'>>((db, p) =>
  db
    .updateTable('activity')
    .set({ state: p('state'), due_at: p('due_at'), forget_at: p('forget_at') })
    .where('org', '=', p('org'))
    .where('subject', '=', p('subject')),
);
const setDue = statement<Key & Pick<Row, 'due_at'>>((db, p) =>
  db
    .updateTable('activity')
    .set({ due_at: p('due_at') })
    .where('org', '=', p('org'))
    .where('subject', '=', p('subject')),
);
const due = statement<{ now: number; limit: number }, Pick<Row, 'org' | 'subject' | 'label' | 'state'>>((db, p, lock) =>
  lock.skip(
    db
      .selectFrom('activity')
      .select(['org', 'subject', 'label', 'state'])
      .where('due_at', '<=', p('now'))
      .orderBy('due_at')
      .limit(p('limit')),
  ),
);
const forget = statement<Key>((db, p) =>
  db.deleteFrom('activity').where('org', '=', p('org')).where('subject', '=', p('subject')),
);

/** Adds to what a subject did, within a transaction; it is due at once where that is unusual. */
export function* addActivity({ org, id, label }: Subject, activity: Activity, now: number): Tx<void> {
  const key = { org, subject: id };
  const forget_at = forgettableAt(now);
  yield* ensure.run({ ...key, label, state: JSON.stringify(NO_ACTIVITY), forget_at });
  const row = (yield* find.first(key))!;
  const merged = mergeActivity(JSON.parse(row.state) as Activity, activity, now);
  const due_at = row.due_at ?? (anomaliesIn(merged, now).length > 0 ? now : null);
  yield* put.run({ ...key, state: JSON.stringify(merged), due_at, forget_at });
}

/** As if nothing had been seen of the agent yet. */
export function* forgetActivity(org: OrgId, agent: AgentId): Tx<void> {
  yield* forget.run({ org, subject: agent });
}

export function createActivityStore(
  { db }: Engine,
  committer: Pick<Committer, 'submit'>,
  sealing: Pick<Sealing, 'orgKeys'>,
): ActivityStore {
  function* suspectOf(group: Group, row: Pick<Row, 'org' | 'subject' | 'label' | 'state'>): Tx<Suspect | null> {
    const anomalies = anomaliesIn(JSON.parse(row.state) as Activity, group.now);
    if (anomalies.length === 0) return null;
    const org = row.org as OrgId;
    const agent = looksLikeId('agt', row.subject) ? row.subject : null;
    const [known = null] = agent === null ? [] : yield* group.facts.load([{ org, kind: 'agent', key: agent }]);
    const named = known as Agent | null;
    const policy = named?.status === 'active' ? named.anomalyPolicy : null;
    return {
      subject: { org, id: row.subject, label: row.label },
      agent,
      anomalies: anomalies.map((one) => ({ ...one, pauses: policy !== null && pausesFor(policy, one.kind) })),
    };
  }

  return {
    naming: () =>
      committer.submit(PLATFORM_ORG, function* () {
        const { refKey } = yield* sealing.orgKeys(PLATFORM_ORG);
        const mac = shortMac(refKey);
        return (text: string) => mac(`activity:${text}`).slice(0, NAME_DIGITS);
      }),
    add: (happened) =>
      committer.submit(PLATFORM_ORG, function* (group) {
        const nameOf = ({ subject }: (typeof happened)[number]) => `${subject.org}\n${subject.id}`;
        const inOrder = happened.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
        for (const { subject, activity } of inOrder) yield* addActivity(subject, activity, group.now);
      }),
    takeDue: (limit) =>
      committer.submit(PLATFORM_ORG, function* (group) {
        const suspects: Suspect[] = [];
        for (const row of yield* due.all({ now: group.now, limit })) {
          const suspect = yield* suspectOf(group, row);
          const due_at = suspect === null ? null : group.now + TAKEN_MS;
          yield* setDue.run({ org: row.org, subject: row.subject, due_at });
          if (suspect !== null) suspects.push(suspect);
        }
        return suspects;
      }),
    acted: ({ org, id }, kinds) =>
      committer.submit(PLATFORM_ORG, function* (group) {
        const key = { org, subject: id };
        const row = yield* find.first(key);
        if (row === undefined) return;
        const told = Object.fromEntries(kinds.map((kind) => [kind, group.now]));
        const state = mergeActivity(JSON.parse(row.state) as Activity, { ...NO_ACTIVITY, told }, group.now);
        const due_at = anomaliesIn(state, group.now).length > 0 ? group.now : null; // of another kind, meanwhile
        yield* put.run({ ...key, state: JSON.stringify(state), due_at, forget_at: forgettableAt(group.now) });
      }),
    async sweep(now) {
      await db.deleteFrom('activity').where('forget_at', '<=', now).execute();
    },
  };
}
