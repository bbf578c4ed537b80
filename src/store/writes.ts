/**
 * A writer for every kind of write: the only code that changes domain tables. A writer seals what is personal, keeps the
 * fences' rows, and tells the fact cache what it made stale.
 */

import { commsFacts, type Relationship } from '../comms/facts.ts';
import type { CommsWrites } from '../comms/writes.ts';
import { fenceId } from '../guard/fence.ts';
import type { Reason } from '../guard/judge.ts';
import { joinLabels, type Label, TRUSTED } from '../guard/label.ts';
import type { GuardWrites } from '../guard/writes.ts';
import type { AdminTokenRow, IdentityWrites } from '../identity/writes.ts';
import { SallyportError } from '../kernel/errors.ts';
import { type AgentId, type OrgId, PLATFORM_ORG } from '../kernel/ids.ts';
import { rfc3339 } from '../kernel/time.ts';
import type { Write } from '../kernel/write.ts';
import type { Channel } from '../tenancy/agent.ts';
import type { TenancyWrites } from '../tenancy/writes.ts';
import { reasonsJson } from './action-row.ts';
import { ChangedMeanwhile } from './committer.ts';
import type { Group, Remembering } from './group.ts';
import { agentOf, agentRow } from './rows.ts';
import { cellOf, type Sealing } from './sealing.ts';
import type { Tx } from './statement.ts';
import * as sql from './write-statements.ts';

type AllWrites = TenancyWrites & IdentityWrites & CommsWrites & GuardWrites;
type Writer<R> = (group: Group, org: OrgId, row: R) => Tx<void>;

export interface Writers {
  apply(group: Group, org: OrgId, writes: readonly Write[]): Tx<void>;
  bump(group: Group, org: OrgId, subject: string): Tx<void>;
}

/** @param tokens what is remembered of credentials; forgotten at every write to one, within the transaction. */
export function createWriters(sealing: Sealing, tokens: Remembering): Writers {
  function* bump(group: Group, org: OrgId, subject: string): Tx<void> {
    yield* sql.bumpFence.run({ org, subject });
    group.facts.forget(org, 'fence', subject);
  }

  /** The relationship of an agent and a contact, changed by a function of its consents. */
  function* relate(
    group: Group,
    org: OrgId,
    key: { readonly agent: AgentId; readonly contact: string; readonly channel: Channel },
    change: {
      readonly consents?: (old: Record<string, number>) => Record<string, number>;
      readonly inboundAt?: number;
      readonly outboundAt?: number;
    },
  ): Tx<void> {
    const { ref } = yield* sealing.contact(org, key.contact, group.now);
    const at = { org, agent: key.agent, contact: ref, channel: key.channel };
    yield* sql.ensureRelationship.run(at);
    if (change.consents !== undefined) {
      const row = yield* sql.consentsOf.first(at);
      yield* sql.setConsents.run({ ...at, consents: JSON.stringify(change.consents(JSON.parse(row!.consents))) });
    }
    if (change.inboundAt !== undefined) yield* sql.setLastInbound.run({ ...at, last_inbound_at: change.inboundAt });
    if (change.outboundAt !== undefined)
      yield* sql.setFirstOutbound.run({ ...at, first_outbound_at: change.outboundAt });
    group.facts.forget(org, 'relationship', { agent: key.agent, contact: key.contact, channel: key.channel }); // `key` may be a wider row
  }

  function* insertAdminToken(row: AdminTokenRow): Tx<void> {
    yield* sql.insertAdminToken.run({
      hash: row.hash,
      id: row.id,
      org: row.org,
      kind: row.kind,
      created_at: row.createdAt,
    });
    yield* sql.insertFence.run({ org: row.org, subject: `token:${row.id}` });
  }

  function* sealedNote(
    org: OrgId,
    { action, note }: { readonly action: string; readonly note: string | null },
  ): Tx<string | null> {
    if (note === null) return null;
    const { dataKey } = yield* sealing.orgKeys(org);
    return sealing.sealText(dataKey, note, cellOf(org, 'action', 'note', action));
  }

  const writers: { readonly [K in keyof AllWrites]: Writer<AllWrites[K]> } = {
    *'organization.create'(group, org, row) {
      yield* sql.insertOrganization.run({
        id: row.id,
        slug: row.slug,
        name: row.name,
        status: row.status,
        mode: row.mode,
        tier: row.tier,
        zone: row.zone,
        created_at: row.createdAt,
      });
      yield* sealing.createOrgKeys(row.id);
      yield* sql.insertFence.run({ org: row.id, subject: `organization:${row.id}` });
      group.facts.forget(row.id, 'organization', 'self');
      group.facts.forget(org, 'slug-taken', row.slug);
    },
    *'agent.create'(group, org, row) {
      yield* sql.insertAgent.run(agentRow(row));
      yield* sql.insertFence.run({ org, subject: `agent:${row.id}` });
      yield* sql.insertFence.run({ org, subject: `policy:${row.id}` });
      group.facts.forget(org, 'agent', row.id);
    },
    *'agent.update'(group, org, row) {
      const [read] = yield* group.facts.load([{ org, kind: 'agent', key: row.id }]); // what the change was computed from
      const now = yield* sql.agentLocked.first({ org, id: row.id });
      if (now !== undefined && JSON.stringify(agentOf(now)) !== JSON.stringify(read)) throw new ChangedMeanwhile();
      yield* sql.updateAgent.run({ ...agentRow(row), org });
      group.facts.forget(org, 'agent', row.id);
    },
    *'agent-token.create'(group, org, row) {
      yield* sql.insertAgentToken.run({
        hash: row.hash,
        id: row.id,
        org,
        agent: row.agent,
        created_at: row.createdAt,
        expires_at: row.expiresAt,
      });
      yield* sql.insertFence.run({ org, subject: `token:${row.id}` });
      group.facts.forget(org, 'fence', `token:${row.id}`);
    },
    *'agent-token.revoke'(group, org, row) {
      yield* sql.revokeAgentToken.run({ org, agent: row.agent, id: row.id, revoked_at: row.at });
      yield* bump(group, org, `token:${row.id}`);
    },
    *'agent-token.revoke-all'(group, org, row) {
      for (const { id } of yield* sql.liveAgentTokens.all({ org, agent: row.agent })) {
        yield* sql.revokeAgentToken.run({ org, agent: row.agent, id, revoked_at: row.at });
        yield* bump(group, org, `token:${id}`);
      }
    },
    *'agent-token.expire-all'(_, org, row) {
      yield* sql.expireAgentTokens.run({ org, agent: row.agent, at: row.at });
    },
    *'admin-token.create'(_, __, row) {
      yield* insertAdminToken(row);
    },
    *'admin-token.replace'(group, _, row) {
      for (const { id } of yield* sql.dropAdminTokens.all({ org: row.org, kind: row.kind })) {
        yield* bump(group, row.org, `token:${id}`);
      }
      yield* insertAdminToken(row);
    },
    *'fence.bump'(group, org, key) {
      const id = key.of === 'contact' ? (yield* sealing.contact(org, key.id, group.now)).ref : key.id;
      yield* bump(group, org, fenceId({ of: key.of, id }));
    },
    *'hold.approve'(group, org, row) {
      const changed = yield* sql.approveHeld.run({
        org,
        id: row.action,
        approved_by: row.by,
        note: yield* sealedNote(org, row),
        now: group.now,
      });
      if (changed !== 1)
        throw new SallyportError('conflict', 'The action was decided by someone else in the meantime.');
      group.facts.forget(org, 'held', row.action);
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
      yield* group.record({
        v: 1,
        type: 'result',
        at: rfc3339(group.now),
        action: row.action,
        org,
        state: 'cancelled',
        code: 'approval_denied',
      });
    },
    *'context.join'(group, org, row) {
      const old = yield* sql.contextOf.first({ org, id: row.agent });
      const before = old?.context === null || old === undefined ? TRUSTED : (JSON.parse(old.context) as Label);
      const joined = joinLabels(before, row.label);
      const bounded: Label = { ...joined, sources: joined.sources.slice(-MAX_SOURCES) };
      yield* sql.setContext.run({ org, id: row.agent, context: JSON.stringify(bounded) });
      group.facts.forget(org, 'context', row.agent);
    },
    *'message.outbound'(group, org, row) {
      const { ref } = yield* sealing.contact(org, row.contact, group.now);
      yield* sql.insertMessage.run({
        org,
        id: row.id,
        agent: row.agent,
        direction: 'outbound',
        channel: row.channel,
        contact: ref,
        sender: row.from,
        recipient: '',
        body: null,
        purpose: row.purpose,
        status: 'queued',
        segments: row.segments,
        cost: row.cost,
        opt_out: null,
        label: JSON.stringify(row.label),
        action: row.action,
        provider_ref: null,
        at: row.at,
        waiting: 0,
      });
    },
    *'relationship.reached'(group, org, row) {
      const key = { agent: row.agent, contact: row.contact, channel: row.channel };
      // loaded only where it stays true: elsewhere it would stand in this group without the fence that guards it
      const [known] = group.facts.lasting
        ? ((yield* group.facts.load([{ org, kind: commsFacts.relationship.name, key }])) as (Relationship | null)[])
        : [];
      if (known?.firstOutboundAt == null) yield* relate(group, org, key, { outboundAt: group.now });
    },
    *'message.status'(_, org, row) {
      yield* sql.setMessageStatus.run({
        org,
        agent: row.agent,
        id: row.id,
        status: row.status,
        rank: STATUS_RANK[row.status],
        provider_ref: row.providerRef,
        error_code: row.errorCode,
        cost: row.cost,
        waiting: row.status === 'failed' || row.status === 'unknown' ? 1 : 0,
      });
    },
    *'message.inbound'(group, org, row) {
      const { ref, key } = yield* sealing.contact(org, row.contact, group.now);
      yield* sql.insertMessage.run({
        org,
        id: row.id,
        agent: row.agent,
        direction: 'inbound',
        channel: row.channel,
        contact: ref,
        sender: '',
        recipient: row.to,
        body: sealing.sealText(key, row.body, cellOf(org, 'message', 'body', row.id)),
        purpose: null,
        status: 'received',
        segments: 0,
        cost: 0,
        opt_out: row.optOut,
        label: JSON.stringify(row.label),
        action: row.action,
        provider_ref: row.providerRef,
        at: row.at,
        waiting: 1,
      });
      yield* relate(
        group,
        org,
        { agent: row.agent, contact: row.contact, channel: row.channel },
        { inboundAt: row.at },
      );
    },
    *'message.acknowledge'(_, org, row) {
      for (const id of row.ids) yield* sql.acknowledge.run({ org, agent: row.agent, id, acknowledged_at: row.at });
    },
    *'consent.record'(group, org, row) {
      const { ref, key } = yield* sealing.contact(org, row.contact, group.now);
      const hidden = (column: string, text: string | null) =>
        text === null ? null : sealing.sealText(key, text, cellOf(org, 'consent_record', column, row.id));
      yield* sql.insertConsentRecord.run({
        org,
        id: row.id,
        agent: row.agent,
        contact: ref,
        channel: row.channel,
        event: 'recorded',
        type: row.type,
        source: hidden('source', row.source),
        proof: hidden('proof', row.proof),
        notes: hidden('notes', row.notes),
        by: row.by,
        action: row.action,
        at: row.at,
      });
      yield* relate(group, org, row, { consents: (old) => ({ ...old, [row.type]: row.at }) });
    },
    *'consent.revoke'(group, org, row) {
      const { ref, key } = yield* sealing.contact(org, row.contact, group.now);
      yield* sql.insertConsentRecord.run({
        org,
        id: row.id,
        agent: row.agent,
        contact: ref,
        channel: row.channel,
        event: 'revoked',
        type: null,
        source: sealing.sealText(key, row.source, cellOf(org, 'consent_record', 'source', row.id)),
        proof: null,
        notes: null,
        by: row.by,
        action: row.action,
        at: row.at,
      });
      for (const related of yield* sql.relationshipsOf.all({ org, contact: ref })) {
        if (row.agent !== null && related.agent !== row.agent) continue;
        if (row.channel !== null && related.channel !== row.channel) continue;
        yield* sql.setConsents.run({
          org,
          agent: related.agent,
          contact: ref,
          channel: related.channel,
          consents: '{}',
        });
        group.facts.forget(org, 'relationship', {
          agent: related.agent,
          contact: row.contact,
          channel: related.channel,
        });
      }
    },
    *'suppression.add'(group, org, row) {
      const { ref, key } = yield* sealing.contact(org, row.contact, group.now);
      yield* sql.insertSuppression.run({
        org,
        contact: ref,
        channel: row.channel,
        reason: row.reason,
        id: row.id,
        source: sealing.sealText(key, row.source, cellOf(org, 'suppression', 'source', row.id)),
        by: row.by,
        action: row.action,
        at: row.at,
      });
      forgetSuppressions(group, org, row.contact);
    },
    *'suppression.remove'(group, org, row) {
      const { ref } = yield* sealing.contact(org, row.contact, group.now);
      yield* sql.deleteSuppression.run({ org, contact: ref, channel: row.channel, reason: row.reason });
      forgetSuppressions(group, org, row.contact);
    },
  };

  return {
    bump,
    *apply(group, org, writes) {
      for (const { kind, row } of writes) {
        if (TOUCHES_TOKENS.test(kind)) tokens.forgetAll();
        const writer = writers[kind as keyof AllWrites] as Writer<unknown> | undefined;
        if (writer === undefined) throw new TypeError(`no writer for ${kind}`);
        yield* writer(group, org, row);
      }
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

/** Any write about credentials, and any fence: it may be a credential's. */
const TOUCHES_TOKENS = /^(?:agent-token|admin-token|fence)\./;

/** A label is stored with each message; beyond these many its sources are those of the latest ones. */
const MAX_SOURCES = 32;

const STATUS_RANK = { queued: 0, unknown: 1, sent: 2, delivered: 3, failed: 3, received: 3 } as const;

/** A platform entry binds every organisation, so its facts may be remembered under any of them. */
function forgetSuppressions(group: Group, org: OrgId, contact: string): void {
  if (org === PLATFORM_ORG) group.facts.forgetAll();
  else group.facts.forget(org, 'suppressions', contact);
}
