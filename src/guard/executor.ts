/**
 * The executor: runs claimed actions, each under a permit that only it mints, and settles what came of them. Bounded in
 * number and time; an attempt that throws or overruns its lease is `unknown`, because it may have happened.
 */
import type { ActionId } from '../kernel/ids.ts';
import type { Delivery, WorldAction } from './action.ts';
import type { Catalogue } from './catalogue.ts';
import type { Ledger, Settlement } from './ledger.ts';
import { type Claimed, mintPermit } from './permit.ts';

export interface Executor {
  /** Runs `propose`, telling it whether what it admits may be claimed and run at once; the room is kept for it meanwhile. */
  withRoom<T>(propose: (claim: boolean) => Promise<T>): Promise<T>;
  /** Runs a claimed action; resolves with its settlement, or null after `waitMs` while it goes on. */
  run(claimed: Claimed, waitMs: number): Promise<Settlement | null>;
  /** Takes up what other processes left behind, then keeps claiming what becomes ready. */
  start(): Promise<void>;
  /** One round of claiming, of taking over what others left behind, and of ending what has run out; `start` repeats it. */
  tick(): Promise<void>;
  /** Claims nothing more and resolves when all that runs has settled. */
  stop(): Promise<void>;
}

export interface ExecutorParts {
  readonly ledger: Ledger;
  readonly catalogue: Catalogue;
  readonly maxInFlight: number;
  readonly tickMs: number;
  /** Told when a round or a settlement failed; the work is found again by lease. */
  readonly onFault: (fault: unknown) => void;
}

const SETTLE_MARGIN_MS = 2_000;

export function createExecutor({ ledger, catalogue, maxInFlight, tickMs, onFault }: ExecutorParts): Executor {
  const running = new Map<ActionId, Promise<Settlement>>();
  let kept = 0; // places for what is being proposed
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();
  let stopped = false;

  const begin = (claimed: Claimed): Promise<Settlement> => {
    const work = attempt(worldAction(catalogue, claimed), claimed).then((delivery) => ledger.settle(claimed, delivery));
    running.set(claimed.id, work);
    work.catch(onFault).finally(() => running.delete(claimed.id));
    return work;
  };

  const tick = async (): Promise<void> => {
    await ledger.recover();
    await ledger.sweep();
    for (const claimed of await ledger.claim(maxInFlight - running.size - kept)) begin(claimed);
  };

  const next = () => {
    if (stopped) return;
    timer = setTimeout(() => {
      round = tick().catch(onFault).finally(next);
    }, tickMs).unref();
  };

  return {
    async withRoom(propose) {
      if (stopped || running.size + kept >= maxInFlight) return propose(false);
      kept++;
      try {
        return await propose(true);
      } finally {
        kept--;
      }
    },
    run: (claimed, waitMs) => within(begin(claimed), waitMs),
    tick,
    async start() {
      await tick();
      next();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await round;
      await Promise.allSettled(running.values());
    },
  };
}

function worldAction(catalogue: Catalogue, claimed: Claimed): WorldAction {
  const action = catalogue.byName(claimed.action)?.action;
  if (action?.effect !== 'world') throw new TypeError(`${claimed.action} can't be executed`);
  return action;
}

/** One attempt, never longer than its lease allows. */
async function attempt(action: WorldAction, claimed: Claimed): Promise<Delivery> {
  const abort = new AbortController();
  const overrun = Promise.withResolvers<Delivery>();
  const deadline = setTimeout(
    () => {
      abort.abort();
      overrun.resolve(unknownOutcome('The provider did not answer in time.'));
    },
    Math.max(action.leaseMs - SETTLE_MARGIN_MS, action.leaseMs / 2),
  );
  try {
    return await Promise.race([action.execute(mintPermit(claimed, abort.signal)), overrun.promise]);
  } catch {
    return unknownOutcome('The attempt broke off before its outcome was known.');
  } finally {
    clearTimeout(deadline);
  }
}

const unknownOutcome = (why: string): Delivery => ({
  state: 'unknown',
  code: 'outcome_unknown',
  say: `${why} It may or may not have happened; it is not repeated.`,
});

/** The promise's value, or null after `ms`. */
async function within<T>(work: Promise<T>, ms: number): Promise<T | null> {
  const timeout = Promise.withResolvers<null>();
  const timer = setTimeout(() => timeout.resolve(null), ms);
  try {
    return await Promise.race([work, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}
