/** The statements behind the writers. */
import { agentColumns, organizationColumns } from '../rows.ts';
import type { Schema } from '../schema.ts';
import { statement } from '../statement.ts';

type Keys<T extends keyof Schema, K extends keyof Schema[T]> = { [P in K]: Schema[T][P] };

export const insertOrganization = statement<Schema['organization']>((db, p) =>
  db.insertInto('organization').values({
    id: p('id'),
    slug: p('slug'),
    name: p('name'),
    status: p('status'),
    mode: p('mode'),
    tier: p('tier'),
    zone: p('zone'),
    created_at: p('created_at'),
    kyc: p('kyc'),
    max_agents: p('max_agents'),
  }),
);
export const setTier = statement<Pick<Schema['organization'], 'id' | 'tier'>>((db, p) =>
  db
    .updateTable('organization')
    .set({ tier: p('tier') })
    .where('id', '=', p('id')),
);
export const updateOrganization = statement<Omit<Schema['organization'], 'slug' | 'created_at' | 'tier'>>((db, p) =>
  db
    .updateTable('organization')
    .set({
      name: p('name'),
      status: p('status'),
      mode: p('mode'),
      kyc: p('kyc'),
      max_agents: p('max_agents'),
      zone: p('zone'),
    })
    .where('id', '=', p('id')),
);
export const organizationLocked = statement<Keys<'organization', 'id'>, Schema['organization']>((db, p, lock) =>
  lock.wait(
    db
      .selectFrom('organization')
      .select(['id', ...organizationColumns])
      .where('id', '=', p('id')),
  ),
);
export const insertFence = statement<Keys<'fence', 'org' | 'subject'>>((db, p) =>
  db
    .insertInto('fence')
    .values({ org: p('org'), subject: p('subject'), epoch: 0 })
    .onConflict((conflict) => conflict.columns(['org', 'subject']).doNothing()),
);
export const bumpFence = statement<Keys<'fence', 'org' | 'subject'>>((db, p) =>
  db
    .insertInto('fence')
    .values({ org: p('org'), subject: p('subject'), epoch: 1 })
    .onConflict((conflict) =>
      conflict.columns(['org', 'subject']).doUpdateSet((eb) => ({ epoch: eb('fence.epoch', '+', 1) })),
    ),
);
type AgentRow = Omit<Schema['agent'], 'context'>;
export const insertAgent = statement<AgentRow>((db, p) =>
  db.insertInto('agent').values({
    org: p('org'),
    id: p('id'),
    name: p('name'),
    status: p('status'),
    senders: p('senders'),
    bound: p('bound'),
    limits: p('limits'),
    approval_policy: p('approval_policy'),
    anomaly_policy: p('anomaly_policy'),
    flow_policy: p('flow_policy'),
    country: p('country'),
    context: null,
    created_at: p('created_at'),
    granted: p('granted'),
  }),
);
export const updateAgent = statement<AgentRow>((db, p) =>
  db
    .updateTable('agent')
    .set({
      name: p('name'),
      status: p('status'),
      senders: p('senders'),
      bound: p('bound'),
      limits: p('limits'),
      approval_policy: p('approval_policy'),
      anomaly_policy: p('anomaly_policy'),
      flow_policy: p('flow_policy'),
      country: p('country'),
      granted: p('granted'),
    })
    .where('org', '=', p('org'))
    .where('id', '=', p('id')),
);
export const contextOf = statement<Keys<'agent', 'org' | 'id'>, Pick<Schema['agent'], 'context'>>((db, p, lock) =>
  lock.wait(db.selectFrom('agent').select('context').where('org', '=', p('org')).where('id', '=', p('id'))),
);
export const agentLocked = statement<Keys<'agent', 'org' | 'id'>, AgentRow>((db, p, lock) =>
  lock.wait(
    db
      .selectFrom('agent')
      .select(['org', 'id', ...agentColumns])
      .where('org', '=', p('org'))
      .where('id', '=', p('id')),
  ),
);
export const setContext = statement<Keys<'agent', 'org' | 'id' | 'context'>>((db, p) =>
  db
    .updateTable('agent')
    .set({ context: p('context') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id')),
);
/** Only one that no token was made for yet. */
export const abandonAgent = statement<Keys<'agent', 'org' | 'id'>>((db, p) =>
  db
    .updateTable('agent')
    .set({ status: 'deprovisioned', senders: '{}' })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('status', '<>', 'deprovisioned'),
);
export const insertAgentToken = statement<Omit<Schema['agent_tokens'], 'revoked_at'>>((db, p) =>
  db.insertInto('agent_tokens').values({
    hash: p('hash'),
    id: p('id'),
    org: p('org'),
    agent: p('agent'),
    created_at: p('created_at'),
    expires_at: p('expires_at'),
  }),
);
export const revokeAgentToken = statement<Keys<'agent_tokens', 'org' | 'agent' | 'id' | 'revoked_at'>>((db, p) =>
  db
    .updateTable('agent_tokens')
    .set({ revoked_at: p('revoked_at') })
    .where('org', '=', p('org'))
    .where('agent', '=', p('agent'))
    .where('id', '=', p('id'))
    .where('revoked_at', 'is', null),
);
export const expireAgentTokens = statement<{ org: string; agent: string; at: number }>((db, p) =>
  db
    .updateTable('agent_tokens')
    .set({ expires_at: p('at') })
    .where('org', '=', p('org'))
    .where('agent', '=', p('agent'))
    .where('revoked_at', 'is', null)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', p('at'))])),
);
export const liveAgentTokens = statement<Keys<'agent_tokens', 'org' | 'agent'>, Pick<Schema['agent_tokens'], 'id'>>(
  (db, p) =>
    db
      .selectFrom('agent_tokens')
      .select('id')
      .where('org', '=', p('org'))
      .where('agent', '=', p('agent'))
      .where('revoked_at', 'is', null)
      .orderBy('id'),
);
export const insertAdminToken = statement<Schema['admin_tokens']>((db, p) =>
  db
    .insertInto('admin_tokens')
    .values({ hash: p('hash'), id: p('id'), org: p('org'), kind: p('kind'), created_at: p('created_at') })
    .onConflict((conflict) => conflict.column('hash').doNothing()),
);
export const dropAdminTokens = statement<Keys<'admin_tokens', 'org' | 'kind'>, Pick<Schema['admin_tokens'], 'id'>>(
  (db, p) => db.deleteFrom('admin_tokens').where('org', '=', p('org')).where('kind', '=', p('kind')).returning('id'),
);
export const approveHeld = statement<{
  org: string;
  id: string;
  approved_by: string;
  note: string | null;
  now: number;
}>((db, p) =>
  db
    .updateTable('action')
    .set({ approved_by: p('approved_by'), note: p('note') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('state', '=', 'held')
    .where('approved_by', 'is', null)
    .where('held_until', '>', p('now')),
);
export const contactOfAction = statement<Keys<'action', 'org' | 'id'>, Pick<Schema['action'], 'contact'>>((db, p) =>
  db.selectFrom('action').select('contact').where('org', '=', p('org')).where('id', '=', p('id')),
);
export const denyHeld = statement<{
  org: string;
  id: string;
  approved_by: string;
  note: string | null;
  why: string;
  settled_at: number;
}>((db, p) =>
  db
    .updateTable('action')
    .set({
      state: 'refused',
      code: 'approval_denied',
      why: p('why'),
      approved_by: p('approved_by'),
      note: p('note'),
      settled_at: p('settled_at'),
    })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('state', '=', 'held')
    .where('approved_by', 'is', null),
);
export const insertMessage = statement<Omit<Schema['message'], 'acknowledged_at' | 'error_code' | 'ask_at' | 'asked'>>(
  (db, p) =>
    db.insertInto('message').values({
      org: p('org'),
      id: p('id'),
      agent: p('agent'),
      direction: p('direction'),
      channel: p('channel'),
      contact: p('contact'),
      sender: p('sender'),
      recipient: p('recipient'),
      body: p('body'),
      purpose: p('purpose'),
      status: p('status'),
      segments: p('segments'),
      cost: p('cost'),
      opt_out: p('opt_out'),
      label: p('label'),
      action: p('action'),
      provider_ref: p('provider_ref'),
      at: p('at'),
      waiting: p('waiting'),
      callback: p('callback'),
      subject: p('subject'),
      vouched: p('vouched'),
      asked: 0,
    }),
);
/** Forward only: a status of lower rank than the present one changes nothing. */
export const setMessageStatus = statement<{
  org: string;
  agent: string;
  id: string;
  status: string;
  rank: number;
  provider_ref: string | null;
  error_code: string | null;
  cost: number | null;
  waiting: number;
}>((db, p) =>
  db
    .updateTable('message')
    .set((eb) => ({
      status: p('status'),
      provider_ref: eb.fn.coalesce(eb.val(p('provider_ref')), 'provider_ref'),
      error_code: p('error_code'),
      cost: eb.fn.coalesce(eb.val(p('cost')), 'cost'),
      waiting: p('waiting'),
    }))
    .where('org', '=', p('org'))
    .where('agent', '=', p('agent'))
    .where('id', '=', p('id'))
    .where((eb) =>
      eb(
        eb
          .case()
          .when('status', '=', 'queued')
          .then(0)
          .when('status', '=', 'unknown')
          .then(1)
          .when('status', '=', 'sent')
          .then(2)
          .else(3)
          .end(),
        '<',
        p('rank'),
      ),
    ),
);
/** The provider's price and count of parts, which come after the message itself. */
export const setMessagePrice = statement<
  Keys<'message', 'org' | 'agent' | 'id' | 'cost'> & { segments: number | null }
>((db, p) =>
  db
    .updateTable('message')
    .set((eb) => ({ cost: p('cost'), segments: eb.fn.coalesce(eb.val(p('segments')), 'segments') }))
    .where('org', '=', p('org'))
    .where('agent', '=', p('agent'))
    .where('id', '=', p('id')),
);
export const setMessageAsk = statement<Keys<'message', 'org' | 'agent' | 'id' | 'ask_at'>>((db, p) =>
  db
    .updateTable('message')
    .set((eb) => ({ ask_at: p('ask_at'), asked: eb('asked', '+', 1) }))
    .where('org', '=', p('org'))
    .where('agent', '=', p('agent'))
    .where('id', '=', p('id')),
);
export const insertAttachment = statement<Schema['attachment']>((db, p) =>
  db.insertInto('attachment').values({
    org: p('org'),
    message: p('message'),
    n: p('n'),
    filename: p('filename'),
    content_type: p('content_type'),
    size: p('size'),
    content: p('content'),
  }),
);
export const acknowledge = statement<{ org: string; agent: string; id: string; acknowledged_at: number }>((db, p) =>
  db
    .updateTable('message')
    .set({ waiting: 0, acknowledged_at: p('acknowledged_at') })
    .where('org', '=', p('org'))
    .where('id', '=', p('id'))
    .where('agent', '=', p('agent'))
    .where('waiting', '=', 1),
);

type RelationshipKey = Keys<'relationship', 'org' | 'agent' | 'contact' | 'channel'>;
export const ensureRelationship = statement<RelationshipKey>((db, p) =>
  db
    .insertInto('relationship')
    .values({ org: p('org'), agent: p('agent'), contact: p('contact'), channel: p('channel'), consents: '{}' })
    .onConflict((conflict) => conflict.columns(['org', 'agent', 'contact', 'channel']).doNothing()),
);
export const consentsOf = statement<RelationshipKey, Pick<Schema['relationship'], 'consents'>>((db, p, lock) =>
  lock.wait(
    db
      .selectFrom('relationship')
      .select('consents')
      .where('org', '=', p('org'))
      .where('agent', '=', p('agent'))
      .where('contact', '=', p('contact'))
      .where('channel', '=', p('channel')),
  ),
);
export const setConsents = statement<RelationshipKey & { consents: string }>((db, p) =>
  db
    .updateTable('relationship')
    .set({ consents: p('consents') })
    .where('org', '=', p('org'))
    .where('agent', '=', p('agent'))
    .where('contact', '=', p('contact'))
    .where('channel', '=', p('channel')),
);
export const setLastInbound = statement<RelationshipKey & { last_inbound_at: number }>((db, p) =>
  db
    .updateTable('relationship')
    .set({ last_inbound_at: p('last_inbound_at') })
    .where('org', '=', p('org'))
    .where('agent', '=', p('agent'))
    .where('contact', '=', p('contact'))
    .where('channel', '=', p('channel')),
);
export const setFirstOutbound = statement<RelationshipKey & { first_outbound_at: number }>((db, p) =>
  db
    .updateTable('relationship')
    .set({ first_outbound_at: p('first_outbound_at') })
    .where('org', '=', p('org'))
    .where('agent', '=', p('agent'))
    .where('contact', '=', p('contact'))
    .where('channel', '=', p('channel'))
    .where('first_outbound_at', 'is', null),
);
export const setKnown = statement<RelationshipKey & { known_at: number }>((db, p) =>
  db
    .updateTable('relationship')
    .set({ known_at: p('known_at') })
    .where('org', '=', p('org'))
    .where('agent', '=', p('agent'))
    .where('contact', '=', p('contact'))
    .where('channel', '=', p('channel'))
    .where('known_at', 'is', null),
);
export const setVouched = statement<RelationshipKey & { vouched_message: string }>((db, p) =>
  db
    .updateTable('relationship')
    .set({ vouched_message: p('vouched_message') })
    .where('org', '=', p('org'))
    .where('agent', '=', p('agent'))
    .where('contact', '=', p('contact'))
    .where('channel', '=', p('channel')),
);
export const relationshipsOf = statement<
  Keys<'relationship', 'org' | 'contact'>,
  Pick<Schema['relationship'], 'agent' | 'channel'>
>((db, p, lock) =>
  lock.wait(
    db
      .selectFrom('relationship')
      .select(['agent', 'channel'])
      .where('org', '=', p('org'))
      .where('contact', '=', p('contact')),
  ),
);
export const insertConsentRecord = statement<Schema['consent_record']>((db, p) =>
  db.insertInto('consent_record').values({
    org: p('org'),
    id: p('id'),
    agent: p('agent'),
    contact: p('contact'),
    channel: p('channel'),
    event: p('event'),
    type: p('type'),
    source: p('source'),
    proof: p('proof'),
    notes: p('notes'),
    by: p('by'),
    action: p('action'),
    at: p('at'),
  }),
);
export const setPlace = statement<Keys<'contact', 'org' | 'ref' | 'place'>>((db, p) =>
  db
    .updateTable('contact')
    .set({ place: p('place') })
    .where('org', '=', p('org'))
    .where('ref', '=', p('ref')),
);
export const insertSuppression = statement<Schema['suppression']>((db, p) =>
  db
    .insertInto('suppression')
    .values({
      org: p('org'),
      contact: p('contact'),
      channel: p('channel'),
      reason: p('reason'),
      id: p('id'),
      source: p('source'),
      by: p('by'),
      action: p('action'),
      at: p('at'),
    })
    .onConflict((conflict) => conflict.columns(['org', 'contact', 'channel', 'reason']).doNothing()),
);
export const deleteSuppression = statement<Keys<'suppression', 'org' | 'contact' | 'channel' | 'reason'>>((db, p) =>
  db
    .deleteFrom('suppression')
    .where('org', '=', p('org'))
    .where('contact', '=', p('contact'))
    .where('channel', '=', p('channel'))
    .where('reason', '=', p('reason')),
);
