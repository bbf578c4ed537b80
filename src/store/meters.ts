/**
 * Meters: takes granted all or none. A sliding meter is a series of grants with a running total, so that an exact window
 * costs one look at one row however long the series is: the window has room if the grant that brought the total to
 * (used + amount − limit) is older than the window. A calendar meter, or one of a lifetime, is a counter whose name holds its
 * period.
 *
 * Rows are locked in the order of their names where other processes write; an action's own take never waits for itself.
 */
import {
  capReached,
  isCounted,
  isSliding,
  mustHaveLeft,
  periodEnd,
  periodMeter,
  type SlidingCap,
} from '../guard/cap.ts';
import type { Asked, Reason } from '../guard/judge.ts';
import type { Cap, Unit } from '../guard/take.ts';
import { boundedMap } from '../kernel/bounded-map.ts';
import type { ActionId, OrgId } from '../kernel/ids.ts';
import { DAY_MS } from '../kernel/time.ts';
import * as sql from './meter-statements.ts';
import type { Sealing } from './sealing.ts';
import type { Tx } from './statement.ts';

/** What an action holds of a meter: to be adjusted when what it used is known, or given back. */
export interface Granted {
  readonly meter: string;
  readonly amount: number;
  /** A grant of a series, or what a counter counts. */
  readonly kind: 'series' | Unit;
}

/** What was used in the end, by unit; what is left out stays as it was granted. */
export type Used = { readonly [U in Exclude<Unit, 'count'>]?: number };

/** What a counter holds after it changed; `cap`: when it was granted from, the limit on it. */
export interface CounterReading {
  readonly meter: string;
  readonly used: number;
  readonly cap?: Cap;
}

const CACHED_METERS = 200_000;
/** The longest sliding window, unless a take says that its meter is asked about more. */
const LONGEST_WINDOW_MS = DAY_MS;
/** A series is pruned once in so many grants. */
const PRUNE_EVERY = 64;

interface Series {
  readonly id: string;
  readonly take: Asked;
}
interface Plan {
  readonly series: readonly Series[];
  readonly counters: readonly Series[];
  readonly names: readonly string[];
}

export interface Meters {
  /** The reasons why the takes can't be granted now; empty when they can. Reserves nothing. */
  peek(org: OrgId, takes: readonly Asked[], now: number): Tx<readonly Reason[]>;
  /** Brings back to the present what a clock that stood far ahead has left; `grant` does so itself. */
  heal(org: OrgId, takes: readonly Asked[], now: number): Tx<void>;
  /** Grants all, or none and says why. */
  grant(
    org: OrgId,
    action: ActionId,
    takes: readonly Asked[],
    now: number,
  ): Tx<{
    readonly granted: readonly Granted[];
    readonly reasons: readonly Reason[];
    readonly counters: readonly CounterReading[];
  }>;
  /** Replaces what was reserved by what was used. Returns the counters that grew. */
  adjust(org: OrgId, granted: readonly Granted[], used: Used): Tx<readonly CounterReading[]>;
  /** Gives everything back that a limit still sees: the action never left. */
  release(org: OrgId, action: ActionId, granted: readonly Granted[], now: number): Tx<void>;
  /** Drops meters with all that was granted of them. */
  drop(org: OrgId, meters: readonly string[]): Tx<void>;
  /** How much of a sliding meter is used in the `ms` before now; of one contact's, if one is named. */
  usedWithin(org: OrgId, meter: string, ms: number, now: number, contact?: string): Tx<number>;
  counter(org: OrgId, meter: string): Tx<number>;
  /** After a rollback: what was granted in it is not there. */
  forgetAll(): void;
}

/** @param exclusive totals may be remembered between transactions: no other process grants. */
export function createMeters(sealing: Sealing, exclusive: boolean): Meters {
  const totals = boundedMap<string, Meter>(CACHED_METERS);

  /**
   * A clock that once stood far ahead must not lock anybody out until it is there again: grants of a future that no window
   * can hold count from now on, as if they had just been made.
   */
  function* healed(org: OrgId, id: string, meter: Meter, now: number): Tx<Meter> {
    if (meter.at <= now + LONGEST_WINDOW_MS) return meter;
    yield* sql.bringBack.run({ org, meter: id, now });
    yield* put(org, id, meter.used, now);
    return { used: meter.used, at: now };
  }

  /** A meter's total, its row locked where others write; undefined when it has none yet. */
  function* locked(org: OrgId, id: string): Tx<Meter | undefined> {
    const known = totals.get(`${org}\n${id}`);
    if (known !== undefined) return known;
    return yield* sql.lockMeter.first({ org, id });
  }

  function* put(org: OrgId, id: string, used: number, at: number): Tx<void> {
    yield* sql.writeMeter.run({ org, id, used, at });
    if (exclusive) totals.set(`${org}\n${id}`, { used, at });
  }

  function* idOf(org: OrgId, { meter, contact }: { meter: string; contact?: string | undefined }): Tx<string> {
    return contact === undefined ? meter : `${meter}:${yield* sealing.ref(org, contact)}`;
  }

  function* plan(org: OrgId, takes: readonly Asked[], now: number): Tx<Plan> {
    const series: Series[] = [];
    const counters: Series[] = [];
    for (const take of takes) {
      const id = yield* idOf(org, take);
      if (take.keptMs !== undefined || take.caps.some(isSliding)) series.push({ id, take });
      for (const cap of take.caps.filter(isCounted)) {
        counters.push({ id: periodMeter(id, cap, now), take: { ...take, caps: [cap] } });
      }
    }
    return { series, counters, names: [...series, ...counters].map(({ id }) => id).sort() };
  }

  function* reasons(
    org: OrgId,
    { series, counters }: Plan,
    meters: ReadonlyMap<string, Meter>,
    now: number,
  ): Tx<Reason[]> {
    const found: Reason[] = [];
    for (const { id, take } of series) {
      const { used, at } = meters.get(id) ?? EMPTY;
      const reached = function* (cap: SlidingCap, retryAt: number | null): Tx<void> {
        const base = yield* sql.newestOlder.first({ org, meter: id, at: now - cap.window.ms });
        const within = used - (base?.cum ?? 0);
        found.push({
          guard: take.guard,
          ...capReached(cap, { retryAt, used: within, asked: take.amount, unit: unitOf(take) }, now),
        });
      };
      for (const cap of take.caps.filter(isSliding)) {
        if (take.amount > cap.limit) {
          yield* reached(cap, null);
          continue;
        }
        const reaching = mustHaveLeft(used, take.amount, cap.limit);
        if (reaching <= 0 || at <= now - cap.window.ms) continue;
        const row = yield* sql.firstReaching.first({ org, meter: id, cum: reaching });
        if (row !== undefined && row.at > now - cap.window.ms) {
          yield* reached(cap, row.at + cap.window.ms);
        }
      }
    }
    for (const { id, take } of counters) {
      const cap = take.caps.filter(isCounted)[0]!;
      const { used } = meters.get(id) ?? EMPTY;
      if (used + take.amount <= cap.limit) continue;
      const retryAt = take.amount > cap.limit ? null : periodEnd(cap, now);
      found.push({
        guard: take.guard,
        ...capReached(cap, { retryAt, used, asked: take.amount, unit: unitOf(take) }, now),
      });
    }
    return found;
  }

  /** Drops the grants that no window can see, but keeps the newest of them as the base of what it sees. */
  function* prune(org: OrgId, meter: string, keptMs: number, now: number): Tx<void> {
    const seen = yield* sql.firstNewer.first({ org, meter, at: now - keptMs });
    if (seen === undefined) return;
    const base = yield* sql.lastBefore.first({ org, meter, cum: seen.cum });
    if (base !== undefined) yield* sql.pruneTakes.run({ org, meter, cum: base.cum });
  }

  return {
    *heal(org, takes, now) {
      for (const id of (yield* plan(org, takes, now)).names) {
        const meter = yield* locked(org, id);
        if (meter !== undefined) yield* healed(org, id, meter, now);
      }
    },
    *peek(org, takes, now) {
      const planned = yield* plan(org, takes, now);
      const meters = new Map<string, Meter>();
      for (const id of planned.names) meters.set(id, (yield* sql.readMeter.first({ org, id })) ?? EMPTY);
      return yield* reasons(org, planned, meters, now);
    },
    *grant(org, action, takes, now) {
      const planned = yield* plan(org, takes, now);
      const meters = new Map<string, Meter>();
      for (const id of planned.names) {
        let meter = yield* locked(org, id);
        if (meter === undefined) {
          yield* sql.insertMeter.run({ org, id });
          meter = (yield* locked(org, id))!;
        }
        meters.set(id, yield* healed(org, id, meter, now));
      }
      const refused = yield* reasons(org, planned, meters, now);
      if (refused.length > 0) return { granted: [], reasons: refused, counters: [] };
      const granted: Granted[] = [];
      for (const { id, take } of planned.series) {
        const meter = meters.get(id)!;
        const at = Math.max(now, meter.at); // a clock that went back must not make room
        const cum = meter.used + take.amount;
        yield* sql.insertTake.run({ org, meter: id, cum, action, at });
        yield* put(org, id, cum, at);
        if (Math.floor(cum / PRUNE_EVERY) > Math.floor(meter.used / PRUNE_EVERY))
          yield* prune(org, id, take.keptMs ?? LONGEST_WINDOW_MS, now);
        granted.push({ meter: id, amount: take.amount, kind: 'series' });
      }
      const counters: CounterReading[] = [];
      for (const { id, take } of planned.counters) {
        const used = meters.get(id)!.used + take.amount;
        yield* put(org, id, used, now);
        counters.push({ meter: id, used, cap: take.caps[0]! });
        granted.push({ meter: id, amount: take.amount, kind: unitOf(take) });
      }
      return { granted, reasons: [], counters };
    },
    *adjust(org, granted, actually) {
      const grown: CounterReading[] = [];
      for (const { meter, amount, kind } of granted.toSorted(byMeter)) {
        const actual = kind === 'series' || kind === 'count' ? amount : (actually[kind] ?? amount);
        if (amount === actual) continue;
        const { used, at } = (yield* locked(org, meter)) ?? EMPTY;
        yield* put(org, meter, used - amount + actual, at);
        if (actual > amount) grown.push({ meter, used: used - amount + actual });
      }
      return grown;
    },
    *release(org, action, granted, now) {
      for (const { meter, amount, kind } of granted.toSorted(byMeter)) {
        const { used, at } = (yield* locked(org, meter)) ?? EMPTY;
        if (kind === 'series') {
          const row = yield* sql.findTake.first({ org, meter, action });
          // what no window sees stays: it may be what the pruned grants before it are counted from
          if (row === undefined || row.at <= now - LONGEST_WINDOW_MS) continue;
          yield* sql.deleteTake.run({ org, meter, cum: row.cum, action });
          yield* sql.shiftTakes.run({ org, meter, cum: row.cum, amount });
        }
        yield* put(org, meter, used - amount, at);
      }
    },
    *drop(org, meters) {
      for (const id of meters.toSorted()) {
        totals.delete(`${org}\n${id}`);
        yield* sql.dropTakes.run({ org, meter: id });
        yield* sql.dropMeter.run({ org, id });
      }
    },
    *usedWithin(org, series, ms, now, contact) {
      const meter = yield* idOf(org, { meter: series, contact });
      const { used } = (yield* sql.readMeter.first({ org, id: meter })) ?? EMPTY;
      const base = yield* sql.newestOlder.first({ org, meter, at: now - ms });
      return used - (base?.cum ?? 0); // pruning keeps the newest grant that no window sees, so none older means none at all
    },
    *counter(org, meter) {
      return ((yield* sql.readMeter.first({ org, id: meter })) ?? EMPTY).used;
    },
    forgetAll: () => totals.clear(),
  };
}

interface Meter {
  readonly used: number;
  readonly at: number;
}
const EMPTY: Meter = { used: 0, at: 0 };
const unitOf = ({ unit = 'count' }: Asked): Unit => unit;
const byMeter = (a: Granted, b: Granted): number => (a.meter < b.meter ? -1 : 1);
