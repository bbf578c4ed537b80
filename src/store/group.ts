/** What the operations of one group share: the time, the facts loaded so far, and the log. */
import type { LogEntry } from '../audit/entry.ts';
import type { FactCache } from './fact-cache.ts';
import { entryRow, type LogTree } from './log-tree.ts';
import type { Remembering } from './remembering.ts';
import { inserts, type Tx } from './statement.ts';

const INBOX = inserts('log_inbox', { org: 'text', action: 'text', at: 'bigint', type: 'text', body: 'text' } as const);

export interface Group {
  /** Milliseconds since the epoch; the same for all of the group. */
  readonly now: number;
  readonly facts: FactCache;
  /** Records an entry in this transaction. */
  record(entry: LogEntry): Tx<void>;
  /** Inserts a row that nothing of this transaction reads, with all others of its table, at the end. */
  append<R>(to: { all(rows: readonly R[]): Tx<void> }, row: R): void;
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
      const appended = new Map<{ all(rows: readonly unknown[]): Tx<void> }, unknown[]>();
      const append: Group['append'] = (to, row) =>
        void appended.getOrInsertComputed(to as { all(rows: readonly unknown[]): Tx<void> }, () => []).push(row);
      return {
        now,
        facts,
        afterCommit: (run) => void afterwards.push(run),
        committed() {
          for (const run of afterwards) run();
        },
        *record(entry) {
          const row = entryRow(entry, now);
          if (tree === null) append(INBOX, row);
          else yield* tree.append(row);
        },
        append,
        *open() {
          facts.begin();
          if (tree !== null) yield* tree.load();
        },
        *close() {
          for (const [to, rows] of appended) yield* to.all(rows);
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
