/**
 * Group commit: what arrives in one turn of the event loop shares one transaction, at most 64 operations, taken in turn
 * from each organisation so that none can crowd out the others. One group runs at a time.
 *
 * A group in which an operation fails is rolled back whole, and its operations run again one by one, so that a failure is
 * its own operation's alone; the good case pays for no savepoints.
 */
import type { Clock } from '../kernel/clock.ts';
import type { OrgId } from '../kernel/ids.ts';
import type { Engine } from './engine.ts';
import type { Group, Groups } from './group.ts';
import type { Tx } from './statement.ts';

export interface Committer {
  /** Runs `work` in a group's transaction; resolves when it is durable. `lane`: the agent whose rows it locks. */
  submit<T>(org: OrgId, work: (group: Group) => Tx<T>, lane?: string): Promise<T>;
  /** Operations that wait for their group. */
  queued(): number;
  /** Resolves when nothing is queued or running. */
  idle(): Promise<void>;
}

interface Operation {
  /** Whose rows it locks, so that all servers take locks in one order. */
  readonly lane: string;
  work(group: Group): Tx<unknown>;
  resolve(value: unknown): void;
  reject(failure: unknown): void;
}

const MAX_GROUP = 64;
const MAX_TRIES = 3;
/**
 * PostgreSQL: serialization failure, deadlock, unique violation by another server's row, a lock or a transaction that took
 * too long: true after a retry, if at all.
 */
const RETRYABLE = new Set(['40001', '40P01', '23505', '55P03', '25P03']);

const DEADLOCK = '40P01';
/** For whoever survived the deadlock to end: tried again at once, it would take the same locks and meet the same transaction. */
const DEADLOCK_PAUSE_MS = 100;

/** Thrown by a write whose ground another server changed since it was read: the operation runs again on fresh facts. */
export class ChangedMeanwhile extends Error {
  readonly code = '40001';
}

export function createCommitter(engine: Engine, clock: Clock, groups: Groups): Committer {
  const queues = new Map<OrgId, Operation[]>();
  let queued = 0;
  let running: Promise<void> | null = null;

  const nextGroup = (): Operation[] => {
    const group: Operation[] = [];
    // a map goes on to what is put in while it is walked: whoever had its turn goes to the end, also for the next group
    for (const [org, queue] of queues) {
      if (group.length === MAX_GROUP) break;
      group.push(queue.shift()!);
      queues.delete(org);
      if (queue.length > 0) queues.set(org, queue);
    }
    queued -= group.length;
    // two servers that lock the same agents in different orders would wait for each other until one is thrown out
    return engine.exclusive ? group : group.sort((a, b) => (a.lane < b.lane ? -1 : a.lane > b.lane ? 1 : 0));
  };

  const commit = async (operations: readonly Operation[]): Promise<unknown[]> => {
    const begun: Group[] = [];
    const answers = await engine.transaction(function* () {
      const group = groups.begin(clock.now());
      begun.push(group);
      yield* group.open();
      const answers: unknown[] = [];
      for (const operation of operations) answers.push(yield* operation.work(group));
      yield* group.close();
      return answers;
    });
    begun.at(-1)?.committed();
    return answers;
  };

  const alone = async (operation: Operation): Promise<void> => {
    for (let tries = 1; ; tries++) {
      try {
        const [answer] = await commit([operation]);
        return operation.resolve(answer);
      } catch (failure) {
        groups.rolledBack();
        const { code = '' } = failure as { code?: string };
        if (tries === MAX_TRIES || !RETRYABLE.has(code)) return operation.reject(failure);
        if (code === DEADLOCK) await new Promise((resolve) => setTimeout(resolve, tries * DEADLOCK_PAUSE_MS));
      }
    }
  };

  const together = async (operations: readonly Operation[]): Promise<void> => {
    try {
      const answers = await commit(operations);
      operations.forEach((operation, i) => {
        operation.resolve(answers[i]);
      });
    } catch {
      groups.rolledBack();
      for (const operation of operations) await alone(operation);
    }
  };

  const drain = async (): Promise<void> => {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve)); // let all that this turn of the loop brings gather
      const operations = nextGroup();
      if (operations.length === 0) break;
      await (operations.length === 1 ? alone(operations[0]!) : together(operations));
    }
    running = null;
  };

  return {
    submit<T>(org: OrgId, work: (group: Group) => Tx<T>, lane = ''): Promise<T> {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      queues.getOrInsertComputed(org, () => []).push({ lane, work, resolve: (value) => resolve(value as T), reject });
      queued++;
      running ??= drain();
      return promise;
    },
    queued: () => queued,
    async idle() {
      while (running !== null) await running;
    },
  };
}
