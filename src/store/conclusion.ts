/** Conclusion: what came of an action, recorded once. State, money, domain rows, the idempotent answer, and the log entry. */
import type { Delivery, WorldAction } from '../guard/action.ts';
import type { CalledOff, Settlement } from '../guard/ledger.ts';
import type { Claimed } from '../guard/permit.ts';
import type { ActionId, AgentId, OrgId } from '../kernel/ids.ts';
import {
  type ActionRow,
  claimedOf,
  correctCost,
  dropInput,
  keyOf,
  markEnded,
  markKnown,
  openInput,
  reasonsJson,
} from './action-row.ts';
import { resultEntry } from './entries.ts';
import { type UsageTag, unpackFrozen } from './frozen.ts';
import type { Group } from './group.ts';
import type { IdempotencyKey } from './idempotency.ts';
import { type LedgerParts, worldAction } from './ledger-parts.ts';
import type { Granted, Used } from './meters.ts';
import { dropSecretContext } from './secret-context.ts';
import type { Tx } from './statement.ts';
import { NOT_COUNTED, recount } from './usage.ts';

/** What an open action holds: to be settled with it. */
export interface Held {
  readonly granted: readonly Granted[];
  readonly usage: UsageTag | null;
  readonly idempotency: IdempotencyKey | null;
}
export function heldOf(row: ActionRow): Held {
  const { takes, usage } = unpackFrozen(row);
  return { granted: takes, usage, idempotency: keyOf(row) };
}

/** What this process claimed in the transaction that admitted it: settling needs no look at the row. */
export type Claims = WeakMap<Claimed, Held>;

/** The same amount in each of its counters. */
const reserved = (granted: readonly Granted[], unit: keyof Used): number =>
  granted.reduce((most, { kind, amount }) => (kind === unit && amount > most ? amount : most), 0);
export const reservedMoney = (granted: readonly Granted[]): number => reserved(granted, 'money');

/** What was used of something that was reserved: of an unknown outcome all of it, of a failure nothing unless said. */
const usedOf = ({ state }: Delivery, told: number | undefined, most: number): number =>
  state === 'unknown' ? most : (told ?? (state === 'ok' ? most : 0));

/** Begun, and what came of it is not known yet: a provider's callback may be faster than its own answer. */
const OPEN: ReadonlySet<string> = new Set(['claimed', 'unknown']);
/** The states whose cost is settled and may be told more exactly. */
const COSTS: ReadonlySet<string> = new Set(['done', 'failed']);

/** Closes an open row. */
export function* closeRow(
  group: Group,
  row: ActionRow,
  ended: Pick<ActionRow, 'state' | 'code' | 'why' | 'cost' | 'ref'>,
): Tx<number> {
  group.facts.forget(row.org as OrgId, 'held', row.id);
  return yield* markEnded.run({ org: row.org, id: row.id, attempt: row.attempt, settled_at: group.now, ...ended });
}

export interface Conclusion {
  /** Settles by a delivery; `already` when another settlement stands. */
  conclude(group: Group, held: Held, claimed: Claimed, delivery: Delivery, wasUnknown: boolean): Tx<Settlement>;
  /** Cancels what never began; what had begun may have happened, and is unknown. */
  callOff(group: Group, row: ActionRow, why: CalledOff, rule: string): Tx<null>;
  /** News of an action that ran; see `Ledger.report`. */
  report(group: Group, row: ActionRow, delivery: Delivery): Tx<void>;
  /** Whether the action can still be executed and concluded. */
  readable(row: ActionRow): Tx<boolean>;
  /** Ends what nobody can execute or conclude any more. What never began gives its takes back. */
  bury(group: Group, row: ActionRow): Tx<void>;
}

export const ABANDONED: CalledOff = {
  state: 'unknown',
  code: 'outcome_unknown',
  say: 'The process that was sending it stopped. It may or may not have left; it is not repeated.',
};

/** Only what can still be found out needs its input any longer. */
const mayBeAsked = ({ find }: WorldAction, { state }: Delivery): boolean => state === 'unknown' && find !== undefined;

export function createConclusion({
  catalogue,
  sealing,
  meters,
  budgets,
  writers,
  idempotency,
  entropy,
  ids,
  onFault,
}: LedgerParts): Conclusion {
  function* conclude(
    group: Group,
    held: Held,
    claimed: Claimed,
    delivery: Delivery,
    wasUnknown: boolean,
    why: string | null = null,
  ): Tx<Settlement> {
    const { org, id, attempt } = claimed;
    const action = worldAction(catalogue, claimed.action);
    const { granted, usage, idempotency: key } = held;
    const money = reservedMoney(granted);
    const tokens = reserved(granted, 'tokens');
    const used = {
      money: usedOf(delivery, delivery.cost, money),
      tokens: usedOf(delivery, delivery.state === 'ok' ? delivery.tokens : undefined, tokens),
    };
    const cost = used.money;
    const ref = delivery.state === 'ok' ? delivery.ref : null;
    const code = delivery.state === 'ok' ? null : delivery.code;
    const state = delivery.state === 'ok' ? 'done' : delivery.state;
    const { writes, output } = action.conclude(
      claimed,
      delivery,
      { action: id, id: (prefix) => ids.next(prefix), bytes: (n) => entropy.bytes(n) },
      group.now,
    );
    const ended = { org, id, attempt, settled_at: group.now, state, code, cost, ref };
    const moved = wasUnknown ? yield* markKnown.run(ended) : yield* markEnded.run({ ...ended, why });
    if (moved !== 1) return { is: 'already', output, delivery };
    if (delivery.state === 'cancelled') yield* meters.release(org, id, granted, group.now);
    else if (cost !== money || used.tokens !== tokens) {
      yield* budgets.look(group, org, claimed.agent, yield* meters.adjust(org, granted, used));
    }
    // an unknown outcome was counted with what was reserved for it; what never left is not counted
    const before = wasUnknown ? ({ messages: 1, cost: money } as const) : NOT_COUNTED;
    yield* recount(group, claimed, usage, before, delivery.state === 'cancelled' ? NOT_COUNTED : { messages: 1, cost });
    if (!mayBeAsked(action, delivery)) {
      if (action.secretInput === true) yield* dropInput.run({ org, id });
      if (action.dropsSecretContext === true) yield* dropSecretContext(org, id);
    }
    yield* writers.apply(group, org, id, writes);
    // only what succeeded has anything to show
    const secret = delivery.state === 'ok' && (action.secretOutput ?? []).length > 0;
    if (key !== null) yield* idempotency.conclude(org, key, output, secret);
    yield* group.record(resultEntry(claimed, group.now, delivery, cost));
    return { is: 'moved', output, delivery };
  }

  function* callOff(group: Group, row: ActionRow, why: CalledOff, rule: string): Tx<null> {
    const delivery = row.attempt === 0 ? why : ABANDONED;
    const { code, say } = delivery;
    const reasons = reasonsJson([{ is: 'deny', guard: rule, code, say }]);
    yield* conclude(group, heldOf(row), yield* claimedOf(sealing, row, row.attempt), delivery, false, reasons);
    return null;
  }

  function* report(group: Group, row: ActionRow, delivery: Delivery): Tx<void> {
    const org = row.org as OrgId;
    const id = row.id as ActionId;
    if (OPEN.has(row.state)) {
      if (delivery.state === 'unknown' || !(yield* readable(row))) return;
      const claimed = yield* claimedOf(sealing, row, row.attempt);
      yield* conclude(group, heldOf(row), claimed, delivery, row.state === 'unknown');
      return;
    }
    const { cost } = delivery;
    if (!COSTS.has(row.state) || cost === undefined || cost === row.cost) return;
    const { granted, usage } = heldOf(row);
    const agent = row.agent as AgentId | null;
    // the counters hold what was settled last, which is in the row, and no longer what was reserved
    const settled = granted.map((take) => (take.kind === 'money' ? { ...take, amount: row.cost } : take));
    yield* budgets.look(group, org, agent, yield* meters.adjust(org, settled, { money: cost }));
    yield* recount(group, { org, id, agent }, usage, { messages: 1, cost: row.cost }, { messages: 1, cost });
    yield* correctCost.run({ org, id, cost });
    yield* group.record(resultEntry({ id, org }, group.now, delivery, cost));
  }

  function* readable(row: ActionRow): Tx<boolean> {
    return catalogue.byName(row.name) !== undefined && (yield* openInput(sealing, row)) !== null;
  }

  function* bury(group: Group, row: ActionRow): Tx<void> {
    const begun = row.attempt > 0;
    const state = begun ? 'unknown' : 'cancelled';
    const moved = yield* closeRow(group, row, {
      state,
      code: 'internal',
      why: null,
      cost: begun ? row.cost : 0,
      ref: null,
    });
    if (moved !== 1) return;
    const { granted, usage } = heldOf(row);
    const place = { org: row.org as OrgId, id: row.id as ActionId, agent: row.agent as AgentId | null };
    if (begun) yield* recount(group, place, usage, NOT_COUNTED, { messages: 1, cost: row.cost });
    else yield* meters.release(place.org, place.id, granted, group.now);
    const delivery = { state, code: 'internal', say: '' } as const;
    yield* group.record(resultEntry(place, group.now, delivery, begun ? row.cost : 0));
    onFault(new TypeError(`${row.name} ${row.id} can't be read any more; it was ended as ${state}`));
  }

  return { conclude, callOff, report, readable, bury };
}
