/** Messages, consent, suppression and usage, read cold; opens what it may show and changes nothing. */
import { sql } from 'kysely';
import { UNBILLED } from '../comms/billing/markup.ts';
import type { Account, ConsentType, ContactPlace, Relationship } from '../comms/facts.ts';
import type { Message, MessageChannel, Purpose } from '../comms/message.ts';
import { agentActions, agentSpend } from '../comms/meters.ts';
import type {
  BilledUsage,
  CommsReader,
  ConsentRecord,
  HeldWithArgs,
  MessageQuery,
  SuppressionRecord,
  Usage,
} from '../comms/ports.ts';
import type { OutboundMessage } from '../comms/provider-ports.ts';
import { isSliding } from '../guard/cap.ts';
import type { Label } from '../guard/label.ts';
import type { Clock } from '../kernel/clock.ts';
import { type ActionId, type AgentId, idFloor, type MessageId, type OrgId, PLATFORM_ORG } from '../kernel/ids.ts';
import { calendarPeriod } from '../kernel/time.ts';
import { type ActionRow, isOpen, openInput } from './action-row.ts';
import { billingConfigOf, billingConfigs } from './billing-config.ts';
import type { Engine } from './engine.ts';
import { frozenArgs, heldAction, heldOfRow, threadOfAction } from './held-actions.ts';
import type { Meters } from './meters.ts';
import { createReviewReader } from './review-reader.ts';
import type { Schema } from './schema.ts';
import { attachmentCell, cellOf, type Sealing } from './sealing.ts';
import { seenThreads } from './seen-threads.ts';
import type { Tx } from './statement.ts';
import type { SwarmConfigRows } from './swarm-configs.ts';

type MessageRow = Schema['message'];
type FileRow = Omit<Schema['attachment'], 'org' | 'content'>;

interface Parts {
  readonly engine: Engine;
  readonly sealing: Sealing;
  readonly swarms: SwarmConfigRows;
  readonly meters: Meters;
  readonly clock: Clock;
}

export function createCommsReader({ engine, sealing, swarms, meters, clock }: Parts): CommsReader {
  const { db } = engine;
  const inTx = <T>(body: () => Tx<T>) => engine.read(body);

  const opened = async (org: OrgId, rows: readonly MessageRow[]): Promise<readonly Message[]> => {
    const sent = rows.filter(({ direction }) => direction === 'outbound').map(({ action }) => action);
    const actions = new Map<string, Schema['action']>();
    if (sent.length > 0) {
      const found = await db.selectFrom('action').selectAll().where('org', '=', org).where('id', 'in', sent).execute();
      for (const row of found) actions.set(row.id, row);
    }
    const files = await attachmentsOf(org, rows);
    return inTx(function* () {
      const messages: Message[] = [];
      for (const row of rows) {
        messages.push(yield* openMessage(sealing, org, row, actions.get(row.action), files.get(row.id) ?? []));
      }
      return messages;
    });
  };

  /** Rows of attachments by message, without their content. */
  const attachmentsOf = async (org: OrgId, rows: readonly MessageRow[]): Promise<ReadonlyMap<string, FileRow[]>> => {
    const mails = rows.filter(({ direction, channel }) => direction === 'inbound' && channel !== 'sms');
    if (mails.length === 0) return new Map();
    const found = await db
      .selectFrom('attachment')
      .select(['message', 'n', 'filename', 'content_type', 'size'])
      .where('org', '=', org)
      .where(
        'message',
        'in',
        mails.map(({ id }) => id),
      )
      .orderBy('n')
      .execute();
    return Map.groupBy(found, ({ message }) => message);
  };

  const suppressionRecords = async (
    org: OrgId,
    rows: readonly Schema['suppression'][],
  ): Promise<readonly SuppressionRecord[]> =>
    inTx(function* () {
      const records: SuppressionRecord[] = [];
      for (const row of rows) {
        const home = row.org as OrgId;
        const key = yield* sealing.contactKey(home, row.contact);
        const cell = cellOf(home, 'suppression', 'source', row.id);
        const source = row.source === null ? '' : (sealing.openPersonal(key, row.source, cell) ?? '');
        records.push({
          contact: (yield* sealing.address(home, row.contact)) ?? 'erased',
          channel: row.channel as SuppressionRecord['channel'],
          reason: row.reason as SuppressionRecord['reason'],
          source: home === org ? source : 'platform',
          at: row.at,
          scope: home === PLATFORM_ORG ? 'platform' : 'organization',
        });
      }
      return records;
    });

  const refOf = (org: OrgId, address: string) => inTx(() => sealing.ref(org, address));

  return {
    async messages(org, query) {
      const contact = query.contact === undefined ? null : await refOf(org, query.contact);
      const { page, older } = await selectMessages(db, org, query, contact);
      return { messages: await opened(org, page), older: older as MessageId | null };
    },
    async waiting(org, { agent, limit, channel }) {
      let rows = db
        .selectFrom('message')
        .selectAll()
        .where('org', '=', org)
        .where('agent', '=', agent)
        .where(isWaiting);
      if (channel !== undefined) rows = rows.where('channel', '=', channel);
      return opened(org, await rows.orderBy('id').limit(limit).execute());
    },
    async relationship(org, { agent, contact, channel }) {
      const row = await db
        .selectFrom('relationship')
        .selectAll()
        .where('org', '=', org)
        .where('agent', '=', agent)
        .where('contact', '=', await refOf(org, contact))
        .where('channel', '=', channel)
        .executeTakeFirst();
      if (row === undefined) return null;
      return {
        consents: JSON.parse(row.consents) as Relationship['consents'],
        lastInboundAt: row.last_inbound_at,
        firstOutboundAt: row.first_outbound_at,
        knownAt: row.known_at,
      };
    },
    async consentHistory(org, { agent, contact, channel }) {
      const ref = await refOf(org, contact);
      const rows = await db
        .selectFrom('consent_record')
        .selectAll()
        .where('org', '=', org)
        .where('contact', '=', ref)
        .where((eb) => eb.or([eb('agent', '=', agent), eb('agent', 'is', null)]))
        .where((eb) => eb.or([eb('channel', '=', channel), eb('channel', 'is', null)]))
        .orderBy('id', 'desc')
        .limit(100)
        .execute();
      return inTx(function* () {
        const key = yield* sealing.contactKey(org, ref);
        const open = (row: Schema['consent_record'], column: 'source' | 'proof'): string | null => {
          const text = row[column];
          return text === null ? null : sealing.openPersonal(key, text, cellOf(org, 'consent_record', column, row.id));
        };
        return rows.map(
          (row): ConsentRecord => ({
            event: row.event as ConsentRecord['event'],
            type: row.type as ConsentType | null,
            source: open(row, 'source'),
            proof: open(row, 'proof'),
            at: row.at,
          }),
        );
      });
    },
    async suppressionsOf(org, contact) {
      const own = await db
        .selectFrom('suppression')
        .selectAll()
        .where('org', '=', org)
        .where('contact', '=', await refOf(org, contact))
        .execute();
      const platform = await db
        .selectFrom('suppression')
        .selectAll()
        .where('org', '=', PLATFORM_ORG)
        .where('contact', '=', await refOf(PLATFORM_ORG, contact))
        .execute();
      return suppressionRecords(org, [...own, ...platform]);
    },
    async contactPlace(org, contact) {
      const [place = null] = await inTx(function* () {
        return yield* sealing.places([[org, yield* sealing.ref(org, contact)]]);
      });
      return place === null ? null : (JSON.parse(place) as ContactPlace);
    },
    async suppressions(org, limit) {
      const rows = await db
        .selectFrom('suppression')
        .selectAll()
        .where('org', '=', org)
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return suppressionRecords(org, rows);
    },
    async usage(org, { agent, from, to, mode }) {
      let query = db
        .selectFrom('usage')
        .select((eb) => [
          'agent',
          'channel',
          eb.fn.sum<number>('messages').as('messages'),
          eb.fn.sum<number>('cost').as('cost'),
          eb.fn.sum<number>('billed').as('billed'),
        ])
        .where('org', '=', org)
        .where('day', '>=', from)
        .where('day', '<=', to)
        .groupBy(['agent', 'channel']);
      if (agent !== null) query = query.where('agent', '=', agent);
      if (mode !== undefined) query = query.where('mode', '=', mode);
      const rows = await query.orderBy('agent').orderBy('channel').execute();
      return rows.map((row): BilledUsage => ({ ...usageOf(row), billed: Number(row.billed) }));
    },
    async sentSince(org, agents, since) {
      if (agents.length === 0) return [];
      const rows = await db
        .selectFrom('message')
        .select((eb) => [
          'agent',
          'channel',
          eb.fn.countAll<number>().as('messages'),
          eb.fn.sum<number>('cost').as('cost'),
        ])
        .where('org', '=', org)
        .where('agent', 'in', agents)
        .where('id', '>=', idFloor('msg', since))
        .where('direction', '=', 'outbound')
        .groupBy(['agent', 'channel'])
        .orderBy('agent')
        .orderBy('channel')
        .execute();
      return rows.map(usageOf);
    },
    billing: (org) =>
      inTx(function* () {
        const [row] = yield* billingConfigs.rows([[org]]);
        return row === undefined ? UNBILLED : yield* billingConfigOf(sealing, row);
      }),
    async accounts(org) {
      const rows = await db
        .selectFrom('provider_credential')
        .select(['org', 'provider'])
        .where('org', 'in', [org, PLATFORM_ORG])
        .execute();
      return rows.map((row): Account => ({ provider: row.provider as Account['provider'], org: row.org as OrgId }));
    },
    async hasReference(org, agent, ref, since) {
      const row = await db
        .selectFrom('message')
        .select('id')
        .where('org', '=', org)
        .where('agent', '=', agent)
        .where('id', '>=', idFloor('msg', since))
        .where('provider_ref', '=', ref)
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },
    async attachment(org, agent, message, n) {
      const row = await db
        .selectFrom('attachment')
        .innerJoin('message', (join) =>
          join.onRef('message.org', '=', 'attachment.org').onRef('message.id', '=', 'attachment.message'),
        )
        .select(['filename', 'content_type', 'content', 'message.contact'])
        .where('attachment.org', '=', org)
        .where('message.agent', '=', agent)
        .where('attachment.message', '=', message)
        .where('n', '=', n)
        .executeTakeFirst();
      if (row === undefined) return null;
      return inTx(function* () {
        const key = yield* sealing.contactKey(org, row.contact);
        const filename = sealing.openPersonal(key, row.filename, attachmentCell(org, message, n, 'filename'));
        const content = sealing.openPersonal(key, row.content, attachmentCell(org, message, n, 'content'));
        return filename === null || content === null ? null : { filename, contentType: row.content_type, content };
      });
    },
    ...createReviewReader(engine, sealing),
    async waitingCount(org, agent) {
      const row = await db
        .selectFrom('message')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('org', '=', org)
        .where('agent', '=', agent)
        .where(isWaiting)
        .executeTakeFirst();
      return Number(row?.count ?? 0);
    },
    actionsWithin: (org, agent, ms) => inTx(() => meters.usedWithin(org, agentActions(agent), ms, clock.now())),
    capUse: (org, take, at) =>
      inTx(function* () {
        const [cap] = take.caps.filter(isSliding);
        const used = cap === undefined ? 0 : yield* meters.usedWithin(org, take.meter, cap.window.ms, at, take.contact);
        const [reached] = yield* meters.peek(org, [{ ...take, guard: '' }], at);
        return { used, freeAt: reached === undefined ? at : (reached.retryAt ?? Number.POSITIVE_INFINITY) };
      }),
    spentIn: (org, agent, unit, zone) =>
      inTx(() => meters.counter(org, `${agentSpend(agent)}@${calendarPeriod(clock.now(), unit, zone)}`)),
    async held(org, agent, may) {
      let query = db
        .selectFrom('action')
        .selectAll()
        .where('org', '=', org)
        .where(isOpen)
        .where('state', '=', 'held')
        .where('held_until', '>', clock.now())
        .orderBy('created_at')
        .orderBy('id')
        .limit(MAX_HELD);
      if (agent !== null) query = query.where('agent', '=', agent);
      const held: HeldWithArgs[] = [];
      for (let from = 0; held.length < MAX_HELD; from += MAX_HELD) {
        const rows = await query.offset(from).execute();
        held.push(...(await inTx(() => shownHeld(sealing, org, rows, may))));
        if (rows.length < MAX_HELD) break;
      }
      return held.slice(0, MAX_HELD);
    },
    heldAction: (org, id) => inTx(() => heldAction(sealing, swarms, org, id)),
  };
}

/** As many as a list of what waits for a person shows. */
const MAX_HELD = 200;

function* shownHeld(
  sealing: Sealing,
  org: OrgId,
  rows: readonly ActionRow[],
  may: Parameters<CommsReader['held']>[2],
): Tx<readonly HeldWithArgs[]> {
  const threads = yield* seenThreads(
    org,
    rows.map(threadOfAction).filter((thread) => thread !== null),
  );
  const shown: HeldWithArgs[] = [];
  for (const row of rows) {
    const of = threadOfAction(row);
    const thread = of === null ? null : threads.get(of);
    if (thread === undefined) continue; // it is gone
    const held = { ...heldOfRow(row), thread };
    if (!may(held)) continue;
    const why = (JSON.parse(row.why ?? '[]') as { say: string }[]).map(({ say }) => say);
    shown.push({ ...held, args: yield* frozenArgs(sealing, row), why });
  }
  return shown;
}

/** Sums come as text from PostgreSQL. */
const usageOf = (row: { agent: string; channel: string; messages: unknown; cost: unknown }): Usage => ({
  agent: row.agent as AgentId,
  channel: row.channel as Usage['channel'],
  messages: Number(row.messages),
  cost: Number(row.cost),
});

/** How many of an agent's messages one page may look through: a filter that fits none of them must not hold up everybody. */
const MAX_SCANNED = 2_000;

/** As the partial index has it, to the letter: only so can SQLite see that the index applies. */
const isWaiting = sql<boolean>`"waiting" = 1`;

/** The newest matching rows of one window of the agent's messages, and where the window ends if there may be older ones. */
async function selectMessages(db: Engine['db'], org: OrgId, query: MessageQuery, contact: string | null) {
  let window = db
    .selectFrom('message')
    .where('org', '=', org)
    .where('agent', '=', query.agent)
    .where('contact', '<>', '') // figures are listed nowhere
    .orderBy('id', 'desc');
  if (query.before !== undefined) window = window.where('id', '<', query.before);
  if (query.since !== undefined) window = window.where('id', '>=', idFloor('msg', query.since));
  let rows = db.selectFrom(window.selectAll().limit(MAX_SCANNED).as('seen')).selectAll();
  if (query.channel !== undefined) rows = rows.where('channel', '=', query.channel);
  if (query.direction !== undefined) rows = rows.where('direction', '=', query.direction);
  if (contact !== null) rows = rows.where('contact', '=', contact);
  const found = await rows
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const page = found.slice(0, query.limit);
  if (found.length > query.limit) return { page, older: page.at(-1)!.id };
  const end = await window
    .select('id')
    .limit(1)
    .offset(MAX_SCANNED - 1)
    .executeTakeFirst();
  return { page, older: end?.id ?? null };
}

function* openMessage(
  sealing: Sealing,
  org: OrgId,
  row: MessageRow,
  action: Schema['action'] | undefined,
  files: readonly FileRow[],
): Tx<Message> {
  const contact = (yield* sealing.address(org, row.contact)) ?? 'erased';
  const outbound = row.direction === 'outbound';
  const sent = outbound ? yield* sentInput(sealing, action) : null;
  const key = yield* sealing.contactKey(org, row.contact);
  const opened = (column: 'body' | 'subject'): string | null => {
    const text = row[column];
    return text === null ? null : sealing.openPersonal(key, text, cellOf(org, 'message', column, row.id));
  };
  return {
    id: row.id as MessageId,
    agent: row.agent as AgentId,
    direction: row.direction as Message['direction'],
    channel: row.channel as MessageChannel,
    contact,
    from: outbound ? row.sender : contact,
    to: outbound ? contact : row.recipient,
    body: sent?.body ?? opened('body') ?? '',
    subject: sent?.subject ?? opened('subject'),
    attachments: outbound
      ? (sent?.attachments ?? []).map(({ filename, contentType, content }) => ({
          filename,
          contentType,
          bytes: Buffer.byteLength(content, 'base64'),
        }))
      : files.map(({ n, filename, content_type, size }) => ({
          filename: sealing.openPersonal(key, filename, attachmentCell(org, row.id, n, 'filename')) ?? 'erased',
          contentType: content_type,
          bytes: size,
        })),
    purpose: row.purpose as Purpose | null,
    status: row.status as Message['status'],
    errorCode: row.error_code,
    segments: row.segments,
    cost: row.cost,
    optOut: row.opt_out as Message['optOut'],
    label: JSON.parse(row.label) as Label,
    action: row.action as ActionId,
    providerRef: row.provider_ref,
    at: row.at,
    acknowledgedAt: row.acknowledged_at,
  };
}

/** What was sent stands in the frozen input of its action, once. */
function* sentInput(sealing: Sealing, action: Schema['action'] | undefined): Tx<Partial<OutboundMessage> | null> {
  return action === undefined ? null : ((yield* openInput(sealing, action)) as Partial<OutboundMessage> | null);
}
