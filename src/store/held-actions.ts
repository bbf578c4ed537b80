/** Held actions as rows: exactly what waits, the hash that its approval names, and in whose conversation it was asked for. */
import { commitText } from '../audit/commitment.ts';
import type { HeldAction } from '../guard/writes.ts';
import { canonicalJson, type Json } from '../kernel/canonical-json.ts';
import { toBase64url } from '../kernel/encoding.ts';
import type { ActionId, AgentId, OrgId, ThreadId } from '../kernel/ids.ts';
import { type ActionRow, openInput, saltOf } from './action-row.ts';
import { unpackFrozen } from './frozen.ts';
import type { Sealing } from './sealing.ts';
import { seenThreads } from './seen-threads.ts';
import { statement, type Tx } from './statement.ts';
import type { SwarmConfigRows } from './swarm-configs.ts';

export const actionAt = statement<{ org: string; id: string }, ActionRow>((db, p) =>
  db.selectFrom('action').selectAll().where('org', '=', p('org')).where('id', '=', p('id')),
);

/** Frozen arguments with their salted hash, and the salt, by which whoever sees them can check it. Null once their person was erased. */
export interface FrozenArgs {
  readonly input: unknown;
  readonly hash: string;
  readonly salt: string;
}

export function* frozenArgs(sealing: Sealing, row: ActionRow): Tx<FrozenArgs | null> {
  const input = yield* openInput(sealing, row);
  const salt = yield* saltOf(sealing, row);
  if (input === null || salt === null) return null;
  return { input, hash: commitText(salt, canonicalJson(input as Json)), salt: toBase64url(salt) };
}

/** What a row says of a hold by itself. */
export const heldOfRow = (row: ActionRow) => ({
  id: row.id as ActionId,
  name: row.name,
  agent: row.agent as AgentId | null,
  requestedBy: row.by_id,
  until: row.held_until ?? 0,
  approved: row.approved_by !== null,
});
export const threadOfAction = (row: Parameters<typeof unpackFrozen>[0]): ThreadId | null =>
  unpackFrozen(row).turn?.thread ?? null;

/** Null for what is not held, for what nobody can read any more, and for what came up in a thread that is gone. */
export function* heldAction(sealing: Sealing, swarms: SwarmConfigRows, org: OrgId, id: string): Tx<HeldAction | null> {
  const row = yield* actionAt.first({ org, id });
  if (row === undefined || row.state !== 'held') return null;
  const args = yield* frozenArgs(sealing, row);
  if (args === null) return null;
  const held = { ...heldOfRow(row), inputHash: args.hash };
  const within = threadOfAction(row);
  if (within === null) return { ...held, thread: null, otherPerson: null };
  const thread = (yield* seenThreads(org, [within])).get(within);
  if (thread === undefined) return null;
  const otherPerson = (yield* swarms.state(org)).config?.policies.approvals.otherPerson ?? true;
  return { ...held, thread, otherPerson };
}
