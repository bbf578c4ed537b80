/**
 * The sequencer where several processes write: whoever holds the lock on the head's row moves recorded entries from the
 * inbox into the tree and signs, at most a second after they were recorded. A process that dies loses the lock with its
 * connection; the head's row is the fence.
 */
import type { Clock } from '../kernel/clock.ts';
import type { Engine } from './engine.ts';
import type { EntryRow, LogTree } from './log-tree.ts';
import { statement } from './statement.ts';

const BATCH = 2_000;
const EVERY_MS = 250;

/** Takes the oldest entries out of the inbox; they come back in any order. */
const takeRecorded = statement<{ limit: number }, EntryRow & { seq: number }>((db, p) =>
  db
    .deleteFrom('log_inbox')
    .where('seq', 'in', (eb) =>
      eb
        .selectFrom('log_inbox')
        .select('seq')
        .orderBy('seq')
        .limit(p('limit') as never),
    )
    .returningAll(),
);

export interface Sequencer {
  /** Sequences everything that is recorded by now. */
  flush(): Promise<void>;
  start(): void;
  /** Sequences what is left, and ends. */
  stop(): Promise<void>;
}

export function createSequencer(
  engine: Engine,
  tree: LogTree,
  clock: Clock,
  onFault: (fault: unknown) => void,
): Sequencer {
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();

  const batch = (): Promise<number> =>
    engine.transaction(function* () {
      yield* tree.load();
      const rows = (yield* takeRecorded.all({ limit: BATCH })).toSorted((a, b) => a.seq - b.seq);
      for (const { org, action, at, type, body } of rows) yield* tree.append({ org, action, at, type, body });
      yield* tree.seal(clock.now());
      return rows.length;
    });

  const flush = async (): Promise<void> => {
    try {
      while ((await batch()) === BATCH);
    } catch (fault) {
      tree.forgetAll();
      throw fault;
    }
  };

  return {
    flush: () => {
      round = round.catch(() => undefined).then(flush);
      return round;
    },
    start() {
      timer = setInterval(() => {
        round = round.catch(() => undefined).then(flush);
        round.catch(onFault);
      }, EVERY_MS).unref();
    },
    async stop() {
      clearInterval(timer);
      await round.catch(() => undefined);
      await flush().catch(onFault);
    },
  };
}
