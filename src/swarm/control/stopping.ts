/**
 * What a stop does after its commit. By then nothing of it can begin any more: fences, ended frames and pauses are looked at in
 * the transaction right before each side effect. What is left is what had begun: its signals are aborted here and by every other
 * server that sees the stop, its frames end, what waits is withdrawn, and what came of each is told, as far as it is known in time.
 * A server that dies in between leaves the stop open, and another one finishes it.
 *
 * The threat: a stop that reports success while its work goes on. So nothing is told from hope: an action counts as stopped when
 * its row says so, and as not proven otherwise.
 */

import type { Executor } from '../../guard/executor.ts';
import type { CalledOff, Ledger } from '../../guard/ledger.ts';
import type { Claimed } from '../../guard/permit.ts';
import type { SeenThread } from '../../guard/thread-visibility.ts';
import { type Clock, monotonicMs } from '../../kernel/clock.ts';
import type { ActionId, AgentId, OrgId } from '../../kernel/ids.ts';
import { MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
import type { Claim } from '../ports.ts';
import type { Pump } from '../runtime/pump.ts';
import type { Stop, StoppedAction, StopRecord, StopStore } from './ports.ts';
import { type StopReport, stopReport, unread } from './rules/stop-report.ts';

/** The whole of a stop, from the request to its answer. */
export const STOP_WITHIN_MS = 5 * SECOND_MS;
/** Of that, for what comes after the commit. */
const END_WITHIN_MS = 4 * SECOND_MS;
/** Between two looks at what is still under way: longer each time. */
const LOOK_MS = [5, 10, 20, 40, 80, 160] as const;
/** Kept for the last look and for the answer. */
const TELL_MS = 300;
/** As long as what a server has under way may have been begun before it saw the stop. */
const SEEN_MS = MINUTE_MS;

export interface StoppingParts {
  readonly store: StopStore;
  readonly ledger: Pick<Ledger, 'withdraw'>;
  readonly executor: Pick<Executor, 'abort'>;
  readonly pump: Pick<Pump, 'abort'>;
  /** Ends the programs and connections of the organisation's tools. */
  readonly closeTools: (org: OrgId) => Promise<void>;
  readonly clock: Clock;
  readonly onFault: (fault: unknown) => void;
}

type IsThere = (at: { readonly agent: AgentId | null; readonly thread: SeenThread | null }) => boolean;

/** What is known so far. */
interface Known {
  readonly record: StopRecord;
  readonly turnsUnderWay: number;
}

export interface Stopping {
  /**
   * Ends what a stop found, and tells what came of it, within four seconds.
   *
   * @param isThere whether who asks may know of an agent, and of a thread.
   */
  finish(org: OrgId, stop: ActionId, isThere: IsThere): Promise<StopReport>;
  /** Ends model steps that are under way here, to be made again later. */
  abortThinking(org: OrgId, meant: (claimed: Claimed) => boolean): Promise<readonly ActionId[]>;
  /** One look at what other servers stopped, and at what a server left unfinished. */
  round(): Promise<void>;
}

export function createStopping(parts: StoppingParts): Stopping {
  const { store, ledger, executor, pump, clock, onFault } = parts;
  /** Stops whose work here was aborted. */
  const seen = new Map<ActionId, number>();

  /** @returns how many turns have not ended by then: code of a handler that does not listen. */
  async function abort(stop: Stop, frames: ReadonlySet<string>, withinMs: number): Promise<number> {
    seen.set(stop.id, stop.at);
    const actions = executor.abort((claimed) => isMeant(stop, frames, claimed), withinMs);
    const left = await pump.abort((claim) => isMeantTurn(stop, frames, claim), withinMs);
    await actions;
    return left;
  }

  /** Everything that can be done within the time; what fails is tried again until then. */
  async function end(stop: Stop, until: () => number, tell: (known: Known) => void): Promise<void> {
    const rest = () => Math.max(0, until() - TELL_MS);
    let frames: ReadonlySet<string> = new Set();
    let turns = abort(stop, frames, rest());
    let looks = 0;
    const tools = stop.subject.is === 'swarm' ? parts.closeTools(stop.org).catch(onFault) : null;
    while (rest() > 0) {
      try {
        const left = await store.end(stop.org, stop.id);
        let record = await found(stop);
        if (record.frames.length > frames.size) {
          frames = new Set(record.frames.map(({ id }) => id));
          turns = abort(stop, frames, rest());
        }
        const waiting = record.actions.filter(isWaiting).map(({ id }) => id);
        if (waiting.length > 0) {
          await ledger.withdraw(stop.org, waiting, STOPPED);
          record = await found(stop);
        }
        tell({ record, turnsUnderWay: 0 });
        if (left === 0 && !record.actions.some((action) => action.is === 'claimed' || isWaiting(action))) break;
      } catch (fault) {
        onFault(fault);
      }
      await pause(LOOK_MS[Math.min(looks++, LOOK_MS.length - 1)]!);
    }
    const left = await turns;
    await bounded(Promise.resolve(tools), rest());
    tell({ record: await found(stop), turnsUnderWay: left });
  }

  async function found({ org, id }: Stop): Promise<StopRecord> {
    const record = await store.record(org, id);
    if (record === null) throw new TypeError(`there is no stop ${id}`);
    return record;
  }

  /** Of threads that can't be looked up in time it is told how much there was. */
  async function report({ record, turnsUnderWay }: Known, isThere: IsThere): Promise<StopReport> {
    const places = [...record.frames, ...record.actions, ...record.unread.messages];
    const ids = new Set(places.map(({ thread }) => thread).filter((thread) => thread !== null));
    const threads = await bounded(store.threads(record.org, ids), TELL_MS);
    return stopReport(record, turnsUnderWay, ({ agent, thread = null }) => {
      const seen = thread === null ? null : threads?.get(thread);
      return seen !== undefined && isThere({ agent, thread: seen });
    });
  }

  return {
    async finish(org, id, isThere) {
      const deadline = monotonicMs() + END_WITHIN_MS;
      const until = () => Math.max(0, deadline - monotonicMs());
      const known = await bounded(store.record(org, id), until());
      if (known === null) return unread(id);
      let latest: Known = { record: known, turnsUnderWay: 0 };
      const work = end(known, until, (more) => {
        latest = more;
      }).then(() => store.finish(org, id));
      work.catch(onFault);
      await bounded(work, until());
      return report(latest, isThere);
    },
    async abortThinking(org, meant) {
      const ended = await executor.abort(
        (claimed) => claimed.org === org && claimed.action === THINKS && meant(claimed),
        END_WITHIN_MS,
      );
      return ended.map(({ claimed }) => claimed.id);
    },
    async round() {
      const now = clock.now();
      for (const [id, at] of seen) if (at < now - 2 * SEEN_MS) seen.delete(id);
      for (const stop of await store.recent(now - SEEN_MS)) {
        if (stop.finished && seen.has(stop.id)) continue;
        await abort(stop, new Set((await found(stop)).frames.map(({ id }) => id)), 0);
        if (stop.finished || stop.at > now - STOP_WITHIN_MS) continue;
        const deadline = monotonicMs() + END_WITHIN_MS; // whoever began it is gone
        await end(
          stop,
          () => Math.max(0, deadline - monotonicMs()),
          () => undefined,
        );
        await store.finish(stop.org, stop.id);
      }
    },
  };
}

const THINKS = 'swarm.think';

const isWaiting = ({ is }: StoppedAction): boolean => is === 'held' || is === 'ready';

function isMeant({ org, subject }: Stop, frames: ReadonlySet<string>, claimed: Claimed): boolean {
  if (claimed.org !== org) return false;
  if (claimed.turn !== undefined && frames.has(claimed.turn.frame)) return true;
  switch (subject.is) {
    case 'swarm':
      return claimed.agent !== null;
    case 'agent':
      return claimed.agent === subject.id;
    case 'thread':
      return claimed.turn?.thread === subject.id;
  }
}
function isMeantTurn({ org, subject }: Stop, frames: ReadonlySet<string>, { frame }: Claim): boolean {
  if (frame.org !== org) return false;
  if (frames.has(frame.id) || subject.is === 'swarm') return true;
  return subject.is === 'agent' ? frame.agent === subject.id : frame.thread === subject.id;
}

const STOPPED: CalledOff = {
  state: 'cancelled',
  code: 'cancelled',
  say: 'It was stopped by a person before it began. It was not done.',
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The promise's value, or null after `ms`. */
async function bounded<T>(work: Promise<T>, ms: number): Promise<T | null> {
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
