/** Fences, decisions about held actions, and what agents have been told. */
import { fenceId } from '../../guard/fence.ts';
import type { Reason } from '../../guard/judge.ts';
import { boundedLabel, joinLabels, type Label, TRUSTED } from '../../guard/label.ts';
import type { GuardWrites } from '../../guard/writes.ts';
import { SallyportError } from '../../kernel/errors.ts';
import type { OrgId } from '../../kernel/ids.ts';
import { rfc3339 } from '../../kernel/time.ts';
import { actionById, keyOfRow, reasonsJson } from '../action-row.ts';
import { forgetActivity } from '../activity.ts';
import { unpackFrozen } from '../frozen.ts';
import type { Group } from '../group.ts';
import { cellOf } from '../sealing.ts';
import type { Tx } from '../statement.ts';
import { wakeFrame } from '../wake-frame.ts';
import { alertWriters } from './alerts.ts';
import * as sql from './statements.ts';
import { bump, type WriterParts, type WritersOf } from './writer.ts';

export function guardWriters(parts: WriterParts): WritersOf<GuardWrites> {
  const { sealing, telling, onReady } = parts;
  function* decided(group: Group, org: OrgId, action: string, state: 'approved' | 'denied'): Tx<void> {
    const row = yield* actionById.first({ org, id: action });
    if (row !== undefined) telling.approval(group, { ...row, thread: unpackFrozen(row).turn?.thread ?? null }, state);
  }
  function* sealedNote(
    org: OrgId,
    { action, note }: { readonly action: string; readonly note: string | null },
  ): Tx<string | null> {
    if (note === null) return null;
    const held = yield* sql.contactOfAction.first({ org, id: action });
    const key = yield* keyOfRow(sealing, org, held?.contact ?? null);
    return key === null ? null : sealing.sealText(key, note, cellOf(org, 'action', 'note', action));
  }

  return {
    ...alertWriters(parts),
    *'fence.bump'(group, org, key) {
      const id = key.of === 'contact' ? yield* sealing.ref(org, key.id) : key.id;
      yield* bump(group, org, fenceId({ of: key.of, id }));
    },
    *'hold.approve'(group, org, row) {
      const changed = yield* sql.approveHeld.run({
        org,
        id: row.action,
        approved_by: row.by.id,
        note: yield* sealedNote(org, row),
        now: group.now,
      });
      if (changed !== 1)
        throw new SallyportError('conflict', 'The action was decided by someone else in the meantime.');
      group.facts.forget(org, 'held', row.action);
      yield* group.record({
        ...{ v: 1, type: 'approval', at: rfc3339(group.now), action: row.action, org },
        by: { kind: row.by.kind, id: row.by.id },
        input: row.inputHash,
        ...(row.signed === null ? {} : { signed: row.signed }),
      });
      yield* decided(group, org, row.action, 'approved');
    },
    *'hold.deny'(group, org, row) {
      const changed = yield* sql.denyHeld.run({
        org,
        id: row.action,
        approved_by: row.by,
        note: yield* sealedNote(org, row),
        why: reasonsJson([DENIED]),
        settled_at: group.now,
      });
      if (changed !== 1)
        throw new SallyportError('conflict', 'The action was decided by someone else in the meantime.');
      group.facts.forget(org, 'held', row.action);
      yield* wakeFrame(group, org, row.action, onReady);
      yield* group.record({
        v: 1,
        type: 'result',
        at: rfc3339(group.now),
        action: row.action,
        org,
        state: 'cancelled',
        code: 'approval_denied',
      });
      yield* decided(group, org, row.action, 'denied');
    },
    *'activity.forget'(_, org, { agent }) {
      yield* forgetActivity(org, agent);
    },
    *'context.join'(group, org, row) {
      const old = yield* sql.contextOf.first({ org, id: row.agent });
      const before = old?.context === null || old === undefined ? TRUSTED : (JSON.parse(old.context) as Label);
      const joined = joinLabels(before, row.label);
      yield* sql.setContext.run({ org, id: row.agent, context: JSON.stringify(boundedLabel(joined, row.agent)) });
      group.facts.forget(org, 'context', row.agent);
    },
    *'context.clear'(group, org, { agent, upTo }) {
      const old = yield* sql.contextOf.first({ org, id: agent });
      const { sources } = old?.context == null ? TRUSTED : (JSON.parse(old.context) as Label);
      if (sources.some((source) => source.startsWith('msg_') && source > upTo))
        throw new SallyportError('conflict', 'The agent has been told more since that message. Look at it first.');
      yield* sql.setContext.run({ org, id: agent, context: null });
      group.facts.forget(org, 'context', agent);
    },
  };
}

const DENIED: Reason = {
  is: 'deny',
  guard: 'approval',
  code: 'approval_denied',
  say: 'An administrator denied it. It was not done.',
  source: 'approval policy of the agent',
};
