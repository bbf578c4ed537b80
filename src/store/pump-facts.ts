/** Loaders of facts about threads, frames and steps. */
import type { AgentId, FrameId, OrgId } from '../kernel/ids.ts';
import type { Caller, swarmFacts } from '../swarm/facts.ts';
import type { Pressure } from '../swarm/rules/overload.ts';
import type { Frame } from '../swarm/thread.ts';
import type { Loaders, Wanted } from './fact-kinds.ts';
import * as frameSql from './frame-statements.ts';
import type { Sealing } from './sealing.ts';
import { seenThreads } from './seen-threads.ts';
import { lookup, type Tx } from './statement.ts';
import * as stepSql from './step-statements.ts';
import { inboundOf } from './swarm-inbox.ts';
import { frameOf, speakerText, stepFactOf, threadOf } from './swarm-rows.ts';
import * as messageSql from './thread-message-statements.ts';
import * as threadSql from './thread-statements.ts';

const threads = lookup(
  'thread',
  ['org', 'id'],
  ['owner', 'contact', 'visibility', 'status', 'because', 'fork', 'seq', 'created_at', 'updated_at', 'agent'],
);
/** Locked: what is decided about a frame holds until the change is there. */
const frames = lookup(
  'frame',
  ['org', 'id'],
  [
    ...(['thread', 'caller', 'caller_step', 'name', 'agent', 'depth', 'selfs', 'status', 'label', 'version'] as const),
    ...(['attempt', 'failures', 'node', 'lease_until', 'ready_at', 'created_at'] as const),
  ],
  'update',
);
/** Of immutable columns: nothing to lock. */
const callers = lookup('frame', ['org', 'id'], ['caller', 'name', 'agent']);

interface Parts {
  readonly sealing: Sealing;
  readonly exclusive: boolean;
  readonly pressure: () => Pressure;
}
type PumpFact = (typeof swarmFacts)[keyof typeof swarmFacts]['name'];

export function pumpLoaders({ sealing, exclusive, pressure }: Parts): Pick<Loaders, PumpFact> {
  /** The value of each, one after the other. */
  const each = <Key, Value>(one: (org: OrgId, key: Key) => Tx<Value | null>) =>
    function* (wanted: readonly Wanted<Key>[]): Tx<readonly (Value | null)[]> {
      const found: (Value | null)[] = [];
      for (const { org, key } of wanted) found.push(yield* one(org, key));
      return found;
    };

  return {
    *thread(wanted) {
      const rows = yield* threads.rows(wanted.map(({ org, key }) => [org, key]));
      const byId = new Map(rows.map((row) => [`${row.org} ${row.id}`, threadOf(row)]));
      return wanted.map(({ org, key }) => byId.get(`${org} ${key}`) ?? null);
    },
    *frame(wanted, put) {
      // threads before their frames, so that all servers take locks in one order
      if (!exclusive)
        for (const { org, key } of wanted) {
          const thread = yield* threadSql.threadLocked.first({ org, id: key });
          if (thread !== undefined) put(org, 'thread', thread.id, threadOf(thread));
        }
      const rows = yield* frames.rows(wanted.map(({ org, key }) => [org, key]));
      const byId = new Map(rows.map((row): [string, Frame] => [`${row.org} ${row.id}`, frameOf(row)]));
      return wanted.map(({ org, key }) => byId.get(`${org} ${key}`) ?? null);
    },
    'seen-thread': each(function* (org, id) {
      return (yield* seenThreads(org, [id])).get(id) ?? null;
    }),
    callers: each(function* (org, frame) {
      const found: Caller[] = [];
      let [row] = yield* callers.rows([[org, frame]]);
      while (row?.caller != null) {
        [row] = yield* callers.rows([[org, row.caller]]);
        if (row !== undefined) found.push({ name: row.name, agent: row.agent as AgentId });
      }
      return found.length === 0 ? null : found;
    }),
    'root-frame': each(function* (org, key) {
      return ((yield* frameSql.rootFrameOf.first({ org, ...key }))?.id as FrameId | undefined) ?? null;
    }),
    step: each(function* (org, key) {
      const row = yield* stepSql.stepAt.first({ org, ...key });
      return row === undefined ? null : stepFactOf(row);
    }),
    queued: each(function* (org, name: string) {
      if (!exclusive) yield* messageSql.agentLocked.first({ org, name });
      const listener = speakerText({ is: 'agent', name });
      return (yield* messageSql.queuedFor.first({ org, listener }))?.count ?? 0;
    }),
    'open-threads': each(function* (org, owner: string) {
      if (!exclusive) yield* threadSql.swarmLocked.first({ org });
      return (yield* threadSql.openThreadsOf.first({ org, owner }))?.count ?? 0;
    }),
    'open-calls': each(function* (org, frame) {
      return (yield* stepSql.openCallsOf.first({ org, frame }))?.count ?? 0;
    }),
    // biome-ignore lint/correctness/useYield: no row has it
    pressure: each(function* () {
      return pressure();
    }),
    inbound: each((org, key) => inboundOf(sealing, org, key)),
  };
}
