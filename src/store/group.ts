/** What the operations of one group share: the time, the facts loaded so far, and the log. */
import type { LogEntry } from '../audit/entry.ts';
import type { FactCache } from './fact-cache.ts';
import { entryRow, type LogTree } from './log-tree.ts';
import type { Remembering } from './remembering.ts';
import { statement, type Tx } from './statement.ts';

const insertInbox = statement<{ org: string; action: string | null; at: number; type: string; body: string }>((db, p) =>
  db
    .insertInto('log_inbox')
    .values({ org: p('org'), action: p('action'), at: p('at'), type: p('type'), body: p('body') } as never),
);

export interface Group {
  /** Milliseconds since the epoch; the same for all of the group. */
  readonly now: number;
  readonly facts: FactCache;
  /** Records an entry in this transaction. */
  record(entry: LogEntry): Tx<void>;
  /** Runs once the transaction is durable, and not if it is rolled back. Must not throw. */
  afterCommit(run: () => void): void;
  committed(): void;
  open(): Tx<void>;
  close(): Tx<void>;
}

export interface Groups {
  begin(now: number): Group;
  /** After a failed transaction: drops what memory holds of it. */
  rolledBack(): void;
}

/**
 * @param remembering what keeps rows in memory between transactions.
 * @param tree where entries are sequenced in line; null: they wait in the inbox for the sequencer.
 */
export function createGroups(facts: FactCache, remembering: readonly Remembering[], tree: LogTree | null): Groups {
  return {
    begin: (now) => {
      const afterwards: (() => void)[] = [];
      return {
        now,
        facts,
        afterCommit: (run) => void afterwards.push(run),
        committed() {
          for (const run of afterwards) run();
        },
        *record(entry) {
          const row = entryRow(entry, now);
          yield* tree === null ? insertInbox.run({ ...row }) : tree.append(row);
        },
        *open() {
          facts.begin();
          if (tree !== null) yield* tree.load();
        },
        *close() {
          if (tree !== null) yield* tree.seal(now);
        },
      };
    },
    rolledBack() {
      for (const memory of [facts, ...remembering]) memory.forgetAll();
      tree?.forgetAll();
    },
  };
}
