/**
 * The executor: runs claimed actions, each under a permit that only it mints, and settles what came of them. Bounded in
 * number and time; an attempt that throws or overruns its lease is `unknown`, because it may have happened.
 */
import { boundedMap } from '../kernel/bounded-map.ts';
import type { Clock } from '../kernel/clock.ts';
import type { ActionId, OrgId } from '../kernel/ids.ts';
import { DAY_MS, SECOND_MS } from '../kernel/time.ts';
import type { Delivery, WorldAction } from './action.ts';
import type { Catalogue } from './catalogue.ts';
import { storable } from './input/storable.ts';
import type { Ledger, Settlement } from './ledger.ts';
import { type Claimed, mintPermit } from './permit.ts';

export interface Executor {
  /** Runs `propose`, telling it whether what it admits may be claimed and run at once; the room is kept for it meanwhile. */
  withRoom<T>(org: OrgId, propose: (claim: boolean) => Promise<T>): Promise<T>;
  /** Runs a claimed action; resolves with its settlement, or null after `waitMs` while it goes on. */
  run(claimed: Claimed, waitMs: number): Promise<Settlement | null>;
  /** Takes up what other processes left behind, then keeps claiming what becomes ready. */
  start(): Promise<void>;
  /**
   * One round of claiming, of taking over what others left behind, and of ending what has run out; `start` repeats it. Also
   * resolves only when no provider is being asked about an outcome.
   */
  tick(): Promise<void>;
  /**
   * Ends what runs and is meant: its signal is aborted, and what had not reached the outside yet does not. Resolves with
   * those that ended, each with how it ended; one that does not listen is left running, for its lease to end.
   */
  abort(
    meant: (claimed: Claimed) => boolean,
    withinMs: number,
  ): Promise<readonly { readonly claimed: Claimed; readonly settled: Settlement | null }[]>;
  /** Claims nothing more and resolves when all that runs has settled. */
  stop(): Promise<void>;
}

export interface ExecutorParts {
  readonly ledger: Ledger;
  readonly catalogue: Catalogue;
  readonly maxInFlight: number;
  /** Of these at most, so that no organisation takes all of them, however long its provider takes to answer. */
  readonly maxPerOrganization: number;
  readonly tickMs: number;
  readonly clock: Clock;
  /** Told when a round or a settlement failed; the work is found again by lease. */
  readonly onFault: (fault: unknown) => void;
}

const SETTLE_MARGIN_MS = 2_000;
const MAX_REF_CHARS = 200;

/** When the outside is asked what became of an attempt: at once, then after these waits; a day later nobody asks any more. */
const ASK_AGAIN_MS = [5, 30, 120, 600, 3_600, 21_600].map((seconds) => seconds * SECOND_MS);
const ASKED_AT_ONCE = 16;
const ASK_TIMEOUT_MS = 15 * SECOND_MS;

interface Running {
  readonly claimed: Claimed;
  readonly abort: AbortController;
  readonly work: Promise<Settlement>;
}

export function createExecutor(parts: ExecutorParts): Executor {
  const { ledger, catalogue, maxInFlight, maxPerOrganization, tickMs, clock, onFault } = parts;
  const running = new Map<ActionId, Running>();
  const places = new Map<OrgId, number>(); // taken, by organisation: what runs and what is being proposed
  let taken = 0;
  /** Something ready may be waiting for a place. */
  let backlog = false;
  let claiming = false;
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();
  let stopped = false;

  const take = (org: OrgId): void => {
    taken++;
    places.set(org, (places.get(org) ?? 0) + 1);
  };
  const giveBack = (org: OrgId): void => {
    taken--;
    const left = places.get(org)! - 1;
    if (left === 0) places.delete(org);
    else places.set(org, left);
  };
  const roomOf = (org: OrgId): number => Math.min(maxInFlight - taken, maxPerOrganization - (places.get(org) ?? 0));

  const begin = (claimed: Claimed): Promise<Settlement> => {
    take(claimed.org);
    const abort = new AbortController();
    const work = standing(claimed)
      .then((stands) => (stands ? attempt(worldAction(catalogue, claimed), claimed, abort, onFault) : CALLED_OFF))
      .then((delivery) => ledger.settle(claimed, delivery));
    running.set(claimed.id, { claimed, abort, work });
    work.catch(onFault).finally(() => {
      running.delete(claimed.id);
      giveBack(claimed.org);
      if (backlog) claimMore();
    });
    return work;
  };

  /**
   * What an agent asked for, by whichever door, may have been stopped since it was claimed: here or by another server, while the
   * answer to the claim was on its way. Looked at once more, right before the side effect.
   */
  const standing = async (claimed: Claimed): Promise<boolean> =>
    claimed.agent === null || (await ledger.stands(claimed));

  /** One claim at a time; what waits for a place gets the next one that is free, without waiting for the next round. */
  const claim = async (): Promise<void> => {
    const room = maxInFlight - taken;
    backlog = room <= 0;
    if (backlog) return;
    const ready = await ledger.claim(room, roomOf);
    if (ready.length > 0) backlog = true; // where these came from there may be more; and what came meanwhile counts too
    for (const claimed of ready) begin(claimed);
  };
  const claimMore = (): void => {
    if (stopped || claiming) return;
    claiming = true;
    round = round
      .then(claim)
      .catch(onFault)
      .finally(() => {
        claiming = false;
        if (backlog && taken < maxInFlight) claimMore();
      });
  };

  const asked = boundedMap<ActionId, { readonly times: number; readonly next: number }>(10_000);
  let asking: Promise<void> = Promise.resolve();
  /** Asks what became of attempts whose outcome nobody knows. Beside the rounds: an answer may take its time. */
  const ask = async (): Promise<void> => {
    const now = clock.now();
    const due = await ledger.unresolved(now - DAY_MS, ASKED_AT_ONCE, ({ id, name }) => {
      const action = catalogue.byName(name)?.action;
      return action?.effect === 'world' && action.find !== undefined && (asked.get(id)?.next ?? 0) <= now;
    });
    await Promise.all(due.map((claimed) => askAbout(claimed, now).catch(onFault)));
  };
  async function askAbout(claimed: Claimed, now: number): Promise<void> {
    const times = asked.get(claimed.id)?.times ?? 0;
    asked.set(claimed.id, { times: times + 1, next: now + (ASK_AGAIN_MS[times] ?? DAY_MS) });
    const delivery = await worldAction(catalogue, claimed).find?.(claimed, AbortSignal.timeout(ASK_TIMEOUT_MS), now);
    if (delivery) await ledger.report(claimed.org, { action: claimed.id, delivery: recordable(delivery, onFault) });
  }
  let busy = false;
  const askOnce = (): void => {
    if (busy) return;
    busy = true;
    asking = ask()
      .catch(onFault)
      .finally(() => {
        busy = false;
      });
  };

  /** One step's failure is not another's: what has run out must end although something can't be claimed. */
  const tick = async (): Promise<void> => {
    await ledger.recover().catch(onFault);
    askOnce();
    await ledger.sweep().catch(onFault);
    await claim();
  };

  const next = () => {
    if (stopped) return;
    timer = setTimeout(() => {
      round = round.then(tick).catch(onFault).finally(next);
    }, tickMs).unref();
  };

  return {
    async withRoom(org, propose) {
      if (stopped || roomOf(org) <= 0) {
        backlog = true;
        return propose(false);
      }
      take(org);
      try {
        return await propose(true);
      } finally {
        giveBack(org);
      }
    },
    run: (claimed, waitMs) => within(begin(claimed), waitMs),
    async tick() {
      await tick();
      await asking;
    },
    async start() {
      await tick();
      next();
    },
    async abort(meant, withinMs) {
      const ended = [...running.values()].filter(({ claimed }) => meant(claimed));
      for (const { abort } of ended) abort.abort();
      return Promise.all(
        ended.map(async ({ claimed, work }) => ({ claimed, settled: await within(work, withinMs).catch(() => null) })),
      );
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await round;
      await asking;
      await Promise.allSettled([...running.values()].map(({ work }) => work));
    },
  };
}

function worldAction(catalogue: Catalogue, claimed: Claimed): WorldAction {
  const action = catalogue.byName(claimed.action)?.action;
  if (action?.effect !== 'world') throw new TypeError(`${claimed.action} can't be executed`);
  return action;
}

/** One attempt, never longer than its lease allows. */
async function attempt(
  action: WorldAction,
  claimed: Claimed,
  abort: AbortController,
  onFault: (fault: unknown) => void,
): Promise<Delivery> {
  if (abort.signal.aborted) return CALLED_OFF;
  const overrun = Promise.withResolvers<Delivery>();
  const deadline = setTimeout(
    () => {
      abort.abort();
      overrun.resolve(unknownOutcome('The provider did not answer in time.'));
    },
    Math.max(action.leaseMs - SETTLE_MARGIN_MS, action.leaseMs / 2),
  );
  try {
    const leaves = action.outbound === undefined ? claimed : { ...claimed, input: action.outbound(claimed) };
    const delivery = await Promise.race([action.execute(mintPermit(leaves, abort.signal)), overrun.promise]);
    return recordable(delivery, onFault);
  } catch (fault) {
    if (!abort.signal.aborted) onFault(fault);
    return unknownOutcome('The attempt broke off before its outcome was known.');
  } finally {
    clearTimeout(deadline);
  }
}

/**
 * A delivery as the books can hold it. What a provider says it cost becomes money and what it calls the message goes into
 * the log, so neither is taken on trust: a cost that is no amount is left at what was reserved, a reference is cut.
 */
function recordable(delivery: Delivery, onFault: (fault: unknown) => void): Delivery {
  const { cost, ...rest } = delivery;
  const price = isAmount(cost, 'money', onFault) ? { cost } : {};
  if (rest.state !== 'ok') return { ...rest, ...price };
  const { tokens, ref, ...more } = rest;
  const counted = isAmount(tokens, 'tokens', onFault) ? { tokens } : {};
  return {
    ...more,
    ref: storable(String(ref).slice(0, MAX_REF_CHARS), MAX_REF_CHARS) || 'none',
    ...price,
    ...counted,
  };
}

function isAmount(told: number | undefined, of: string, onFault: (fault: unknown) => void): told is number {
  if (told === undefined) return false;
  const is = Number.isSafeInteger(told) && told >= 0;
  if (!is) onFault(new RangeError(`a provider said that it cost ${told}, which is no amount of ${of}`));
  return is;
}

const CALLED_OFF: Delivery = {
  state: 'cancelled',
  code: 'stale',
  say: 'It was stopped before it began. It was not done.',
};

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
