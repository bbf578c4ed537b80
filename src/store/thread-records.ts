/** Threads as they were: what a person inspects, a fork begins with, and a stubbed tool answers. Nothing is called. */
import { sql } from 'kysely';
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import type { FrameId, OrgId, ThreadId } from '../kernel/ids.ts';
import type { Recorded, ThreadRecord, ThreadRecords } from '../swarm/control/ports.ts';
import type { CallStep, ThinkStep } from '../swarm/thread.ts';
import type { VaultKey } from '../vault/key-ring.ts';
import { bytesOf, fitting, MAX_READ_BYTES } from './byte-bounds.ts';
import { createCutter } from './cut-texts.ts';
import type { Engine } from './engine.ts';
import { framesOfThread } from './frame-statements.ts';
import type { Sealing } from './sealing.ts';
import { lookup, statement, type Tx } from './statement.ts';
import {
  frameOf,
  headOf,
  type MessageRow,
  messageOf,
  type StepRow,
  stepOf,
  type ThreadRow,
  threadOf,
} from './swarm-rows.ts';
import { threadById } from './thread-statements.ts';

const bodyBytes = sql<number>`octet_length("body")`.as('bytes');

const latestSizes = statement<{ org: string; thread: string; limit: number }, { seq: number; bytes: number }>((db, p) =>
  db
    .selectFrom('thread_message')
    .select(['seq', bodyBytes])
    .where('org', '=', p('org'))
    .where('thread', '=', p('thread'))
    .orderBy('seq', 'desc')
    .limit(p('limit')),
);
const messagesFrom = statement<{ org: string; thread: string; seq: number }, MessageRow>((db, p) =>
  db
    .selectFrom('thread_message')
    .selectAll()
    .where('org', '=', p('org'))
    .where('thread', '=', p('thread'))
    .where('seq', '>=', p('seq'))
    .orderBy('seq'),
);
const headsOf = lookup(
  'thread_message',
  ['org', 'id'],
  ['thread', 'seq', 'frame', 'kind', 'speaker', 'listener', 'label', 'version', 'unread', 'at'],
);
const stepSizes = statement<{ org: string; frame: string; limit: number }, { bytes: number | null }>((db, p) =>
  db
    .selectFrom('step')
    .select(bodyBytes)
    .where('org', '=', p('org'))
    .where('frame', '=', p('frame'))
    .orderBy('n')
    .limit(p('limit')),
);
const firstSteps = statement<{ org: string; frame: string; limit: number }, StepRow>((db, p) =>
  db
    .selectFrom('step')
    .selectAll()
    .where('org', '=', p('org'))
    .where('frame', '=', p('frame'))
    .orderBy('n')
    .limit(p('limit')),
);
const mindSteps = statement<{ org: string; frame: string }, StepRow>((db, p) =>
  db
    .selectFrom('step')
    .selectAll()
    .where('org', '=', p('org'))
    .where('frame', '=', p('frame'))
    .where('kind', 'in', ['think', 'call'])
    .orderBy('n'),
);

/** How far back a fork of a fork of a fork is looked into. */
const MAX_FORKS = 16;
const MAX_MESSAGES = 1_000;
const MAX_STEPS = 2_000;

export function createThreadRecords(engine: Engine, sealing: Sealing): ThreadRecords {
  function* read(org: OrgId, id: ThreadId, wanted: FrameId | undefined): Tx<ThreadRecord | null> {
    const row = yield* threadById.first({ org, id });
    if (row === undefined) return null;
    const key = yield* sealing.threadKey(org, id);
    const cutter = createCutter();
    const latest = yield* latestSizes.all({ org, thread: id, limit: MAX_MESSAGES + 1 });
    const shown = fitting(latest.slice(0, MAX_MESSAGES), MAX_READ_BYTES);
    const rows = yield* messagesFrom.all({ org, thread: id, seq: shown.at(-1)?.seq ?? row.seq + 1 });
    let isCut = shown.length < latest.length;
    const messages = rows.map((one) => cutter.message(messageOf(sealing, key, one)));

    const frames: ThreadRecord['frames'][number][] = [];
    let left = { steps: MAX_STEPS, bytes: MAX_READ_BYTES };
    for (const frame of yield* framesOfThread.all({ org, thread: id })) {
      const isWanted = wanted === undefined || wanted === frame.id;
      const of = { org, frame: frame.id };
      const sizes = isWanted ? yield* stepSizes.all({ ...of, limit: left.steps + 1 }) : [];
      const fit = fitting(sizes.slice(0, left.steps), left.bytes);
      left = { steps: left.steps - fit.length, bytes: left.bytes - bytesOf(fit) };
      isCut ||= fit.length < sizes.length;
      const steps = fit.length === 0 ? [] : yield* firstSteps.all({ ...of, limit: fit.length });
      const inputs = yield* headsOf.rows(
        steps.flatMap(({ kind, message }) => (kind === 'input' ? [[org, message!]] : [])),
      );
      const heads = new Map(inputs.map((input) => [input.id, headOf(input)]));
      const opened = steps.map((step) => stepOf(sealing, key, step, heads.get(step.message ?? '')));
      frames.push({ frame: frameOf(frame), steps: wanted === undefined ? opened.map(cutter.step) : opened });
    }
    return { thread: threadOf(row), cut: isCut || cutter.cut(), frames, messages };
  }

  /** One frame after the other, so that of a long thread never all is opened at once. */
  function* resultIn(org: OrgId, thread: ThreadId, name: string, args: string): Tx<Recorded | null> {
    const key = yield* sealing.threadKey(org, thread);
    for (const { id: frame } of yield* framesOfThread.all({ org, thread })) {
      const found = resultOf(sealing, key, yield* mindSteps.all({ org, frame }), name, args);
      if (found !== null) return found;
    }
    return null;
  }

  return {
    of: (org, thread, frame) => engine.read(() => read(org, thread, frame)),
    recordedResult: (org, thread, name, args) =>
      engine.read(function* () {
        const wanted = canonicalJson(args as Json);
        let next: ThreadId | null = thread;
        for (let i = 0; next !== null && i < MAX_FORKS; i++) {
          const row: ThreadRow | undefined = yield* threadById.first({ org, id: next });
          const found = row === undefined ? null : yield* resultIn(org, next, name, wanted);
          if (found !== null) return found;
          next = row === undefined ? null : (threadOf(row).fork?.of ?? null);
        }
        return null;
      }),
  };
}

/** The latest one. */
function resultOf(
  sealing: Sealing,
  key: VaultKey | null,
  rows: readonly StepRow[],
  name: string,
  args: string,
): Recorded | null {
  const made = new Map(rows.flatMap((row) => (row.kind === 'call' ? [[row.n, row]] : [])));
  for (const row of rows.filter(({ kind }) => kind === 'think').reverse()) {
    const { n, thought } = stepOf(sealing, key, row, undefined) as ThinkStep;
    for (const [i, call] of (thought?.calls ?? []).entries()) {
      const of = made.get(n + 1 + i);
      if (of === undefined || call.name !== name || canonicalJson(call.args as Json) !== args) continue;
      const { result, label } = stepOf(sealing, key, of, undefined) as CallStep;
      if (result !== null) return { result, label };
    }
  }
  return null;
}
