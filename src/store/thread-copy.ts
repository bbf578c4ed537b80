/**
 * A fork: the messages of a thread up to one of them, and what those that were spoken to knew by then. Texts are sealed anew, for
 * a seal is of one place; a fork of somebody outside's thread stays under their key, and goes when they are erased.
 */
import { joinLabels, type Label, TRUSTED } from '../guard/label.ts';
import { SallyportError } from '../kernel/errors.ts';
import type { Ids, OrgId, ThreadId } from '../kernel/ids.ts';
import type { SwarmControlWrites } from '../swarm/control/writes.ts';
import type { VaultKey } from '../vault/key-ring.ts';
import { framesOfThread, insertFrame } from './frame-statements.ts';
import type { Sealing } from './sealing.ts';
import { statement, type Tx } from './statement.ts';
import { insertStep } from './step-statements.ts';
import { type FrameRow, type MessageRow, messageCell, type StepRow, stepCell } from './swarm-rows.ts';
import { insertMessage } from './thread-message-statements.ts';
import { insertThread, threadById } from './thread-statements.ts';
import { insertFence } from './writers/statements.ts';

const messagesUpTo = statement<{ org: string; thread: string; seq: number }, MessageRow>((db, p) =>
  db
    .selectFrom('thread_message')
    .selectAll()
    .where('org', '=', p('org'))
    .where('thread', '=', p('thread'))
    .where('seq', '<=', p('seq'))
    .orderBy('seq'),
);
const stepsOfThread = statement<{ org: string; thread: string }, StepRow>((db, p) =>
  db
    .selectFrom('step')
    .innerJoin('frame', (on) => on.onRef('frame.org', '=', 'step.org').onRef('frame.id', '=', 'step.frame'))
    .selectAll('step')
    .where('frame.org', '=', p('org'))
    .where('frame.thread', '=', p('thread'))
    .orderBy('step.frame')
    .orderBy('step.n'),
);

interface Parts {
  readonly sealing: Sealing;
  readonly ids: Ids;
  readonly now: number;
}

/** @returns the names of its agents. @throws SallyportError `not_found` where there is nothing to copy any more. */
export function* copyThread(
  { sealing, ids, now }: Parts,
  org: OrgId,
  { id, owner, visibility, fork }: SwarmControlWrites['thread.fork'],
): Tx<readonly string[]> {
  const source = yield* threadById.first({ org, id: fork.of });
  const key = yield* sealing.threadKey(org, fork.of);
  if (source === undefined || key === null) throw new SallyportError('not_found', 'There is no such thread any more.');
  const messages = yield* messagesUpTo.all({ org, thread: fork.of, seq: fork.at });
  const seqs = new Map(messages.map((message) => [message.id, message.seq]));
  const steps = Map.groupBy(yield* stepsOfThread.all({ org, thread: fork.of }), ({ frame }) => frame);
  const roots = latestRoots(yield* framesOfThread.all({ org, thread: fork.of }), messages);
  const copies = new Map(roots.map((frame) => [frame.id, ids.next('frm')]));
  const kept = new Map(roots.map((frame) => [frame.id, knownBy(steps.get(frame.id) ?? [], seqs)]));
  const taken = new Set([...kept.values()].flat().map(({ message }) => message));
  const isUnread = ({ id: message, frame }: MessageRow) => frame !== null && copies.has(frame) && !taken.has(message);

  const goesOn = ({ id: frame }: FrameRow) =>
    kept.get(frame)?.at(-1)?.kind === 'input' || messages.some((one) => one.frame === frame && isUnread(one));
  yield* insertThread.run({
    ...{ org, id, visibility, contact: source.contact, fork: JSON.stringify(fork), because: null, agent: null },
    owner: owner.is === 'principal' ? owner.id : '',
    status: roots.some(goesOn) ? 'active' : 'completed',
    seq: fork.at,
    created_at: now,
    updated_at: now,
  });
  yield* insertFence.run({ org, subject: `thread:${id}` });

  const again = (text: string, from: Cell, to: Cell) => resealed(sealing, key, text, from, to);
  const newIds = new Map<string, string>();
  for (const row of messages) {
    const copy = ids.next('msg');
    newIds.set(row.id, copy);
    yield* insertMessage.run({
      ...row,
      id: copy,
      thread: id,
      frame: row.frame === null ? null : (copies.get(row.frame) ?? null),
      body: again(row.body, messageCell(org, row.id), messageCell(org, copy)),
      unread: isUnread(row) ? 1 : 0,
    });
  }
  for (const frame of roots) {
    const copy = copies.get(frame.id)!;
    const own = kept.get(frame.id) ?? [];
    yield* insertFrame.run({
      ...{
        ...frame,
        id: copy,
        thread: id as ThreadId,
        attempt: 0,
        failures: 0,
        node: null,
        lease_until: null,
      },
      status: goesOn(frame) ? 'ready' : 'idle',
      label: JSON.stringify(own.map(({ label }) => JSON.parse(label) as Label).reduce(joinLabels, TRUSTED)),
      version: messages.findLast((one) => one.frame === frame.id)?.version ?? frame.version,
      ready_at: now,
      created_at: now,
    });
    for (const step of own)
      yield* insertStep.run({
        ...step,
        frame: copy,
        body:
          step.body === null ? null : again(step.body, stepCell(org, frame.id, step.n), stepCell(org, copy, step.n)),
        message: step.message === null ? null : (newIds.get(step.message) ?? null),
        // what was done was done there, and is counted there
        action: null,
        child: null,
        usage: null,
      });
  }
  return roots.map(({ name }) => name);
}

type Cell = Parameters<Sealing['sealText']>[2];

function resealed(sealing: Sealing, key: VaultKey, text: string, from: Cell, to: Cell): string {
  const opened = sealing.openPersonal(key, text, from);
  if (opened === null) throw new SallyportError('not_found', 'What was said there is gone.');
  return sealing.sealText(key, opened, to);
}

/** Of each agent that the owner spoke to by then, the frame that it had last. */
function latestRoots(frames: readonly FrameRow[], messages: readonly MessageRow[]): readonly FrameRow[] {
  const spokenTo = new Set(messages.map(({ frame }) => frame));
  const roots = frames.filter(({ id, caller }) => caller === null && spokenTo.has(id));
  return [...new Map(roots.map((frame) => [frame.name, frame])).values()];
}

/** Up to the last input or answer of that time. What was thought after an input that was not answered yet is thought anew. */
function knownBy(steps: readonly StepRow[], seqs: ReadonlyMap<string, number>): readonly StepRow[] {
  let end = 0;
  for (const [i, { message }] of steps.entries()) {
    if (message === null) continue;
    if (!seqs.has(message)) break;
    end = i + 1;
  }
  return steps.slice(0, end);
}
