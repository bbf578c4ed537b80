/** Budgets of the swarm as rows: what holds for an agent at work, what was raised, and what waits for a budget. */
import { sql } from 'kysely';
import type { OrgId, ThreadId } from '../kernel/ids.ts';
import {
  BECAUSE_BUDGET,
  type BudgetKind,
  type BudgetReader,
  type BudgetScene,
  type BudgetScope,
  type CounterUse,
  type RaisedBudget,
} from '../swarm/budgets/budget.ts';
import { isOpen } from './action-row.ts';
import type { Engine } from './engine.ts';
import { unpackFrozen } from './frozen.ts';
import type { Group } from './group.ts';
import type { Meters } from './meters.ts';
import type { Schema } from './schema.ts';
import { statement, type Tx } from './statement.ts';
import type { SwarmConfigRows } from './swarm-configs.ts';
import { noteResumed, workSince } from './swarm-resumed.ts';
import type { Telling } from './swarm-telling.ts';
import { frameWithThread, threadById } from './thread-statements.ts';

type BudgetRow = Schema['swarm_budget'];
type PauseRow = Schema['swarm_pause'];

/** As the partial indexes have them, to the letter. */
const waitsForBudget = sql<boolean>`"because" = 'budget'`;

const raisedOf = statement<Pick<BudgetRow, 'org' | 'scope' | 'subject'>, BudgetRow>((db, p) =>
  db
    .selectFrom('swarm_budget')
    .selectAll()
    .where('org', '=', p('org'))
    .where('scope', '=', p('scope'))
    .where('subject', '=', p('subject'))
    .orderBy('kind'),
);
/** All that hold for a frame at work. */
const raisedFor = statement<{ org: string; thread: string; agent: string; user: string }, BudgetRow>((db, p) =>
  db
    .selectFrom('swarm_budget')
    .selectAll()
    .where('org', '=', p('org'))
    .where((eb) =>
      eb.or([
        eb('scope', '=', 'thread').and('subject', '=', p('thread')),
        eb('scope', '=', 'agent').and('subject', '=', p('agent')),
        eb('scope', '=', 'user').and('subject', '=', p('user')),
        eb('scope', '=', 'swarm').and('subject', '=', ''),
      ]),
    ),
);
const raise = statement<BudgetRow>((db, p) =>
  db
    .insertInto('swarm_budget')
    .values({
      org: p('org'),
      scope: p('scope'),
      subject: p('subject'),
      kind: p('kind'),
      cap: p('cap'),
      until: p('until'),
      by: p('by'),
      at: p('at'),
    })
    .onConflict((conflict) =>
      conflict.columns(['org', 'scope', 'subject', 'kind']).doUpdateSet((eb) => ({
        cap: eb.ref('excluded.cap'),
        until: eb.ref('excluded.until'),
        by: eb.ref('excluded.by'),
        at: eb.ref('excluded.at'),
      })),
    ),
);

/** What a person paused stays as it is. */
const pauseSubject = statement<PauseRow>((db, p) =>
  db
    .insertInto('swarm_pause')
    .values({
      org: p('org'),
      subject: p('subject'),
      because: p('because'),
      by: p('by'),
      at: p('at'),
      until: p('until'),
    })
    .onConflict((conflict) => conflict.columns(['org', 'subject']).doNothing()),
);
const pauseThread = statement<{ org: string; id: string; now: number }>((db, p) =>
  db
    .updateTable('thread')
    .set({ status: 'paused', because: BECAUSE_BUDGET, updated_at: p('now') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('status', 'not in', ['paused', 'killed']),
);
const goOnThread = statement<{ org: string; id: string; now: number }>((db, p) =>
  db
    .updateTable('thread')
    .set({ status: 'active', because: null, updated_at: p('now') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('status', '=', 'paused')
    .where(waitsForBudget),
);
const unpause = statement<Pick<PauseRow, 'org' | 'subject'>>((db, p) =>
  db
    .deleteFrom('swarm_pause')
    .where('org', '=', p('org'))
    .where('subject', '=', p('subject'))
    .where('because', '=', BECAUSE_BUDGET),
);
const unpauseAll = statement<Pick<PauseRow, 'org'>, Pick<PauseRow, 'subject'>>((db, p) =>
  db.deleteFrom('swarm_pause').where('org', '=', p('org')).where('because', '=', BECAUSE_BUDGET).returning('subject'),
);
const unpauseOver = statement<{ now: number }, Pick<PauseRow, 'org' | 'subject'>>((db, p) =>
  db
    .deleteFrom('swarm_pause')
    .where('until', 'is not', null)
    .where('until', '<=', p('now'))
    .returning(['org', 'subject']),
);
const pausesOf = statement<{ org: string }, Pick<PauseRow, 'subject' | 'until'>>((db, p) =>
  db
    .selectFrom('swarm_pause')
    .select(['subject', 'until'])
    .where('org', '=', p('org'))
    .where('because', '=', BECAUSE_BUDGET),
);
const waitingThreads = statement<{ org: string }, Pick<Schema['thread'], 'id'>>((db, p) =>
  db.selectFrom('thread').select('id').where('org', '=', p('org')).where('status', '=', 'paused').where(waitsForBudget),
);
const openActions = statement<
  { org: string },
  Pick<Schema['action'], 'org' | 'agent' | 'by_id' | 'by_kind' | 'contact' | 'frozen'>
>((db, p) =>
  db
    .selectFrom('action')
    .select(['org', 'agent', 'by_id', 'by_kind', 'contact', 'frozen'])
    .where(isOpen)
    .where('org', '=', p('org')),
);

/** As it was raised last, also when that is over. */
export function* raisedBudgets(org: OrgId, scope: BudgetScope, of: string): Tx<readonly RaisedBudget[]> {
  return (yield* raisedOf.all({ org, scope, subject: of })).map(raisedBudget);
}
const raisedBudget = ({ scope, subject, kind, cap, until }: BudgetRow): RaisedBudget => ({
  ...{ scope: scope as BudgetScope, of: subject, kind: kind as BudgetKind, limit: cap, until },
});

/** By the configuration that is live; of an agent that left it, by the one that its frame runs under. */
export function* budgetScene(swarms: SwarmConfigRows, org: OrgId, id: string): Tx<BudgetScene | null> {
  const scene = yield* frameWithThread(org, id);
  if (scene === null) return null;
  const { frame, thread } = scene;
  const { config: live } = yield* swarms.state(org);
  const at = live?.agents.some(({ name }) => name === frame.name)
    ? live
    : ((yield* swarms.version(org, frame.version))?.config ?? null);
  const limits = (live ?? at)?.swarm.limits;
  if (limits === undefined) return null;
  const user = thread.contact === null ? thread.owner : thread.id;
  return {
    thread: frame.thread as ThreadId,
    user,
    agent: frame.name,
    limits,
    own: at?.agents.find(({ name }) => name === frame.name)?.limits ?? null,
    workSince: yield* workSince(thread),
    raised: (yield* raisedFor.all({ org, thread: frame.thread, agent: frame.name, user })).map(raisedBudget),
  };
}

const THREAD = 'thread:';

/** Within which it happens, and who tells those who watch. */
interface Moment {
  readonly group: Group;
  readonly telling: Pick<Telling, 'changed'>;
}

/** A part of the swarm waits from now on. @returns whether it did not before. */
export function* pauseForBudget(
  { group, telling }: Moment,
  org: OrgId,
  subject: string,
  until: number | null,
): Tx<boolean> {
  if (!subject.startsWith(THREAD)) {
    const row = { org, subject, because: BECAUSE_BUDGET, by: 'system', at: group.now, until };
    return (yield* pauseSubject.run(row)) === 1;
  }
  const id = subject.slice(THREAD.length) as ThreadId;
  group.facts.forget(org, 'thread', id);
  if ((yield* pauseThread.run({ org, id, now: group.now })) === 0) return false;
  telling.changed(group, org, { id, status: 'paused', because: BECAUSE_BUDGET });
  return true;
}

/** What waited for a budget of the subject goes on; it waits again when another one is full. */
export function* goOnAfterBudget({ group, telling }: Moment, org: OrgId, subject: string): Tx<void> {
  if (!subject.startsWith(THREAD)) {
    if ((yield* unpause.run({ org, subject })) === 1) yield* noteResumed(org, subject, group.now);
    return;
  }
  const id = subject.slice(THREAD.length) as ThreadId;
  const goesOn = yield* goOnThread.run({ org, id, now: group.now });
  group.facts.forget(org, 'thread', id);
  if (goesOn === 0) return;
  yield* noteResumed(org, subject, group.now);
  telling.changed(group, org, { id, status: 'active', because: null });
}

/** The same of everything: the limits are others. */
export function* goOnAfterBudgets(moment: Moment, org: OrgId): Tx<void> {
  for (const { subject } of yield* unpauseAll.all({ org })) yield* noteResumed(org, subject, moment.group.now);
  for (const { id } of yield* waitingThreads.all({ org })) yield* goOnAfterBudget(moment, org, `${THREAD}${id}`);
}

export function* raiseBudget(
  group: Group,
  org: OrgId,
  { scope, of, kind, limit, until, by }: RaisedBudget & { readonly by: string },
): Tx<void> {
  yield* raise.run({ org, scope, subject: of, kind, cap: limit, until, by, at: group.now });
}

/** Ends the pauses whose period is over. */
export function* endBudgetPauses(now: number): Tx<void> {
  for (const { org, subject } of yield* unpauseOver.all({ now })) yield* noteResumed(org, subject, now);
}

export const createBudgetReader = ({ read }: Engine, meters: Pick<Meters, 'counter'>): BudgetReader => ({
  counters: (org, names) =>
    read(function* () {
      const reserved = new Map<string, number>();
      for (const row of names.length === 0 ? [] : yield* openActions.all({ org }))
        for (const { meter, amount } of unpackFrozen(row).takes)
          reserved.set(meter, (reserved.get(meter) ?? 0) + amount);
      const uses: CounterUse[] = [];
      for (const name of names)
        uses.push({ used: yield* meters.counter(org, name), reserved: reserved.get(name) ?? 0 });
      return uses;
    }),
  raised: (org, scope, of) => read(() => raisedBudgets(org, scope, of)),
  waiting: (org) =>
    read(function* () {
      const waiting = new Map((yield* pausesOf.all({ org })).map(({ subject, until }) => [subject, until]));
      for (const { id } of yield* waitingThreads.all({ org })) waiting.set(`${THREAD}${id}`, null);
      return waiting;
    }),
  workSince: (org, id) =>
    read(function* () {
      const row = yield* threadById.first({ org, id });
      return row === undefined ? null : yield* workSince(row);
    }),
});
