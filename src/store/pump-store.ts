/** The pump's side of the store: leases on frames, what a frame knows, and what a turn records. */
import { fenceId } from '../guard/fence.ts';
import type { Turn } from '../guard/principal.ts';
import { SallyportError } from '../kernel/errors.ts';
import { type AgentId, type MessageId, type OrgId, PLATFORM_ORG } from '../kernel/ids.ts';
import { concurrencyOf, type SwarmState } from '../swarm/config/facts.ts';
import type { Claim, PumpStore } from '../swarm/ports.ts';
import type { Frame, Thread } from '../swarm/thread.ts';
import { atWork } from './at-work.ts';
import type { Committer } from './committer.ts';
import type { Engine } from './engine.ts';
import * as frameSql from './frame-statements.ts';
import type { Group } from './group.ts';
import type { Sealing } from './sealing.ts';
import type { Tx } from './statement.ts';
import * as stepSql from './step-statements.ts';
import { endBudgetPauses } from './swarm-budgets.ts';
import * as inboxSql from './swarm-inbox-statements.ts';
import { frameOf, messageOf, messageOfStep, stepOf, threadOf } from './swarm-rows.ts';
import * as messageSql from './thread-message-statements.ts';
import { frameWithThread } from './thread-statements.ts';
import type { Writers } from './writers/index.ts';

interface Parts {
  readonly engine: Engine;
  readonly committer: Committer;
  readonly sealing: Sealing;
  readonly writers: Writers;
}

/** Candidates that one look brings: more than are claimed at once, as agents may have no room. */
const LOOKED_AT = 512;

export function createPumpStore({ engine, committer, sealing, writers }: Parts): PumpStore {
  /**
   * Candidates of the last look, in the order in which it is their turn. A hint: what is really ready, the rows say. Those
   * whose agents have no room stay in it, so that not every claim has to look at all that is ready.
   */
  let candidates: frameSql.ReadyFrame[] = [];

  function* stateOf(group: Group, org: OrgId): Tx<SwarmState | null> {
    return ((yield* group.facts.load([{ org, kind: 'swarm-state', key: 'self' }])) as (SwarmState | null)[])[0] ?? null;
  }

  function* look(now: number): Tx<void> {
    const oldest = yield* frameSql.oldestReady.all({ now, max: LOOKED_AT });
    // all of it: the turns are given here; of more, the database gives them, with some of every agent
    const fair = oldest.length < LOOKED_AT ? inTurn(oldest) : yield* frameSql.readyInTurn.all({ now, max: LOOKED_AT });
    candidates = [...fair];
  }

  /** What is really there: of another server, or of a look before this transaction, a candidate may be gone. */
  function* readyNow(group: Group, { org, id }: frameSql.ReadyFrame): Tx<Frame | null> {
    const row = yield* frameSql.claimableFrame.first({ org, id, now: group.now });
    return row === undefined ? null : frameOf(row);
  }
  /** Of what was looked at in this transaction, where nobody else writes. */
  function* known(group: Group, { org, id }: frameSql.ReadyFrame): Tx<Frame | null> {
    const place = { org: org as OrgId, kind: 'frame', key: id } as const;
    return ((yield* group.facts.load([place])) as (Frame | null)[])[0] ?? null;
  }

  function* lease(group: Group, ready: Frame, node: string, leaseMs: number): Tx<Claim | null> {
    const { org, id } = ready;
    const [thread] = (yield* group.facts.load([{ org, kind: 'thread', key: ready.thread }])) as (Thread | null)[];
    if (thread == null) return null;
    const attempt = ready.attempt + 1;
    yield* frameSql.leaseFrame.run({ org, id, attempt, node, lease_until: group.now + leaseMs });
    const frame: Frame = { ...ready, attempt, status: 'running' };
    group.facts.put(org, 'frame', id, frame);
    const keys = [
      { of: 'thread', id: frame.thread },
      { of: 'swarm', id: frame.org },
    ] as const;
    const epochs = yield* group.facts.load(keys.map((key) => ({ org: frame.org, kind: 'fence', key: fenceId(key) })));
    return {
      frame,
      thread,
      fences: keys.map((key, i) => ({ ...key, epoch: epochs[i] as number })),
    };
  }

  return {
    async claim({ node, max, leaseMs }) {
      if (max <= 0) return [];
      return committer.submit(PLATFORM_ORG, function* (group) {
        const running = new Map<string, number>();
        for (const { org, name, count } of yield* frameSql.runningFrames.all({})) running.set(`${org}\n${name}`, count);
        const claims: Claim[] = [];
        for (let looks = 0; ; looks++) {
          const left: frameSql.ReadyFrame[] = [];
          for (const candidate of candidates) {
            const { org, name } = candidate;
            const at = running.get(`${org}\n${name}`) ?? 0;
            const hasRoom = claims.length < max && at < concurrencyOf(yield* stateOf(group, org as OrgId), name);
            if (!hasRoom) {
              left.push(candidate);
              continue;
            }
            const isFresh = looks > 0 && engine.exclusive;
            const ready = yield* isFresh ? known(group, candidate) : readyNow(group, candidate);
            const claimed = ready === null ? null : yield* lease(group, ready, node, leaseMs);
            if (claimed === null) continue;
            running.set(`${org}\n${name}`, at + 1);
            claims.push(claimed);
          }
          candidates = left;
          if (claims.length >= max || looks === 1) return claims;
          yield* look(group.now);
        }
      });
    },
    scene: (org, id) =>
      engine.read(function* () {
        const scene = yield* frameWithThread(org, id);
        if (scene === null) throw new TypeError('a frame that is not there');
        return { frame: frameOf(scene.frame), thread: threadOf(scene.thread) };
      }),
    transcript: (org, { thread, frame }, from) =>
      engine.read(function* () {
        const rows = yield* (from === 'start' ? stepSql.transcriptOf : stepSql.transcriptSinceInput).all({
          org,
          frame,
        });
        const key = yield* sealing.threadKey(org, thread);
        return rows.map((row) => stepOf(sealing, key, row, messageOfStep(sealing, key, row)));
      }),
    next: (org, { thread, frame }) =>
      engine.read(function* () {
        const row = yield* messageSql.nextUnread.first({ org, frame });
        return row === undefined ? null : messageOf(sealing, yield* sealing.threadKey(org, thread), row);
      }),
    record: (org, turn, writes) =>
      unlessLost(
        committer.submit(
          org,
          function* (group) {
            yield* held(group, org, turn);
            yield* writers.apply(group, org, null, writes);
            return true;
          },
          turn.frame,
        ),
      ),
    stands: (org, turn) =>
      committer.submit(org, function* (group) {
        if ((yield* atWork(group, org, turn)) !== 'yes') return false;
        return (yield* frameSql.mayBeWorkedOn.first({ org, id: turn.frame })) !== undefined;
      }),
    extend: async (org, { frame, attempt }, leaseMs) =>
      (await committer.submit(org, (group) =>
        frameSql.extendLease.run({ org, id: frame, attempt, lease_until: group.now + leaseMs }),
      )) === 1,
    wake(node) {
      return committer.submit(PLATFORM_ORG, function* (group) {
        const alone = engine.exclusive ? 1 : 0;
        yield* endBudgetPauses(group.now);
        const abandoned = yield* frameSql.abandonedFrames.all({ now: group.now, node, alone });
        const decided = yield* frameSql.decidedFrames.all({});
        let woken = 0;
        for (const place of [...abandoned, ...decided]) {
          const row = yield* frameSql.frameUnlessLocked.first(place);
          const isOver =
            row?.status === 'waiting' || (row?.status === 'running' && isAbandoned(row, group.now, node, alone));
          if (row === undefined || !isOver) continue;
          yield* frameSql.setFrame.run({ ...place, status: 'ready', ready_at: group.now, failures: row.failures });
          group.facts.put(row.org as OrgId, 'frame', row.id, frameOf({ ...row, status: 'ready' }));
          woken++;
        }
        return woken;
      });
    },
    inbox: (max) =>
      engine.read(function* () {
        const oldest = yield* inboxSql.inbox.all({ max });
        const rows = oldest.length < max ? oldest : yield* inboxSql.inboxInTurn.all({ max });
        return rows.map(({ org, agent, name, message }) => ({
          ...{ org: org as OrgId, agent: agent as AgentId, name, message: message as MessageId },
        }));
      }),
  };

  function* held(group: Group, org: OrgId, { frame, attempt }: Turn): Tx<void> {
    const [known] = (yield* group.facts.load([{ org, kind: 'frame', key: frame }])) as (Frame | null)[];
    if (known?.status !== 'running' || known.attempt !== attempt) throw new LeaseLost();
  }
}

/** The threads in turn, each by its own order. */
function inTurn(frames: readonly frameSql.ReadyFrame[]): readonly frameSql.ReadyFrame[] {
  const seen = new Map<string, number>();
  const placed = frames.map((frame) => {
    const thread = `${frame.org}\n${frame.thread}`;
    const place = seen.get(thread) ?? 0;
    seen.set(thread, place + 1);
    return { frame, place };
  });
  return placed.toSorted((a, b) => a.place - b.place).map(({ frame }) => frame);
}

class LeaseLost extends SallyportError {
  constructor() {
    super('conflict', 'This turn is over: the frame was stopped, or somebody else has it.');
  }
}

/** Every conflict of a turn's own writes is a lease that was lost. */
async function unlessLost(work: Promise<boolean>): Promise<boolean> {
  try {
    return await work;
  } catch (failure) {
    if (failure instanceof SallyportError && failure.code === 'conflict') return false;
    throw failure;
  }
}

const isAbandoned = (
  { lease_until, node: by }: { lease_until: number | null; node: string | null },
  now: number,
  node: string,
  alone: number,
): boolean => (lease_until ?? 0) < now || (alone === 1 && by !== node);
