/** Pausing, stopping and forking. A stop is committed before anything is looked for: from then on nothing of it begins. */
import { SallyportError } from '../../kernel/errors.ts';
import type { OrgId } from '../../kernel/ids.ts';
import { type StopSubject, type Subject, subjectText } from '../../swarm/control/subject.ts';
import type { SwarmControlWrites } from '../../swarm/control/writes.ts';
import { busyFrames } from '../frame-statements.ts';
import type { Group } from '../group.ts';
import type { Tx } from '../statement.ts';
import * as sql from '../swarm-control-statements.ts';
import { noteResumed } from '../swarm-resumed.ts';
import { NOTHING_FOUND } from '../swarm-stop-found.ts';
import { copyThread } from '../thread-copy.ts';
import { setThreadStatus } from '../thread-statements.ts';
import { bump, must, type WriterParts, type WritersOf } from './writer.ts';

export function swarmControlWriters({ sealing, ids, telling, onReady }: WriterParts): WritersOf<SwarmControlWrites> {
  const forget = (group: Group, org: OrgId, subject: Subject): void => {
    if (subject.is === 'thread') group.facts.forget(org, 'thread', subject.id);
    else group.facts.forget(org, 'swarm-pauses', 'self');
  };

  /** Moves what would have to stand for anything of it to begin. @returns the tokens that ended. */
  function* fenceOff(group: Group, org: OrgId, subject: StopSubject) {
    if (subject.is === 'thread') {
      yield* bump(group, org, `thread:${subject.id}`);
      const killed = { id: subject.id, status: 'killed', because: 'person' } as const;
      const changed = yield* setThreadStatus.run({ org, ...killed, updated_at: group.now });
      group.facts.forget(org, 'thread', subject.id);
      if (changed === 1) telling.changed(group, org, killed);
      return [];
    }
    const agent = subject.is === 'agent' ? subject.id : '';
    if (subject.is === 'agent') yield* bump(group, org, `agent:${agent}`);
    else yield* fenceOffSwarm(group, org);
    yield* sql.bumpFencesOfTokens.run({ org, agent });
    const tokens = yield* sql.revokeTokens.all({ org, agent, at: group.now });
    for (const { id } of tokens) group.facts.forget(org, 'fence', `token:${id}`);
    return tokens;
  }
  function* fenceOffSwarm(group: Group, org: OrgId): Tx<void> {
    const fences = yield* sql.lockFencesOfAgents.all({ org, swarm: `swarm:${org}` });
    yield* sql.bumpFencesOfAgents.run({ org });
    for (const { subject } of fences) group.facts.forget(org, 'fence', subject);
    yield* bump(group, org, `swarm:${org}`);
  }

  return {
    *'swarm-pause.set'(group, org, { subject, because, by }) {
      const row = { org, subject: subjectText(subject), because, by, at: group.now };
      const set = yield* sql.setPause.run(row);
      forget(group, org, subject);
      if (set === 0 || subject.is !== 'thread') return;
      const paused = yield* sql.pauseThread.run({ org, id: subject.id, because, updated_at: group.now });
      if (paused === 0) throw new SallyportError('conflict', 'The thread was killed.');
      telling.changed(group, org, { id: subject.id, status: 'paused', because });
    },
    *'swarm-pause.lift'(group, org, { subject, because }) {
      const lifted = yield* sql.liftPause.run({ org, subject: subjectText(subject), because });
      must(lifted, 'It is not paused for that reason any more. Look at it again.');
      forget(group, org, subject);
      yield* noteResumed(org, subjectText(subject), group.now);
      if (subject.is === 'thread') {
        const busy = yield* busyFrames.first({ org, thread: subject.id });
        const status = (busy?.count ?? 0) > 0 ? 'active' : 'completed';
        const goesOn = yield* sql.unpauseThread.run({ org, id: subject.id, status, updated_at: group.now });
        if (goesOn === 1) telling.changed(group, org, { id: subject.id, status, because: null });
      }
      group.afterCommit(onReady);
    },
    *'swarm-stop.begin'(group, org, { id, subject, by }) {
      const tokens = yield* fenceOff(group, org, subject);
      yield* sql.insertStop.run({
        ...{ org, id, subject: subjectText(subject), by, at: group.now },
        agent: subject.is === 'agent' ? subject.id : '',
        found: JSON.stringify({ ...NOTHING_FOUND, tokens }),
      });
      group.facts.forget(org, 'unfinished-stops', 'self');
    },
    *'thread.fork'(group, org, row) {
      const names = yield* copyThread({ sealing, ids, now: group.now }, org, row);
      for (const name of names) group.facts.forget(org, 'queued', name);
      group.facts.forget(org, 'thread', row.id);
      telling.created(group, org, row);
      group.afterCommit(onReady);
    },
  };
}
