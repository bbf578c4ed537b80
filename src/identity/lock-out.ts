/**
 * Who is locked out, asked on every request before anything is looked up: in memory, in step with the store behind it.
 *
 * Counted at once and written right behind: `failed` decides in this process, synchronously, and a writer that is never
 * waited for makes it durable in the next moment. A restart therefore keeps all but what was failing in its last
 * milliseconds. Guesses at once get no more than ten answers between them, because a door asks `lockedUntil` before it
 * looks at a credential and again before it answers; those that were under way when the tenth failed are refused whatever
 * they would have found. Several servers count together in the store: each lets ten guesses by at most, all of them ten and
 * what came in while the tenth was being written.
 *
 * Bounds: counts are kept of the groups that failed last and may be pushed out, which loses nothing, since the store's
 * count decides as well. Locks are kept apart, so that no number of single failures from elsewhere pushes one out; beyond
 * their own bound the one that ends first goes, and the next failure of its group brings it back from the store.
 */
import { boundedMap } from '../kernel/bounded-map.ts';
import type { Clock } from '../kernel/clock.ts';
import { MINUTE_MS, SECOND_MS } from '../kernel/time.ts';
import type { Failures, LockOutStore } from './ports.ts';
import { type Attempts, afterFailure, CLOCK_SKEW_MS, LOCK_OUT, lockAt, NO_ATTEMPTS } from './rules/lock-out.ts';

export interface LockOut {
  /** Until when (ms since the epoch) this address group is locked out, or null. Ask again after authenticating. */
  lockedUntil(address: string): number | null;
  /** Counts a failed authentication of an address group: IPv4 /32 or IPv6 /64 as text, always spelled the same. */
  failed(address: string): void;
}

export interface LockOutParts {
  readonly store: LockOutStore;
  readonly clock: Clock;
  /** Told once of each lock that a failure here made. */
  readonly onLocked: (address: string, until: number) => void;
  /** Told of every failed attempt, also of those while locked: for whoever looks for what is unusual. */
  readonly onFailed?: (address: string) => void;
  readonly onFault: (fault: unknown) => void;
  readonly bounds?: Partial<typeof BOUNDS>;
}

export interface RunningLockOut extends LockOut, AsyncDisposable {
  /** Resolves when every failure counted so far is written. */
  written(): Promise<void>;
  /** Learns the locks that other servers made, and forgets what is over; repeated by itself. */
  refresh(): Promise<void>;
}

const BOUNDS = {
  /** Address groups with failures and no lock. */
  counted: 100_000,
  locked: 200_000,
  /** Address groups whose failures wait to be written; more are counted here alone. */
  unwritten: 10_000,
};
const WRITE_AT_ONCE = 500;
const REFRESH_EVERY_MS = 2 * SECOND_MS;
const SWEEP_EVERY_MS = MINUTE_MS;

interface Unwritten {
  readonly address: string;
  readonly times: number[];
  lockedUntil: number | null;
}

/** Reads the locks in force; resolves when it can answer. */
export async function openLockOut(parts: LockOutParts): Promise<RunningLockOut> {
  const { store, clock, onLocked, onFault } = parts;
  const bounds = { ...BOUNDS, ...parts.bounds };
  const nameOf = await store.naming();
  const counts = boundedMap<string, Attempts>(bounds.counted);
  const locks = new Map<string, number>(); // in the order of their making, which is that of their ends
  const unwritten = new Map<string, Unwritten>();
  let writing: Promise<void> | null = null;
  let newest = clock.now(); // up to which end of a lock the store was asked
  let sweptAt = clock.now();

  const lock = (name: string, until: number): boolean => {
    const known = locks.get(name);
    if (known !== undefined && known >= until) return false;
    locks.delete(name); // to the end of the order
    if (locks.size >= bounds.locked) locks.delete(locks.keys().next().value!);
    locks.set(name, until);
    counts.delete(name);
    return true;
  };

  const lockOf = (name: string): number | null => {
    const lockedUntil = locks.get(name);
    if (lockedUntil === undefined) return null;
    const until = lockAt({ lockedUntil }, clock.now());
    if (until === null) locks.delete(name);
    return until;
  };

  const note = (name: string, address: string, at: number, lockedUntil: number | null): void => {
    const known = unwritten.get(name);
    if (known === undefined && unwritten.size >= bounds.unwritten) return;
    const waiting = known ?? { address, times: [], lockedUntil: null };
    waiting.times.push(at);
    waiting.lockedUntil ??= lockedUntil;
    unwritten.set(name, waiting);
    beginWriting();
  };

  const beginWriting = (): void => {
    writing ??= write().finally(() => {
      writing = null;
      if (unwritten.size > 0) beginWriting(); // came in between the writer's last look and its end
    });
  };

  async function write(): Promise<void> {
    await Promise.resolve(); // what fails in this turn of the loop is written together
    while (unwritten.size > 0) {
      const batch = [...unwritten].slice(0, WRITE_AT_ONCE);
      for (const [name] of batch) unwritten.delete(name);
      const failures = batch.map(([name, { times, lockedUntil }]): Failures => ({ name, times, lockedUntil }));
      try {
        const recorded = await store.recordFailures(failures);
        recorded.forEach((attempts, i) => {
          const [name, { address, times }] = batch[i]!;
          const until = lockAt(attempts, clock.now());
          const isNew = until !== null && lock(name, until);
          if (isNew && times.some((at) => at + LOCK_OUT.lockMs === until)) onLocked(address, until); // not another server's
        });
      } catch (fault) {
        onFault(fault); // what is counted here holds for as long as this process lives
      }
    }
  }

  const learn = async (after: number): Promise<void> => {
    for (const { name, until } of await store.locksEndingAfter(after)) lock(name, until);
  };

  const refresh = async (): Promise<void> => {
    const now = clock.now();
    for (const [name, until] of locks) if (lockAt({ lockedUntil: until }, now) === null) locks.delete(name);
    // a lock made since the last look ends a full span after that look, give or take what clocks are apart
    if (store.shared) await learn(Math.max(now, newest + LOCK_OUT.lockMs - CLOCK_SKEW_MS));
    newest = now;
    if (now < sweptAt + SWEEP_EVERY_MS && now >= sweptAt) return;
    sweptAt = now;
    await store.sweep(now);
  };

  await learn(clock.now());
  let round: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    round = round.then(refresh).catch(onFault);
  }, REFRESH_EVERY_MS).unref();

  return {
    lockedUntil: (address) => (locks.size === 0 ? null : lockOf(nameOf(address))),
    failed(address) {
      const name = nameOf(address);
      parts.onFailed?.(address);
      if (lockOf(name) !== null) return;
      const now = clock.now();
      const attempts = afterFailure(counts.get(name) ?? NO_ATTEMPTS, now);
      const until = lockAt(attempts, now);
      if (until === null) counts.set(name, attempts);
      else lock(name, until);
      note(name, address, now, until);
      if (until !== null) onLocked(address, until);
    },
    async written() {
      while (writing !== null) await writing;
    },
    refresh,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await round;
      while (writing !== null) await writing;
    },
  };
}

/** Locks nobody out: for demo mode, which asks for no credential. */
export const NO_LOCK_OUT: LockOut = { lockedUntil: () => null, failed: () => undefined };
