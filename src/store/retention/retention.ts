/**
 * Retention: once a day, what is too old is ended (C27), a few rows a transaction among those of whoever sends, and with
 * rests in between, so that no send waits for it. Each run is one entry of the log. One server at a time runs it; a run
 * that was broken off is taken up again, and does what is left.
 */
import type { RetentionKeeper, RetentionStatus } from '../../comms/ports.ts';
import { keepOf, keepText, type RetentionPeriods, tooOldBefore } from '../../comms/rules/retention.ts';
import { type Clock, monotonicMs } from '../../kernel/clock.ts';
import { PLATFORM_ORG } from '../../kernel/ids.ts';
import { DAY_MS, MINUTE_MS, rfc3339 } from '../../kernel/time.ts';
import type { Committer } from '../committer.ts';
import type { Engine } from '../engine.ts';
import type { Meters } from '../meters.ts';
import type { Sealing } from '../sealing.ts';
import { type Batch, RETENTION_RULES, type Span, type Walk } from './kinds.ts';
import * as sql from './statements.ts';

/** How long one transaction may work on it: what arrives meanwhile waits for so long at most. */
const BATCH_MS = 4;
const FEWEST_ROWS = 1;
const MOST_ROWS = 250;
const FIRST_ROWS = 25;
/** Between two transactions: four times as long as the last one took, within these bounds. */
const LEAST_REST_MS = 8;
const LONGEST_REST_MS = 40;
/** Rows after which the engine is told to write back: what a few hundred rows wrote is copied in a few milliseconds. */
const WRITE_BACK_ROWS = 400;
const LEASE_MS = 5 * MINUTE_MS;
/** A dry walk ends here: more than so many is answer enough. */
const COUNTED_AT_MOST = 10_000;

export interface RetentionParts {
  readonly engine: Engine;
  readonly committer: Pick<Committer, 'submit'>;
  readonly sealing: Sealing;
  readonly meters: Meters;
  readonly clock: Clock;
  /** This process, among those that may run it. */
  readonly node: string;
  readonly periods: RetentionPeriods;
  readonly onFault: (fault: unknown) => void;
}

export interface RunningRetention extends RetentionKeeper, AsyncDisposable {
  /** Runs it if it is due and nobody else does; waits for a run of this process. Never rejects. */
  round(): Promise<void>;
}

type Counts = Record<string, number>;

export function createRetention(parts: RetentionParts): RunningRetention {
  const { engine, committer, sealing, meters, clock, node, periods, onFault } = parts;
  let running: Promise<void> | null = null;
  let stopped = false;

  /** Drives a walk to its end. `commit` runs one batch; false from `goOn`: enough. */
  async function drive(
    commit: (cursor: string, max: number) => Promise<Batch & { readonly ms: number }>,
    goOn: (ended: number) => Promise<boolean> | boolean,
  ): Promise<boolean> {
    let max = FIRST_ROWS;
    for (let cursor = ''; ; ) {
      const { ended, next, ms } = await commit(cursor, max);
      if (!(await goOn(ended))) return false;
      if (next === null) return true;
      cursor = next;
      max = ms > BATCH_MS ? Math.max(FEWEST_ROWS, max >> 1) : Math.min(MOST_ROWS, ms < BATCH_MS / 2 ? max * 2 : max);
      await rest(Math.min(LONGEST_REST_MS, Math.max(LEAST_REST_MS, 4 * ms)));
    }
  }

  const ending = (walk: Walk, span: Span) => (cursor: string, max: number) =>
    committer.submit(PLATFORM_ORG, function* ({ facts }) {
      const start = monotonicMs();
      const batch = yield* walk.batch({ sealing, meters, facts }, span, cursor, max);
      return { ...batch, ms: monotonicMs() - start };
    });

  const looking = (walk: Walk, span: Span) => (cursor: string, max: number) =>
    engine.read(function* () {
      const start = monotonicMs();
      const batch = yield* walk.batch(null, span, cursor, max);
      return { ...batch, ms: monotonicMs() - start };
    });

  const claim = () =>
    committer.submit(PLATFORM_ORG, function* ({ now }) {
      const ours = yield* sql.claimRun.run({ node, now, until: now + LEASE_MS });
      const row = yield* sql.readRun.first({});
      return ours === 1 && row !== undefined ? { now, reached: JSON.parse(row.reached) as Counts } : null;
    });

  /** Keeps the run as long as it is at work; false when it is another's by now, or this process ends. */
  async function held(): Promise<boolean> {
    if (stopped) return false;
    const until = clock.now() + LEASE_MS;
    if (until < heldUntil + LEASE_MS / 2) return true;
    heldUntil = until;
    return (await committer.submit(PLATFORM_ORG, () => sql.holdRun.run({ node, until }))) === 1;
  }
  let heldUntil = 0;

  async function run(): Promise<void> {
    const claimed = await claim();
    if (claimed === null) return;
    const { now, reached } = claimed;
    heldUntil = now + LEASE_MS;
    const counts: Counts = {};
    let whole = true;
    let written = 0;
    for (const { kind, walks } of RETENTION_RULES) {
      const to = tooOldBefore(kind, periods, now);
      const from = reached[kind] ?? 0;
      if (to === null) continue;
      for (const walk of walks) {
        whole &&= await drive(ending(walk, { from: Math.min(from, to), to }), (ended) => {
          counts[walk.of] = (counts[walk.of] ?? 0) + ended;
          written += ended;
          if (written >= WRITE_BACK_ROWS) {
            engine.writeBack();
            written = 0;
          }
          return held();
        });
      }
      if (!whole) break;
      reached[kind] = Math.max(from, to);
      await committer.submit(PLATFORM_ORG, () => sql.reach.run({ node, reached: JSON.stringify(reached) }));
    }
    await committer.submit(PLATFORM_ORG, function* (group) {
      const ended = {
        node,
        next_at: whole ? now + DAY_MS : now,
        finished_at: group.now,
        counts: JSON.stringify(counts),
      };
      if ((yield* sql.endRun.run(ended)) !== 1) return;
      const detail = { ...counts, whole };
      const system = { v: 1, type: 'system', event: 'retention', org: PLATFORM_ORG } as const;
      yield* group.record({ ...system, at: rfc3339(group.now), detail });
    });
  }

  async function round(): Promise<void> {
    if (stopped) return;
    running ??= run()
      .catch(onFault)
      .finally(() => {
        running = null;
      });
    await running;
  }

  async function countDue(): Promise<RetentionStatus['due']> {
    const row = await engine.read(() => sql.readRun.first({}));
    const reached = JSON.parse(row?.reached ?? '{}') as Counts;
    const due: Counts = {};
    for (const { kind, walks } of RETENTION_RULES) {
      const to = tooOldBefore(kind, periods, clock.now());
      if (to === null) continue;
      for (const walk of walks) {
        let count = 0;
        await drive(looking(walk, { from: Math.min(reached[kind] ?? 0, to), to }), (found) => {
          count += found;
          return count < COUNTED_AT_MOST;
        });
        due[walk.of] = Math.min(count, COUNTED_AT_MOST);
      }
    }
    return due;
  }

  return {
    round,
    async status(count) {
      const row = await engine.read(() => sql.readRun.first({}));
      return {
        kinds: RETENTION_RULES.map(({ kind, setting, says }) => ({
          kind,
          setting,
          says,
          keep: keepText(keepOf(kind, periods)),
        })),
        running: row?.node != null,
        nextAt: row?.next_at ?? 0,
        startedAt: row?.started_at ?? null,
        finishedAt: row?.finished_at ?? null,
        ended: JSON.parse(row?.counts ?? '{}') as Counts,
        due: count ? await countDue() : null,
      };
    },
    async request() {
      await committer.submit(PLATFORM_ORG, ({ now }) => sql.makeDue.run({ now }));
      void round();
    },
    async [Symbol.asyncDispose]() {
      stopped = true;
      await running;
    },
  };
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
