/**
 * The ledger over the store: each verb is one operation of a group. Decision, takes, writes, action row and log entry of
 * an operation are in one transaction, so that none is there without the others. How a request becomes a row is in
 * `admission.ts`, what comes of it in `conclusion.ts`.
 */
import type { LogEntry } from '../audit/entry.ts';
import type { Delivery } from '../guard/action.ts';
import { type Reason, type Verdict, withRefusedTakes } from '../guard/judge.ts';
import type { CalledOff, Ledger, Proposal, Proposed } from '../guard/ledger.ts';
import type { Claimed } from '../guard/permit.ts';
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import { type ActionId, type OrgId, PLATFORM_ORG } from '../kernel/ids.ts';
import { MINUTE_MS } from '../kernel/time.ts';
import {
  type ActionPlace,
  type ActionRow,
  abandonedActions,
  actionByIdLocked,
  actionUnlessLocked,
  approvedHolds,
  claimedOf,
  expiredHolds,
  markClaimed,
  markReadyAgain,
  openInput,
  principalOf,
  readyActions,
  reasonsJson,
  unknownActions,
} from './action-row.ts';
import { createAdmission } from './admission.ts';
import { atWork } from './at-work.ts';
import { ABANDONED, type Claims, closeRow, createConclusion, heldOf } from './conclusion.ts';
import { resultEntry } from './entries.ts';
import { type StoredFence, unpackFrozen } from './frozen.ts';
import type { Group } from './group.ts';
import type { IdempotencyKey } from './idempotency.ts';
import { type Draft, judgeDraft } from './judging.ts';
import { type LedgerParts, worldAction } from './ledger-parts.ts';
import { flushRefusals } from './refusals.ts';
import type { Tx } from './statement.ts';
import { wakeFrame } from './wake-frame.ts';
import { dropOldAnswers } from './writers/answers.ts';
import { dropFormer } from './writers/sender-statements.ts';

/** Attempts under one key; after that the outcome is unknown. */
const MAX_ATTEMPTS = 5;
/** How long after its hold ran out an approved action may still be released: the time to restart. */
const RELEASE_GRACE_MS = MINUTE_MS;

export function createLedger(parts: LedgerParts): Ledger {
  const { committer, catalogue, sealing, meters, writers, idempotency, node, onFault } = parts;
  const claims: Claims = new WeakMap();
  const conclusion = createConclusion(parts);
  const admission = createAdmission(parts, claims);

  /** Approved at the last round: who approves releases at once, so what is still there a round later was left behind. */
  let unreleased: ReadonlySet<string> = new Set();

  function* fenceMoved(group: Group, fences: readonly StoredFence[]): Tx<boolean> {
    const epochs = yield* group.facts.load(fences.map(({ org, subject }) => ({ org, kind: 'fence', key: subject })));
    return fences.some(({ epoch }, i) => epochs[i] !== epoch);
  }

  /**
   * An operation for each of these actions, none the other's: one that can't be read any more (its action is gone from the
   * catalogue, its person's key was destroyed) is ended, told as a fault, and holds nothing up.
   */
  async function eachAlone<T>(
    places: readonly ActionPlace[],
    work: (group: Group, row: ActionRow) => Tx<T>,
  ): Promise<(T | null)[]> {
    return Promise.all(
      places.map(({ org, id }) =>
        committer
          .submit(org as OrgId, function* (group) {
            const row = yield* actionUnlessLocked.first({ org, id });
            if (row === undefined) return null;
            if (yield* conclusion.readable(row)) return yield* work(group, row);
            yield* conclusion.bury(group, row);
            return null;
          })
          .catch((fault: unknown) => {
            onFault(fault);
            return null;
          }),
      ),
    );
  }

  /** The client's key, as the store knows it: callers put names and numbers into such keys. */
  function* keyOfProposal({ org, agent, by, entry, idempotencyKey }: Proposal): Tx<IdempotencyKey | null> {
    if (idempotencyKey === null) return null;
    return {
      principal: agent ?? by.id,
      name: entry.action.name,
      key: yield* idempotency.hashed(org, `key:${idempotencyKey}`),
    };
  }

  /** Judges an approved hold again and admits it; null for what can't be read any more, which is ended. */
  function* releaseHeld(group: Group, row: ActionRow, claim: boolean): Tx<Proposed | null> {
    const org = row.org as OrgId;
    const id = row.id as ActionId;
    const entry = catalogue.byName(row.name);
    const input = yield* openInput(sealing, row);
    if (entry === undefined || input === null) {
      yield* conclusion.bury(group, row);
      return null;
    }
    const by = principalOf(row);
    // what is approved during a pause is released after it, if the approval has not run out by then
    if (by.turn !== undefined && (yield* atWork(group, org, by.turn)) === 'paused') {
      if ((row.held_until ?? 0) + RELEASE_GRACE_MS >= group.now) return null;
    }
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
    // an approval is for now: one whose process died before it was acted on ends like one that nobody gave
    if ((row.held_until ?? 0) + RELEASE_GRACE_MS < group.now) {
      return yield* admission.turnDown(group, draft, [UNANSWERED], row);
    }
    const judged = yield* judgeDraft(group, sealing, draft);
    const bound = unpackFrozen(row).fences.filter(({ subject }) => BINDS.test(subject));
    // what the rules say now tells more than that something has changed
    if (judged.verdict.is !== 'deny' && (yield* fenceMoved(group, bound)))
      return yield* admission.turnDown(group, draft, [MOVED], row);
    return yield* admission.admit(group, draft, judged, claim, row, null);
  }

  const draftOf = (proposal: Proposal): Draft => ({ ...proposal, approvedBy: null });

  return {
    propose(proposal) {
      return committer.submit(
        proposal.org,
        function* (group) {
          const draft = draftOf(proposal);
          if (proposal.before !== undefined) {
            yield* writers.apply(group, proposal.org, null, proposal.before.writes);
            group.afterCommit(proposal.before.recorded);
          }
          const judged = yield* judgeDraft(group, sealing, draft);
          const key = yield* keyOfProposal(proposal);
          if (key !== null && !refusedAtTheDoor(judged.verdict)) {
            const replay = yield* admission.replayed(group, proposal, key);
            if (replay !== null) return replay;
          }
          return yield* admission.admit(group, draft, judged, proposal.claim, null, key);
        },
        proposal.agent ?? '',
      );
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
        const proposed = yield* releaseHeld(group, row, claim);
        if (proposed?.is !== 'pending' && proposed?.is !== 'held') yield* wakeFrame(group, org, id, parts.onReady);
        return proposed;
      });
    },

    async claim(max, roomOf = () => max) {
      if (max <= 0) return [];
      const ready = await committer.submit(PLATFORM_ORG, () => readyActions.all({ max }));
      const wanted = new Map<string, number>();
      const fitting = ready
        .filter(({ org }) => {
          const nth = (wanted.get(org) ?? 0) + 1;
          wanted.set(org, nth);
          return nth <= roomOf(org as OrgId);
        })
        .slice(0, max);
      const claimed = await eachAlone(fitting, function* (group, row) {
        if (row.state !== 'ready') return null;
        const { fences, beginBefore, turn } = unpackFrozen(row);
        const isStopped = turn !== null && (yield* atWork(group, row.org as OrgId, turn)) !== 'yes';
        if (isStopped || (yield* fenceMoved(group, fences)))
          return yield* conclusion.callOff(group, row, STALE, 'fence');
        if ((beginBefore ?? 0) < group.now) return yield* conclusion.callOff(group, row, TOO_LATE, 'begin-within');
        const attempt = row.attempt + 1;
        const lease_until = group.now + worldAction(catalogue, row.name).leaseMs;
        const moved = yield* markClaimed.run({ org: row.org, id: row.id, attempt, node, lease_until });
        return moved === 1 ? yield* claimedOf(sealing, row, attempt) : null;
      });
      return claimed.filter((one) => one !== null);
    },

    settle(claimed, delivery) {
      return committer.submit(
        claimed.org,
        function* (group) {
          const held = claims.get(claimed);
          if (held !== undefined) {
            const settled = yield* conclusion.conclude(group, held, claimed, delivery, false);
            if (settled.is === 'moved') return settled;
          }
          const row = yield* actionByIdLocked.first({ org: claimed.org, id: claimed.id });
          if (row === undefined || row.attempt !== claimed.attempt)
            return { is: 'already' as const, output: null, delivery };
          const wasUnknown = row.state === 'unknown';
          if (wasUnknown && delivery.state === 'unknown') return { is: 'already' as const, output: null, delivery };
          // news from outside came first: an attempt that can't tell must not contradict it
          const stands: Delivery =
            row.state === 'done' ? { state: 'ok', ref: row.ref ?? 'none', cost: row.cost } : delivery;
          return yield* conclusion.conclude(group, heldOf(row), claimed, stands, wasUnknown);
        },
        claimed.agent ?? '',
      );
    },

    look(org, id) {
      return committer.submit(org, function* (group) {
        const row = yield* actionByIdLocked.first({ org, id });
        return row === undefined ? null : yield* admission.standingOf(group, row);
      });
    },

    stands({ org, id, attempt }) {
      return committer.submit(org, function* (group) {
        const row = yield* actionByIdLocked.first({ org, id });
        if (row === undefined || row.state !== 'claimed' || row.attempt !== attempt) return false;
        const { fences, turn } = unpackFrozen(row);
        if (turn !== null && (yield* atWork(group, org, turn)) !== 'yes') return false;
        return !(yield* fenceMoved(group, fences));
      });
    },

    async withdraw(org, ids, why) {
      const reason: Reason = { is: 'deny', guard: 'stop', code: why.code, say: why.say };
      await eachAlone(
        ids.map((id) => ({ org, id })),
        function* (group, row) {
          if (row.state === 'ready') return yield* conclusion.callOff(group, row, why, 'stop');
          if (row.state === 'held') yield* refuseHeld(group, row, why, reason);
          return null;
        },
      );
    },

    report(org, { action: id, delivery }) {
      return committer.submit(org, function* (group) {
        const row = yield* actionByIdLocked.first({ org, id });
        if (row !== undefined) yield* conclusion.report(group, row, delivery);
      });
    },

    unresolved(since, max, wanted) {
      return committer.submit(PLATFORM_ORG, function* () {
        const found: Claimed[] = [];
        for (const { org, id, name } of yield* unknownActions.all({ since })) {
          if (found.length >= max) break;
          if (!wanted({ id: id as ActionId, name })) continue;
          const row = yield* actionUnlessLocked.first({ org, id });
          if (row === undefined || !(yield* conclusion.readable(row))) continue;
          found.push(yield* claimedOf(sealing, row, row.attempt));
        }
        return found;
      });
    },

    async recover() {
      const alone = parts.alone ? 1 : 0;
      const abandoned = await committer.submit(PLATFORM_ORG, (group) =>
        abandonedActions.all({ now: group.now, node, alone }),
      );
      await eachAlone(abandoned, function* (group, row) {
        if (row.state !== 'claimed') return;
        const repeatable =
          worldAction(catalogue, row.name).retry(unpackFrozen(row).context) === 'same-key' &&
          row.attempt < MAX_ATTEMPTS;
        if (repeatable) yield* markReadyAgain.run({ org: row.org, id: row.id });
        else yield* conclusion.callOff(group, row, ABANDONED, 'lease');
      });
      const approved = await committer.submit(PLATFORM_ORG, () => approvedHolds.all({}));
      const left = approved.filter(({ id }) => unreleased.has(id));
      unreleased = new Set(approved.map(({ id }) => id));
      for (const { org, id } of left) await this.release(org as OrgId, id as ActionId, false);
    },

    async sweep() {
      let due: readonly LogEntry[] | null = null; // handed out once, though a failed group runs again
      const expired = await committer.submit(PLATFORM_ORG, (group) => expiredHolds.all({ now: group.now }));
      await eachAlone(expired, function* (group, row) {
        if (row.state !== 'held' || row.approved_by !== null) return;
        yield* refuseHeld(group, row, EXPIRED, UNANSWERED);
        yield* wakeFrame(group, row.org as OrgId, row.id, parts.onReady);
        const thread = unpackFrozen(row).turn?.thread ?? null;
        writers.telling.approval(group, { ...row, thread }, 'expired');
      });
      await committer.submit(PLATFORM_ORG, function* (group) {
        yield* flushRefusals(group);
        yield* idempotency.sweep(group.now);
        yield* dropOldAnswers(group.now);
        yield* dropFormer.run({ now: group.now });
        due ??= parts.unauthenticated.due(group.now);
        for (const entry of due) yield* group.record(entry);
      });
    },

    refuse: (refusal) => committer.submit(refusal.org, (group) => admission.refuseUnjudged(group, refusal)),

    unauthenticated: (prefix) => parts.unauthenticated.count(prefix),
  };
}

/** Nobody approves it any more. */
function* refuseHeld(group: Group, row: ActionRow, ended: CalledOff, why: Reason): Tx<void> {
  yield* closeRow(group, row, { state: 'refused', code: ended.code, why: reasonsJson([why]), cost: 0, ref: null });
  yield* group.record(resultEntry({ id: row.id as ActionId, org: row.org as OrgId }, group.now, ended, 0));
}

const STALE: CalledOff = {
  state: 'cancelled',
  code: 'stale',
  say: 'Something that the decision rested on changed before it was sent (an opt-out, a revocation, a new policy). It was not sent.',
};
/** What a hold is bound to besides its input: a change to one of these is a change to what the approver was shown. */
const BINDS = /^(?:thread|agent|swarm|policy):/;
const MOVED: Reason = {
  is: 'deny',
  guard: 'fence',
  code: 'stale',
  say: 'Its agent, its thread or a policy changed after it was held. It was not done; it has to be asked for again.',
  source: 'an approval is for what was shown, under the policy of that time',
};
const TOO_LATE: CalledOff = {
  state: 'cancelled',
  code: 'too_late',
  say: 'It was allowed too long ago and could not begin in time. It was not sent; ask again.',
};
const EXPIRED: CalledOff = {
  state: 'cancelled',
  code: 'approval_expired',
  say: 'Nobody approved it in time. It was not sent.',
};
const UNANSWERED: Reason = {
  is: 'deny',
  guard: 'approval',
  code: EXPIRED.code,
  say: EXPIRED.say,
  source: 'APPROVAL_TTL_MS',
};

/** Whoever may not act at all learns nothing of what was done under a key. */
const refusedAtTheDoor = (verdict: Verdict): boolean =>
  verdict.is === 'deny' &&
  verdict.checks.some(({ stage, findings }) => stage === 'authorise' && findings.some(({ is }) => is === 'deny'));
