/** Messages and what agents and contacts are to each other. */
import { commsFacts, type Relationship } from '../../comms/facts.ts';
import type { MessageWrites } from '../../comms/writes.ts';
import { attachmentCell, cellOf } from '../sealing.ts';
import { putIntoInbox, swarmAgentOf } from '../swarm-inbox-statements.ts';
import { relate } from './relationship.ts';
import * as sql from './statements.ts';
import type { WriterParts, WritersOf } from './writer.ts';
export function messageWriters({ sealing, onInbound }: WriterParts): WritersOf<MessageWrites> {
  return {
    *'message.outbound'(group, org, row) {
      const { ref, key } = yield* sealing.contact(org, row.contact, group.now);
      const shown = (column: 'body' | 'subject') => {
        const text = row.shown?.[column] ?? null;
        return text === null ? null : sealing.sealText(key, text, cellOf(org, 'message', column, row.id));
      };
      yield* sql.insertMessage.run({
        org,
        id: row.id,
        agent: row.agent,
        direction: 'outbound',
        channel: row.channel,
        contact: ref,
        sender: row.from,
        recipient: '',
        body: shown('body'),
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
        callback: row.callback,
        subject: shown('subject'),
        vouched: 0,
      });
    },
    *'relationship.reached'(group, org, row) {
      const key = { agent: row.agent, contact: row.contact, channel: row.channel };
      // loaded only where it stays true: elsewhere it would stand in this group without the fence that guards it
      const [known] = group.facts.lasting
        ? ((yield* group.facts.load([{ org, kind: commsFacts.relationship.name, key }])) as (Relationship | null)[])
        : [];
      if (known?.firstOutboundAt == null) yield* relate(sealing, group, org, key, { outboundAt: group.now });
    },
    *'relationship.known'(group, org, row) {
      yield* relate(sealing, group, org, row, { knownAt: group.now });
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
        callback: null,
        subject:
          row.subject === null ? null : sealing.sealText(key, row.subject, cellOf(org, 'message', 'subject', row.id)),
        vouched: row.vouched ? 1 : 0,
      });
      // for the swarm, if the agent is one of it
      if ((yield* swarmAgentOf.first({ org, agent: row.agent })) !== undefined) {
        yield* putIntoInbox.run({ org, message: row.id, agent: row.agent, at: group.now });
        group.afterCommit(onInbound);
      }
      for (const [n, { filename, contentType, content }] of row.attachments.entries()) {
        const cell = (column: 'filename' | 'content') => attachmentCell(org, row.id, n, column);
        yield* sql.insertAttachment.run({
          org,
          message: row.id,
          n,
          filename: sealing.sealText(key, filename, cell('filename')),
          content_type: contentType,
          size: Buffer.byteLength(content, 'base64'),
          content: sealing.sealText(key, content, cell('content')),
        });
      }
      yield* relate(
        sealing,
        group,
        org,
        { agent: row.agent, contact: row.contact, channel: row.channel },
        row.vouched ? { inboundAt: row.at, vouched: row.id } : { inboundAt: row.at },
      );
    },
    *'message.acknowledge'(_, org, row) {
      for (const id of row.ids) yield* sql.acknowledge.run({ org, agent: row.agent, id, acknowledged_at: row.at });
    },
    *'message.price'(_, org, { agent, id, cost, segments }) {
      yield* sql.setMessagePrice.run({ org, agent, id, cost, segments });
    },
    *'message.ask'(_, org, { agent, id, at }) {
      yield* sql.setMessageAsk.run({ org, agent, id, ask_at: at });
    },
  };
}

const STATUS_RANK = { queued: 0, unknown: 1, sent: 2, delivered: 3, failed: 3, received: 3 } as const;
