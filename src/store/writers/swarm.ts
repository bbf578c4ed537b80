/**
 * The swarm's work. A write of a turn holds only while the frame is leased by that very attempt; anything later is refused as
 * a conflict, which undoes the whole change that it came with.
 */
import { joinLabels, type Label, TRUSTED } from '../../guard/label.ts';
import type { Turn } from '../../guard/principal.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { FrameId, MessageId, OrgId, ThreadId } from '../../kernel/ids.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { subjectText } from '../../swarm/control/subject.ts';
import { errorText } from '../../swarm/rules/error-text.ts';
import type { CallResult, Frame, MessageKind, Thread } from '../../swarm/thread.ts';
import type { SwarmWrites } from '../../swarm/writes.ts';
import * as frameSql from '../frame-statements.ts';
import type { Group } from '../group.ts';
import type { Tx } from '../statement.ts';
import * as stepSql from '../step-statements.ts';
import { goOnAfterBudget } from '../swarm-budgets.ts';
import * as inboxSql from '../swarm-inbox-statements.ts';
import { frameOf, messageCell, type StepRow, speakerText, stepCell } from '../swarm-rows.ts';
import * as messageSql from '../thread-message-statements.ts';
import * as threadSql from '../thread-statements.ts';
import { insertFence } from './statements.ts';
import { bump, must, type WriterParts, type WritersOf } from './writer.ts';

const ENDED: ReadonlySet<string> = new Set<Frame['status']>(['done', 'failed', 'killed']);
/** Nobody works on it any more, and what was allowed before does not leave. */
const STOPS = new Set<Thread['status']>(['killed']);
/** From whoever's thread it is. */
const OF_OWNER: ReadonlySet<MessageKind> = new Set<MessageKind>(['inject', 'inbound']);
/** A label is stored with each step; beyond these many its sources are those of the latest ones. */
const MAX_SOURCES = 32;

export function swarmWriters({ sealing, onReady, onUnknown, telling }: WriterParts): WritersOf<SwarmWrites> {
  function* frameHeld(group: Group, org: OrgId, { frame, attempt }: Turn): Tx<Frame> {
    const known = yield* frameNow(group, org, frame);
    if (known === null || known.status !== 'running' || known.attempt !== attempt)
      throw new SallyportError('conflict', 'This turn is over: the frame was stopped, or somebody else has it.');
    return known;
  }
  /** Null for a late result: the frame has ended, or the step is another's by now. What it was the result of stays in its own row. */
  function* awaited(
    group: Group,
    org: OrgId,
    { frame, n, of }: { frame: FrameId; n: number; of: string | null },
  ): Tx<Frame | null> {
    const known = yield* frameNow(group, org, frame);
    if (known === null || ENDED.has(known.status)) return null;
    const step = yield* stepSql.stepAt.first({ org, frame, n });
    if (step === undefined || step.state === 'done' || (step.action ?? step.child) !== of) return null;
    if (step.state === 'unknown') yield* mark(group, org, known.thread, null);
    return known;
  }
  function* frameNow(group: Group, org: OrgId, frame: FrameId): Tx<Frame | null> {
    return ((yield* group.facts.load([{ org, kind: 'frame', key: frame }])) as (Frame | null)[])[0] ?? null;
  }

  function* sealed(
    org: OrgId,
    thread: ThreadId,
    value: unknown,
    cell: Parameters<typeof sealing.sealText>[2],
  ): Tx<string> {
    const key = yield* sealing.threadKey(org, thread);
    if (key === null) throw new SallyportError('not_found', 'The person whose thread this was has been erased.');
    return sealing.sealText(key, JSON.stringify(value ?? null), cell);
  }

  /** The frame's label with another joined in. */
  function joined(frame: Frame, label: Label): Label {
    const isNothing = label.integrity === 'trusted' && label.readers === 'public' && label.sources.length === 0;
    if (isNothing) return frame.label;
    const both = joinLabels(frame.label, label);
    return { ...both, sources: both.sources.slice(-MAX_SOURCES) };
  }
  const isSame = (a: Label, b: Label): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

  function* join(group: Group, org: OrgId, frame: Frame, more: Label): Tx<Frame> {
    const label = joined(frame, more);
    if (isSame(label, frame.label)) return frame;
    yield* frameSql.setFrameLabel.run({ org, id: frame.id, label: JSON.stringify(label) });
    return put(group, { ...frame, label });
  }

  /** What the row is by now, so that nobody in this group has to look. */
  function put(group: Group, frame: Frame): Frame {
    group.facts.put(frame.org, 'frame', frame.id, frame);
    return frame;
  }

  /** @param at when it may be worked on, where it is ready. */
  function* setFrame(
    group: Group,
    frame: Frame,
    change: Pick<Frame, 'status'> & Partial<Pick<Frame, 'failures'>>,
    at = group.now,
  ): Tx<void> {
    const { status, failures = 0 } = change;
    yield* frameSql.setFrame.run({ org: frame.org, id: frame.id, status, ready_at: at, failures });
    put(group, { ...frame, status, failures });
    if (status === 'killed') group.facts.forget(frame.org, 'queued', frame.name); // what waited for it waits for nobody
    if (status === 'ready' && at <= group.now) group.afterCommit(onReady);
  }

  function* setThread(
    group: Group,
    org: OrgId,
    id: ThreadId,
    status: Thread['status'],
    because: string | null,
  ): Tx<void> {
    const changed = yield* threadSql.setThreadStatus.run({ org, id, status, because, updated_at: group.now });
    group.facts.forget(org, 'thread', id);
    if (changed === 1) telling.changed(group, org, { id, status, because });
  }

  /** Why a person should look at a thread that is at work. */
  function* mark(group: Group, org: OrgId, id: ThreadId, because: string | null): Tx<void> {
    yield* threadSql.markThread.run({ org, id, because });
    group.facts.forget(org, 'thread', id);
    const [thread] = (yield* group.facts.load([{ org, kind: 'thread', key: id }])) as readonly (Thread | null)[];
    if (thread != null) telling.changed(group, org, thread);
  }

  /** A thread rests when nothing of it is at work. */
  function* settleThread(
    group: Group,
    org: OrgId,
    thread: ThreadId,
    status: 'completed' | 'error',
    because: string | null,
  ): Tx<void> {
    const busy = yield* frameSql.busyFrames.first({ org, thread });
    if ((busy?.count ?? 0) > 0) return;
    const rests = yield* threadSql.restThread.run({ org, id: thread, status, because, updated_at: group.now });
    group.facts.forget(org, 'thread', thread);
    if (rests === 1) telling.changed(group, org, { id: thread, status, because });
  }

  /** It has answered. What it still asked has no answer any more: a model is not shown a question without one. */
  function* replied(org: OrgId, { id: frame, thread }: Frame, message: MessageId, now: number): Tx<void> {
    for (const { n, kind } of yield* stepSql.openStepsOf.all({ org, frame }))
      yield* stepSql.endStep.run({
        ...{ org, frame, n },
        state: 'done',
        body: kind === 'call' ? yield* sealed(org, thread, NOT_AWAITED, stepCell(org, frame, n)) : null,
        label: JSON.stringify(TRUSTED),
        usage: null,
        ended_at: now,
      });
    yield* stepSql.insertAnswer.run({ org, frame, message, label: JSON.stringify(TRUSTED), at: now });
  }

  return {
    *'thread.create'(group, org, { id, owner, visibility, agent }) {
      yield* threadSql.insertThread.run({
        org,
        id,
        owner: owner.is === 'principal' ? owner.id : '',
        contact: owner.is === 'contact' ? owner.ref : null,
        visibility,
        status: 'active',
        because: null,
        fork: null,
        seq: 0,
        created_at: group.now,
        updated_at: group.now,
        agent: agent ?? null,
      });
      group.facts.forget(org, 'thread', id);
      // what stops it must find them there: a row that is not there can't be locked
      yield* insertFence.run({ org, subject: `thread:${id}` });
      yield* insertFence.run({ org, subject: `swarm:${org}` });
      telling.created(group, org, { id, visibility });
    },
    *'thread.status'(group, org, { id, status, because }) {
      yield* setThread(group, org, id, status, because);
      if (STOPS.has(status)) yield* bump(group, org, `thread:${id}`);
      // what was all done while it was paused is done
      else if (status === 'active') yield* settleThread(group, org, id, 'completed', null);
    },
    *'frame.open'(group, org, { id, thread, caller, name, agent, depth, selfs, version }) {
      const row = {
        ...{ org, id, thread, name, agent, depth, selfs, version, status: 'ready' },
        ...{ caller: caller?.frame ?? null, caller_step: caller?.step ?? null },
        ...{ attempt: 0, failures: 0, node: null, lease_until: null },
        ...{ label: JSON.stringify(TRUSTED), ready_at: group.now, created_at: group.now },
      };
      yield* frameSql.insertFrame.run(row);
      put(group, frameOf(row));
      if (caller === null) group.facts.put(org, 'root-frame', { thread, name }, id);
      group.afterCommit(onReady);
    },
    *'thread-message.append'(group, org, { id, thread, frame, kind, from, to, payload, label, version }) {
      const next = yield* threadSql.nextSeq.first({ org, id: thread, updated_at: group.now });
      if (next === undefined) throw new SallyportError('not_found', 'There is no such thread.');
      if (next.status === 'killed')
        throw new SallyportError('conflict', 'This thread was killed. Nothing more is said in it.');
      yield* messageSql.insertMessage.run({
        org,
        thread,
        seq: next.seq,
        id,
        frame,
        kind,
        speaker: speakerText(from),
        listener: speakerText(to),
        body: yield* sealed(org, thread, payload, messageCell(org, id)),
        label: JSON.stringify(label),
        version,
        unread: frame === null ? 0 : 1,
        at: group.now,
      });
      let receiver = frame === null ? null : yield* frameNow(group, org, frame);
      yield* telling.said(group, org, { id, thread, kind, from, to, payload }, receiver?.agent ?? null);
      if (frame === null) return;
      if (to.is === 'agent') group.facts.add(org, 'queued', to.name, 1);
      if (receiver === null) throw new TypeError('a message for a frame that is not there');
      if (receiver.version !== version) {
        yield* frameSql.setFrameVersion.run({ org, id: frame, version });
        receiver = put(group, { ...receiver, version });
      }
      if (receiver.status === 'idle') yield* setFrame(group, receiver, { status: 'ready' });
      if (next.status === 'completed' || next.status === 'error') yield* setThread(group, org, thread, 'active', null);
      // whoever speaks is heard: what is used up, the next take says
      if (next.status !== 'paused' || !OF_OWNER.has(kind)) return;
      yield* goOnAfterBudget({ group, telling }, org, subjectText({ is: 'thread', id: thread }));
      group.afterCommit(onReady);
    },
    *'step.input'(group, org, { n, message, ...turn }) {
      const frame = yield* frameHeld(group, org, turn);
      const taken = yield* messageSql.takeMessage.first({ org, id: message });
      if (taken === undefined) throw new SallyportError('conflict', 'The message was taken up already.');
      group.facts.add(org, 'queued', frame.name, -1);
      yield* stepSql.insertStep.run({
        ...stepRow(org, turn.frame, n, group.now),
        kind: 'input',
        state: 'done',
        message,
        label: taken.label,
        ended_at: group.now,
      });
      yield* join(group, org, frame, JSON.parse(taken.label) as Label);
    },
    *'step.think'(group, org, { n, action, ...turn }) {
      yield* frameHeld(group, org, turn);
      yield* beginStep(org, turn.frame, n, group.now, { kind: 'think', state: 'begun', action });
    },
    *'step.handled'(group, org, { n, text, calls, ...turn }) {
      const frame = yield* frameHeld(group, org, turn);
      yield* stepSql.insertStep.run({
        ...stepRow(org, turn.frame, n, group.now),
        ...{ kind: 'think', state: 'done', label: JSON.stringify(frame.label), ended_at: group.now },
        body: yield* sealed(org, frame.thread, { text, calls }, stepCell(org, turn.frame, n)),
      });
    },
    *'step.thought'(group, org, { text, calls, usage, cost, servedBy, ...step }) {
      const frame = yield* awaited(group, org, step);
      if (frame === null) return;
      yield* stepSql.endStep.run({
        ...placeOf(org, step),
        state: 'done',
        body: yield* sealed(org, frame.thread, { text, calls }, stepCell(org, step.frame, step.n)),
        label: JSON.stringify(frame.label),
        usage: usage === null ? null : JSON.stringify({ ...usage, servedBy }),
        ended_at: group.now,
      });
      yield* telling.thought(group, org, frame, usage, cost);
      if (frame.status === 'waiting') yield* setFrame(group, frame, { status: 'ready' });
    },
    *'step.call'(group, org, { n, call, name, state, action, child, ...turn }) {
      yield* frameHeld(group, org, turn);
      yield* beginStep(org, turn.frame, n, group.now, { kind: 'call', call, name, state, action, child });
    },
    *'step.result'(group, org, { state, result, label, ...step }) {
      let frame = yield* awaited(group, org, step);
      if (frame === null) return;
      const { thread, agent } = frame;
      if (state === 'unmade') {
        yield* stepSql.unmakeStep.run({ org, frame: frame.id, n: step.n, at: group.now });
        if (frame.status === 'waiting') yield* setFrame(group, frame, { status: 'ready' });
        return;
      }
      yield* stepSql.endStep.run({
        ...placeOf(org, step),
        state,
        body: result === null ? null : yield* sealed(org, thread, result, stepCell(org, step.frame, step.n)),
        label: JSON.stringify(label),
        usage: null,
        ended_at: state === 'done' ? group.now : null,
      });
      if (state === 'done') yield* telling.called(group, org, frame, step.of);
      frame = yield* join(group, org, frame, label);
      if (state === 'unknown') {
        yield* mark(group, org, thread, 'outcome_unknown');
        group.afterCommit(() => onUnknown({ org, agent, thread }));
      } else if (frame.status === 'waiting' && !(yield* isWaiting(org, frame.id)))
        yield* setFrame(group, frame, { status: 'ready' });
    },
    *'step.again'(group, org, { frame: id, n }) {
      const frame = yield* frameNow(group, org, id);
      const isOpen =
        frame?.status === 'waiting' && (yield* stepSql.unmakeStep.run({ org, frame: id, n, at: group.now })) === 1;
      if (!isOpen)
        throw new SallyportError('conflict', 'This call does not wait for a decision now. Look at it again.');
      yield* mark(group, org, frame.thread, null);
      yield* setFrame(group, frame, { status: 'ready' });
    },
    *'step.replied'(group, org, { message, ...turn }) {
      yield* replied(org, yield* frameHeld(group, org, turn), message, group.now);
    },
    *'frame.yield'(group, org, { to, retryAt, failures = 0, ...turn }) {
      const frame = yield* frameHeld(group, org, turn);
      const status = yield* leftTo(org, frame.id, to);
      yield* setFrame(group, frame, { status, failures }, retryAt);
      if (status === 'idle') yield* settleThread(group, org, turn.thread, 'completed', null);
    },
    *'frame.end'(group, org, { status, ...turn }) {
      const frame = yield* frameHeld(group, org, turn);
      // one that the owner speaks to is never over: what comes next may do better
      if (frame.caller === null) yield* rest(group, frame, status === 'failed' ? 'error' : 'completed', null);
      else yield* setFrame(group, frame, { status });
    },
    *'inbox.take'(_, org, { message }) {
      must(yield* inboxSql.takeFromInbox.run({ org, message }), 'The message was given to its agent already.');
    },
    *'agent-error.tell'(group, _org, { org, agent, thread, code }) {
      yield* group.record({ v: 1, type: 'agent_error', at: rfc3339(group.now), org, agent, thread, code });
      telling.failed(group, org, { agent, thread, code });
    },
  };

  /** A root frame that has answered. */
  function* rest(group: Group, frame: Frame, came: 'completed' | 'error', because: string | null): Tx<void> {
    const status = yield* leftTo(frame.org, frame.id, 'idle');
    yield* setFrame(group, frame, { status });
    yield* settleThread(group, frame.org, frame.thread, came, because);
  }

  /** What came in while it worked is not left lying, and what was answered meanwhile is not waited for. */
  function* leftTo(org: OrgId, frame: FrameId, to: 'ready' | 'waiting' | 'idle'): Tx<'ready' | 'waiting' | 'idle'> {
    if (to === 'idle') return (yield* messageSql.anyUnread.first({ org, frame })) === undefined ? 'idle' : 'ready';
    if (to === 'waiting') return (yield* isWaiting(org, frame)) ? 'waiting' : 'ready';
    return to;
  }
  /** For a model, or for results of calls that were all made: one that was called off is to be made again. */
  function* isWaiting(org: OrgId, frame: FrameId): Tx<boolean> {
    const open = yield* stepSql.openStepsOf.all({ org, frame });
    return open.length > 0 && open.every(({ kind, action, child }) => kind === 'think' || (action ?? child) !== null);
  }
}

function* beginStep(
  org: OrgId,
  frame: FrameId,
  n: number,
  now: number,
  step: Pick<StepRow, 'kind' | 'state' | 'action'> & Partial<Pick<StepRow, 'call' | 'name' | 'child'>>,
): Tx<void> {
  const { call = null, name = null, child = null } = step;
  const row = { org, frame, n, ...step, call, name, child, label: JSON.stringify(TRUSTED), at: now };
  must(yield* stepSql.beginStep.run(row), 'This step was begun already.');
}

const NOT_AWAITED: CallResult = {
  text: errorText('stale', 'The work ended before this was answered.'),
  isError: true,
};

const placeOf = (org: OrgId, { frame, n }: { readonly frame: FrameId; readonly n: number }) => ({ org, frame, n });

const stepRow = (org: OrgId, frame: FrameId, n: number, at: number) => ({
  org,
  frame,
  n,
  call: null,
  name: null,
  action: null,
  child: null,
  message: null,
  body: null,
  label: JSON.stringify(TRUSTED),
  usage: null,
  at,
  ended_at: null,
});
