/** An action as a row: frozen input sealed under the person whom it is about, what it holds, and how far it is. */

import { sql } from 'kysely';
import type { AnyAction } from '../guard/action.ts';
import type { Fence } from '../guard/fence.ts';
import type { Reason } from '../guard/judge.ts';
import type { Claimed } from '../guard/permit.ts';
import type { Principal, PrincipalKind } from '../guard/principal.ts';
import { fromBase64url, toBase64url } from '../kernel/encoding.ts';
import { hmacSha256 } from '../kernel/hash.ts';
import type { ActionId, AgentId, OrgId } from '../kernel/ids.ts';
import type { VaultKey } from '../vault/key-ring.ts';
import { unpackFrozen } from './frozen.ts';
import type { IdempotencyKey } from './idempotency.ts';
import type { Schema } from './schema.ts';
import { cellOf, type Sealing } from './sealing.ts';
import { openContext } from './secret-context.ts';
import { lookup, statement, type Tx } from './statement.ts';

export type ActionRow = Schema['action'];

/** The condition of the partial index on open actions, to the letter: only so can SQLite see that the index applies. */
export const isOpen = sql<boolean>`"state" in ('ready', 'claimed', 'held')`;

/** The same of a state that was read. */
export const isAtWork = (state: string): boolean => state === 'ready' || state === 'claimed' || state === 'held';

/** As the partial index on unknown outcomes has it. */
const isUnknown = sql<boolean>`"state" = 'unknown'`;

export const insertAction = statement<ActionRow>((db, p) =>
  db.insertInto('action').values({
    org: p('org'),
    id: p('id'),
    name: p('name'),
    version: p('version'),
    agent: p('agent'),
    by_id: p('by_id'),
    by_kind: p('by_kind'),
    state: p('state'),
    code: p('code'),
    why: p('why'),
    contact: p('contact'),
    input: p('input'),
    salt: p('salt'),
    frozen: p('frozen'),
    cost: p('cost'),
    ref: p('ref'),
    attempt: p('attempt'),
    node: p('node'),
    lease_until: p('lease_until'),
    idempotency: p('idempotency'),
    created_at: p('created_at'),
    held_until: p('held_until'),
    approved_by: p('approved_by'),
    note: p('note'),
    settled_at: p('settled_at'),
  }),
);

export const actionByIdLocked = statement<{ org: string; id: string }, ActionRow>((db, p, lock) =>
  lock.wait(db.selectFrom('action').selectAll().where('org', '=', p('org')).where('id', '=', p('id'))),
);
export const actionById = statement<{ org: string; id: string }, ActionRow>((db, p) =>
  db.selectFrom('action').selectAll().where('org', '=', p('org')).where('id', '=', p('id')),
);
export const actionsById = lookup('action', ['org', 'id'], ['state', 'code', 'why', 'held_until']);

export type ActionPlace = Pick<ActionRow, 'org' | 'id'>;

/** More than are claimed at once: the first ones may be of organisations that have no room. */
const MAX_READY = 1_000;

/** The oldest ready actions of each organisation, at most `max`, the organisations in turn. */
export const readyActions = statement<{ max: number }, ActionPlace>((db, p) =>
  db
    .selectFrom((eb) =>
      eb
        .selectFrom('action')
        .select(['org', 'id', 'created_at'])
        .select((row) =>
          row.fn
            .agg<number>('row_number')
            .over((over) => over.partitionBy('org').orderBy('created_at').orderBy('id'))
            .as('place'),
        )
        .where(isOpen)
        .where('state', '=', 'ready')
        .as('queue'),
    )
    .select(['org', 'id'])
    .where('place', '<=', p('max'))
    .orderBy('place')
    .orderBy('created_at')
    .limit(MAX_READY),
);
/** Claimed by a process that is gone: its lease is over, or (where this process is alone) it is not this one. */
export const abandonedActions = statement<{ now: number; node: string; alone: number }, ActionPlace>((db, p) =>
  db
    .selectFrom('action')
    .select(['org', 'id'])
    .where(isOpen)
    .where('state', '=', 'claimed')
    .where((eb) =>
      eb.or([eb('lease_until', '<', p('now')), eb.and([eb(eb.val(p('alone')), '=', 1), eb('node', '!=', p('node'))])]),
    )
    .orderBy('created_at')
    .limit(1000),
);
/** More than are asked about at once: the latest ones may wait for their next question, or can't be asked about. */
const MAX_UNKNOWN = 5_000;

export const unknownActions = statement<{ since: number }, ActionPlace & Pick<ActionRow, 'name'>>((db, p) =>
  db
    .selectFrom('action')
    .select(['org', 'id', 'name'])
    .where(isUnknown)
    .where('settled_at', '>', p('since'))
    .orderBy('settled_at', 'desc')
    .limit(MAX_UNKNOWN),
);
export const expiredHolds = statement<{ now: number }, ActionPlace>((db, p) =>
  db
    .selectFrom('action')
    .select(['org', 'id'])
    .where(isOpen)
    .where('state', '=', 'held')
    .where('held_until', '<=', p('now'))
    .where('approved_by', 'is', null)
    .limit(500),
);
/** How many of an agent's actions are held. */
export const heldOfAgent = statement<{ org: string; agent: string }, { count: number }>((db, p) =>
  db
    .selectFrom('action')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where(isOpen)
    .where('state', '=', 'held')
    .where('org', '=', p('org'))
    .where('agent', '=', p('agent')),
);
/** Approved, and the process died before it judged them again. */
export const approvedHolds = statement<Record<string, never>, Pick<ActionRow, 'org' | 'id'>>((db) =>
  db
    .selectFrom('action')
    .select(['org', 'id'])
    .where(isOpen)
    .where('state', '=', 'held')
    .where('approved_by', 'is not', null)
    .limit(500),
);

export const markReady = statement<
  Pick<ActionRow, 'org' | 'id' | 'state' | 'frozen' | 'cost' | 'attempt' | 'node' | 'lease_until'>
>((db, p) =>
  db
    .updateTable('action')
    .set({
      state: p('state'),
      frozen: p('frozen'),
      cost: p('cost'),
      attempt: p('attempt'),
      node: p('node'),
      lease_until: p('lease_until'),
    })
    .where('org', '=', p('org'))
    .where('id', '=', p('id')),
);
export const markClaimed = statement<Pick<ActionRow, 'org' | 'id' | 'attempt' | 'node' | 'lease_until'>>((db, p) =>
  db
    .updateTable('action')
    .set({ state: 'claimed', attempt: p('attempt'), node: p('node'), lease_until: p('lease_until') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('state', '=', 'ready'),
);
export const markReadyAgain = statement<Pick<ActionRow, 'org' | 'id'>>((db, p) =>
  db
    .updateTable('action')
    .set({ state: 'ready', node: null, lease_until: null })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('state', '=', 'claimed'),
);
/** Ends an action; only one that is open, and only for the attempt that holds it. */
export const markEnded = statement<
  Pick<ActionRow, 'org' | 'id' | 'state' | 'code' | 'why' | 'cost' | 'ref' | 'attempt' | 'settled_at'>
>((db, p) =>
  db
    .updateTable('action')
    .set({
      state: p('state'),
      code: p('code'),
      why: p('why'),
      cost: p('cost'),
      ref: p('ref'),
      settled_at: p('settled_at'),
      lease_until: null,
    })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('attempt', '=', p('attempt'))
    .where('state', 'in', ['held', 'ready', 'claimed']),
);
/** An outcome that was unknown, known at last. */
export const markKnown = statement<
  Pick<ActionRow, 'org' | 'id' | 'state' | 'code' | 'cost' | 'ref' | 'attempt' | 'settled_at'>
>((db, p) =>
  db
    .updateTable('action')
    .set({ state: p('state'), code: p('code'), cost: p('cost'), ref: p('ref'), settled_at: p('settled_at') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('attempt', '=', p('attempt'))
    .where('state', '=', 'unknown'),
);

/** The provider's final price. */
export const correctCost = statement<Pick<ActionRow, 'org' | 'id' | 'cost'>>((db, p) =>
  db
    .updateTable('action')
    .set({ cost: p('cost') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id')),
);
/** Destroys the sealed copy of an input that held a secret. */
export const dropInput = statement<Pick<ActionRow, 'org' | 'id'>>((db, p) =>
  db.updateTable('action').set({ input: null }).where('org', '=', p('org')).where('id', '=', p('id')),
);

export const reasonsJson = (why: readonly Reason[]): string =>
  JSON.stringify(
    why.map(({ guard, code, say, source, fact, retryAt }) => ({ guard, code, say, source, fact, retryAt })),
  );

export const reasonsOfRow = (row: Pick<ActionRow, 'why' | 'code'>): readonly Reason[] =>
  row.why === null ? [] : (JSON.parse(row.why) as Omit<Reason, 'is'>[]).map((reason) => ({ is: 'deny', ...reason }));

/** What a held action waits for, in the form of reasons. */
export const holdsOfRow = (row: Pick<ActionRow, 'why'>): readonly HeldReason[] =>
  (JSON.parse(row.why ?? '[]') as { policy: string; say: string; guard?: string }[]).map(({ policy, say, guard }) => ({
    guard: guard ?? 'approval',
    code: policy,
    say,
    source: guard === undefined ? 'approval policy of the agent' : `rule ${guard}`,
  }));
type HeldReason = { readonly guard: string; readonly code: string; readonly say: string; readonly source: string };

/** The principal who asked, as it was when it asked; its fences are checked again by whoever judges. */
export function principalOf(row: ActionRow): Principal {
  const frozen = unpackFrozen(row);
  const fences = frozen.fences.filter((fence) => fence.own === true);
  return {
    ...(frozen.turn === null ? {} : { turn: frozen.turn }),
    id: row.by_id,
    kind: row.by_kind as PrincipalKind,
    org: fences[0]?.org ?? (row.org as OrgId), // who is of the platform acts in organisations that it is not of
    agent: row.by_kind === 'agent' ? (row.agent as AgentId | null) : null,
    scopes: new Set(frozen.scopes),
    ...(frozen.grants.length === 0 ? {} : { grants: frozen.grants }),
    fences: fences.map(({ subject, epoch }): Fence => {
      const [of = '', id = ''] = subject.split(':');
      return { of: of as Fence['of'], id, epoch };
    }),
  };
}

/**
 * The salt of the commitment to a frozen input. Of one about a person it is made from that person's key and stands nowhere:
 * it is gone with the key, and nobody can tell any more, not even by trying every number, what the log committed to.
 */
const personalSalt = (key: VaultKey, id: string): Uint8Array => hmacSha256(key.secret, `commitment:${id}`);

/** The salt of a held action. */
export function* saltOf(sealing: Sealing, row: ActionRow): Tx<Uint8Array | null> {
  if (row.salt !== null) return fromBase64url(row.salt);
  const key = row.contact === null ? null : yield* sealing.contactKey(row.org as OrgId, row.contact);
  return key === null ? null : personalSalt(key, row.id);
}

/** Seals an action's input for its row. `salt` is kept in it only if nobody's key gives it. */
export function* sealInput(
  sealing: Sealing,
  action: AnyAction,
  org: OrgId,
  id: ActionId,
  input: unknown,
  args: string,
  now: number,
  fresh: () => Uint8Array,
) {
  const contact = action.effect === 'read' ? null : (action.contact?.(input) ?? null);
  const cell = cellOf(org, 'action', 'input', id);
  if (contact === null) {
    const { dataKey } = yield* sealing.orgKeys(org);
    const salt = fresh();
    return { row: { contact: null, input: sealing.sealText(dataKey, args, cell), salt: toBase64url(salt) }, salt };
  }
  const { ref, key } = yield* sealing.contact(org, contact, now);
  return { row: { contact: ref, input: sealing.sealText(key, args, cell), salt: null }, salt: personalSalt(key, id) };
}

/** The row of an action, locked, if another process doesn't hold it. */
export const actionUnlessLocked = statement<ActionPlace, ActionRow>((db, p, lock) =>
  lock.skip(db.selectFrom('action').selectAll().where('org', '=', p('org')).where('id', '=', p('id'))),
);

/**
 * The key of what an action's row seals: of the person whom it is about (an approver's note may name them too), null once
 * erased; else the organisation's.
 */
export function* keyOfRow(sealing: Sealing, org: OrgId, contact: string | null): Tx<VaultKey | null> {
  return contact === null ? (yield* sealing.orgKeys(org)).dataKey : yield* sealing.contactKey(org, contact);
}

/** The frozen input; null when the person's key was destroyed. */
export function* openInput(sealing: Sealing, row: ActionRow): Tx<unknown> {
  if (row.input === null) return null;
  const org = row.org as OrgId;
  const key = yield* keyOfRow(sealing, org, row.contact);
  const text = sealing.openPersonal(key, row.input, cellOf(org, 'action', 'input', row.id));
  return text === null ? null : JSON.parse(text);
}

export function* claimedOf(sealing: Sealing, row: ActionRow, attempt: number): Tx<Claimed> {
  const frozen = unpackFrozen(row);
  const [org, id] = [row.org as OrgId, row.id as ActionId];
  return {
    id,
    org,
    agent: row.agent as AgentId | null,
    action: row.name,
    input: yield* openInput(sealing, row),
    attempt,
    duties: frozen.duties,
    context: yield* openContext(sealing, org, id, frozen),
    ...(frozen.turn === null ? {} : { turn: frozen.turn }),
  };
}

export const keyOf = (row: Pick<ActionRow, 'idempotency'>): IdempotencyKey | null =>
  row.idempotency === null ? null : (JSON.parse(row.idempotency) as IdempotencyKey);
