/**
 * Reads of the swarm's work. What a view does not have is left out by the statement itself, so that a page is full, a count is
 * right and a cursor goes on without anything hidden being told apart from what never was.
 */
import { type ExpressionBuilder, sql } from 'kysely';
import { type AgentId, idFloor, type OrgId } from '../kernel/ids.ts';
import { dayText } from '../kernel/time.ts';
import type { ModelUsage } from '../swarm/models/port.ts';
import type { AtWork, SeenFrame, SwarmReader, ThreadSummary, UsageRow, View } from '../swarm/ports.ts';
import { THREAD_STATUSES, type ThreadMessage, type ThreadStatus } from '../swarm/thread.ts';
import type { VaultKey } from '../vault/key-ring.ts';
import { bytesOf, fitting, MAX_READ_BYTES } from './byte-bounds.ts';
import type { Engine } from './engine.ts';
import type { Schema } from './schema.ts';
import type { Sealing } from './sealing.ts';
import { lookup, statement, type Tx } from './statement.ts';
import { frameOf, type MessageRow, messageOf, threadOf } from './swarm-rows.ts';

type Row = Record<string, unknown>;
const boundOf = statement<{ org: string }, { name: string; agent: string; status: string }>((db, p) =>
  db
    .selectFrom('swarm_agent')
    .innerJoin('agent', (on) =>
      on.onRef('agent.org', '=', 'swarm_agent.org').onRef('agent.id', '=', 'swarm_agent.agent'),
    )
    .select(['swarm_agent.name', 'swarm_agent.agent', 'agent.status'])
    .where('swarm_agent.org', '=', p('org'))
    .orderBy('swarm_agent.name'),
);
const pausesOf = statement<{ org: string }, { subject: string; because: string }>((db, p) =>
  db.selectFrom('swarm_pause').select(['subject', 'because']).where('org', '=', p('org')),
);
/** As the partial index has it, to the letter. */
const isBusy = sql<boolean>`f.status in ('ready', 'running', 'waiting')`;
const messagesOfIds = lookup(
  'thread_message',
  ['org', 'id'],
  ['thread', 'seq', 'frame', 'kind', 'speaker', 'listener', 'body', 'label', 'version', 'unread', 'at'],
);

export function createSwarmReader({ db, read }: Engine, sealing: Sealing): SwarmReader {
  /** The threads of a view, as `t`. */
  const threadsOf = (view: View) => db.selectFrom('thread as t').where('t.org', '=', view.org).where(inView(view));

  /** Messages that the view has, with their threads as `t`. */
  const messagesOf = ({ without, ...view }: View) => {
    const said = without.flatMap((name) => [`agent:${name}`]);
    const all = db
      .selectFrom('thread_message as m')
      .innerJoin('thread as t', (on) => on.onRef('t.org', '=', 'm.org').onRef('t.id', '=', 'm.thread'))
      .where('m.org', '=', view.org)
      .where(inView({ ...view, without }));
    return said.length === 0 ? all : all.where('m.speaker', 'not in', said).where('m.listener', 'not in', said);
  };

  function opened(rows: readonly MessageRow[]): Promise<readonly ThreadMessage[]> {
    return read(function* (): Tx<readonly ThreadMessage[]> {
      const keys = new Map<string, VaultKey | null>();
      const messages: ThreadMessage[] = [];
      for (const row of rows) {
        const key = keys.has(row.thread)
          ? keys.get(row.thread)!
          : yield* sealing.threadKey(row.org as OrgId, row.thread);
        keys.set(row.thread, key);
        messages.push(messageOf(sealing, key, row));
      }
      return messages;
    });
  }

  /** In this order. */
  async function byId(org: OrgId, ids: readonly string[]): Promise<readonly ThreadMessage[]> {
    const rows = await read(() => messagesOfIds.rows(ids.map((id) => [org, id])));
    const found = new Map((rows as readonly MessageRow[]).map((row) => [row.id, row]));
    return opened(ids.flatMap((id) => found.get(id) ?? []));
  }

  async function summaries(view: View, rows: readonly Schema['thread'][]): Promise<readonly ThreadSummary[]> {
    const ids = rows.map(({ id }) => id);
    const roots =
      ids.length === 0
        ? []
        : await db
            .selectFrom('frame')
            .select(['thread', 'name'])
            .where('org', '=', view.org)
            .where('thread', 'in', ids)
            .where('caller', 'is', null)
            .execute();
    const names = Map.groupBy(roots, ({ thread }) => thread);
    return rows.map((row) => ({
      ...threadOf(row),
      agents: (names.get(row.id) ?? []).map(({ name }) => name).filter((name) => !view.without.includes(name)),
    }));
  }

  return {
    bound: (org) =>
      read(function* () {
        return (yield* boundOf.all({ org })).map((row) => ({ ...row, agent: row.agent as AgentId }));
      }),
    pauses: (org) =>
      read(function* () {
        return new Map((yield* pausesOf.all({ org })).map(({ subject, because }) => [subject, because]));
      }),
    async atWork(view) {
      const rows = await db
        .selectFrom('frame as f')
        .innerJoin('thread as t', (on) => on.onRef('t.org', '=', 'f.org').onRef('t.id', '=', 'f.thread'))
        .where('f.org', '=', view.org)
        .where(isBusy)
        .where(inView(view))
        .select(['f.name', 'f.status'])
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .groupBy(['f.name', 'f.status'])
        .execute();
      return rows.map((row) => ({ name: row.name, status: row.status as AtWork['status'], count: Number(row.count) }));
    },
    async queues(view) {
      const rows = await messagesOf(view)
        .innerJoin('frame as f', (on) => on.onRef('f.org', '=', 'm.org').onRef('f.id', '=', 'm.frame'))
        .where(sql<boolean>`m.unread = 1`)
        .select('f.name')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .groupBy('f.name')
        .execute();
      return new Map(rows.map(({ name, count }) => [name, count]));
    },
    async lastOf(view, since) {
      const rows = await threadsOf(view)
        .innerJoin('frame as f', (on) => on.onRef('f.org', '=', 't.org').onRef('f.thread', '=', 't.id'))
        .where('f.caller', 'is', null)
        .where('t.updated_at', '>=', since)
        .select(['f.name', 't.status'])
        .select((eb) => eb.fn.max('t.updated_at').as('at'))
        .groupBy(['f.name', 't.status'])
        .execute();
      const last = new Map<string, { readonly status: ThreadStatus; readonly at: number }>();
      for (const { name, status, at } of rows)
        if ((last.get(name)?.at ?? -1) < at) last.set(name, { status: status as ThreadStatus, at });
      return new Map([...last].map(([name, { status }]) => [name, status]));
    },
    async threadCounts(view) {
      const rows = await threadsOf(view)
        .select('t.status')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .groupBy('t.status')
        .execute();
      const counts = Object.fromEntries(THREAD_STATUSES.map((status) => [status, 0])) as Record<ThreadStatus, number>;
      for (const { status, count } of rows) counts[status as ThreadStatus] = count;
      return counts;
    },
    async thread(view, id) {
      const row = await threadsOf(view).selectAll('t').where('t.id', '=', id).executeTakeFirst();
      return row === undefined ? null : ((await summaries(view, [row]))[0] ?? null);
    },
    async threads(view, { status, agent, since, before, limit }) {
      let rows = threadsOf(view).selectAll('t');
      if (status !== undefined) rows = rows.where('t.status', '=', status);
      if (since !== undefined) rows = rows.where('t.updated_at', '>=', since);
      if (before !== undefined) rows = rows.where('t.id', '<', before);
      if (agent !== undefined) rows = rows.where((eb) => hasAgent(eb as never, agent, view.without));
      return summaries(view, await rows.orderBy('t.id', 'desc').limit(limit).execute());
    },
    async frames(view, thread) {
      const frames = await db
        .selectFrom('frame')
        .selectAll()
        .where('org', '=', view.org)
        .where('thread', '=', thread)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      const seen = frames.filter(({ name }) => !view.without.includes(name));
      const ids = new Set(seen.map(({ id }) => id));
      if (seen.length === 0) return [];
      const steps = await db
        .selectFrom('step')
        .innerJoin('frame', (on) => on.onRef('frame.org', '=', 'step.org').onRef('frame.id', '=', 'step.frame'))
        .select(['step.frame', 'step.usage'])
        .where('frame.org', '=', view.org)
        .where('frame.thread', '=', thread)
        .where('step.usage', 'is not', null)
        .execute();
      const ofFrame = Map.groupBy(steps, ({ frame }) => frame);
      return seen.map((row): SeenFrame => {
        const own = ofFrame.get(row.id) ?? [];
        const used = own.flatMap(({ usage }) => (usage === null ? [] : [JSON.parse(usage) as ModelUsage]));
        const frame = frameOf(row);
        const caller = frame.caller !== null && ids.has(frame.caller.frame) ? frame.caller : null;
        return { ...frame, caller, createdAt: row.created_at, usage: sumOf(used) };
      });
    },
    async messages(view, { thread, agent, kind, since, before, limit }) {
      let rows = messagesOf(view);
      if (thread !== undefined) rows = rows.where('m.thread', '=', thread);
      if (kind !== undefined) rows = rows.where('m.kind', '=', kind);
      if (since !== undefined) rows = rows.where('m.id', '>=', idFloor('msg', since));
      if (before !== undefined) rows = rows.where('m.id', '<', before);
      if (agent !== undefined && view.without.includes(agent)) return NO_MESSAGES;
      if (agent !== undefined)
        rows = rows.where((eb) =>
          eb.or([eb('m.speaker', '=', `agent:${agent}`), eb('m.listener', '=', `agent:${agent}`)]),
        );
      const sizes = await rows
        .select(['m.id', sql<number>`octet_length("m"."body")`.as('bytes')])
        .orderBy('m.id', 'desc')
        .limit(limit + 1)
        .execute();
      if (sizes.length === 0) return NO_MESSAGES;
      const [first, ...others] = sizes.slice(0, limit); // of what is too large by itself there is one
      const page = [first!, ...fitting(others, MAX_READ_BYTES - bytesOf([first!]))];
      const messages = await byId(
        view.org,
        page.map(({ id }) => id),
      );
      return { messages, more: page.length < sizes.length };
    },
    messagesById: byId,
    async usage(view, { by, from, to, limit }) {
      const column = BY[by];
      let rows = db
        .selectFrom('swarm_usage as u')
        .innerJoin('thread as t', (on) => on.onRef('t.org', '=', 'u.org').onRef('t.id', '=', 'u.thread'))
        .where('u.org', '=', view.org)
        .where('u.day', '>=', from)
        .where('u.day', '<=', to)
        .where(inView(view));
      if (view.without.length > 0) rows = rows.where('u.name', 'not in', view.without);
      const found = await rows
        .select(column)
        .select((eb) => COUNTS.map((name) => eb.fn.sum<number>(`u.${name}`).as(name)))
        .groupBy(column)
        .orderBy(column, by === 'agent' ? 'asc' : 'desc')
        .limit(limit)
        .execute();
      return (found as unknown as readonly Row[]).map(usageOf);
    },
    async edges(view) {
      const named = view.without.map((name) => `agent:${name}`);
      let rows = db
        .selectFrom('swarm_edge as e')
        .innerJoin('thread as t', (on) => on.onRef('t.org', '=', 'e.org').onRef('t.id', '=', 'e.thread'))
        .where('e.org', '=', view.org)
        .where(inView(view));
      if (named.length > 0) rows = rows.where('e.speaker', 'not in', named).where('e.listener', 'not in', named);
      const found = await rows
        .select(['e.speaker', 'e.listener'])
        .select((eb) => [eb.fn.sum<number>('e.calls').as('calls'), eb.fn.max('e.last_at').as('last_at')])
        .groupBy(['e.speaker', 'e.listener'])
        .orderBy('e.speaker')
        .orderBy('e.listener')
        .execute();
      return found.map(({ speaker, listener, calls, last_at }) => ({
        ...{ from: speaker, to: listener },
        ...{ calls: Number(calls), lastAt: Number(last_at) },
      }));
    },
  };
}

const NO_MESSAGES = { messages: [], more: false };

const BY = { agent: 'u.name', thread: 'u.thread', day: 'u.day' } as const;
const COUNTS = ['steps', 'calls', 'input_tokens', 'cached_tokens', 'output_tokens', 'cost', 'unpriced'] as const;

const usageOf = (row: Row): UsageRow => ({
  of: 'day' in row ? dayText(Number(row['day'])) : String(row['name'] ?? row['thread']),
  steps: Number(row['steps']),
  calls: Number(row['calls']),
  inputTokens: Number(row['input_tokens']),
  cachedInputTokens: Number(row['cached_tokens']),
  outputTokens: Number(row['output_tokens']),
  cost: Number(row['cost']),
  unpriced: Number(row['unpriced']),
});

const sumOf = (used: readonly ModelUsage[]): ModelUsage => ({
  inputTokens: used.reduce((sum, one) => sum + one.inputTokens, 0),
  cachedInputTokens: used.reduce((sum, one) => sum + one.cachedInputTokens, 0),
  outputTokens: used.reduce((sum, one) => sum + one.outputTokens, 0),
});

type Threads = { t: Schema['thread']; frame: Schema['frame'] };

/** `isInSight` of `rules/sight.ts` as a condition on `t`, and that its owner speaks to an agent that is there. */
const inView =
  ({ sight, without }: Pick<View, 'sight' | 'without'>) =>
  // biome-ignore lint/suspicious/noExplicitAny: of any query that has threads as `t`
  (builder: ExpressionBuilder<any, any>) => {
    const eb = builder as unknown as ExpressionBuilder<Threads, 't'>;
    const { owner, shown, hidden, taken, only } = sight;
    const byVisibility = [
      ...(sight.organization ? [eb('t.visibility', '=', 'organization')] : []),
      ...(sight.private ? [eb('t.visibility', '=', 'private')] : []),
      ...(shown.length > 0 ? [eb('t.id', 'in', shown)] : []),
    ];
    const ofOthers = [
      byVisibility.length === 2 && sight.organization && sight.private ? eb.lit(true) : eb.or(byVisibility),
      ...(hidden.length > 0 ? [eb('t.id', 'not in', hidden)] : []),
    ];
    return eb.and([
      eb.or([eb.and([eb('t.owner', '=', owner), eb('t.contact', 'is', null)]), eb.and(ofOthers)]),
      ...(taken.length > 0 ? [eb('t.id', 'not in', taken)] : []),
      ...(only === null ? [] : [only.length === 0 ? eb.lit(false) : eb('t.id', 'in', only)]),
      ...(without.length === 0 ? [] : [hasRoot(eb, without)]),
    ]);
  };

const hasRoot = (eb: ExpressionBuilder<Threads, 't'>, without: readonly string[]) =>
  eb.exists(
    eb
      .selectFrom('frame')
      .select('frame.id')
      .whereRef('frame.org', '=', 't.org')
      .whereRef('frame.thread', '=', 't.id')
      .where('frame.caller', 'is', null)
      .where('frame.name', 'not in', without),
  );

const hasAgent = (eb: ExpressionBuilder<Threads, 't'>, name: string, without: readonly string[]) =>
  without.includes(name)
    ? eb.lit(false)
    : eb.exists(
        eb
          .selectFrom('frame')
          .select('frame.id')
          .whereRef('frame.org', '=', 't.org')
          .whereRef('frame.thread', '=', 't.id')
          .where('frame.name', '=', name),
      );
