/**
 * The line before one model: so many requests at once, each with a key whose buckets have room. First come, first served: a
 * large request at the head holds up the small ones behind it, which is what keeps it from waiting for ever. Nobody
 * waits longer than said, and only so many wait.
 *
 * Threats: a request larger than its bucket that waits for ever; a queue that grows without end; a place that is not given back.
 */
import type { Clock } from '../../kernel/clock.ts';
import type { Timer } from '../../kernel/timer.ts';
import type { ModelConfig } from '../config/schema.ts';
import type { ModelKey } from './model-keys.ts';
import { type Choice, chooseKey } from './rules/choose-key.ts';
import { resized, take } from './rules/token-bucket.ts';

export interface Ask {
  /** Reserved until the seat is given back. */
  readonly tokens: number;
  readonly signal: AbortSignal;
  /** Until when (ms) it may wait. */
  readonly until: number;
}

export type Seat =
  | {
      readonly is: 'seat';
      readonly key: ModelKey;
      /** Gives the place back; the first call alone counts. `used`: what was used up of tokens; null: nobody knows. */
      leave(used: number | null): void;
    }
  | Exclude<Choice<ModelKey>, { readonly is: 'key' | 'wait' }>
  /** Not within the time that it may wait; room at `at` at the earliest, as far as known. */
  | { readonly is: 'too_long'; readonly at: number }
  | { readonly is: 'full' }
  | { readonly is: 'cancelled' };

export interface ModelLine {
  readonly model: ModelConfig;
  readonly keys: readonly ModelKey[];
  readonly inFlight: number;
  readonly waiting: number;
  seat(ask: Ask): Promise<Seat>;
  /** Another configuration of the same alias: who has a seat keeps it, who waits is looked at again. */
  become(model: ModelConfig, keys: readonly ModelKey[]): void;
}

const MAX_WAITING = 1_000;
/** Told to who could not wait for a place, as nobody knows when one is free. */
const TRY_AGAIN_MS = 1_000;

interface Waiter {
  readonly ask: Ask;
  readonly end: (seat: Seat) => void;
}

export function createModelLine(
  first: ModelConfig,
  firstKeys: readonly ModelKey[],
  { clock, timer }: { readonly clock: Clock; readonly timer: Timer },
): ModelLine {
  let model = first;
  let keys = firstKeys;
  let inFlight = 0;
  let queue: Waiter[] = [];
  let stopAlarm = (): void => {};

  /** A seat, a refusal, or null: not yet. `at`: when to look again, where that is known. */
  function look(ask: Ask): { readonly seat: Seat | null; readonly at: number | null } {
    const now = clock.now();
    for (const key of keys) {
      if (key.tokens !== null) key.tokens = resized(key.tokens, key.tokens.perMinute, now);
      if (key.requests !== null) key.requests = resized(key.requests, key.requests.perMinute, now);
    }
    const choice = chooseKey(keys, ask.tokens, now);
    if (choice.is === 'wait')
      return choice.at > ask.until
        ? { seat: { is: 'too_long', at: choice.at }, at: null }
        : { seat: null, at: choice.at };
    if (choice.is !== 'key') return { seat: choice, at: null };
    if (inFlight >= model.maxConcurrent) return { seat: null, at: null };
    return { seat: reserve(choice.key, ask.tokens, now), at: null };
  }

  function reserve(key: ModelKey, tokens: number, now: number): Seat {
    inFlight++;
    key.inFlight++;
    if (key.tokens !== null) key.tokens = take(key.tokens, tokens, now);
    if (key.requests !== null) key.requests = take(key.requests, 1, now);
    let left = false;
    return {
      is: 'seat',
      key,
      leave(used) {
        if (left) return;
        left = true;
        inFlight--;
        key.inFlight--;
        if (key.tokens !== null && used !== null) key.tokens = take(key.tokens, used - tokens, clock.now());
        serve();
      },
    };
  }

  /** Lets in whoever can be, from the head on. */
  function serve(): void {
    stopAlarm();
    for (let head = queue[0]; head !== undefined; head = queue[0]) {
      const { seat, at } = look(head.ask);
      if (seat === null) {
        if (at !== null) stopAlarm = timer(Math.max(1, at - clock.now()), serve);
        return;
      }
      queue.shift();
      head.end(seat);
    }
  }

  function wait(ask: Ask): Promise<Seat> {
    const { promise, resolve } = Promise.withResolvers<Seat>();
    const leaveLine = (seat: Seat) => {
      queue = queue.filter((other) => other !== waiter);
      waiter.end(seat);
      serve();
    };
    const onAbort = () => leaveLine({ is: 'cancelled' });
    const stop = timer(Math.max(0, ask.until - clock.now()), () =>
      leaveLine({ is: 'too_long', at: clock.now() + TRY_AGAIN_MS }),
    );
    const waiter: Waiter = {
      ask,
      end(seat) {
        stop();
        ask.signal.removeEventListener('abort', onAbort);
        resolve(seat);
      },
    };
    ask.signal.addEventListener('abort', onAbort, { once: true });
    queue.push(waiter);
    if (queue.length === 1) serve(); // so that what it waits for wakes it
    return promise;
  }

  return {
    get model() {
      return model;
    },
    get keys() {
      return keys;
    },
    get inFlight() {
      return inFlight;
    },
    get waiting() {
      return queue.length;
    },
    async seat(ask) {
      if (ask.signal.aborted) return { is: 'cancelled' };
      // what can't be served at all is told at once, however many wait
      const { is } = chooseKey(keys, ask.tokens, clock.now());
      if (queue.length === 0 || is === 'no_key' || is === 'too_large' || is === 'unwell') {
        const { seat } = look(ask);
        if (seat !== null) return seat;
      }
      if (queue.length >= MAX_WAITING) return { is: 'full' };
      return wait(ask);
    },
    become(next, nextKeys) {
      model = next;
      keys = nextKeys;
      serve();
    },
  };
}
