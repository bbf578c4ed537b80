/**
 * Which rules each action passes: action × guard against `guards.txt`, and for whatever reaches a person one case per rule
 * that this rule alone refuses, so that taking it away lets a message out.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CatalogueEntry } from '../../src/guard/catalogue.ts';
import { STAGES } from '../../src/guard/guard.ts';
import type { Outcome } from '../../src/guard/perform.ts';
import { CHANNELS } from '../../src/tenancy/agent.ts';
import { ALERT_ALONE } from '../../src/tenancy/anomaly-policy.ts';
import { TIER_LIMITS } from '../../src/tenancy/limits.ts';
import { tenancyWrite } from '../../src/tenancy/writes.ts';
import { openHouse, type TestHouse } from '../support/house.ts';
import { committed, table } from './committed.ts';
import { bound, CONTACT, callable, exampleOf } from './examples.ts';
import { reasonsIn } from './outcome.ts';
import { leastOf, naming, openTenant, type Tenant } from './tenant.ts';

/** What stands between an agent and a person (C41), whatever the tool and the channel. */
const OUTREACH = [
  'authority',
  'standing',
  'input-safety',
  'channel',
  'recipient',
  'content',
  'output-filter',
  'suppression',
  'consent',
  'calling-window',
  'ai-disclosure',
  'recording-consent',
  'registration',
  'rates',
  'contact-frequency',
  'legal-frequency',
  'spend',
  'approval',
  'information-flow',
] as const;
type OutreachGuard = (typeof OUTREACH)[number];

/** World actions that reach nobody, each with the reason why not. */
const REACHES_NOBODY: Readonly<Record<string, string>> = {
  'comms.register_provider': 'asks a provider about an account',
  'comms.bind_sender': 'sets webhooks at a provider',
  'comms.unbind_sender': 'takes webhooks off at a provider',
  'comms.onboard_customer': 'asks a provider about a mail domain',
  'comms.run_retention': 'ends what is too old here',
  'vault.rotate': 'changes the encryption key here',
  'vault.drop_key': 'destroys an encryption key here',
  'comms.buy_number': 'buys from a provider, within the budget of the agent (number-spend)',
  'swarm.think': 'asks a model, within the budgets of the swarm; what it makes of the answer passes rules of its own',
  'swarm.use_tool': 'uses a tool of the outside, by rules of its own (test/swarm/flow, test/swarm/tools)',
  'comms.deliver_alert':
    'tells the operator, or an organisation about itself, by rules of its own (test/rules/alerts.test.ts)',
};

/** What the house itself says in answer to a person's word: its cases are in test/rules/answers.test.ts. */
const ANSWERS: Readonly<Record<string, Partial<Record<OutreachGuard, string>>>> = {
  'comms.confirm_opt_out': {
    suppression: 'own-opt-out instead: everything but the very STOP that it confirms',
    consent: 'the person has just written, and the law allows one confirmation',
    approval: 'the words are not the agent’s',
  },
};

const reachesPeople = ({ action }: CatalogueEntry): boolean =>
  action.effect === 'world' && REACHES_NOBODY[action.name] === undefined && ANSWERS[action.name] === undefined;

let t: TestHouse;
beforeAll(async () => {
  t = await openHouse();
});
afterAll(async () => {
  await t[Symbol.asyncDispose]();
  expect(t.faults).toEqual([]);
});

const guardsOf = ({ guards }: CatalogueEntry): readonly string[] => guards.map(({ id }) => id);

function channelsOf(entry: CatalogueEntry): readonly string[] {
  const found = CHANNELS.filter((channel) => entry.schema.shape['channel']?.safeParse(channel).success ?? false);
  return found.length === 0 ? ['-'] : found;
}

it('every action passes the guards that guards.txt says, on each of its channels', () => {
  const rows = t.house.catalogue.entries.flatMap((entry) => {
    const channels = reachesPeople(entry) ? channelsOf(entry) : [channelsOf(entry).join(' ')];
    const byStage = STAGES.map((stage) => entry.guards.filter((guard) => guard.stage === stage).map(({ id }) => id));
    return channels.map((channel) => [
      entry.action.name,
      entry.action.effect,
      channel,
      ...byStage.map((ids) => ids.join(' ') || '-'),
    ]);
  });
  const text = [
    '# Which rules each action passes, by stage, derived by test/matrix/guards.test.ts. A world action reaches a person: it',
    `# has all of ${OUTREACH.join(', ')}.`,
    table([['action', 'effect', 'channel', ...STAGES], ...rows]),
    '',
  ].join('\n');
  committed(new URL('guards.txt', import.meta.url), text, 'UPDATE_MATRIX');
});

describe('whatever the table says, an action that reaches a person', () => {
  it('passes every outreach guard', () => {
    const without = t.house.catalogue.entries
      .filter(reachesPeople)
      .flatMap((entry) =>
        OUTREACH.filter((guard) => !guardsOf(entry).includes(guard)).map((guard) => `${entry.action.name}: ${guard}`),
      );
    expect(without).toEqual([]);
  });

  it('passes every other one, and that it is owed, when it answers for the house', () => {
    for (const [name, instead] of Object.entries(ANSWERS)) {
      const kept = OUTREACH.filter((guard) => instead[guard] === undefined);
      const guards = guardsOf(t.house.catalogue.byName(name)!);
      expect(guards, name).toEqual(expect.arrayContaining([...kept, 'owed-answer', 'own-opt-out']));
    }
  });

  it('is done in the name of an agent, about a contact', async () => {
    for (const entry of t.house.catalogue.entries.filter(reachesPeople)) {
      const { action } = entry;
      const input = entry.action.input.parse(await exampleOf(action.name).valid(await openTenant(t)));
      expect(action.subject, action.name).toBe('agent');
      if (action.effect === 'world') expect(action.contact(input), action.name).toBe(CONTACT);
    }
  });

  it('has its cases below', () => {
    expect(Object.keys(CASES)).toEqual(
      t.house.catalogue.entries.filter(reachesPeople).map(({ action }) => action.name),
    );
  });
});

it('every action asks who may, and every text that it takes is looked at', () => {
  for (const entry of t.house.catalogue.entries) {
    expect(guardsOf(entry), entry.action.name).toEqual(expect.arrayContaining(['authority', 'standing']));
    expect(guardsOf(entry).includes('input-safety'), entry.action.name).toBe(entry.fields.length > 0);
  }
});

/** Makes one thing wrong and tries. The contact has consented, the agent is new: without it the call is done. */
type Case = (at: Tenant) => Promise<Outcome>;
/** A rule that has nothing to say about an action, and why. */
type Silent = string;

/** An action that reaches a person, as the cases use it. */
interface Reaching {
  readonly name: string;
  /** Would be done. */
  readonly input: { readonly to: string };
  readonly channel: string;
  /** Puts in place what it needs. */
  prepare(at: Tenant): Promise<unknown>;
}
const MESSAGE: Reaching = {
  name: 'comms.send_message',
  input: { to: CONTACT, body: 'Hello' } as { to: string },
  channel: 'sms',
  prepare: ({ t, agent }) => t.consent(agent, CONTACT),
};
const CODE: Reaching = { ...MESSAGE, name: 'comms.send_otp', input: { to: CONTACT } };
const CALL: Reaching = { name: 'comms.make_call', input: { to: CONTACT }, channel: 'voice', prepare: callable };

const trying =
  ({ name, input }: Reaching, change: object = {}): Case =>
  ({ t, agent }) =>
    t.call(name, agent.by, { ...input, ...change });
const limited =
  (action: Reaching, limits: object): Case =>
  async (at) => {
    await at.t.done('comms.set_agent_limits', at.admin, { agentId: at.agent.id, limits });
    await at.t.done(action.name, at.agent.by, action.input);
    return trying(action)(at);
  };
/** In production, after the registration that its country asks for was withdrawn. */
const unregistered =
  (action: Reaching): Case =>
  async (at) => {
    await bound(at);
    const { registrations } = await at.t.done('comms.list_registrations', at.admin);
    const [{ registrationId }] = registrations;
    const withdrawn = { organizationId: at.org, registrationId, status: 'rejected' };
    await at.t.done('comms.set_registration_status', at.t.orchestrator, withdrawn);
    return trying(action)(at);
  };
/** Marketing to a contact who lives there, as often as is allowed and once more. */
const marketing =
  (action: Reaching, place: object, allowed: number): Case =>
  async (at) => {
    const agreed = { type: 'express_written', source: 'web form', proof: 'I agree to offers.' };
    const to = { contact: CONTACT, channel: action.channel };
    await at.t.done('comms.record_consent', at.agent.by, { ...to, ...agreed });
    await at.t.done('comms.set_contact_place', at.admin, { contact: CONTACT, ...place });
    const input = { ...action.input, purpose: 'marketing' };
    for (let i = 0; i < allowed; i++) await at.t.done(action.name, at.agent.by, input);
    return at.t.call(action.name, at.agent.by, input);
  };

/** What is wrong in the same way whatever the action. */
const common = (action: Reaching) =>
  ({
    authority: ({ t, provider, agent }) => t.call(action.name, provider, { ...action.input, agentId: agent.id }),
    async standing({ t, admin, agent }) {
      await t.done('comms.deprovision_channels', admin, { agentId: agent.id, releaseNumbers: false });
      return t.call(action.name, admin, { ...action.input, agentId: agent.id });
    },
    // dots and slashes are separators in a number as people write it: this one would reach the contact
    'input-safety': trying(action, { to: `../${CONTACT}` }),
    async channel(at) {
      const agentId = at.t.house.ids.next('agt');
      const mute = tenancyWrite('agent.create', {
        org: at.org,
        id: agentId,
        name: 'Without a number',
        status: 'active',
        senders: {},
        bound: {},
        limits: TIER_LIMITS.starter,
        approvalPolicy: 'never',
        anomalyPolicy: ALERT_ALONE,
        country: 'US',
        createdAt: at.t.clock.now(),
      });
      await at.t.house.store.found(at.org, 'test', [mute]);
      const to = { contact: CONTACT, channel: action.channel };
      await at.t.done('comms.record_consent', at.admin, { agentId, ...to });
      return at.t.call(action.name, at.admin, { ...action.input, agentId });
    },
    async recipient(at) {
      const premium = '+19002345678';
      await at.t.done('comms.record_consent', at.agent.by, { contact: premium, channel: action.channel });
      return trying(action, { to: premium })(at);
    },
    async suppression(at) {
      await at.t.done('comms.dnc_add', at.admin, { contact: CONTACT });
      return trying(action)(at);
    },
    async consent(at) {
      await at.t.done('comms.revoke_consent', at.agent.by, { contact: CONTACT, channel: action.channel });
      return trying(action)(at);
    },
    // four in the morning
    'calling-window': marketing(action, { zone: 'Asia/Tokyo' }, 0),
    rates: limited(action, { perMinute: 1 }),
    async approval(at) {
      await at.t.done('comms.set_approval_policy', at.admin, { agentId: at.agent.id, policy: 'always' });
      return trying(action)(at);
    },
    async 'information-flow'(at) {
      await at.t.inbound(at.agent, '+14155550105', 'Hi');
      await at.t.done('comms.set_flow_policy', at.admin, { agentId: at.agent.id, spendAbove: 0 });
      return trying(action)(at);
    },
  }) satisfies Partial<Record<OutreachGuard, Case | Silent>>;

const CASES: Readonly<
  Record<string, { readonly action: Reaching; readonly cases: Readonly<Record<OutreachGuard, Case | Silent>> }>
> = {
  'comms.send_message': {
    action: MESSAGE,
    cases: {
      ...common(MESSAGE),
      content: trying(MESSAGE, { body: 'I will kill you.' }),
      'output-filter': (at) => trying(MESSAGE, { body: `Use ${at.agent.token}` })(at),
      'ai-disclosure': 'a message is not spoken',
      'recording-consent': 'a message is not recorded',
      registration: unregistered(MESSAGE),
      'contact-frequency': limited(MESSAGE, { messagesPerNumberPerDay: 1 }),
      'legal-frequency': marketing(MESSAGE, { country: 'US', region: 'OR' }, 3),
      spend: limited(MESSAGE, { spendPerDay: 10_000 }),
    },
  },
  'comms.make_call': {
    action: CALL,
    cases: {
      ...common(CALL),
      content: trying(CALL, { greeting: 'I will kill you.' }),
      'output-filter': (at) => trying(CALL, { greeting: `Use ${at.agent.token}` })(at),
      'ai-disclosure': trying(CALL, { language: 'ja', greeting: 'もしもし。' }),
      registration: 'no country asks callers for one',
      'recording-consent': trying(CALL, { language: 'ja', greeting: 'AI です。', record: true }),
      'contact-frequency': limited(CALL, { callsPerNumberPerDay: 1 }),
      'legal-frequency': marketing(CALL, { country: 'US', region: 'ME' }, 1),
      spend: limited(CALL, { spendPerDay: 500_000 }),
    },
  },
  'comms.send_otp': {
    action: CODE,
    cases: {
      ...common(CODE),
      content: 'the text is the server’s own',
      'output-filter': 'the text is the server’s own',
      'calling-window': 'a code is transactional',
      'ai-disclosure': 'a message is not spoken',
      'recording-consent': 'a message is not recorded',
      registration: unregistered(CODE),
      'contact-frequency': limited(CODE, { messagesPerNumberPerDay: 1 }),
      'legal-frequency': 'a code is transactional',
      spend: limited(CODE, { spendPerDay: 10_000 }),
    },
  },
};

describe.each(Object.entries(CASES))('%s', (name, { action, cases }) => {
  const tried = async (attempt: Case): Promise<Outcome> => {
    const at = await openTenant(t);
    await action.prepare(at);
    return attempt(at);
  };
  const telling = Object.entries(cases).filter((entry): entry is [OutreachGuard, Case] => typeof entry[1] !== 'string');

  it('is done when nothing is wrong', async () => {
    expect((await tried(trying(action))).is).toBe('done');
  });

  it.for(telling)('is stopped by %s and by nothing else, when that alone is wrong', async ([guard, attempt]) => {
    const outcome = await tried(attempt);
    if (guard === 'information-flow')
      return expect(outcome).toMatchObject({ is: 'held', why: [{ policy: 'flow:spend' }] });
    if (guard === 'approval') return expect(outcome).toMatchObject({ is: 'held', why: [{ policy: 'always' }] });
    expect(outcome.is).toBe('refused');
    expect(new Set(reasonsIn(outcome).map((reason) => reason.split(':')[0]))).toEqual(new Set([guard]));
  });

  it('passes every rule on every channel that it has, as a dry run tells', async () => {
    const entry = t.house.catalogue.byName(name)!;
    for (const channel of channelsOf(entry)) {
      const at = await openTenant(t);
      const by = leastOf(entry, at);
      const input = { ...(await exampleOf(name).valid(at)), ...naming(entry, by, at), channel, dryRun: true };
      const outcome = await t.call(name, by, input);
      if (outcome.is !== 'explained') throw new Error(JSON.stringify(outcome));
      expect(
        outcome.checks.map(({ guard }) => guard),
        channel,
      ).toEqual(expect.arrayContaining([...OUTREACH]));
    }
  });
});
