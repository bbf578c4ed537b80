/**
 * The ledger over the store: each verb is one operation of a group. Decision, takes, writes, action row and log entry of
 * an operation are in one transaction, so that none is there without the others.
 */
import { commitText } from '../audit/commitment.ts';
import type { LogEntry } from '../audit/entry.ts';
import type { Delivery, Mint, WorldAction } from '../guard/action.ts';
import type { Catalogue } from '../guard/catalogue.ts';
import { factsFor } from '../guard/facts.ts';
import {
  dutiesOf,
  holdsOf,
  type Reason,
  reasonsOf,
  type Verdict,
  warningsOf,
  withRefusedTakes,
} from '../guard/judge.ts';
import type { Ledger, Proposal, Proposed, Refusal, Settlement } from '../guard/ledger.ts';
import type { Claimed } from '../guard/permit.ts';
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import { toBase64url } from '../kernel/encoding.ts';
import type { Entropy } from '../kernel/entropy.ts';
import { type ActionId, type Ids, type OrgId, PLATFORM_ORG } from '../kernel/ids.ts';
import {
  type ActionRow,
  abandonedActions,
  actionByIdLocked,
  actionsById,
  approvedHolds,
  claimedOf,
  expiredHolds,
  insertAction,
  markClaimed,
  markEnded,
  markKnown,
  markReady,
  markReadyAgain,
  openInput,
  principalOf,
  readyActions,
  reasonsJson,
  reasonsOfRow,
  saltOf,
  sealInput,
} from './action-row.ts';
import type { Committer } from './committer.ts';
import { decisionEntry, resultEntry } from './entries.ts';
import { packFrozen, type StoredFence, unpackFrozen } from './frozen.ts';
import type { Group } from './group.ts';
import type { Idempotency, IdempotencyKey } from './idempotency.ts';
import { type Draft, type Judged, judgeDraft } from './judging.ts';
import type { Granted, Meters } from './meters.ts';
import { countRefusal, flushRefusals } from './refusals.ts';
import type { Sealing } from './sealing.ts';
import type { Tx } from './statement.ts';
import type { Unauthenticated } from './unauthenticated.ts';
import type { Writers } from './writes.ts';

export interface LedgerParts {
  readonly committer: Committer;
  readonly catalogue: Catalogue;
  readonly sealing: Sealing;
  readonly meters: Meters;
  readonly writers: Writers;
  readonly idempotency: Idempotency;
  readonly unauthenticated: Unauthenticated;
  readonly entropy: Entropy;
  readonly ids: Ids;
  /** This process, among those that claim. */
  readonly node: string;
  /** No other process claims: what another node holds is abandoned. */
  readonly alone: boolean;
}

const SALT_BYTES = 32;

/** What an open action holds: to be settled with it. */
interface Held {
  readonly granted: readonly Granted[];
  readonly idempotency: IdempotencyKey | null;
}
const keyOf = (row: Pick<ActionRow, 'idempotency'>): IdempotencyKey | null =>
  row.idempotency === null ? null : (JSON.parse(row.idempotency) as IdempotencyKey);
const heldOf = (row: ActionRow): Held => ({ granted: unpackFrozen(row).takes, idempotency: keyOf(row) });

export function createLedger(parts: LedgerParts): Ledger {
  const { committer, catalogue, sealing, meters, writers, idempotency, entropy, ids, node } = parts;

  /** What this process claimed in the transaction that admitted it: settling needs no look at the row. */
  const inHand = new WeakMap<Claimed, Held>();

  /** Approved at the last round: who approves releases at once, so what is still there a round later was left behind. */
  let unreleased: ReadonlySet<string> = new Set();

  const mintFor = (action: ActionId): Mint => ({
    action,
    id: (prefix) => ids.next(prefix),
    bytes: (n) => entropy.bytes(n),
  });
  const worldAction = (name: string): WorldAction => {
    const action = catalogue.byName(name)?.action;
    if (action?.effect !== 'world') throw new TypeError(`${name} is not a world action`);
    return action;
  };

  /** What a row of this draft has in common, whatever becomes of it. */
  const rowOf = (draft: Draft, group: Group, salt: Uint8Array): ActionRow => ({
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
    salt: toBase64url(salt),
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
    const salt = entropy.bytes(SALT_BYTES);
    yield* insertAction.run({
      ...rowOf(draft, group, salt),
      state: 'refused',
      code: why[0]!.code,
      why: reasonsJson(why),
    });
    const codes = why.map(({ guard, code }) => `${guard}:${code}`);
    yield* group.record(
      decisionEntry(draft, group.now, { decision: 'deny', codes, commit: commitText(salt, draft.args) }),
    );
    return { is: 'refused', id: draft.id, why };
  }

  function* replayed(group: Group, proposal: Proposal, key: IdempotencyKey): Tx<Proposed | null> {
    const { org } = proposal;
    const known = yield* idempotency.find(org, key, proposal.args, group.now);
    if (known === null) return null;
    const no = (code: Reason['code'], say: string): Tx<Proposed> =>
      refused(group, { ...proposal, approvedBy: null }, [{ is: 'deny', guard: 'idempotency', code, say }]);
    if (known.conflict)
      return yield* no('idempotency_conflict', 'This idempotency key was used with other arguments. Use a new key.');
    if (known.secret)
      return yield* no(
        'already_shown',
        'This was done, and its secret was shown once. Rotate the secret to get a new one.',
      );
    const [row] = yield* actionsById.rows([[org, known.action]]);
    return row === undefined ? null : asProposed(known.action, row, known.output);
  }

  /** Admits a judged draft: takes, writes, row and entry; or holds or refuses it. `old` is its row if it was held. */
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
      const full = yield* meters.peek(org, verdict.takes, group.now);
      return full.length > 0 ? yield* turnDown(group, draft, full, old) : yield* hold(group, draft, judged, key);
    }
    const { granted, reasons } = yield* meters.grant(org, id, verdict.takes, group.now);
    if (reasons.length > 0) return yield* turnDown(group, draft, reasons, old);

    const salt = (old === null ? null : saltOf(old)) ?? entropy.bytes(SALT_BYTES);
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
      yield* insertAction.run({ ...rowOf(draft, group, salt), cost: reservedMoney(granted) });
      yield* writers.apply(group, org, writes);
      if (key !== null) yield* remember(group, draft, key, output, (action.secretOutput ?? []).length > 0);
      return { is: 'done', id, output, warnings };
    }
    if (action.effect !== 'world') throw new TypeError(`${action.name} is not proposed`);
    const staged = action.stage(request, factsFor(action.needs, facts), mintFor(id));
    const lease = claim ? { state: 'claimed', attempt: 1, node, lease_until: group.now + action.leaseMs } : READY;
    const { context } = staged;
    const duties = dutiesOf(verdict);
    const decided = { scopes: [...draft.by.scopes], label: request.label, fences, takes: granted, context, duties };
    const cost = reservedMoney(granted);
    if (old === null) {
      const sealed = yield* sealInput(sealing, action, org, id, draft.input, draft.args, group.now);
      const row = { ...rowOf(draft, group, salt), ...sealed };
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
      if (remembered !== null) yield* idempotency.conclude(org, remembered, staged.output);
    }
    yield* writers.apply(group, org, staged.writes);
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
    };
    inHand.set(claimed, { granted, idempotency: old === null ? key : keyOf(old) });
    return { is: 'pending', id, output: staged.output, warnings, claimed };
  }

  function* remember(group: Group, draft: Draft, key: IdempotencyKey, output: unknown, secret: boolean): Tx<void> {
    yield* idempotency.remember(draft.org, key, { args: draft.args, action: draft.id, output, secret, now: group.now });
  }

  /** A refusal of a new request, or the end of a held one. */
  function* turnDown(group: Group, draft: Draft, why: readonly Reason[], old: ActionRow | null): Tx<Proposed> {
    if (old === null) return yield* refused(group, draft, why);
    yield* end(group, old, { state: 'refused', code: why[0]!.code, why: reasonsJson(why), cost: 0, ref: null });
    const codes = why.map(({ guard, code }) => `${guard}:${code}`);
    yield* group.record(decisionEntry(draft, group.now, { decision: 'deny', codes }));
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
    const salt = entropy.bytes(SALT_BYTES);
    const sealed = yield* sealInput(
      sealing,
      worldAction(draft.entry.action.name),
      org,
      id,
      draft.input,
      draft.args,
      group.now,
    );
    const row = { ...rowOf(draft, group, salt), ...sealed };
    yield* insertAction.run({
      ...row,
      state: 'held',
      why: JSON.stringify(holds.map(({ policy, say }) => ({ policy, say }))),
      frozen: packFrozen(row, {
        scopes: [...draft.by.scopes],
        label: request.label,
        fences,
        takes: [],
        context: {},
        duties: [],
      }),
      idempotency: key === null ? null : JSON.stringify(key),
      held_until: until,
      settled_at: null,
    });
    if (key !== null) yield* remember(group, draft, key, null, false);
    const codes = holds.map(({ policy }) => `approval:${policy}`);
    yield* group.record(
      decisionEntry(draft, group.now, { decision: 'hold', codes, commit: commitText(salt, draft.args) }),
    );
    return { is: 'held', id, until, verdict };
  }

  /** Closes an open row. */
  function* end(
    group: Group,
    row: ActionRow,
    ended: Pick<ActionRow, 'state' | 'code' | 'why' | 'cost' | 'ref'>,
  ): Tx<number> {
    group.facts.forget(row.org as OrgId, 'held', row.id);
    return yield* markEnded.run({ org: row.org, id: row.id, attempt: row.attempt, settled_at: group.now, ...ended });
  }

  /** Settles an action by a delivery: state, money, domain rows, idempotent answer, entry. */
  function* conclude(
    group: Group,
    held: Held,
    claimed: Claimed,
    delivery: Delivery,
    wasUnknown: boolean,
  ): Tx<Settlement> {
    const { org, id, attempt } = claimed;
    const { granted, idempotency: key } = held;
    const reserved = reservedMoney(granted);
    const cost = delivery.state === 'ok' ? (delivery.cost ?? reserved) : delivery.state === 'unknown' ? reserved : 0;
    const ref = delivery.state === 'ok' ? delivery.ref : null;
    const code = delivery.state === 'ok' ? null : delivery.code;
    const state = delivery.state === 'ok' ? 'done' : delivery.state;
    const { writes, output } = worldAction(claimed.action).conclude(claimed, delivery);
    const ended = { org, id, attempt, settled_at: group.now, state, code, cost, ref };
    const moved = wasUnknown ? yield* markKnown.run(ended) : yield* markEnded.run({ ...ended, why: null });
    if (moved !== 1) return { is: 'already', output, delivery };
    if (delivery.state === 'cancelled') yield* meters.release(org, id, granted, group.now);
    else if (cost !== reserved) yield* meters.adjust(org, granted, cost);
    yield* writers.apply(group, org, writes);
    if (key !== null) yield* idempotency.conclude(org, key, output);
    yield* group.record(resultEntry(claimed, group.now, delivery, cost));
    return { is: 'moved', output, delivery };
  }

  function* fenceMoved(group: Group, fences: readonly StoredFence[]): Tx<boolean> {
    const epochs = yield* group.facts.load(fences.map(({ org, subject }) => ({ org, kind: 'fence', key: subject })));
    return fences.some(({ epoch }, i) => epochs[i] !== epoch);
  }

  const draftOf = (proposal: Proposal): Draft => ({ ...proposal, approvedBy: null });

  return {
    propose(proposal) {
      const { action } = proposal.entry;
      const key =
        proposal.idempotencyKey === null
          ? null
          : { principal: proposal.agent ?? proposal.by.id, name: action.name, key: proposal.idempotencyKey };
      return committer.submit(proposal.org, function* (group) {
        const draft = draftOf(proposal);
        const judged = yield* judgeDraft(group, sealing, draft);
        if (key !== null && !refusedAtTheDoor(judged.verdict)) {
          const replay = yield* replayed(group, proposal, key);
          if (replay !== null) return replay;
        }
        return yield* admit(group, draft, judged, proposal.claim, null, key);
      });
    },

    explain(proposal) {
      return committer.submit(proposal.org, function* (group) {
        const { verdict } = yield* judgeDraft(group, sealing, draftOf(proposal), true);
        const full = yield* meters.peek(proposal.org, verdict.takes, group.now);
        return withRefusedTakes(verdict, full);
      });
    },

    release(org, id, claim) {
      return committer.submit(org, function* (group) {
        const row = yield* actionByIdLocked.first({ org, id });
        if (row === undefined || row.state !== 'held' || row.approved_by === null) return null;
        const entry = catalogue.byName(row.name);
        const input = yield* openInput(sealing, row);
        if (entry === undefined || input === null) return null;
        const by = principalOf(row);
        const args = canonicalJson(input as Json);
        const { label } = unpackFrozen(row);
        const draft: Draft = {
          id,
          entry,
          by,
          org,
          agent: row.agent as Draft['agent'],
          input,
          args,
          label,
          approvedBy: row.approved_by,
        };
        return yield* admit(group, draft, yield* judgeDraft(group, sealing, draft), claim, row, null);
      });
    },

    claim(max) {
      return committer.submit(PLATFORM_ORG, function* (group) {
        const taken: Claimed[] = [];
        if (max <= 0) return taken;
        for (const row of yield* readyActions.all({ max })) {
          const attempt = row.attempt + 1;
          if (yield* fenceMoved(group, unpackFrozen(row).fences)) {
            const before = row.attempt === 0 ? STALE : ABANDONED; // an attempt whose process died may have left
            yield* conclude(group, heldOf(row), yield* claimedOf(sealing, row, row.attempt), before, false);
            continue;
          }
          const lease_until = group.now + worldAction(row.name).leaseMs;
          const moved = yield* markClaimed.run({ org: row.org, id: row.id, attempt, node, lease_until });
          if (moved === 1) taken.push(yield* claimedOf(sealing, row, attempt));
        }
        return taken;
      });
    },

    settle(claimed, delivery) {
      return committer.submit(claimed.org, function* (group) {
        const held = inHand.get(claimed);
        if (held !== undefined) {
          const settled = yield* conclude(group, held, claimed, delivery, false);
          if (settled.is === 'moved') return settled;
        }
        const row = yield* actionByIdLocked.first({ org: claimed.org, id: claimed.id });
        if (row === undefined || row.attempt !== claimed.attempt)
          return { is: 'already' as const, output: null, delivery };
        const wasUnknown = row.state === 'unknown';
        if (wasUnknown && delivery.state === 'unknown') return { is: 'already' as const, output: null, delivery };
        return yield* conclude(group, heldOf(row), claimed, delivery, wasUnknown);
      });
    },

    async recover() {
      await committer.submit(PLATFORM_ORG, function* (group) {
        for (const row of yield* abandonedActions.all({ now: group.now, node, alone: parts.alone ? 1 : 0 })) {
          if (worldAction(row.name).retry === 'same-key') yield* markReadyAgain.run({ org: row.org, id: row.id });
          else yield* conclude(group, heldOf(row), yield* claimedOf(sealing, row, row.attempt), ABANDONED, false);
        }
      });
      const approved = await committer.submit(PLATFORM_ORG, () => approvedHolds.all({}));
      const left = approved.filter(({ id }) => unreleased.has(id));
      unreleased = new Set(approved.map(({ id }) => id));
      for (const { org, id } of left) await this.release(org as OrgId, id as ActionId, false);
    },

    async sweep() {
      let due: readonly LogEntry[] | null = null; // handed out once, though a failed group runs again
      await committer.submit(PLATFORM_ORG, function* (group) {
        for (const row of yield* expiredHolds.all({ now: group.now })) {
          const why = reasonsJson([{ is: 'deny', guard: 'approval', code: EXPIRED.code, say: EXPIRED.say }]);
          yield* end(group, row, { state: 'refused', code: EXPIRED.code, why, cost: 0, ref: null });
          yield* group.record(resultEntry({ id: row.id as ActionId, org: row.org as OrgId }, group.now, EXPIRED, 0));
        }
        yield* flushRefusals(group);
        yield* idempotency.sweep(group.now);
        due ??= parts.unauthenticated.due(group.now);
        for (const entry of due) yield* group.record(entry);
      });
    },

    refuse(refusal: Refusal) {
      return committer.submit(refusal.org, function* (group) {
        const first = refusal.why[0]!;
        const { org, by, agent, name, version, id } = refusal;
        const recorded = yield* countRefusal(group, { org, caller: agent ?? by.id, name, code: first.code });
        if (!recorded) return null;
        const entry = { action: { name, version } };
        const draft = { ...refusal, entry } as unknown as Draft;
        yield* insertAction.run({
          ...rowOf(draft, group, entropy.bytes(SALT_BYTES)),
          salt: null,
          state: 'refused',
          code: first.code,
          why: reasonsJson(refusal.why),
        });
        const codes = refusal.why.map(({ guard, code }) => `${guard}:${code}`);
        yield* group.record(decisionEntry(draft, group.now, { decision: 'deny', codes }));
        return id;
      });
    },

    unauthenticated: (prefix) => parts.unauthenticated.count(prefix),
  };
}

const READY = { state: 'ready', attempt: 0, node: null, lease_until: null } as const;

const reservedMoney = (granted: readonly Granted[]): number =>
  Math.max(0, ...granted.filter(({ kind }) => kind === 'counter').map(({ amount }) => amount));

const STALE: Delivery = {
  state: 'cancelled',
  code: 'stale',
  say: 'Something that the decision rested on changed before it was sent (an opt-out, a revocation, a new policy). It was not sent.',
};
const EXPIRED: Exclude<Delivery, { state: 'ok' }> = {
  state: 'cancelled',
  code: 'approval_expired',
  say: 'Nobody approved it in time. It was not sent.',
};
const ABANDONED: Delivery = {
  state: 'unknown',
  code: 'outcome_unknown',
  say: 'The process that was sending it stopped. It may or may not have left; it is not repeated.',
};

/** Whoever may not act at all learns nothing of what was done under a key. */
const refusedAtTheDoor = (verdict: Verdict): boolean =>
  verdict.is === 'deny' &&
  verdict.checks.some(({ stage, findings }) => stage === 'authorise' && findings.some(({ is }) => is === 'deny'));

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
