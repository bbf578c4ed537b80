/**
 * Erasing a person (GDPR 17): the key goes first, and with it every text sealed under it, wherever it stands; then the rows
 * that can be found by the keyed hash are emptied or deleted, and what is under way to the person is ended. What stays
 * are figures, and suppressions as a keyed hash alone: without them the person would be written to again (GDPR 17(3)(b)).
 * `docs/erasure.md` has each table and column.
 */
import { contactSeries } from '../comms/meters.ts';
import type { EraseWrite } from '../comms/writes.ts';
import type { ActionId, AgentId, OrgId } from '../kernel/ids.ts';
import { rfc3339 } from '../kernel/time.ts';
import type { Channel } from '../tenancy/agent.ts';
import { isAtWork } from './action-row.ts';
import { resultEntry } from './entries.ts';
import * as sql from './erasure-statements.ts';
import { packFrozen, unpackFrozen } from './frozen.ts';
import type { Group } from './group.ts';
import type { Meters } from './meters.ts';
import type { Sealing } from './sealing.ts';
import type { Prepared, Tx } from './statement.ts';
import { NOT_COUNTED, recount } from './usage.ts';
import { insertSuppression } from './writers/statements.ts';

type Place = { org: string; contact: string };

/**
 * Tables whose rows are about one person and nothing else: deleted whole. A table that gets a `contact` column belongs
 * here, or says in `eraseContact` what becomes of it; `test/store/erasure.test.ts` holds that.
 */
const DELETED: readonly Prepared<Place, unknown>[] = [
  sql.dropConsentRecords,
  sql.dropRelationships,
  sql.dropCodes,
  sql.dropAnswers,
];

export function* eraseContact(
  { sealing, meters }: { readonly sealing: Sealing; readonly meters: Meters },
  group: Group,
  org: OrgId,
  { contact: address, action, reason, counts, key, subject, suppress, at }: EraseWrite,
): Tx<void> {
  const contact = yield* sealing.ref(org, address);
  const acted = yield* emptyActions(meters, group, { org, contact });
  // whoever seals under the key commits before this or finds it gone: from here on all that was written is seen
  yield* sealing.destroyContact(org, contact);
  const messages = yield* sql.messagesOf.all({ org, contact });
  for (const { agent, id } of messages) {
    yield* sql.dropAttachments.run({ org, message: id });
    yield* sql.stripMessage.run({ org, agent, id });
  }
  const related = yield* sql.relationshipsOf.all({ org, contact });
  for (const statement of DELETED) yield* statement.run({ org, contact });
  for (const { id } of yield* sql.threadsOf.all({ org, contact })) yield* sql.dropThread({ org, thread: id });
  yield* sql.blankSuppressions.run({ org, contact });
  const agents = new Set([...acted, ...[...related, ...messages].map(({ agent }) => agent as AgentId)]);
  yield* meters.drop(
    org,
    contactSeries([...agents]).map((series) => `${series}:${contact}`),
  );
  if (suppress !== null)
    yield* insertSuppression.run({
      org,
      contact,
      channel: 'all',
      reason: 'dnc',
      source: null,
      action,
      at,
      ...suppress,
    });

  sealing.forget(org, address);
  for (const { agent, channel } of related) {
    group.facts.forget(org, 'relationship', { agent, contact: address, channel: channel as Channel });
  }
  group.facts.forgetAll(); // whatever else was remembered by this address
  yield* sql.putErasure.run({ org, contact, action, at, reason, kid: key, counts: JSON.stringify(counts) });
  yield* group.record({
    v: 1,
    type: 'erasure',
    at: rfc3339(group.now),
    org,
    action,
    subject,
    reason,
    counts: { ...counts },
  });
}

/**
 * Every action about the person loses its input. What had not begun is cancelled and gives back what it took; of what is
 * under way nobody will know what came of it: no settlement finds its row any more, and the bill has what was reserved.
 * Returns the agents that acted.
 */
function* emptyActions(
  meters: Meters,
  group: Group,
  { org, contact }: { readonly org: OrgId; readonly contact: string },
): Tx<readonly AgentId[]> {
  const own = yield* sql.actionsOf.all({ org, contact });
  const known = new Set(own.map(({ id }) => id));
  const rows = [...own, ...(yield* sql.actionsOfThreads.all({ org, contact })).filter(({ id }) => !known.has(id))];
  const messages = yield* sql.messagesOf.all({ org, contact });
  const byAction = new Map(messages.map(({ action, agent, id }) => [action, { agent, id }]));
  for (const row of rows) {
    const id = row.id as ActionId;
    if (isAtWork(row.state)) {
      const begun = row.attempt > 0;
      const state = begun ? 'unknown' : 'cancelled';
      const code = begun ? 'outcome_unknown' : 'stale';
      const cost = begun ? row.cost : 0;
      const { takes, usage } = unpackFrozen(row);
      const about = { org, id, agent: row.agent as AgentId | null };
      yield* sql.endErased.run({ org, id, state, code, cost, settled_at: group.now });
      if (begun) yield* recount(group, about, usage, NOT_COUNTED, { messages: 1, cost });
      else yield* meters.release(org, id, takes, group.now);
      const message = byAction.get(id);
      if (message !== undefined)
        yield* sql.endMessage.run({ org, ...message, status: begun ? 'unknown' : 'failed', cost });
      yield* group.record(resultEntry(about, group.now, { state, code, say: '' }, cost));
    }
    yield* sql.stripAction.run({ org, id, frozen: row.frozen === null ? null : withoutPerson(row) });
  }
  return rows.flatMap(({ agent }) => (agent === null ? [] : [agent as AgentId]));
}

/** What was frozen with an action, without its secrets and the keyed hashes of its person. Money stays: the price may be told later. */
function withoutPerson(row: Parameters<typeof unpackFrozen>[0]): string {
  const frozen = unpackFrozen(row);
  return packFrozen(
    { ...row, contact: null },
    { ...frozen, fences: [], takes: frozen.takes.filter(({ kind }) => kind !== 'series'), sealed: null },
  );
}
