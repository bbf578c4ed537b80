/**
 * For every action of the catalogue one call that succeeds and one that is refused, with what has to be there before. All
 * matrices draw on these; `examples.test.ts` holds that no action is without.
 */

import { answerTo } from '../../src/comms/rules/opt-out-answers.ts';
import type { CatalogueEntry } from '../../src/guard/catalogue.ts';
import { TRUSTED } from '../../src/guard/label.ts';
import type { Principal } from '../../src/guard/principal.ts';
import { identityWrite } from '../../src/identity/writes.ts';
import type { TokenId } from '../../src/kernel/ids.ts';
import { MINUTE_MS } from '../../src/kernel/time.ts';
import type { SeenTool } from '../../src/swarm/tools/pins.ts';
import { listingHash, seenTool } from '../../src/swarm/tools/rules/tool-hash.ts';
import { enrol, signedIn } from '../support/enrol.ts';
import { intoProduction, REGISTRATION, SUBMISSION } from '../support/into-production.ts';
import { leastOf, naming, type Tenant } from './tenant.ts';

type Input = Readonly<Record<string, unknown>>;

export interface Example {
  /** Puts in place what the call needs and gives its input, without the envelope. */
  valid(at: Tenant): Input | Promise<Input>;
  /** The same with every field that the action has, where one call can't show all of them otherwise. */
  whole?(at: Tenant): Input | Promise<Input>;
  /** A call that the least of those who may call is refused. */
  readonly refused: { readonly code: string; input(at: Tenant): Input | Promise<Input> };
}

/** A sandbox number that takes messages and does not answer. */
export const CONTACT = '+14155550101';
export const STRANGER = '+14155550120';

const invalid = (input: Input): Example['refused'] => ({ code: 'invalid_input', input: () => input });
/** Where the input has no field that could be wrong. */
const UNKNOWN_FIELD = invalid({ nonsense: true });

const message = { to: CONTACT, body: 'Your order has arrived.' };

/** The agent has a number to call from, and the contact has agreed to calls. */
export async function callable({ t, admin, agent }: Tenant): Promise<Input> {
  const voice = { displayName: 'Front desk', capabilities: { voice: true } };
  await t.done('comms.provision_channels', admin, { agentId: agent.id, ...voice });
  await t.done('comms.record_consent', agent.by, { contact: CONTACT, channel: 'voice', type: 'express' });
  return { to: CONTACT };
}

async function sent({ t, agent }: Tenant): Promise<string> {
  await t.consent(agent, CONTACT);
  const outcome = await t.call('comms.send_message', agent.by, message);
  if (outcome.is !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.id!;
}

export async function received({ t, agent }: Tenant): Promise<string> {
  const outcome = await t.inbound(agent, CONTACT, 'Thanks');
  if (outcome.is !== 'done') throw new Error(JSON.stringify(outcome));
  return (outcome.output as { messageId: string }).messageId;
}

/** An action of the agent that waits for approval. */
export async function held({ t, agent, admin }: Tenant): Promise<string> {
  await t.consent(agent, CONTACT);
  await t.done('comms.set_approval_policy', admin, { agentId: agent.id, policy: 'always' });
  const outcome = await t.call('comms.send_message', agent.by, message);
  if (outcome.is !== 'held') throw new Error(JSON.stringify(outcome));
  return outcome.id;
}

export async function tokenOf({ t, admin }: Tenant, agentId: string): Promise<string> {
  const { tokens } = await t.done('identity.list_agent_tokens', admin, { agentId });
  return tokens[0].tokenId;
}

export async function registered({ t, admin }: Tenant): Promise<string> {
  return (await t.done('comms.submit_registration', admin, REGISTRATION)).registrationId;
}

const PROGRAM = { name: 'CRM', scopes: ['agent:read', 'comms.pause_agent'], cidrs: ['192.0.2.0/24'] } as const;
/** The point that RFC 7517 has as its example, appendix A.1. */
const PUBLIC_KEY = {
  ...{ kty: 'EC', crv: 'P-256', x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4' },
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
} as const;
export async function apiKey({ t, org }: Tenant): Promise<string> {
  return (await t.done('identity.create_api_key', t.orchestrator, { ...PROGRAM, organizationId: org })).keyId;
}
/** One that signs its tokens. */
export async function service({ t, org }: Tenant): Promise<string> {
  const input = { ...PROGRAM, publicKey: PUBLIC_KEY, organizationId: org };
  return (await t.done('identity.register_service', t.orchestrator, input)).serviceId;
}

/** A tool that a server lists, and that nobody has approved. */
async function seenTools({ t, org }: Tenant): Promise<SeenTool> {
  const tool = seenTool({ name: 'read', description: 'Reads.', inputSchema: { type: 'object' } });
  await t.house.store.toolPins.sight(org, 'files', [tool]);
  return tool;
}

let people = 0;
const somebody = () => ({ email: `person-${people++}@example.com`, name: 'A colleague', role: 'viewer' }) as const;

/** Somebody of the organisation who has not accepted yet. */
const invitedTo = ({ t, org }: Tenant): Promise<{ readonly personId: string; readonly link: string }> =>
  t.done('identity.invite_person', t.orchestrator, { organizationId: org, ...somebody() });
export const invited = async (at: Tenant): Promise<string> => (await invitedTo(at)).personId;
/** Somebody of the organisation who has signed in. */
export async function active(at: Tenant): Promise<string> {
  const { personId, link } = await invitedTo(at);
  await enrol(at.t.house, link);
  return personId;
}
const NOBODY: Example['refused'] = { code: 'not_found', input: () => ({ personId: 'usr_nobody' }) };
/** Another token of the organisation's, which nobody has: its rights may change under way. */
async function spare({ t, org }: Tenant): Promise<TokenId> {
  const id = t.house.ids.next('tok');
  const row = { id, hash: id, org, kind: 'organization', createdAt: t.clock.now() } as const;
  await t.house.store.found(org, 'spare_token_made', [identityWrite('admin-token.create', row)]);
  return id;
}

const DENIED = { action: 'comms.send_message', resource: { kind: 'any' }, effect: 'deny' } as const;
export async function granted(at: Tenant): Promise<string> {
  const { t, org } = at;
  const grant = { ...DENIED, principal: await spare(at), organizationId: org };
  return (await t.done('identity.create_grant', t.orchestrator, grant)).grantId;
}

const ACCOUNT = { provider: 'twilio', credentials: { accountSid: 'AC1', authToken: 'token' } } as const;
const FILE = { filename: 'bill.txt', contentType: 'text/plain', content: 'aGk=' } as const;

/** The tenant's organisation in production, with an account at every provider. */
async function live({ t, org, admin }: Tenant): Promise<void> {
  await intoProduction(t, org, admin);
  await t.done('comms.register_provider', admin, ACCOUNT);
  await t.done('comms.register_provider', admin, { provider: 'resend', credentials: { apiKey: 're_1' } });
}

let senders = 0;
/** A sender that nobody has. */
const freshSender = () => ({ channel: 'sms', address: `+1212555${String(senders++).padStart(4, '0')}` });

/** A sender of the tenant's agent in production. */
export async function bound(at: Tenant): Promise<{ readonly channel: string; readonly address: string }> {
  const sender = freshSender();
  await live(at);
  await at.t.done('comms.bind_sender', at.admin, { agentId: at.agent.id, ...sender });
  return sender;
}

/** A message that left by a provider, and what its carrier was given. */
async function carried(at: Tenant, input: Input) {
  const { t, agent } = at;
  await t.done('comms.send_message', agent.by, input);
  return t.vendors.sent.at(-1)!.context;
}
async function carriedText(at: Tenant) {
  await bound(at);
  await at.t.consent(at.agent, CONTACT);
  return carried(at, message);
}
async function carriedMail(at: Tenant) {
  await live(at);
  const address = `desk-${senders++}@mail.example.com`;
  await at.t.done('comms.bind_sender', at.admin, { agentId: at.agent.id, channel: 'email', address });
  await mailConsent(at);
  return carried(at, { ...mail, unsubscribe: true });
}
const mail = { to: 'bob@example.com', channel: 'email', subject: 'Your order', body: 'It has arrived.' } as const;
const mailConsent = ({ t, agent }: Tenant) =>
  t.done('comms.record_consent', agent.by, { contact: mail.to, channel: 'email', type: 'express' });

async function mailed({ t, agent, provider }: Tenant): Promise<string> {
  const { messageId } = await t.done('comms.receive_message', provider, {
    agentId: agent.id,
    channel: 'email',
    from: 'bob@example.com',
    to: 'desk@sandbox.invalid',
    body: 'See the file.',
    providerRef: `mail-${made++}`,
    attachments: [FILE],
  });
  return messageId;
}

let made = 0;

/** A STOP to the agent's sender, and the answer that it calls for. */
async function owedAnswer({ t, agent, admin, org, provider }: Tenant) {
  const { channels } = await t.done('comms.get_channel_status', admin, { agentId: agent.id });
  const { address: to } = channels.find(({ channel }: { channel: string }) => channel === 'sms');
  const word = { agentId: agent.id, channel: 'sms', from: CONTACT, to, body: 'STOP', providerRef: `stop-${made++}` };
  const { messageId } = await t.done('comms.receive_message', provider, word);
  const { name } = (await t.house.store.tenancy.organization(org))!;
  return { answers: messageId, said: 'stop', to: CONTACT, channel: 'sms', body: answerTo('stop', 'en', name).text };
}
const alertByMail = {
  deliveryId: 'alr_1',
  attempt: 1,
  since: 0,
  channel: 'email',
  body: 'Something is wrong.',
} as const;
const PLATFORM_MAIL = { organizationId: 'org_platform', provider: 'resend', credentials: { apiKey: 're_1' } } as const;

const swarmOf = (prompt: string, more: object = {}) =>
  JSON.stringify({
    swarm: { name: 'bakery' },
    agents: [
      { name: 'front-desk', description: 'Talks to customers.', prompt, model: 'large', input: { type: 'object' } },
    ],
    models: [{ alias: 'large', provider: 'scripted', model: 'a-script' }],
    ...more,
  });
/** The tenant's swarm, live in as many versions. */
async function configured({ t, org }: Tenant, ...sources: readonly string[]): Promise<void> {
  for (const source of sources) await t.done('swarm.put_config', t.orchestrator, { organizationId: org, source });
}
const SWARM = swarmOf('You answer the phone.');
const LIMITED = swarmOf('You answer the phone.', {
  swarm: { name: 'bakery', limits: { tokensPerDay: 1_000, tokensPerUserPerDay: 500 } },
});
const RAISE = { scope: 'swarm', kind: 'tokens', limit: 2_000, until: '2026-11-25T00:00:00Z' } as const;
/** A thread of the administrator's, with its one message, which nobody takes up. */
async function spokenTo(at: Tenant): Promise<{ readonly threadId: string; readonly messageId: string }> {
  await configured(at, SWARM);
  await at.t.call('swarm.pause', at.admin); // unless it is
  return at.t.done('swarm.inject', at.admin, { to: 'front-desk', payload: { text: 'Are you open?' } });
}
export const spoken = async (at: Tenant): Promise<string> => (await spokenTo(at)).threadId;
const threadOf = async (at: Tenant) => ({ threadId: await spoken(at) });

/** Of a configuration, by one of two persons. */
export async function proposed(at: Tenant): Promise<string> {
  const policies = { policies: { promptEdits: 'second-person' } };
  await configured(at, swarmOf('One.', policies));
  const { signed } = await signedIn(at.t.house, 'owner', at.org);
  const owner = (await at.t.house.authenticate(signed.accessToken))!;
  return (await at.t.done('swarm.put_config', owner, { source: swarmOf('Two.', policies) })).proposal;
}

/** A call of an agent of which nobody knows whether it happened. */
export async function unknownCall(at: Tenant): Promise<Input & { readonly frameId: string }> {
  const { t, org, agent, admin } = at;
  await configured(at, SWARM);
  await t.done('swarm.pause', admin);
  const [thread, frame] = [t.house.ids.next('thr'), t.house.ids.next('frm')];
  const { db } = t.engine;
  const now = t.clock.now();
  await db
    .insertInto('thread')
    .values({
      ...{
        org,
        id: thread,
        owner: admin.id,
        contact: null,
        visibility: 'organization',
        status: 'active',
        fork: null,
        seq: 1,
      },
      ...{ because: 'outcome_unknown', created_at: now, updated_at: now, agent: null },
    })
    .execute();
  await db
    .insertInto('frame')
    .values({
      ...{ org, id: frame, thread, caller: null, caller_step: null, name: 'front-desk', agent: agent.id, depth: 0 },
      ...{ selfs: 0, status: 'waiting', label: JSON.stringify(TRUSTED), version: 1, attempt: 1, failures: 0 },
      ...{ node: null, lease_until: null, ready_at: now, created_at: now },
    })
    .execute();
  await db
    .insertInto('step')
    .values({
      ...{ org, frame, n: 2, kind: 'call', state: 'unknown', call: 'c', name: 'pay', action: t.house.ids.next('act') },
      ...{ child: null, message: null, body: null, label: JSON.stringify(TRUSTED), usage: null, at: now },
      ended_at: null,
    })
    .execute();
  return { threadId: thread, frameId: frame, step: 2, as: 'failed' };
}
const NO_THREAD: Example['refused'] = { code: 'not_found', input: () => ({ threadId: 'thr_none' }) };
const NO_SWARM: Example['refused'] = { code: 'not_found', input: () => ({}) };
const MESSAGES = {
  ...{ limit: 10, cursor: 'msg_00000000000000000000000000', agent: 'front-desk', kind: 'inject' },
  since: '2026-11-01T00:00:00Z',
} as const;
const NO_NAME = invalid({ name: 'no name' });

export const EXAMPLES: Readonly<Record<string, Example>> = {
  'comms.ping': { valid: () => ({ message: 'hello' }), refused: invalid({ message: 'x'.repeat(501) }) },
  'comms.provision_channels': {
    valid: () => ({ displayName: 'Night desk', capabilities: { sms: true } }),
    refused: invalid({ displayName: 'Night desk', capabilities: { sms: false } }),
  },
  'comms.deprovision_channels': {
    valid: () => ({}),
    refused: {
      code: 'agent_inactive',
      async input({ t, admin, agent }) {
        await t.done('comms.deprovision_channels', admin, { agentId: agent.id });
        return {};
      },
    },
  },
  'comms.send_message': {
    async valid({ t, agent }) {
      await t.consent(agent, CONTACT);
      return message;
    },
    async whole(at) {
      const { t, admin, agent } = at;
      const email = { displayName: 'Front desk', capabilities: { email: true } };
      await t.done('comms.provision_channels', admin, { agentId: agent.id, ...email });
      await mailConsent(at);
      return { ...mail, html: '<p>Hi</p>', purpose: 'conversational', attachments: [FILE], unsubscribe: true };
    },
    refused: { code: 'consent_required', input: () => ({ ...message, to: STRANGER }) },
  },
  'comms.make_call': {
    valid: callable,
    whole: async (at) => ({
      ...(await callable(at)),
      ...{ channel: 'voice', purpose: 'conversational', greeting: 'It is about your order.', language: 'en-GB' },
      ...{ systemPrompt: 'Be brief.', voice: 'Ada', record: true },
    }),
    refused: { code: 'consent_required', input: async (at) => ({ ...(await callable(at)), to: STRANGER }) },
  },
  'comms.send_otp': {
    async valid({ t, agent }) {
      await t.consent(agent, CONTACT);
      return { to: CONTACT, purpose: 'login', language: 'fr' };
    },
    refused: { code: 'consent_required', input: () => ({ to: STRANGER }) },
  },
  'comms.verify_otp': {
    async valid({ t, agent }) {
      await t.consent(agent, CONTACT);
      const { sandboxCode } = await t.done('comms.send_otp', agent.by, { to: CONTACT, purpose: 'login' });
      return { to: CONTACT, code: sandboxCode, purpose: 'login' };
    },
    refused: invalid({ to: CONTACT, code: '12345' }),
  },
  'comms.get_attachment': {
    valid: async (at) => ({ messageId: await mailed(at), number: 0 }),
    refused: invalid({ messageId: 'msg_none', number: 100 }),
  },
  'comms.get_channel_status': { valid: () => ({}), refused: UNKNOWN_FIELD },
  'comms.submit_kyc': {
    valid: () => ({ ...SUBMISSION, country: 'US', contactEmail: 'ops@acme.example' }),
    refused: invalid({ ...SUBMISSION, website: 'http://acme.example' }),
  },
  'comms.review_kyc': {
    async valid({ t, admin }) {
      await t.done('comms.submit_kyc', admin, SUBMISSION);
      return { decision: 'approve', note: 'seen' };
    },
    refused: { code: 'kyc_required', input: () => ({ decision: 'approve' }) },
  },
  'comms.suspend_organization': {
    valid: () => ({ reason: 'complaints' }),
    refused: invalid({ reason: '' }),
  },
  'comms.reinstate_organization': {
    async valid({ t, org }) {
      await t.done('comms.suspend_organization', t.orchestrator, { organizationId: org, reason: 'complaints' });
      return { note: 'settled' };
    },
    refused: { code: 'conflict', input: () => ({}) },
  },
  'comms.get_organization': { valid: () => ({}), refused: UNKNOWN_FIELD },
  'comms.submit_registration': {
    valid: () => REGISTRATION,
    refused: invalid({ ...REGISTRATION, kind: 'dlt' }),
  },
  'comms.set_registration_status': {
    valid: async (at) => ({
      registrationId: await registered(at),
      status: 'approved',
      expiresAt: '2099-01-01T00:00:00Z',
      note: 'as the registry says',
    }),
    refused: { code: 'not_found', input: () => ({ registrationId: 'reg_none', status: 'approved' }) },
  },
  'comms.list_registrations': { valid: () => ({}), refused: UNKNOWN_FIELD },
  'comms.expand_agent_pool': { valid: () => ({ maxAgents: 200 }), refused: invalid({ maxAgents: -1 }) },
  'comms.onboard_customer': {
    valid: () => ({ displayName: 'Acme', capabilities: { sms: true } }),
    whole: () => ({
      displayName: 'Acme',
      capabilities: { sms: true, email: true },
      emailDomain: 'mail.acme.example',
      country: 'US',
    }),
    refused: invalid({ displayName: 'Acme', capabilities: { sms: true }, emailDomain: 'mail.acme.example' }),
  },
  'comms.register_provider': {
    valid: () => ACCOUNT,
    whole: () => ({ provider: 'twilio', credentials: { ...ACCOUNT.credentials } }),
    refused: invalid({ provider: 'twilio', credentials: { accountSid: 'AC1' } }),
  },
  'comms.unregister_provider': {
    async valid({ t, admin }) {
      await t.done('comms.register_provider', admin, ACCOUNT);
      return { provider: 'twilio' };
    },
    refused: { code: 'not_found', input: () => ({ provider: 'smtp' }) },
  },
  'comms.bind_sender': {
    async valid(at) {
      await live(at);
      return freshSender();
    },
    refused: { code: 'conflict', input: freshSender },
  },
  'comms.unbind_sender': { valid: bound, refused: { code: 'not_found', input: freshSender } },
  'comms.buy_number': {
    async valid(at) {
      await live(at);
      return { country: 'US', areaCode: '213' };
    },
    refused: { code: 'conflict', input: () => ({}) },
  },
  'comms.report_delivery': {
    async valid(at) {
      const { messageId, callback } = await carriedText(at);
      return { messageId, callback, status: 'delivered', providerRef: 'SM1' };
    },
    refused: { code: 'not_found', input: () => ({ messageId: 'msg_none', status: 'sent', providerRef: 'SM1' }) },
  },
  'comms.unsubscribe': {
    async valid(at) {
      const { messageId, unsubscribe = '' } = await carriedMail(at);
      return { messageId, secret: unsubscribe.split('.')[2] };
    },
    refused: { code: 'not_found', input: () => ({ messageId: 'msg_none', secret: 'x' }) },
  },
  'comms.confirm_opt_out': {
    valid: owedAnswer,
    whole: async (at) => ({ ...(await owedAnswer(at)), purpose: 'transactional' }),
    refused: {
      code: 'not_found',
      input: () => ({ answers: 'msg_none', said: 'stop', to: CONTACT, channel: 'sms', body: 'Hello' }),
    },
  },
  'comms.get_messages': {
    valid: async (at) => ({ limit: 5, contact: CONTACT, cursor: await received(at) }),
    refused: invalid({ contact: 'nobody' }),
  },
  'comms.get_waiting_messages': {
    valid: () => ({ limit: 5 }),
    whole: async (at) => ({ limit: 5, ack: [await received(at)] }), // to acknowledge is to act
    refused: invalid({ ack: [] }),
  },
  'comms.acknowledge_messages': {
    valid: async (at) => ({ ids: [await received(at)] }),
    refused: invalid({ ids: [] }),
  },
  'comms.record_consent': {
    valid: () => ({ contact: CONTACT, channel: 'sms', type: 'express', source: 'counter', proof: 'I agree.' }),
    refused: invalid({ contact: 'bob@example.com', channel: 'sms' }),
  },
  'comms.revoke_consent': {
    valid: () => ({ contact: CONTACT, channel: 'sms', source: 'by telephone' }),
    refused: invalid({ contact: 'bob@example.com', channel: 'sms' }),
  },
  'comms.check_consent': {
    valid: () => ({ contact: CONTACT, channel: 'sms' }),
    refused: invalid({ contact: CONTACT, channel: 'email' }),
  },
  'comms.explain_compliance': {
    valid: () => ({
      contact: CONTACT,
      channel: 'voice',
      purpose: 'marketing',
      at: '2026-11-20T19:00:00Z',
      record: true,
    }),
    refused: invalid({ contact: CONTACT, channel: 'email' }),
  },
  'comms.set_agent_limits': {
    valid: () => ({ limits: { perMinute: 5 } }),
    refused: { code: 'limits_above_tier', input: () => ({ limits: { perMinute: 11 } }) },
  },
  'comms.get_usage_dashboard': { valid: () => ({ period: 'day' }), refused: invalid({ period: 'century' }) },
  'comms.set_contact_place': {
    valid: () => ({ contact: CONTACT, zone: 'America/Los_Angeles', country: 'US', region: 'CA' }),
    refused: invalid({ contact: CONTACT, zone: 'Etc/GMT+5' }),
  },
  'comms.get_billing_summary': { valid: () => ({ period: 'week' }), refused: invalid({ period: 'century' }) },
  'comms.set_billing_config': {
    valid: () => ({ tier: 'pro', markupPercent: 15, billingEmail: 'Bills@Example.com' }),
    refused: invalid({ billingEmail: 'nobody' }),
  },
  'comms.dnc_add': {
    valid: () => ({ contact: 'bob@example.com', reason: 'asked by letter' }),
    refused: invalid({ contact: 'nobody' }),
  },
  'comms.dnc_remove': {
    async valid({ t, admin }) {
      await t.done('comms.dnc_add', admin, { contact: CONTACT });
      return { contact: CONTACT };
    },
    refused: { code: 'not_found', input: () => ({ contact: CONTACT }) },
  },
  'comms.erase_contact': {
    async valid({ t, agent }) {
      await t.consent(agent, CONTACT);
      return { contact: CONTACT, reason: 'objection', suppress: true };
    },
    refused: invalid({ contact: 'nobody' }),
  },
  'comms.get_retention': { valid: () => ({ count: true }), refused: invalid({ count: 'all' }) },
  'comms.run_retention': { valid: () => ({}), refused: UNKNOWN_FIELD },
  'comms.dnc_list': { valid: () => ({ limit: 10 }), refused: invalid({ limit: 0 }) },
  'comms.create_organization': {
    valid: () => ({ name: 'Acme', slug: `acme-${made++}` }),
    refused: { code: 'conflict', input: () => ({ name: 'Acme', slug: 'default' }) },
  },
  'comms.list_organizations': { valid: () => ({}), refused: UNKNOWN_FIELD },
  'comms.set_approval_policy': {
    valid: () => ({ policy: 'first_contact' }),
    refused: invalid({ policy: 'sometimes' }),
  },
  'comms.list_held': { valid: () => ({}), refused: UNKNOWN_FIELD },
  'comms.get_approval_challenge': {
    valid: async (at) => ({ actionId: await held(at) }),
    refused: { code: 'not_held', input: async (at) => ({ actionId: await sent(at) }) },
  },
  'comms.approve': {
    async valid(at) {
      const actionId = await held(at);
      const { held: all } = await at.t.done('comms.list_held', at.admin);
      const { argsHash } = all.find((one: { actionId: string }) => one.actionId === actionId);
      return { actionId, argsHash, note: 'as agreed' };
    },
    refused: { code: 'not_held', input: async (at) => ({ actionId: await sent(at) }) },
  },
  'comms.deny': {
    valid: async (at) => ({ actionId: await held(at), note: 'not now' }),
    refused: { code: 'not_held', input: async (at) => ({ actionId: await sent(at) }) },
  },
  'comms.receive_message': {
    valid: () => ({ from: CONTACT, to: '+15005550006', body: 'Hello', channel: 'sms', providerRef: `in-${made++}` }),
    whole: () => ({
      ...{ from: 'bob@example.com', to: 'desk@sandbox.invalid', body: 'Hello', channel: 'email' },
      ...{ providerRef: `in-${made++}`, subject: 'Hi', ownWords: 'Hello', attachments: [FILE] },
    }),
    refused: invalid({ from: CONTACT, to: '+15005550006', body: 'Hello', channel: 'sms', providerRef: 'two words' }),
  },
  'comms.set_anomaly_policy': {
    valid: () => ({ onAnomaly: 'pause', kinds: ['volume_spike'] }),
    refused: invalid({ onAnomaly: 'shrug' }),
  },
  'comms.set_flow_policy': {
    valid: () => ({
      ...{ newRecipient: 'deny', newLink: 'hold', spend: 'hold', spendAbove: 500_000, control: 'deny' },
      ...{ unlabelledLinks: 'hold', trustedHosts: ['example.com'] },
    }),
    refused: invalid({ newRecipient: 'allow' }),
  },
  'comms.clear_context': {
    valid: async (at) => ({ upTo: await received(at) }),
    refused: invalid({ upTo: 'the latest' }),
  },
  'comms.pause_agent': {
    valid: () => ({ reason: 'it writes too much' }),
    refused: {
      code: 'conflict',
      async input({ t, admin, agent }) {
        await t.done('comms.pause_agent', admin, { agentId: agent.id });
        return {};
      },
    },
  },
  'comms.resume_agent': {
    async valid({ t, admin, agent }) {
      await t.done('comms.pause_agent', admin, { agentId: agent.id });
      return { note: 'looked at' };
    },
    refused: { code: 'conflict', input: () => ({}) },
  },
  'comms.set_alert_routes': {
    valid: () => ({ email: 'alerts@example.com', webhookUrl: 'https://hooks.example.com/a', minSeverity: 'LOW' }),
    refused: invalid({ webhookUrl: 'http://hooks.example.com/a' }),
  },
  'comms.list_alerts': { valid: () => ({ limit: 5, cursor: 'alt_none' }), refused: invalid({ limit: 0 }) },
  'comms.deliver_alert': {
    async valid({ t }) {
      await t.done('comms.register_provider', t.orchestrator, PLATFORM_MAIL);
      return { ...alertByMail, to: 'ops@example.com', subject: 'An alert' };
    },
    refused: {
      code: 'suppressed',
      async input({ t, admin }) {
        await t.done('comms.register_provider', t.orchestrator, PLATFORM_MAIL);
        await t.done('comms.dnc_add', admin, { contact: 'none@example.com' });
        return { ...alertByMail, to: 'none@example.com' };
      },
    },
  },
  'comms.raise_test_alert': { valid: () => ({}), refused: UNKNOWN_FIELD },
  'comms.test_alert': { valid: () => ({}), refused: UNKNOWN_FIELD },
  'identity.rotate_agent_token': {
    valid: () => ({ keepOldFor: 60, expiresIn: 3_600 }),
    refused: invalid({ keepOldFor: 8 * 24 * 3_600 }),
  },
  'identity.revoke_agent_token': {
    valid: async (at) => ({ tokenId: await tokenOf(at, at.agent.id) }),
    refused: { code: 'not_found', input: async (at) => ({ tokenId: await tokenOf(at, at.colleague.id) }) },
  },
  'identity.list_agent_tokens': { valid: () => ({}), refused: UNKNOWN_FIELD },
  'identity.rotate_organization_token': { valid: () => ({}), refused: UNKNOWN_FIELD },
  'identity.create_api_key': {
    valid: () => ({ ...PROGRAM, expiresAt: '2027-01-01T00:00:00Z', requestsPerMinute: 60 }),
    refused: invalid({ ...PROGRAM, scopes: ['comms.no_such_action'] }),
  },
  'identity.list_api_keys': { valid: () => ({ limit: 5, cursor: 'key_1' }), refused: invalid({ limit: 0 }) },
  'identity.revoke_api_key': {
    valid: async (at) => ({ keyId: await apiKey(at) }),
    refused: { code: 'not_found', input: () => ({ keyId: 'key_1' }) },
  },
  'identity.register_service': {
    valid: () => ({ ...PROGRAM, publicKey: { ...PUBLIC_KEY, kid: 'k1', alg: 'ES256', use: 'sig' } }),
    refused: invalid({ ...PROGRAM, publicKey: { ...PUBLIC_KEY, crv: 'Ed25519' } }),
  },
  'identity.list_services': { valid: () => ({ limit: 5, cursor: 'svc_1' }), refused: invalid({ limit: 0 }) },
  'identity.remove_service': {
    valid: async (at) => ({ serviceId: await service(at) }),
    refused: { code: 'not_found', input: () => ({ serviceId: 'svc_1' }) },
  },
  // before the others: as long as there is nobody
  'identity.create_set_up_link': { valid: () => ({}), refused: UNKNOWN_FIELD },
  'identity.invite_person': { valid: somebody, refused: invalid({ ...somebody(), email: 'nobody' }) },
  'identity.list_people': {
    valid: async (at) => ({ cursor: await invited(at), limit: 5, role: 'viewer', status: 'active' }),
    refused: invalid({ limit: 0 }),
  },
  'identity.set_person_role': {
    valid: async (at) => ({ personId: await active(at), role: 'operator' }),
    refused: { code: 'not_found', input: () => ({ personId: 'usr_nobody', role: 'operator' }) },
  },
  'identity.suspend_person': { valid: async (at) => ({ personId: await active(at) }), refused: NOBODY },
  'identity.reinstate_person': {
    async valid(at) {
      const personId = await active(at);
      await at.t.done('identity.suspend_person', at.t.orchestrator, { organizationId: at.org, personId });
      return { personId };
    },
    refused: {
      code: 'conflict',
      input: async (at) => ({ personId: await active(at) }),
    },
  },
  'identity.remove_person': { valid: async (at) => ({ personId: await invited(at) }), refused: NOBODY },
  'identity.recover_person': {
    valid: async (at) => ({ personId: await active(at) }),
    refused: { code: 'conflict', input: async (at) => ({ personId: await invited(at) }) },
  },
  'identity.list_sessions': { valid: async (at) => ({ personId: await active(at) }), refused: NOBODY },
  'identity.end_sessions': { valid: async (at) => ({ personId: await active(at) }), refused: NOBODY },
  'identity.list_grants': {
    valid: async (at) => ({ principal: await spare(at), limit: 5, cursor: await granted(at) }),
    refused: invalid({ limit: 0 }),
  },
  'identity.create_grant': {
    valid: async (at) => ({ ...DENIED, principal: await spare(at), resource: { kind: 'agent', id: at.agent.id } }),
    refused: { code: 'not_found', input: ({ agent }) => ({ ...DENIED, principal: agent.by.id }) },
  },
  'identity.remove_grant': {
    valid: async (at) => ({ grantId: await granted(at) }),
    refused: { code: 'not_found', input: () => ({ grantId: 'grt_1' }) },
  },
  'audit.check_log': { valid: () => ({ from: 0 }), refused: invalid({ from: 1 }) },
  'swarm.put_secret': {
    valid: () => ({ name: 'weather', value: 'key-0123456789' }),
    refused: invalid({ name: 'No Name', value: 'x' }),
  },
  'swarm.list_secrets': { valid: () => ({}), refused: UNKNOWN_FIELD },
  'swarm.remove_secret': {
    valid: async ({ t, org }) => {
      const secret = { organizationId: org, name: 'weather', value: 'x' };
      return { name: (await t.done('swarm.put_secret', t.orchestrator, secret)).name };
    },
    refused: { code: 'not_found', input: () => ({ name: 'nothing' }) },
  },
  'swarm.list_tools': { valid: () => ({ server: 'files' }), refused: invalid({ server: 'No Name' }) },
  'swarm.approve_tool': {
    valid: async (at) => ({ server: 'files', tool: 'read', hash: (await seenTools(at)).hash }),
    refused: { code: 'not_found', input: () => ({ server: 'files', tool: 'none', hash: 'x'.repeat(43) }) },
  },
  'swarm.approve_tools': {
    valid: async (at) => ({ server: 'files', hash: listingHash([await seenTools(at)]) }),
    refused: { code: 'not_found', input: () => ({ server: 'files', hash: 'x'.repeat(43) }) },
  },
  'audit.show_config': {
    valid: ({ agent }) => ({ what: `agent:${agent.id}` }),
    refused: invalid({ what: '' }),
  },
  'audit.prove_entry': {
    valid: async ({ t, org }) => {
      const newest = { organizationId: org, limit: 1 };
      return { index: (await t.done('audit.query_log', t.orchestrator, newest)).entries[0].index };
    },
    refused: invalid({ index: -1 }),
  },
  'audit.query_log': {
    valid: () => ({ limit: 5, before: 100 }),
    whole: () => ({
      ...{
        limit: 5,
        before: 100,
        type: 'authentication',
        event: 'signed_in',
        principal: 'usr_1',
        agent: 'agt_1',
        everyOrganization: true,
      },
      since: '2026-11-20T00:00:00Z',
    }),
    refused: invalid({ limit: 0 }),
  },
  'audit.checkpoint': { valid: () => ({ since: 1 }), refused: invalid({ since: -1 }) },
  'audit.prove': { valid: async (at) => ({ actionId: await sent(at) }), refused: invalid({ actionId: 'act_' }) },
  'audit.export_log': { valid: () => ({ from: 0, limit: 5 }), refused: invalid({ limit: 0 }) },
  'swarm.inject': {
    async valid(at) {
      await configured(at, SWARM);
      return { to: 'front-desk', payload: { text: 'Are you open?' } };
    },
    whole: async (at) => ({ to: 'front-desk', payload: { text: 'And tomorrow?' }, threadId: await spoken(at) }),
    refused: { code: 'not_found', input: () => ({ to: 'nobody', payload: {} }) },
  },
  'swarm.check_config': { valid: () => ({ source: SWARM }), refused: invalid({ source: 1 }) },
  'swarm.diff_config': { valid: () => ({ source: SWARM }), refused: invalid({ source: 1 }) },
  'swarm.put_config': {
    valid: () => ({ source: SWARM, expectedVersion: 0, note: 'The first one.' }),
    refused: { code: 'conflict', input: () => ({ source: SWARM, expectedVersion: 7 }) },
  },
  'swarm.confirm_config': {
    valid: async (at) => ({ proposal: await proposed(at), note: 'Read by two.' }),
    refused: { code: 'not_found', input: () => ({ proposal: 'cfg_none' }) },
  },
  'swarm.raise_budget': {
    async valid(at) {
      await configured(at, LIMITED);
      return RAISE;
    },
    async whole(at) {
      await configured(at, LIMITED);
      return { ...RAISE, scope: 'agent', of: 'front-desk' };
    },
    refused: invalid({ ...RAISE, limit: 0 }),
  },
  'swarm.list_budgets': {
    async valid(at) {
      await configured(at, LIMITED);
      return {};
    },
    whole: async (at) => ({ ...(await threadOf(at)), user: at.admin.id }),
    refused: invalid({ threadId: 'thr_' }),
  },
  'swarm.rollback_config': {
    async valid(at) {
      await configured(at, SWARM, swarmOf('You answer the door.'));
      return { version: 1, expectedVersion: 2, note: 'Back.' };
    },
    refused: { code: 'not_found', input: () => ({ version: 9 }) },
  },
  'swarm.reload': {
    async valid(at) {
      await configured(at, SWARM);
      at.t.swarmFiles.set(
        at.org,
        swarmOf('You answer the phone.', { swarm: { name: 'bakery', limits: { depth: 1 } } }),
      );
      return { expectedVersion: 1, note: 'Less deep.' };
    },
    refused: NO_SWARM,
  },
  'swarm.show_config': {
    async valid(at) {
      await configured(at, SWARM);
      return { version: 1 };
    },
    refused: invalid({ version: 0 }),
  },
  'swarm.show_proposed_config': { valid: () => ({}), refused: UNKNOWN_FIELD },
  'swarm.list_config_versions': { valid: () => ({ limit: 5, cursor: 9 }), refused: invalid({ limit: 0 }) },
  'swarm.show_agent_config': {
    async valid(at) {
      await configured(at, SWARM);
      return { name: 'front-desk' };
    },
    refused: NO_NAME,
  },
  'swarm.show_agent_schema': {
    async valid(at) {
      await configured(at, SWARM);
      return { name: 'front-desk' };
    },
    refused: NO_NAME,
  },
  'swarm.resolve_step': {
    valid: unknownCall,
    whole: async (at) => ({ ...(await unknownCall(at)), note: 'The bank was asked.' }),
    refused: {
      code: 'not_found',
      input: () => ({ threadId: 'thr_none', frameId: 'frm_none', step: 1, as: 'failed' }),
    },
  },
  'swarm.pause_thread': {
    valid: threadOf,
    whole: async (at) => ({ ...(await threadOf(at)), abort: true, reason: 'It repeats itself.' }),
    refused: NO_THREAD,
  },
  'swarm.resume_thread': {
    async valid(at) {
      const thread = await threadOf(at);
      await at.t.done('swarm.pause_thread', at.admin, thread);
      return thread;
    },
    refused: NO_THREAD,
  },
  'swarm.kill_thread': { valid: threadOf, refused: NO_THREAD },
  'swarm.inspect_thread': {
    valid: threadOf,
    async whole(at) {
      const { threadId, frameId } = await unknownCall(at);
      return { threadId, frameId };
    },
    refused: NO_THREAD,
  },
  'swarm.fork_thread': {
    async valid(at) {
      const { threadId, messageId } = await spokenTo(at);
      return { threadId, fromMessage: messageId };
    },
    refused: { code: 'not_found', input: () => ({ threadId: 'thr_none', fromMessage: 'msg_none' }) },
  },
  'swarm.pause': {
    async valid(at) {
      await configured(at, SWARM);
      return {};
    },
    refused: NO_SWARM,
  },
  'swarm.resume': {
    async valid(at) {
      await configured(at, SWARM);
      await at.t.done('swarm.pause', at.admin);
      return {};
    },
    refused: { code: 'conflict', input: () => ({}) },
  },
  'swarm.kill_agent': {
    async valid(at) {
      await configured(at, SWARM);
      return { name: 'front-desk' };
    },
    refused: { code: 'not_found', input: () => ({ name: 'nobody' }) },
  },
  'swarm.emergency_stop': { valid: () => ({}), refused: UNKNOWN_FIELD },
  'swarm.stop': { valid: () => ({}), refused: UNKNOWN_FIELD },
  'swarm.show_swarm': {
    async valid(at) {
      await spoken(at);
      return {};
    },
    refused: UNKNOWN_FIELD,
  },
  'swarm.list_agents': {
    async valid(at) {
      await configured(at, SWARM);
      return {};
    },
    whole: () => ({ limit: 10, cursor: 'a' }),
    refused: invalid({ limit: 0 }),
  },
  'swarm.show_agent': {
    async valid(at) {
      await configured(at, SWARM);
      return { name: 'front-desk' };
    },
    refused: { code: 'not_found', input: () => ({ name: 'nobody' }) },
  },
  'swarm.list_threads': {
    async valid(at) {
      await spoken(at);
      return {};
    },
    whole: async (at) => ({
      ...{ limit: 10, cursor: await spoken(at), status: 'active', agent: 'front-desk' },
      since: '2026-11-01T00:00:00Z',
    }),
    refused: invalid({ status: 'asleep' }),
  },
  'swarm.show_thread': { valid: async (at) => ({ threadId: await spoken(at) }), refused: NO_THREAD },
  'swarm.list_thread_messages': {
    valid: async (at) => ({ threadId: await spoken(at) }),
    whole: async (at) => ({ threadId: await spoken(at), ...MESSAGES }),
    refused: NO_THREAD,
  },
  'swarm.list_messages': {
    async valid(at) {
      await spoken(at);
      return {};
    },
    whole: () => MESSAGES,
    refused: invalid({ kind: 'whisper' }),
  },
  'swarm.show_topology': {
    async valid(at) {
      await spoken(at);
      return {};
    },
    refused: UNKNOWN_FIELD,
  },
  'swarm.show_usage': {
    async valid(at) {
      await spoken(at);
      return {};
    },
    whole: () => ({ by: 'day', from: '2026-11-01T00:00:00Z', to: '2026-11-30T00:00:00Z' }),
    refused: invalid({ by: 'mood' }),
  },
  'swarm.list_models': { valid: () => ({}), refused: UNKNOWN_FIELD },
  'vault.status': { valid: () => ({}), refused: UNKNOWN_FIELD },
  'vault.rotate': {
    async valid({ t }) {
      await t.house.rotated();
      return {};
    },
    refused: UNKNOWN_FIELD,
  },
  'vault.drop_key': {
    async valid({ t }) {
      await t.house.rotated();
      const { kid } = (await t.done('vault.status', t.orchestrator)).keys[0];
      await t.done('vault.rotate', t.orchestrator);
      await t.house.rotated();
      return { kid };
    },
    refused: invalid({ kid: 'the old one' }),
  },
  'audit.why': {
    valid: async (at) => ({ actionId: await sent(at) }),
    refused: { code: 'not_found', input: () => ({ actionId: 'act_none' }) },
  },
};

/**
 * What agents at work and the server itself do, by no door: they have no example here. Whoever else asks is refused; see
 * `by-no-door.test.ts`.
 */
const BY_NO_DOOR: ReadonlySet<string> = new Set([
  ...['swarm.call_peer', 'swarm.answer', 'swarm.think', 'swarm.use_tool', 'swarm.report_error', 'swarm.receive'],
]);
export const isByNoDoor = ({ action }: Pick<CatalogueEntry, 'action'>): boolean => BY_NO_DOOR.has(action.name);

export const exampleOf = (name: string): Example => {
  const example = EXAMPLES[name];
  if (example === undefined) throw new Error(`${name} has no example: add one to test/matrix/examples.ts.`);
  return example;
};

/** The example of an action as the least of those who may would call it, in a tenant of its own. */
export async function validCall(
  name: string,
  at: Tenant,
  which: 'valid' | 'whole' = 'valid',
): Promise<{ readonly by: Principal; readonly input: Input }> {
  const entry = at.t.house.catalogue.byName(name)!;
  const by = leastOf(entry, at);
  const example = exampleOf(name);
  const make = which === 'whole' ? (example.whole ?? example.valid) : example.valid;
  return { by, input: { ...(await make(at)), ...naming(entry, by, at) } };
}

/** Reads and dry runs have their own limit a minute, which is not what the matrices are about. */
export const nextMinute = ({ clock }: Tenant['t']): void => clock.pass(MINUTE_MS);
