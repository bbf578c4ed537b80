/**
 * The pump: claims ready frames and gives each its turn. What it holds in memory can be lost at any moment; what is to be done
 * is in the rows, and another server takes it up when the lease is over.
 */
import type { Clock } from '../../kernel/clock.ts';
import type { ThreadId } from '../../kernel/ids.ts';
import { SECOND_MS } from '../../kernel/time.ts';
import type { Claim, PumpStore } from '../ports.ts';
import type { Chores } from './chores.ts';

export interface PumpParts {
  readonly store: PumpStore;
  readonly turn: (claim: Claim, signal: AbortSignal) => Promise<void>;
  readonly chores: Chores;
  /** Names this process, among those that claim. */
  readonly node: string;
  readonly maxTurns: number;
  readonly tickMs: number;
  readonly clock: Clock;
  readonly onFault: (fault: unknown) => void;
}

export interface Pump {
  /** Something may be ready. */
  poke(): void;
  /** One look at leases and decided actions, and at what is ready; resolves when everything that is ready has been worked on. */
  tick(): Promise<void>;
  /** Ends the turns that are meant; resolves when they have ended, or with how many have not after `withinMs`. */
  abort(meant: (claim: Claim) => boolean, withinMs: number): Promise<number>;
  /** What is under way here. */
  running(): readonly { readonly thread: ThreadId; readonly name: string }[];
  /** A message from outside may be there. */
  receive(): void;
  /** Since when (ms since the epoch) no turn has been free while more was ready; null: there is room. */
  fullSince(): number | null;
  start(): void;
  stop(): Promise<void>;
}

const LEASE_MS = 30 * SECOND_MS;
const EXTEND_EVERY_MS = LEASE_MS / 3;

interface Running {
  readonly claim: Claim;
  readonly abort: AbortController;
  readonly work: Promise<void>;
}

export function createPump(parts: PumpParts): Pump {
  const { store, chores, node, maxTurns, tickMs, clock, onFault } = parts;
  const running = new Set<Running>();
  let claiming: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const begin = (claim: Claim): void => {
    const abort = new AbortController();
    const { org, id, thread, attempt } = claim.frame;
    const lease = setInterval(() => {
      store
        .extend(org, { thread, frame: id, attempt }, LEASE_MS)
        .then((held) => {
          if (!held) abort.abort();
        })
        .catch(onFault);
    }, EXTEND_EVERY_MS).unref();
    const work = parts
      .turn(claim, abort.signal)
      .catch(onFault)
      .finally(() => {
        clearInterval(lease);
        running.delete(one);
        poke();
      });
    const one: Running = { claim, abort, work };
    running.add(one);
  };

  let fullSince: number | null = null;
  const claim = async (): Promise<void> => {
    while (!stopped) {
      again = false;
      const max = maxTurns - running.size;
      if (max <= 0) return;
      const claims = await store.claim({ node, max, leaseMs: LEASE_MS });
      for (const one of claims) begin(one);
      if (claims.length < max) fullSince = null;
      else fullSince ??= clock.now();
      if (claims.length === 0 && !again) return;
    }
  };

  let receiving: Promise<void> | null = null;
  let more = false;
  /** One round at a time; what comes meanwhile has another. */
  function receive(): void {
    more = true;
    if (stopped || receiving !== null) return;
    more = false;
    receiving = chores.receive().finally(() => {
      receiving = null;
      if (more) receive();
    });
  }

  /** What time brings: leases that ran out, actions that were decided, messages from outside. */
  async function look(): Promise<void> {
    await store.wake(node);
    receive();
  }

  function poke(): void {
    again = true;
    if (stopped || claiming !== null) return;
    claiming = claim()
      .catch(onFault)
      .finally(() => {
        claiming = null;
        if (again && running.size < maxTurns) poke();
      });
  }

  async function tick(): Promise<void> {
    await look();
    poke();
    while (receiving !== null || claiming !== null || running.size > 0) {
      await receiving;
      await claiming;
      await Promise.all([...running].map(({ work }) => work));
    }
  }

  return {
    poke,
    tick,
    async abort(meant, withinMs) {
      const ended = [...running].filter(({ claim }) => meant(claim));
      for (const { abort } of ended) abort.abort();
      const timeout = Promise.withResolvers<void>();
      const bound = setTimeout(timeout.resolve, withinMs);
      await Promise.race([Promise.all(ended.map(({ work }) => work)), timeout.promise]);
      clearTimeout(bound);
      return ended.filter((one) => running.has(one)).length;
    },
    running: () => [...running].map(({ claim: { frame } }) => ({ thread: frame.thread, name: frame.name })),
    receive,
    fullSince: () => fullSince,
    start() {
      const next = () => {
        if (stopped) return;
        timer = setTimeout(() => {
          look()
            .catch(onFault)
            .finally(() => {
              poke();
              next();
            });
        }, tickMs).unref();
      };
      poke();
      next();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await receiving;
      await claiming;
      for (const { abort } of running) abort.abort();
      await Promise.allSettled([...running].map(({ work }) => work));
    },
  };
}
