/**
 * Admission: a judged request becomes a row in one of its states (done, ready or claimed, held, refused), with its takes,
 * writes and log entry.
 */
import { commitText } from '../audit/commitment.ts';
import type { Mint } from '../guard/action.ts';
import { factsFor } from '../guard/facts.ts';
import { dutiesOf, holdsOf, type Reason, reasonsOf, warningsOf } from '../guard/judge.ts';
import type { Alongside, Proposal, Proposed, Refusal } from '../guard/ledger.ts';
import type { Claimed } from '../guard/permit.ts';
import type { ActionId, OrgId } from '../kernel/ids.ts';
import { DAY_MS } from '../kernel/time.ts';
import { mustWait } from '../swarm/budgets/limits.ts';
import {
  type ActionRow,
  actionsById,
  heldOfAgent,
  insertAction,
  keyOf,
  markReady,
  reasonsJson,
  reasonsOfRow,
  saltOf,
  sealInput,
} from './action-row.ts';
import { type Claims, closeRow, reservedMoney } from './conclusion.ts';
import { type Decided, decisionEntry } from './entries.ts';
import { packFrozen } from './frozen.ts';
import type { Group } from './group.ts';
import type { IdempotencyKey } from './idempotency.ts';
import type { Draft, Judged } from './judging.ts';
import type { LedgerParts } from './ledger-parts.ts';
import { countRefusal } from './refusals.ts';
import { sealContext } from './secret-context.ts';
import type { Tx } from './statement.ts';
import { usageTag } from './usage.ts';

const SALT_BYTES = 32;
/** A provider's delivery can be replayed by whoever has seen it; its repeat is known as long as its message is kept. */
const DELIVERY_KEPT_MS = 90 * DAY_MS;
/** Held actions that an agent may have waiting for a person. */
const MAX_HELD = 100;

export interface Admission {
  /** Takes, writes, row and entry; or holds or refuses it. `old` is its row if it was held. */
  admit(
    group: Group,
    draft: Draft,
    judged: Judged,
    claim: boolean,
    old: ActionRow | null,
    key: IdempotencyKey | null,
  ): Tx<Proposed>;
  /** A refusal of a new request, or the end of a held one; one that only a budget keeps from leaving stays held. */
  turnDown(group: Group, draft: Draft, why: readonly Reason[], old: ActionRow | null): Tx<Proposed>;
  /** A refusal made before the guards; null when it was only counted. */
  refuseUnjudged(group: Group, refusal: Refusal): Tx<ActionId | null>;
  /** What was answered under this key before; null when nothing was. */
  replayed(group: Group, proposal: Proposal, key: IdempotencyKey): Tx<Proposed | null>;
  /** How an action stands now, with its answer as long as its key is kept. */
  standingOf(group: Group, row: ActionRow): Tx<Proposed>;
}

/** @param claims where what this process claims at once is noted, for its settlement. */
export function createAdmission(parts: LedgerParts, claims: Claims): Admission {
  const { sealing, meters, budgets, writers, idempotency, entropy, ids, node } = parts;

  const freshSalt = () => entropy.bytes(SALT_BYTES);
  const mintFor = (action: ActionId): Mint => ({
    action,
    id: (prefix) => ids.next(prefix),
    bytes: (n) => entropy.bytes(n),
  });
  /**
   * What a row of this draft has in common, whatever becomes of it. A salt is kept exactly as long as the input that it opens:
   * what keeps no input keeps no salt.
   */
  const rowOf = (draft: Decided, group: Group): ActionRow => ({
    org: draft.org,
    id: draft.id,
    name: draft.entry.action.name,
    version: draft.entry.action.version,
    agent: draft.agent,
    by_id: draft.by.id,
    by_kind: draft.by.kind,
    state: 'done',
    code: null,
    why: null,
    contact: null,
    input: null,
    salt: null,
    frozen: null,
    cost: 0,
    ref: null,
    attempt: 0,
    node: null,
    lease_until: null,
    idempotency: null,
    created_at: group.now,
    held_until: null,
    approved_by: null,
    note: null,
    settled_at: group.now,
  });

  function* refused(group: Group, draft: Draft, why: readonly Reason[]): Tx<Proposed> {
    const caller = draft.agent ?? draft.by.id;
    const name = draft.entry.action.name;
    const recorded = yield* countRefusal(group, { org: draft.org, caller, name, code: why[0]!.code });
    if (!recorded) return { is: 'refused', id: null, why };
    yield* insertAction.run({
      ...rowOf(draft, group),
      state: 'refused',
      code: why[0]!.code,
      why: reasonsJson(why),
    });
    yield* group.record(
      decisionEntry(draft, group.now, {
        decision: 'deny',
        codes: codesOf(why),
        commit: commitText(freshSalt(), draft.args),
      }),
    );
    return { is: 'refused', id: draft.id, why };
  }

  function* replayed(group: Group, proposal: Proposal, key: IdempotencyKey): Tx<Proposed | null> {
    const { org } = proposal;
    const known = yield* idempotency.find(org, key, proposal.args, group.now);
    if (known === null) return null;
    const no = (code: Reason['code'], say: string): Tx<Proposed> =>
      refused(group, { ...proposal, approvedBy: null }, [
        { is: 'deny', guard: 'idempotency', code, say, source: 'idempotency keys are kept for 24 hours' },
      ]);
    if (known.conflict)
      return yield* no('idempotency_conflict', 'This idempotency key was used with other arguments. Use a new key.');
    if (known.erased)
      return yield* no('not_found', 'This was done about a person whose data was erased since; its answer is gone.');
    if (known.secret)
      return yield* no(
        'already_shown',
        'This was done, and its secret was shown once. Rotate the secret to get a new one.',
      );
    const [row] = yield* actionsById.rows([[org, known.action]]);
    return row === undefined ? null : asProposed(known.action, row, known.output);
  }

  function* admit(
    group: Group,
    draft: Draft,
    judged: Judged,
    claim: boolean,
    old: ActionRow | null,
    key: IdempotencyKey | null,
  ): Tx<Proposed> {
    const { verdict, request, facts, fences } = judged;
    const { org, id } = draft;
    const { action } = draft.entry;
    if (verdict.is === 'deny') return yield* turnDown(group, draft, reasonsOf(verdict), old);
    if (verdict.is === 'hold') {
      yield* meters.heal(org, verdict.takes, group.now);
      const full = [...(yield* meters.peek(org, verdict.takes, group.now)), ...(yield* holdsLeft(draft))];
      return full.length > 0 ? yield* turnDown(group, draft, full, old) : yield* hold(group, draft, judged, key);
    }
    const { granted, reasons, counters } = yield* meters.grant(org, id, verdict.takes, group.now);
    if (reasons.length > 0) return yield* turnDown(group, draft, reasons, old);
    yield* budgets.look(group, org, draft.agent, counters);

    const sealed =
      action.effect === 'world' && old === null
        ? yield* sealInput(sealing, action, org, id, draft.input, draft.args, group.now, freshSalt)
        : null;
    const salt = (old === null ? sealed?.salt : yield* saltOf(sealing, old)) ?? freshSalt();
    const entry = decisionEntry(draft, group.now, {
      decision: 'allow',
      codes: warningsOf(verdict).map(({ code }) => `warn:${code}`),
      commit: commitText(salt, draft.args),
      label: request.label.integrity,
      cost: reservedMoney(granted),
    });
    yield* group.record(entry);
    const warnings = warningsOf(verdict);

    if (action.effect === 'state') {
      const { writes, output } = action.change(request, factsFor(action.needs, facts), mintFor(id));
      const cost = reservedMoney(granted);
      if (old === null) yield* insertAction.run({ ...rowOf(draft, group), cost });
      else yield* closeRow(group, old, { state: 'done', code: null, why: null, cost, ref: null });
      yield* writers.apply(group, org, id, writes);
      if (old === null) yield* alongside(group, draft, { id, is: 'done', output });
      const remembered = old === null ? null : keyOf(old);
      if (remembered !== null) yield* idempotency.conclude(org, remembered, output, false);
      if (key !== null) yield* remember(group, draft, key, output, (action.secretOutput ?? []).length > 0);
      return { is: 'done', id, output, warnings };
    }
    if (action.effect !== 'world') throw new TypeError(`${action.name} is not proposed`);
    const staged = action.stage(request, factsFor(action.needs, facts), mintFor(id));
    const lease = claim ? { state: 'claimed', attempt: 1, node, lease_until: group.now + action.leaseMs } : READY;
    const { context } = staged;
    const duties = dutiesOf(verdict);
    const usage = yield* usageTag(group, org, draft.agent, action, draft.input);
    const decided = {
      scopes: [...draft.by.scopes],
      grants: draft.by.grants ?? [],
      label: request.label,
      fences,
      takes: granted,
      ...(yield* sealContext(sealing, action, org, id, context)),
      duties,
      usage,
      beginBefore: Math.min(group.now + action.beginWithinMs, staged.beginBefore ?? Number.POSITIVE_INFINITY),
      turn: draft.by.turn ?? null,
    };
    const cost = reservedMoney(granted);
    if (old === null) {
      const row = { ...rowOf(draft, group), ...sealed?.row };
      yield* insertAction.run({
        ...row,
        ...lease,
        frozen: packFrozen(row, decided),
        cost,
        idempotency: key === null ? null : JSON.stringify(key),
        settled_at: null,
      });
      if (key !== null) yield* remember(group, draft, key, staged.output, false);
    } else {
      yield* markReady.run({ org, id, ...lease, frozen: packFrozen(old, decided), cost });
      group.facts.forget(org, 'held', id);
      const remembered = keyOf(old);
      if (remembered !== null) yield* idempotency.conclude(org, remembered, staged.output, false);
    }
    yield* writers.apply(group, org, id, staged.writes);
    if (old === null) yield* alongside(group, draft, { id, is: 'pending', output: null });
    if (!claim) return { is: 'pending', id, output: staged.output, warnings, claimed: null };
    const claimed: Claimed = {
      id,
      org,
      agent: draft.agent,
      action: action.name,
      input: draft.input,
      attempt: 1,
      duties,
      context,
      ...(draft.by.turn === undefined ? {} : { turn: draft.by.turn }),
    };
    claims.set(claimed, { granted, usage, idempotency: old === null ? key : keyOf(old) });
    return { is: 'pending', id, output: staged.output, warnings, claimed };
  }

  function* alongside(group: Group, { org, id, ...draft }: Draft, admitted: Parameters<Alongside>[0]): Tx<void> {
    if (draft.alongside !== undefined) yield* writers.apply(group, org, id, draft.alongside(admitted));
  }

  /** A person can look at so many; more would only hide each other. */
  function* holdsLeft({ org, agent }: Draft): Tx<readonly Reason[]> {
    if (agent === null) return [];
    const held = yield* heldOfAgent.first({ org, agent });
    if ((held?.count ?? 0) < MAX_HELD) return [];
    const say = `${MAX_HELD} actions of this agent wait for approval already. Try again when some are decided.`;
    const fact = `${held?.count} of ${MAX_HELD} wait`;
    return [{ is: 'deny', guard: 'approval', code: 'overloaded', say, source: 'queue depth', fact }];
  }

  function* remember(group: Group, draft: Draft, key: IdempotencyKey, output: unknown, secret: boolean): Tx<void> {
    const expiresAt = group.now + (draft.by.kind === 'provider' ? DELIVERY_KEPT_MS : DAY_MS);
    const { action } = draft.entry;
    const contact = action.effect === 'read' ? null : (action.contact?.(draft.input) ?? null);
    const { args, id } = draft;
    yield* idempotency.remember(draft.org, key, { args, action: id, output, secret, expiresAt, contact }, group.now);
  }

  function* turnDown(group: Group, draft: Draft, why: readonly Reason[], old: ActionRow | null): Tx<Proposed> {
    yield* budgets.refused(group, draft.org, why);
    if (old === null) return yield* refused(group, draft, why);
    // an approval is for what was shown, and a budget that is used up changes nothing of that: it waits with what it paused
    if (mustWait(why)) return { is: 'held', id: draft.id, until: old.held_until ?? 0, verdict: null };
    yield* closeRow(group, old, { state: 'refused', code: why[0]!.code, why: reasonsJson(why), cost: 0, ref: null });
    yield* group.record(decisionEntry(draft, group.now, { decision: 'deny', codes: codesOf(why) }));
    return { is: 'refused', id: draft.id, why };
  }

  function* hold(
    group: Group,
    draft: Draft,
    { verdict, request, fences }: Judged,
    key: IdempotencyKey | null,
  ): Tx<Proposed> {
    const { org, id } = draft;
    const holds = holdsOf(verdict);
    const until = group.now + Math.min(...holds.map(({ ttlMs }) => ttlMs));
    const sealed = yield* sealInput(
      sealing,
      draft.entry.action,
      org,
      id,
      draft.input,
      draft.args,
      group.now,
      freshSalt,
    );
    const row = { ...rowOf(draft, group), ...sealed.row };
    yield* insertAction.run({
      ...row,
      state: 'held',
      why: JSON.stringify(
        holds.map(({ policy, say, guard }) => ({ policy, say, ...(guard === 'approval' ? {} : { guard }) })),
      ),
      frozen: packFrozen(row, {
        scopes: [...draft.by.scopes],
        grants: draft.by.grants ?? [],
        label: request.label,
        fences,
        takes: [],
        context: {},
        sealed: null,
        duties: [],
        usage: null,
        beginBefore: null,
        turn: draft.by.turn ?? null,
      }),
      idempotency: key === null ? null : JSON.stringify(key),
      held_until: until,
      settled_at: null,
    });
    if (key !== null) yield* remember(group, draft, key, null, false);
    yield* alongside(group, draft, { id, is: 'held', output: null });
    const codes = holds.map(({ policy, guard }) => (guard === 'approval' ? `approval:${policy}` : policy));
    yield* group.record(
      decisionEntry(draft, group.now, { decision: 'hold', codes, commit: commitText(sealed.salt, draft.args) }),
    );
    const thread = draft.by.turn?.thread ?? null;
    writers.telling.approval(group, { org, id, name: draft.entry.action.name, agent: draft.agent, thread }, 'held');
    return { is: 'held', id, until, verdict };
  }

  function* refuseUnjudged(group: Group, refusal: Refusal): Tx<ActionId | null> {
    const first = refusal.why[0]!;
    const { org, by, agent, name, version, id, why } = refusal;
    if (!(yield* countRefusal(group, { org, caller: agent ?? by.id, name, code: first.code }))) return null;
    const draft = { id, org, by, agent, entry: { action: { name, version } } };
    const row = { ...rowOf(draft, group), state: 'refused', code: first.code, why: reasonsJson(why) };
    yield* insertAction.run(row);
    yield* group.record(decisionEntry(draft, group.now, { decision: 'deny', codes: codesOf(why) }));
    return id;
  }

  function* standingOf(group: Group, row: ActionRow): Tx<Proposed> {
    const key = keyOf(row);
    const known = key === null ? null : yield* idempotency.answer(row.org as OrgId, key, group.now);
    return asProposed(row.id as ActionId, row, known);
  }

  return { admit, turnDown, replayed, refuseUnjudged, standingOf };
}

const codesOf = (why: readonly Reason[]): string[] => why.map(({ guard, code }) => `${guard}:${code}`);
const READY = { state: 'ready', attempt: 0, node: null, lease_until: null } as const;

function asProposed(
  id: ActionId,
  row: Pick<ActionRow, 'state' | 'code' | 'why' | 'held_until'>,
  output: unknown,
): Proposed {
  switch (row.state) {
    case 'done':
      return { is: 'done', id, output, warnings: [] };
    case 'held':
      return { is: 'held', id, until: row.held_until ?? 0, verdict: null };
    case 'ready':
    case 'claimed':
      return { is: 'pending', id, output, warnings: [], claimed: null };
    case 'refused':
      return { is: 'refused', id, why: reasonsOfRow(row) };
    default: {
      const delivery = {
        state: row.state as 'failed' | 'unknown' | 'cancelled',
        code: (row.code ?? 'internal') as Reason['code'],
        say: '',
      };
      return { is: 'failed', id, output, delivery };
    }
  }
}
