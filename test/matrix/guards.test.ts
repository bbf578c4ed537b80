/**
 * Which rules each action passes: action × guard against `guards.txt`, and for whatever reaches a person one case per rule
 * that this rule alone refuses, so that taking it away lets a message out.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CatalogueEntry } from '../../src/guard/catalogue.ts';
import { STAGES } from '../../src/guard/guard.ts';
import type { Outcome } from '../../src/guard/perform.ts';
import { CHANNELS } from '../../src/tenancy/agent.ts';
import { TIER_LIMITS } from '../../src/tenancy/limits.ts';
import { tenancyWrite } from '../../src/tenancy/writes.ts';
import { openHouse, type TestHouse } from '../support/house.ts';
import { committed, table } from './committed.ts';
import { CONTACT, exampleOf } from './examples.ts';
import { reasonsIn } from './outcome.ts';
import { leastOf, naming, openTenant, type Tenant } from './tenant.ts';

/** What stands between an agent and a person (C41), whatever the tool and the channel. */
const OUTREACH = [
  'authority',
  'standing',
  'input-safety',
  'channel',
  'recipient',
  'suppression',
  'consent',
  'rates',
  'contact-frequency',
  'spend',
  'approval',
] as const;
type OutreachGuard = (typeof OUTREACH)[number];

/** World actions that reach nobody, each with the reason why not. */
const REACHES_NOBODY: Readonly<Record<string, string>> = {
  'comms.register_provider': 'asks a provider about an account',
  'comms.bind_sender': 'sets webhooks at a provider',
  'comms.unbind_sender': 'takes webhooks off at a provider',
  'comms.run_retention': 'ends what is too old here',
  'vault.rotate': 'changes the encryption key here',
  'vault.drop_key': 'destroys an encryption key here',
  'comms.buy_number': 'buys from a provider, within the budget of the agent (number-spend)',
};

const reachesPeople = ({ action }: CatalogueEntry): boolean =>
  action.effect === 'world' && REACHES_NOBODY[action.name] === undefined;

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

const send = { to: CONTACT, body: 'Hello' };
const sending =
  (input: object = send) =>
  ({ t, agent }: Tenant) =>
    t.call('comms.send_message', agent.by, input);
const limited =
  (limits: object): Case =>
  async (at) => {
    await at.t.done('comms.set_agent_limits', at.admin, { agentId: at.agent.id, limits });
    await at.t.done('comms.send_message', at.agent.by, send);
    return sending()(at);
  };

const CASES: Readonly<Record<string, Readonly<Record<OutreachGuard, Case>>>> = {
  'comms.send_message': {
    authority: ({ t, provider, agent }) => t.call('comms.send_message', provider, { ...send, agentId: agent.id }),
    async standing({ t, admin, agent }) {
      await t.done('comms.deprovision_channels', admin, { agentId: agent.id, releaseNumbers: false });
      return t.call('comms.send_message', admin, { ...send, agentId: agent.id });
    },
    // dots and slashes are separators in a number as people write it: this one would reach the contact
    'input-safety': sending({ ...send, to: `../${CONTACT}` }),
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
        country: 'US',
        createdAt: at.t.clock.now(),
      });
      await at.t.house.store.found(at.org, 'test', [mute]);
      await at.t.done('comms.record_consent', at.admin, { agentId, contact: CONTACT, channel: 'sms' });
      return at.t.call('comms.send_message', at.admin, { ...send, agentId });
    },
    async recipient(at) {
      const premium = '+19002345678';
      await at.t.consent(at.agent, premium);
      return sending({ ...send, to: premium })(at);
    },
    async suppression(at) {
      await at.t.done('comms.dnc_add', at.admin, { contact: CONTACT });
      return sending()(at);
    },
    async consent(at) {
      await at.t.done('comms.revoke_consent', at.agent.by, { contact: CONTACT, channel: 'sms' });
      return sending()(at);
    },
    rates: limited({ perMinute: 1 }),
    'contact-frequency': limited({ messagesPerNumberPerDay: 1 }),
    spend: limited({ spendPerDay: 10_000 }),
    async approval(at) {
      await at.t.done('comms.set_approval_policy', at.admin, { agentId: at.agent.id, policy: 'always' });
      return sending()(at);
    },
  },
};

describe.each(Object.entries(CASES))('%s', (name, cases) => {
  const tried = async (attempt: Case): Promise<Outcome> => {
    const at = await openTenant(t);
    await at.t.consent(at.agent, CONTACT);
    return attempt(at);
  };

  it('is done when nothing is wrong', async () => {
    expect((await tried(sending())).is).toBe('done');
  });

  it.for(Object.entries(cases))(
    'is stopped by %s and by nothing else, when that alone is wrong',
    async ([guard, attempt]) => {
      const outcome = await tried(attempt);
      if (guard === 'approval') return expect(outcome).toMatchObject({ is: 'held', why: [{ policy: 'always' }] });
      expect(outcome.is).toBe('refused');
      expect(new Set(reasonsIn(outcome).map((reason) => reason.split(':')[0]))).toEqual(new Set([guard]));
    },
  );

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
