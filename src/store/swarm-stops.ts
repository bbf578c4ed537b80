/** What a stop finds and ends, once it was committed; see `swarm/control/stopping.ts`. */
import { TRUSTED } from '../guard/label.ts';
import type { ActionId, AgentId, FrameId, OrgId, ThreadId } from '../kernel/ids.ts';
import type { Stop, StoppedAction, StoppedFrame, StopStore, UnreadMessage } from '../swarm/control/ports.ts';
import type { StopSubject } from '../swarm/control/subject.ts';
import { errorText } from '../swarm/rules/error-text.ts';
import { swarmWrite } from '../swarm/writes.ts';
import type { Committer } from './committer.ts';
import type { Engine } from './engine.ts';
import { busyFrames, frameUnlessLocked, setFrame } from './frame-statements.ts';
import type { Group } from './group.ts';
import { threadOfAction } from './held-actions.ts';
import type { Schema } from './schema.ts';
import { seenThreads } from './seen-threads.ts';
import type { Tx } from './statement.ts';
import * as sql from './swarm-control-statements.ts';
import type { Found } from './swarm-stop-found.ts';
import { restThread } from './thread-statements.ts';
import type { Writers } from './writers/index.ts';

interface Parts {
  readonly engine: Engine;
  readonly committer: Committer;
  readonly writers: Writers;
}

/** Locked at once at most, so that no turn waits for long. */
const FRAMES_AT_ONCE = 200;

type Busy = Pick<Schema['frame'], 'org' | 'id' | 'thread' | 'caller' | 'caller_step' | 'name' | 'agent' | 'status'>;

export function createStopStore({ engine, committer, writers }: Parts): StopStore {
  function* end(group: Group, org: OrgId, id: ActionId): Tx<number> {
    const row = yield* sql.stopLocked.first({ org, id });
    if (row === undefined) return 0;
    const { subject } = stopOf(row);
    const found = JSON.parse(row.found) as Found;
    const thread = subject.is === 'thread' ? subject.id : '';
    const meant = meantBy(subject, yield* sql.busyFramesIn.all({ org, thread }), found.frames);
    const open = yield* sql.openActionsOfFrames.all({ org, thread });
    const agent = subject.is === 'agent' ? subject.id : '';
    const asked = subject.is === 'thread' || found.listed ? [] : yield* sql.openActionsOfAgents.all({ org, agent });

    const ended: Busy[] = [];
    let over = 0; // by itself, meanwhile
    for (const frame of meant.slice(0, FRAMES_AT_ONCE)) {
      const came = yield* endFrame(group, frame);
      if (came === 'ended') ended.push(frame);
      if (came === 'over') over++;
    }
    const left = meant.length - ended.length - over;
    const ids = new Set(ended.map((frame) => frame.id));
    for (const frame of ended)
      if (frame.caller !== null && !ids.has(frame.caller)) yield* tellCaller(group, org, frame);
    if (subject.is === 'swarm' && left === 0)
      for (const { id: killed } of yield* sql.killOpenThreads.all({ org, now: group.now })) {
        group.facts.forget(org, 'thread', killed);
        writers.telling.changed(group, org, { id: killed as ThreadId, status: 'killed', because: 'stop' });
      }
    if (subject.is === 'agent') yield* restThreads(group, org, ended);

    const known = new Set(found.actions.map((action) => action.id as string));
    const actions = [...open.filter(({ frame }) => ids.has(frame)), ...asked].filter(
      (action) => !known.has(action.id) && known.add(action.id),
    );
    const now: Found = {
      ...found,
      listed: true,
      frames: [...found.frames, ...ended.map(frameFound)],
      actions: [...found.actions, ...actions.map(actionFound)],
    };
    yield* sql.saveFound.run({ org, id, found: JSON.stringify(now) });
    return left;
  }

  /** `locked`: somebody is writing to it just now. */
  function* endFrame(group: Group, { org, id, thread, name }: Busy): Tx<'ended' | 'over' | 'locked'> {
    const row = yield* frameUnlessLocked.first({ org, id });
    if (row === undefined) return 'locked';
    if (!BUSY.has(row.status)) return 'over';
    yield* setFrame.run({ org, id, status: 'killed', ready_at: row.ready_at, failures: row.failures });
    group.facts.forget(org as OrgId, 'queued', name); // what waited for it waits for nobody
    group.facts.forget(org as OrgId, 'frame', id);
    group.facts.forget(org as OrgId, 'root-frame', { thread: thread as ThreadId, name });
    return 'ended';
  }

  /** Whoever called it and goes on is told, or it would wait for ever. */
  const tellCaller = (group: Group, org: OrgId, { id, caller, caller_step, name }: Busy): Tx<void> =>
    writers.apply(group, org, null, [
      swarmWrite('step.result', {
        frame: caller as FrameId,
        n: caller_step ?? 0,
        of: id as FrameId,
        state: 'done',
        result: { text: errorText('cancelled', `${name} was stopped by a person. It does not answer.`), isError: true },
        label: TRUSTED,
      }),
    ]);

  function* restThreads(group: Group, org: OrgId, ended: readonly Busy[]): Tx<void> {
    for (const thread of new Set(ended.map((frame) => frame.thread))) {
      if (((yield* busyFrames.first({ org, thread }))?.count ?? 0) > 0) continue;
      const rests = { id: thread as ThreadId, status: 'error', because: 'agent_killed' } as const;
      const changed = yield* restThread.run({ org, ...rests, updated_at: group.now });
      group.facts.forget(org, 'thread', rests.id);
      if (changed === 1) writers.telling.changed(group, org, rests);
    }
  }

  return {
    end: (org, id) => committer.submit(org, (group) => end(group, org, id)),
    record: (org, id) =>
      engine.read(function* () {
        const row = yield* sql.stopById.first({ org, id });
        if (row === undefined) return null;
        const stop = stopOf(row);
        const { actions, ...found } = JSON.parse(row.found) as Found;
        const rows = yield* sql.actionStates.rows(actions.map((one) => [org, one.id]));
        const byId = new Map(rows.map((action) => [action.id, action]));
        const where = {
          org,
          thread: stop.subject.is === 'thread' ? stop.subject.id : '',
          agent: stop.subject.is === 'agent' ? stop.subject.id : '',
        };
        const count = (yield* sql.countUnreadIn.first(where))?.count ?? 0;
        const unread = count === 0 ? [] : yield* sql.unreadIn.all(where);
        return {
          ...stop,
          ...found,
          actions: actions.map((action) => {
            const row = byId.get(action.id);
            const is = (row?.state ?? 'unknown') as StoppedAction['is'];
            return { ...action, is, thread: row === undefined ? null : threadOfAction(row) };
          }),
          unread: { count, messages: unread as readonly UnreadMessage[] },
        };
      }),
    finish: (org, id) =>
      committer.submit(org, function* (group) {
        yield* sql.finishStop.run({ org, id, now: group.now });
        group.facts.forget(org, 'unfinished-stops', 'self');
      }),
    threads: (org, ids) => engine.read(() => seenThreads(org, ids)),
    recent: (since) =>
      engine.read(function* () {
        const rows = yield* sql.recentStops.all({ since });
        return rows.map((row) => ({ ...stopOf(row), finished: row.finished_at !== null }));
      }),
  };
}

const BUSY: ReadonlySet<string> = new Set(['ready', 'running', 'waiting']);

/** Those of the subject, and all that they called, however deep: also what was called by those that were ended before. */
function meantBy(subject: StopSubject, busy: readonly Busy[], before: readonly StoppedFrame[]): readonly Busy[] {
  if (subject.is !== 'agent') return busy;
  const ids = new Set<string>(before.map(({ id }) => id));
  const meant = new Set(busy.filter(({ agent }) => agent === subject.id));
  for (const { id } of meant) ids.add(id);
  for (let found = true; found; ) {
    found = false;
    for (const frame of busy) {
      if (meant.has(frame) || frame.caller === null || !ids.has(frame.caller)) continue;
      meant.add(frame);
      ids.add(frame.id);
      found = true;
    }
  }
  return [...meant];
}

const frameFound = ({ id, thread, name, agent, status }: Busy): StoppedFrame => ({
  id: id as FrameId,
  thread: thread as ThreadId,
  name,
  agent: agent as AgentId,
  was: status as StoppedFrame['was'],
});
const actionFound = ({
  id,
  name,
  agent,
  state,
}: Pick<Schema['action'], 'id' | 'name' | 'agent' | 'state'>): Found['actions'][number] => ({
  id: id as ActionId,
  name,
  agent: agent as StoppedAction['agent'],
  was: state as StoppedAction['was'],
});

function stopOf({ org, id, subject, agent, at }: Schema['swarm_stop']): Stop {
  const [is = '', ...rest] = subject.split(':');
  const named = rest.join(':');
  const of: StopSubject =
    is === 'thread'
      ? { is, id: named as ThreadId }
      : is === 'agent'
        ? { is, name: named, id: agent as never }
        : { is: 'swarm' };
  return { org: org as OrgId, id: id as ActionId, subject: of, at };
}
