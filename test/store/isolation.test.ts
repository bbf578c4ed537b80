/** Organisations don't meet in the store: another's id is as good as none, in every reader, fact and write. */

import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { commsWrite } from '../../src/comms/writes.ts';
import { TRUSTED } from '../../src/guard/label.ts';
import { createFingerprinter } from '../../src/guard/output/fingerprints.ts';
import { guardWrite } from '../../src/guard/writes.ts';
import { identityWrite } from '../../src/identity/writes.ts';
import type { Json } from '../../src/kernel/canonical-json.ts';
import { systemEntropy } from '../../src/kernel/entropy.ts';
import type {
  ActionId,
  AgentId,
  FrameId,
  GrantId,
  KeyId,
  MessageId,
  OrgId,
  PasskeyId,
  PersonId,
  RegistrationId,
  ServiceId,
  SessionId,
  ThreadId,
  TokenId,
} from '../../src/kernel/ids.ts';
import { DAY_MS } from '../../src/kernel/time.ts';
import type { Write } from '../../src/kernel/write.ts';
import type { Engine } from '../../src/store/engine.ts';
import type { FactName } from '../../src/store/fact-kinds.ts';
import { createLoaders } from '../../src/store/facts.ts';
import { createOutputSecrets } from '../../src/store/output-secrets.ts';
import { createSealing } from '../../src/store/sealing.ts';
import { createSwarmConfigRows } from '../../src/store/swarm-configs.ts';
import { configHash } from '../../src/swarm/config/rules/hash.ts';
import { swarmConfig } from '../../src/swarm/config/schema.ts';
import { swarmConfigWrite } from '../../src/swarm/config/writes.ts';
import { toolWrite } from '../../src/swarm/tools/writes.ts';
import { swarmWrite } from '../../src/swarm/writes.ts';
import { ALERT_ALONE } from '../../src/tenancy/anomaly-policy.ts';
import { TIER_LIMITS } from '../../src/tenancy/limits.ts';
import { tenancyWrite } from '../../src/tenancy/writes.ts';
import { createKeyRing } from '../../src/vault/key-ring.ts';
import { approval, type Desk } from '../support/desk.ts';
import { engines } from '../support/engines.ts';
import { testKeys } from '../support/house.ts';
import { deskOn } from '../support/open.ts';

/** The same person is known to both organisations. */
const CONTACT = '+14155550101';
const CODE = { id: 'otc_1', purpose: 'login', code: '123456' } as const;

const SECRET = { name: 'weather', id: 'sec_1' } as const;
const TOOL = { tool: 'read', hash: 'h', text: '{}' } as const;

interface Tenant {
  readonly org: OrgId;
  readonly agent: AgentId;
  readonly token: TokenId;
  readonly adminToken: TokenId;
  readonly grant: GrantId;
  readonly registration: RegistrationId;
  readonly inbound: MessageId;
  readonly outbound: MessageId;
  readonly held: ActionId;
  readonly sent: ActionId;
  readonly key: KeyId;
  readonly service: ServiceId;
  readonly person: PersonId;
  readonly passkey: PasskeyId;
  readonly session: SessionId;
  readonly thread: ThreadId;
  readonly frame: FrameId;
  readonly said: MessageId;
  readonly child: FrameId;
  readonly waiting: MessageId;
}

/** One of everything, in one organisation. */
async function furnish(desk: Desk, { org, agent }: { readonly org: OrgId; readonly agent: AgentId }): Promise<Tenant> {
  const [token, inbound, outbound] = [desk.ids.next('tok'), desk.ids.next('msg'), desk.ids.next('msg')];
  const registration = desk.ids.next('reg');
  const [key, service] = [desk.ids.next('key'), desk.ids.next('svc')];
  const [person, passkey, session] = [desk.ids.next('usr'), desk.ids.next('psk'), desk.ids.next('ses')];
  const [adminToken, grant] = [desk.ids.next('tok'), desk.ids.next('grt')];
  const [action, at] = [desk.ids.next('act'), desk.clock.now()];
  const common = { agent, channel: 'sms', contact: CONTACT, action, at } as const;
  await desk.store.toolPins.sight(org, 'files', [TOOL]);
  await desk.propose(
    'test.note',
    {
      writes: [
        commsWrite('message.inbound', {
          ...common,
          id: inbound,
          to: '+15005550006',
          body: `hello ${org}`,
          optOut: null,
          vouched: true,
          label: TRUSTED,
          providerRef: 'p',
          subject: 'hi',
          attachments: [{ filename: 'a.txt', contentType: 'text/plain', content: 'aGk=' }],
        }),
        commsWrite('consent.record', {
          ...common,
          id: desk.ids.next('cns'),
          type: 'express',
          source: 'web',
          proof: null,
          notes: null,
          known: true,
          by: 'tok_1',
        }),
        commsWrite('suppression.add', {
          ...common,
          id: desk.ids.next('sup'),
          channel: 'sms',
          reason: 'stop',
          source: 'x',
          by: 'tok_1',
        }),
        commsWrite('contact.place', {
          contact: CONTACT,
          place: { zone: 'Asia/Tokyo', country: 'JP', region: null, at },
        }),
        commsWrite('answer.owe', {
          ...{ contact: CONTACT, said: 'stop', message: inbound, agent, channel: 'sms' },
          ...{ sender: '+15005550006', language: 'en', at },
        }),
        identityWrite('agent-token.create', { id: token, hash: `hash-${org}`, agent, createdAt: at, expiresAt: null }),
        identityWrite('api-key.create', { ...GIVEN, id: key, hash: `key-${org}` }),
        identityWrite('service.register', { ...GIVEN, id: service, by: { san: `DNS:${key.toLowerCase()}` } }),
        identityWrite('person.create', {
          ...{ id: person, email: `viewer@${org.toLowerCase().replace('_', '-')}.example`, name: 'A viewer' },
          ...{ role: 'viewer', createdAt: at },
        }),
        identityWrite('person.activate', { id: person }),
        identityWrite('passkey.create', {
          ...{ id: passkey, person, credential: `credential-${org}`, publicKey: 'x', counter: 0, transports: [] },
          ...{ backupEligible: false, backedUp: false, name: 'Laptop', createdAt: at },
        }),
        identityWrite('session.begin', {
          ...{ id: session, person, at, steppedUpAt: at, expiresAt: at + DAY_MS, factors: ['passkey'] },
          device: 'Firefox',
          ...{ accessHash: `access-${org}`, accessExpiresAt: at + DAY_MS },
        }),
        identityWrite('admin-token.create', {
          ...{ id: adminToken, hash: `admin-${org}`, org, kind: 'organization', createdAt: at },
        }),
        identityWrite('grant.create', {
          ...{ id: grant, principal: adminToken, action: 'comms.*', effect: 'deny', createdBy: 'tok_1', createdAt: at },
          resource: { kind: 'agent', id: agent },
        }),
        guardWrite('context.join', { agent, label: { integrity: 'untrusted', readers: 'public', sources: [inbound] } }),
        toolWrite('tool.pin', { server: 'files', tool: 'read', hash: 'h', by: 'tok_1', at }),
        toolWrite('secret.put', { ...SECRET, value: `value of ${org}`, by: 'tok_1', at }),
        guardWrite('fence.bump', { of: 'contact', id: CONTACT }),
        commsWrite('code.put', { ...CODE, agent, contact: CONTACT, at, expiresAt: at + DAY_MS }),
        commsWrite('billing.configure', { markupPercent: 5, billingEmail: 'bills@example.com' }),
        tenancyWrite('agent.create', { ...SECOND_AGENT, org, id: desk.ids.next('agt'), createdAt: at }),
        commsWrite('registration.submit', {
          ...{ id: registration, by: 'tok_1', action: common.action, at },
          ...{ country: 'US', kind: '10dlc', details: 'x' },
        }),
        commsWrite('kyc.submit', {
          ...{ id: desk.ids.next('kyc'), by: 'tok_1', action: common.action, at },
          details: { company: 'x', website: 'x', useCase: 'x', country: null, contactEmail: null },
        }),
        commsWrite('credential.put', {
          id: desk.ids.next('crd'),
          provider: 'twilio',
          account: 'AC',
          credentials: { authToken: 'secret' },
          by: 'tok_1',
          at,
        }),
      ],
    },
    { org, agent },
  );
  const held = await desk.propose('test.send', { hold: true, to: CONTACT }, { org, agent });
  const sent = await desk.propose(
    'test.send',
    {
      to: CONTACT,
      takes: [
        {
          meter: `agent:${agent}:actions`,
          amount: 1,
          caps: [{ limit: 9, window: { ms: DAY_MS }, code: 'rate_limited', name: 'perDay' }],
        },
        {
          meter: `agent:${agent}:sms`,
          contact: CONTACT,
          amount: 1,
          caps: [{ limit: 9, window: { ms: DAY_MS }, code: 'contact_frequency', name: 'perContact' }],
        },
        {
          meter: `agent:${agent}:spend`,
          amount: 7,
          unit: 'money',
          caps: [{ limit: 9, window: { calendar: 'day', zone: 'UTC' }, code: 'spend_limit', name: 'spendPerDay' }],
        },
      ],
      writes: [
        commsWrite('message.outbound', {
          ...common,
          id: outbound,
          from: '+15005550006',
          purpose: 'transactional',
          segments: 1,
          cost: 7,
          label: TRUSTED,
          callback: null,
        }),
      ],
    },
    { org, agent },
  );
  await desk.ledger.settle(await desk.claimed('test.send', {}, { org, agent }), { state: 'ok', ref: 'r', cost: 7 });
  const work = await atWork(desk, { org, agent });
  await desk.store.checkpoint();
  const people = { person, passkey, session, ...work };
  const ids = { agent, adminToken, grant, registration, token, inbound, outbound, ...people };
  return { org, ...ids, held: held.id!, sent: sent.id!, key, service };
}

/** A swarm of one agent, at work in a thread: it has called somebody, and a message waits. */
async function atWork(desk: Desk, { org, agent }: { readonly org: OrgId; readonly agent: AgentId }) {
  const [thread, frame, said] = [desk.ids.next('thr'), desk.ids.next('frm'), desk.ids.next('msg')];
  const [child, waiting] = [desk.ids.next('frm'), desk.ids.next('msg')];
  const opened = { thread, name: HANDLER.name, agent, depth: 0, selfs: 0, version: 1 } as const;
  const config = swarmConfig.parse({ swarm: { name: 'desk' }, agents: [HANDLER] });
  const stored = {
    config,
    hash: configHash(config),
    by: 'tok_1',
    at: desk.clock.now(),
    note: null,
    source: 'put',
  } as const;
  const message = { thread, frame, payload: 'hello', label: TRUSTED, version: 1, kind: 'inject' } as const;
  const between = { from: { is: 'owner' }, to: { is: 'agent', name: HANDLER.name } } as const;
  await desk.store.found(org, 'test', [
    swarmConfigWrite('swarm.configure', { ...stored, org, before: 0, agents: [{ name: HANDLER.name, agent }] }),
    swarmConfigWrite('swarm.propose', { ...stored, id: 'prp_1', base: 1 }),
    swarmWrite('thread.create', { id: thread, owner: { is: 'principal', id: 'tok_1' }, visibility: 'private' }),
    swarmWrite('frame.open', { ...opened, id: frame, caller: null }),
    swarmWrite('thread-message.append', { ...message, ...between, id: desk.ids.next('msg') }),
    swarmWrite('thread-message.append', { ...message, ...between, id: said }),
  ]);
  const claims = await desk.store.pump(QUIET).claim({ node: 'nod_1', max: 10, leaseMs: DAY_MS });
  const turn = { thread, frame, attempt: claims.find((claim) => claim.frame.id === frame)!.frame.attempt };
  await desk.store.found(org, 'test', [
    swarmWrite('step.call', { ...turn, n: 0, call: 'c', name: 'x', state: 'waiting', action: null, child }),
    swarmWrite('frame.open', { ...opened, id: child, caller: { frame, step: 0 } }),
    commsWrite('message.inbound', {
      ...{ id: waiting, agent, channel: 'sms', contact: CONTACT, to: '+15005550006', body: 'hello', subject: null },
      ...{ optOut: null, label: TRUSTED, action: desk.ids.next('act'), at: desk.clock.now(), attachments: [] },
      providerRef: 'for the swarm',
      vouched: false,
    }),
  ]);
  return { thread, frame, said, child, waiting };
}
const QUIET = { poke: () => undefined, onInbound: () => undefined, onUnknown: () => undefined, fullSince: () => null };
const HANDLER = { name: 'counter', description: 'Counts.', kind: 'handler' } as const;

const GIVEN = {
  ...{ name: 'CRM', scopes: ['agent:read'], actions: [], cidrs: [], requestsPerMinute: null, expiresAt: null },
  ...{ createdBy: 'tok_1', createdAt: 1 },
};

const SECOND_AGENT = {
  name: 'Back desk',
  status: 'active',
  senders: {},
  bound: {},
  limits: TIER_LIMITS.starter,
  approvalPolicy: 'never',
  anomalyPolicy: ALERT_ALONE,
  country: 'US',
} as const;

type Ask = (desk: Desk, org: OrgId, other: Tenant) => Promise<unknown>;

/** Each method that takes an organisation, asked by `org` for what belongs to `other`. */
const COMMS: Record<keyof Desk['store']['comms'], Ask> = {
  messages: async ({ store }, org, { agent }) => (await store.comms.messages(org, { agent, limit: 9 })).messages,
  waiting: ({ store }, org, { agent }) => store.comms.waiting(org, { agent, limit: 9 }),
  relationship: ({ store }, org, { agent }) =>
    store.comms.relationship(org, { agent, contact: CONTACT, channel: 'sms' }),
  consentHistory: ({ store }, org, { agent }) =>
    store.comms.consentHistory(org, { agent, contact: CONTACT, channel: 'sms' }),
  suppressionsOf: ({ store }, org) => store.comms.suppressionsOf(org, CONTACT),
  suppressions: ({ store }, org) => store.comms.suppressions(org, 9),
  contactPlace: ({ store }, org) => store.comms.contactPlace(org, CONTACT),
  usage: ({ store }, org, { agent }) => store.comms.usage(org, { agent, from: 0, to: 1_000_000 }),
  sentSince: ({ store }, org, { agent }) => store.comms.sentSince(org, [agent], 0),
  billing: async ({ store }, org) => (await store.comms.billing(org)).billingEmail,
  actionsWithin: async ({ store }, org, { agent }) => (await store.comms.actionsWithin(org, agent, DAY_MS)) || null,
  capUse: async ({ store, clock }, org, { agent }) => {
    const cap = { limit: 9, window: { ms: DAY_MS }, code: 'contact_frequency', name: 'perContact' } as const;
    const take = { meter: `agent:${agent}:sms`, contact: CONTACT, amount: 1, caps: [cap] };
    return (await store.comms.capUse(org, take, clock.now())).used || null;
  },
  spentIn: async ({ store }, org, { agent }) => (await store.comms.spentIn(org, agent, 'day', 'UTC')) || null,
  held: ({ store }, org, { agent }) => store.comms.held(org, agent, () => true),
  heldAction: ({ store }, org, { held }) => store.comms.heldAction(org, held),
  waitingCount: async ({ store }, org, { agent }) => (await store.comms.waitingCount(org, agent)) || null,
  registrations: ({ store }, org) => store.comms.registrations(org),
  kycRecords: ({ store }, org) => store.comms.kycRecords(org),
  hasReference: async ({ store }, org, { agent }) => (await store.comms.hasReference(org, agent, 'p', 0)) || null,
  accounts: async ({ store }, org, other) =>
    (await store.comms.accounts(org)).filter((account) => account.org === other.org),
  attachment: ({ store }, org, { agent, inbound }) => store.comms.attachment(org, agent, inbound, 0),
};
const TOKENS: Record<Exclude<keyof Desk['store']['tokens'], 'byHash' | 'orchestratorHashes'>, Ask> = {
  ofAgent: ({ store }, org, { agent }) => store.tokens.ofAgent(org, agent),
};
const SERVICES: Record<'keys' | 'services', Ask> = {
  keys: ({ store }, org) => store.services.keys(org, { limit: 9, before: undefined }),
  services: ({ store }, org) => store.services.services(org, { limit: 9, before: undefined }),
};
const PEOPLE: Record<'person' | 'people' | 'passkeys' | 'session' | 'sessions' | 'standing', Ask> = {
  person: ({ store }, org, { person }) => store.people.person(org, person),
  people: async ({ store }, org, { person }) =>
    (await store.people.people(org, { after: '', limit: 99 })).filter(({ id }) => id === person),
  passkeys: ({ store }, org, { person }) => store.people.passkeys(org, person),
  session: ({ store }, org, { session }) => store.people.session(org, session),
  standing: ({ store }, org, { session }) => store.people.standing(org, session),
  sessions: ({ store, clock }, org, { person }) => store.people.sessions(org, person, clock.now()),
};
const GRANTS: Record<keyof Desk['store']['grants'], Ask> = {
  of: ({ store }, org, { adminToken }) => store.grants.of(org, adminToken),
  list: ({ store }, org) => store.grants.list(org, { limit: 10 }),
};
const TENANCY: Record<
  Exclude<
    keyof Desk['store']['tenancy'],
    'organizations' | 'organization' | 'organizationBySlug' | 'organizationOf' | 'activeAgentsByOrganization'
  >,
  Ask
> = {
  activeAgents: async ({ store }, org) => (await store.tenancy.activeAgents(org)) - 1 || null, // but for the one that everybody has
  agent: ({ store }, org, { agent }) => store.tenancy.agent(org, agent),
  agents: async ({ store }, org, { agent }) => (await store.tenancy.agents(org)).filter(({ id }) => id === agent),
};
const LOG: Record<Exclude<keyof Desk['store']['log'], 'head' | 'inclusion' | 'consistency' | 'check'>, Ask> = {
  entries: async ({ store }, org, other) =>
    (await store.log.entries(org, { limit: 1_000 })).lines.filter(({ body }) => body.includes(other.agent)),
  leaves: async ({ store }, org, other) => {
    const { size } = await store.log.head();
    const leaves = await store.log.leaves(org, { from: 0, size, limit: size });
    expect(leaves).toHaveLength(size); // as hashes, every leaf is there
    return leaves.filter(({ body }) => body?.includes(other.agent));
  },
  config: async ({ store }, org, { agent }) => (await store.log.config(org, `agent:${agent}`))?.config ?? null,
  action: ({ store }, org, { sent }) => store.log.action(org, sent),
};
const SECRETS: Record<'open' | 'list', Ask> = {
  open: ({ store }, org) => store.secrets.open(org, SECRET.name),
  list: ({ store }, org) => store.secrets.list(org),
};
const TOOL_PINS: Record<'approved' | 'list', Ask> = {
  approved: async ({ store }, org) => [...(await store.toolPins.approved(org, 'files'))],
  list: ({ store }, org) => store.toolPins.list(org),
};
const SWARMS: Record<Exclude<keyof Desk['store']['swarms'], 'lastFromFile'>, Ask> = {
  live: ({ store }, org) => store.swarms.live(org),
  at: ({ store }, org) => store.swarms.at(org, 1),
  versions: ({ store }, org) => store.swarms.versions(org, { limit: 5 }),
  proposed: ({ store }, org) => store.swarms.proposed(org),
};
const PORTS = {
  swarms: SWARMS,
  secrets: SECRETS,
  toolPins: TOOL_PINS,
  comms: COMMS,
  tokens: TOKENS,
  services: SERVICES,
  grants: GRANTS,
  people: PEOPLE,
  tenancy: TENANCY,
  log: LOG,
};
const READERS = Object.entries(PORTS).flatMap(([port, methods]) =>
  Object.entries<Ask>(methods).map(([method, ask]) => [`${port}.${method}`, ask] as const),
);

/** The key under which each kind of fact of `other` is asked for. */
const FACT_KEYS: Record<FactName, ((other: Tenant, ref: string) => Json) | 'own alone' | 'everywhere'> = {
  organization: 'own alone',
  'slug-taken': 'everywhere',
  agent: ({ agent }) => agent,
  context: ({ agent }) => agent,
  'agent-token': ({ token }) => token,
  person: ({ person }) => person,
  'person-by-mail': 'everywhere', // of another organisation's only that there is somebody
  'active-owners': 'own alone',
  'open-sessions': ({ person }) => person,
  anybody: 'everywhere',
  principal: ({ key }) => key,
  grant: ({ grant }) => grant,
  relationship: ({ agent }) => ({ agent, contact: CONTACT, channel: 'sms' }),
  suppressions: () => CONTACT,
  'contact-place': () => CONTACT,
  'own-messages': ({ agent, inbound }) => ({ agent, ids: [inbound] }),
  held: ({ held }) => held,
  credentials: 'own alone',
  'output-secrets': 'own alone',
  'active-agents': 'own alone',
  registrations: 'own alone',
  'owed-answer': () => ({ contact: CONTACT, said: 'stop' }),
  'sender-holder': 'everywhere',
  'vouched-sender': ({ agent, inbound }) => ({ agent, contact: CONTACT, channel: 'sms', sources: [inbound] }),
  'personal-data': 'own alone', // what there is of an address in another organisation counts nothing here; the write below shows it
  'delivered-message': ({ agent }) => ({ agent, ref: 'p' }),
  'sent-message': ({ agent, outbound }) => ({ agent, id: outbound }),
  billing: 'own alone',
  'swarm-secret': () => SECRET.name,
  'known-tools': () => 'files',
  'tried-code': ({ agent }) => ({ agent, contact: CONTACT, purpose: 'login', code: CODE.code }),
  fence: (_, ref) => `contact:${ref}`,
  thread: ({ thread }) => thread,
  'seen-thread': ({ thread }) => thread,
  frame: ({ frame }) => frame,
  'root-frame': ({ thread }) => ({ thread, name: HANDLER.name }),
  queued: 'own alone', // by the agent's name, which both have
  'open-threads': 'own alone', // by the owner's id, as above
  'open-calls': ({ frame }) => frame,
  'swarm-pauses': 'own alone',
  'unfinished-stops': 'own alone',
  'bound-agent': 'own alone', // by the agent's name, which both have
  'message-number': ({ thread, said }) => ({ thread, message: said }),
  callers: ({ child }) => child,
  step: ({ frame }) => ({ frame, n: 0 }),
  pressure: 'everywhere', // of the server
  inbound: ({ agent, waiting }) => ({ agent, message: waiting }),
  budgets: ({ frame }) => frame,
  'swarm-state': 'own alone',
  'swarm-version': 'own alone',
  'swarm-proposed': 'own alone',
  'swarm-bindable': ({ agent }) => [agent],
};

/** Each write, made in one organisation, that names what belongs to `other`. */
const WRITES: readonly ((desk: Desk, other: Tenant) => Write)[] = [
  () => toolWrite('secret.put', { ...SECRET, value: 'mine now', by: 'x', at: 1 }),
  (desk, { agent }) =>
    tenancyWrite('agent.update', {
      org: desk.org,
      id: agent,
      name: 'Mine now',
      status: 'deprovisioned',
      senders: {},
      bound: {},
      limits: TIER_LIMITS.enterprise,
      approvalPolicy: 'always',
      anomalyPolicy: ALERT_ALONE,
      country: 'DE',
      createdAt: 0,
    }),
  (_, { agent, token }) => identityWrite('agent-token.revoke', { id: token, agent, at: 1 }),
  (_, { agent }) => identityWrite('agent-token.revoke-all', { agent, at: 1 }),
  (_, { agent }) => identityWrite('agent-token.expire-all', { agent, at: 1 }),
  (_, { key }) => identityWrite('api-key.revoke', { id: key, at: 1 }),
  (_, { service }) => identityWrite('service.remove', { id: service, at: 1 }),
  (_, { grant }) => identityWrite('grant.remove', { id: grant }),
  (_, { agent }) => guardWrite('fence.bump', { of: 'agent', id: agent }),
  (_, { agent }) => tenancyWrite('agent.abandon', { id: agent }),
  (_, { registration }) =>
    commsWrite('registration.status', { id: registration, status: 'approved', expiresAt: null, note: 'x', at: 1 }),
  () => guardWrite('fence.bump', { of: 'contact', id: CONTACT }),
  (_, { inbound }) => commsWrite('answer.take', { contact: CONTACT, said: 'stop', message: inbound }),
  (_, { held }) => approval(held, 'tok_1'),
  (_, { held }) => guardWrite('hold.deny', { action: held, by: 'tok_1', note: null }),
  (_, { agent }) =>
    guardWrite('context.join', { agent, label: { integrity: 'untrusted', readers: [], sources: ['x'] } }),
  (_, { agent, outbound }) =>
    commsWrite('message.status', { agent, id: outbound, status: 'failed', providerRef: 'x', errorCode: 'x', cost: 9 }),
  (_, { agent, inbound }) => commsWrite('message.acknowledge', { agent, ids: [inbound], at: 1 }),
  (desk, { sent }) =>
    commsWrite('consent.revoke', {
      id: desk.ids.next('cns'),
      agent: null,
      contact: CONTACT,
      channel: null,
      source: 'x',
      by: 'x',
      action: sent,
      at: 1,
    }),
  (_, { agent }) => commsWrite('code.drop', { agent, contact: CONTACT, purpose: CODE.purpose, id: CODE.id }),
  () => commsWrite('suppression.remove', { contact: CONTACT, channel: 'sms', reason: 'stop' }),
  () => commsWrite('contact.place', { contact: CONTACT, place: null }),
  (_, { session, person }) => identityWrite('session.end', { id: session, person }),
  (_, { passkey, person }) => identityWrite('passkey.rename', { id: passkey, person, name: 'Mine' }),
  (_, { person }) => identityWrite('person.password', { id: person, password: 'mine' }),
  (_, { person }) => identityWrite('person.role', { id: person, role: 'admin' }),
  (_, { person }) => identityWrite('person.status', { id: person, status: 'suspended' }),
  (_, { person }) => identityWrite('person.no-factors', { id: person }),
  (_, { person }) => identityWrite('person.remove', { id: person }),
  (desk, { agent, sent }) =>
    commsWrite('consent.record', {
      id: desk.ids.next('cns'),
      agent,
      contact: CONTACT,
      channel: 'sms',
      type: 'express',
      source: null,
      proof: null,
      notes: null,
      known: true,
      by: 'x',
      action: sent,
      at: 1,
    }),
  (desk, { sent }) =>
    commsWrite('contact.erase', {
      contact: CONTACT,
      subject: 'x',
      counts: { messages: 0, attachments: 0, consents: 0, relationships: 0, cancelled: 0 },
      key: null,
      reason: 'request',
      action: sent,
      at: 1,
      suppress: { id: desk.ids.next('sup'), by: 'x' },
    }),
  (desk, { thread, frame }) =>
    swarmWrite('thread-message.append', {
      ...{ id: desk.ids.next('msg'), thread, frame, kind: 'inject', payload: 'mine', label: TRUSTED, version: 1 },
      ...{ from: { is: 'owner' }, to: { is: 'agent', name: HANDLER.name } },
    }),
  (_, { thread, frame }) =>
    swarmWrite('step.call', {
      ...{ thread, frame, attempt: 1, n: 1, call: 'd', name: 'x', state: 'begun', action: null, child: null },
    }),
  (_, { frame, child }) =>
    swarmWrite('step.result', { frame, n: 0, of: child, state: 'done', result: null, label: TRUSTED }),
  (_, { thread, frame, said }) => swarmWrite('step.input', { thread, frame, attempt: 1, n: 2, message: said }),
  (_, { thread, frame }) => swarmWrite('frame.yield', { thread, frame, attempt: 1, to: 'idle' }),
  (_, { waiting }) => swarmWrite('inbox.take', { message: waiting }),
  (_, { thread }) => swarmWrite('thread.status', { id: thread, status: 'killed', because: null }),
];

/** Every row of an organisation, in every table that has organisations. */
async function rowsOf(engine: Engine, org: OrgId): Promise<unknown> {
  const tables = [
    'agent',
    'agent_tokens',
    'api_key',
    'service',
    'right_grant',
    'fence',
    'contact',
    'relationship',
    'consent_record',
    'suppression',
    'opt_out_answer',
    'meter',
    'take',
    'action',
    'message',
    'one_time_code',
    'usage',
    'billing_config',
    'registration',
    'person',
    'passkey',
    'session',
    'access_token',
    'thread',
    'frame',
    'step',
    'thread_message',
    'swarm_agent',
    'swarm_secret',
    'tool_pin',
    'swarm_inbox',
  ] as const;
  return Promise.all(tables.map((table) => engine.db.selectFrom(table).selectAll().where('org', '=', org).execute()));
}

describe.each(engines)('another organisation on $name', (on) => {
  it('reads nothing of it by any port', async () => {
    const desk = await deskOn(on);
    const mine = await desk.tenant('mine');
    const other = await furnish(desk, await desk.tenant('other'));
    for (const [name, ask] of READERS) {
      const [foreign, own] = [await ask(desk, mine.org, other), await ask(desk, other.org, other)];
      expect(foreign ?? [], `${name} of another organisation`).toEqual([]);
      expect(own, `${name} of its own`).not.toEqual([]);
      expect(own, `${name} of its own`).not.toBeNull();
    }
    const { comms, tokens, services, grants, people, tenancy, log, secrets, toolPins, swarms } = desk.store;
    const methods = Object.entries({
      comms,
      tokens,
      services,
      grants,
      people,
      tenancy,
      log,
      secrets,
      toolPins,
      swarms,
    }).flatMap(([port, reader]) => Object.keys(reader).map((method) => `${port}.${method}`));
    // asked for what belongs to nobody, or by who may see all: credentials by hash, the directory, the tree's hashes
    const shared = [
      'tokens.byHash',
      'tokens.orchestratorHashes',
      'services.keyByHash',
      'services.byCertificateNames',
      'services.signing',
      'services.rememberOnce',
      'services.recordUse',
      'services.sweep',
      // by a secret or an address that names one person on the whole server, or under the organisation that a secret named
      'people.any',
      'people.personByEmail',
      'people.passkeyByCredential',
      'people.personByOidc',
      'people.access',
      'people.link',
      'people.attempt',
      'people.step',
      'people.refreshKey',
      'people.rotateSession',
      'people.putTicket',
      'people.takeTicket',
      'people.commit',
      'people.sweep',
      'swarms.lastFromFile', // by the file of one organisation
      'tenancy.organizations',
      'tenancy.organization',
      'tenancy.organizationBySlug',
      'tenancy.organizationOf',
      'tenancy.activeAgentsByOrganization',
      'log.head',
      'log.inclusion',
      'log.consistency',
      'log.check',
      // notes that name their organisation and answer nothing of another: see the writes below
      'secrets.used',
      'toolPins.sight',
    ];
    expect(methods.toSorted()).toEqual([...READERS.map(([name]) => name), ...shared].toSorted());
  });

  it('is judged by no fact of it', async () => {
    const keys = testKeys();
    const desk = await deskOn(on, { keys });
    const mine = await desk.tenant('mine');
    const other = await furnish(desk, await desk.tenant('other'));
    const sealing = createSealing(createKeyRing(keys.encryption, []), systemEntropy(), true);
    const loaders = createLoaders(
      sealing,
      createSwarmConfigRows(sealing),
      desk.engine.exclusive,
      createOutputSecrets(sealing, createFingerprinter(systemEntropy())),
    );
    expect(Object.keys(loaders).toSorted()).toEqual(Object.keys(FACT_KEYS).toSorted());
    for (const [kind, keyOf] of Object.entries(FACT_KEYS)) {
      if (typeof keyOf === 'string') continue;
      const load = (org: OrgId) =>
        desk.engine.read(function* () {
          const key = keyOf(other, yield* sealing.ref(org, CONTACT));
          const [fact] = (yield* loaders[kind as FactName]([{ org, key }] as never, () => undefined)) as unknown[];
          // the epoch of what was never fenced is 0, a list of nothing is empty
          return fact === 0 || (Array.isArray(fact) && fact.length === 0) ? null : fact;
        });
      expect(await load(mine.org), `${kind} of another organisation`).toBeNull();
      expect(await load(other.org), `${kind} of its own`).not.toBeNull();
    }
  });

  it('changes nothing of it by any write', async () => {
    const desk = await deskOn(on);
    const other = await furnish(desk, await desk.tenant('other'));
    const before = await rowsOf(desk.engine, other.org);
    for (const write of WRITES)
      await desk.propose('test.note', { writes: [write(desk, other)] }).catch(() => undefined);
    expect(await rowsOf(desk.engine, other.org)).toEqual(before);
    // the same writes by its own organisation do change it
    const idle: string[] = [];
    for (const make of WRITES) {
      const [write, old] = [make(desk, other), await rowsOf(desk.engine, other.org)];
      await desk.store.found(other.org, 'test', [write]).catch(() => undefined);
      if (isDeepStrictEqual(await rowsOf(desk.engine, other.org), old)) idle.push(write.kind);
    }
    expect(idle).toEqual(['agent-token.revoke-all', 'agent-token.expire-all', 'hold.deny']); // it was revoked and approved above
  });

  it('neither settles, releases nor replays its actions', async () => {
    const desk = await deskOn(on);
    const other = await furnish(desk, await desk.tenant('other'));
    await desk.propose('test.note', { writes: [approval(other.held, 'tok_1')] }, other);
    expect(await desk.ledger.release(desk.org, other.held, true)).toBeNull();
    expect(await desk.ledger.release(other.org, other.held, false)).not.toBeNull();
    const [first, second] = [
      await desk.propose('test.note', {}, { ...other, key: 'k' }),
      await desk.propose('test.note', {}, { key: 'k' }),
    ];
    expect(second.id).not.toBe(first.id);
  });

  it('does not find an agent of it: acting for one is refused as not found', async () => {
    const desk = await deskOn(on);
    const other = await desk.tenant('other');
    const refused = await desk.propose('test.note', {}, { agent: other.agent });
    expect(refused).toMatchObject({ is: 'refused', why: [{ code: 'not_found' }] });
  });

  it('has another name for the same person', async () => {
    const desk = await deskOn(on);
    await furnish(desk, await desk.tenant('one'));
    await furnish(desk, await desk.tenant('two'));
    const contacts = await desk.engine.db.selectFrom('contact').select('ref').execute();
    expect(new Set(contacts.map(({ ref }) => ref)).size).toBe(2);
  });
});
