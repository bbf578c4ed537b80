/**
 * Every refusal can be asked about afterwards (X07): whatever was refused, `audit.why` names the rule, says what is wrong,
 * and what stands behind it; where something on record decided, that too, without anybody's address.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyText } from '../../src/cli/why-text.ts';
import { answerTo } from '../../src/server/answer.ts';
import { detailsOf } from '../../src/server/problems.ts';
import { openHouse, type TestHouse } from '../support/house.ts';
import { CONTACT, EXAMPLES, held, nextMinute } from './examples.ts';
import { leastOf, naming, openTenant, type Tenant } from './tenant.ts';

let t: TestHouse;
beforeAll(async () => {
  t = await openHouse();
});
afterAll(() => t[Symbol.asyncDispose]());

interface Why {
  readonly state: string;
  readonly code: string | null;
  readonly reasons: readonly { guard: string; code: string; say: string; source: string; fact?: string }[];
}

const whyOf = async (actionId: string | null): Promise<Why> => {
  expect(actionId).toMatch(/^act_/);
  return t.done('audit.why', t.orchestrator, { actionId });
};

/** What an action's refused example is told, and what `why` tells of it afterwards. */
async function refusedExample(name: string): Promise<Why> {
  const at = await openTenant(t);
  nextMinute(t);
  const entry = t.house.catalogue.byName(name)!;
  const by = leastOf(entry, at);
  const { code, input } = EXAMPLES[name]!.refused;
  const outcome = await t.call(name, by, { ...(await input(at)), ...naming(entry, by, at) });
  if (outcome.is !== 'refused') throw new Error(JSON.stringify(outcome));
  const why = await whyOf(outcome.id);
  expect(why).toMatchObject({ state: 'refused', code });
  expect(why.reasons.map(({ guard, code: told, say }) => [guard, told, say])).toEqual(
    outcome.why.map(({ guard, code: told, say }) => [guard, told, say]),
  );
  return why;
}

it.for(Object.keys(EXAMPLES))('a refused %s is explained by rule, sentence and source', async (name) => {
  const { reasons } = await refusedExample(name);
  expect(reasons.length).toBeGreaterThan(0);
  for (const { guard, say, source } of reasons) {
    expect(guard).toMatch(/^[a-z][a-z0-9_.-]+$/);
    expect(say).toMatch(/\S \S/);
    expect(source).not.toBe(`rule ${guard}`); // it names what stands behind it, not itself
    expect(source.length).toBeGreaterThan(3);
  }
});

const send = { to: CONTACT, body: 'Hello' };
const limit = async ({ t, admin, agent }: Tenant, limits: object) => {
  await t.consent(agent, CONTACT);
  await t.done('comms.set_agent_limits', admin, { agentId: agent.id, limits });
  await t.done('comms.send_message', agent.by, send);
};

describe('what decided is told where it was not in the request', () => {
  const NOTHING = async () => {};
  const cases: Record<string, [prepare: (at: Tenant) => Promise<void>, input: object, told: object]> = {
    'an opt-out, with its time': [
      async ({ t, agent }) => void (await t.inbound(agent, CONTACT, 'STOP')),
      send,
      {
        guard: 'suppression',
        source: '47 CFR 64.1200(a)(10)',
        fact: expect.stringMatching(/^opted out on 2026-\S+Z on sms$/),
      },
    ],
    'an entry on a do-not-contact list': [
      async ({ t, admin }) => t.done('comms.dnc_add', admin, { contact: CONTACT }),
      send,
      { guard: 'suppression', fact: expect.stringMatching(/^listed on 2026-\S+Z on every channel$/) },
    ],
    'that there is no consent': [
      NOTHING,
      send,
      { guard: 'consent', fact: 'transactional on sms, country US: no consent on record; they last wrote: never' },
    ],
    'the consent that is not enough': [
      ({ t, agent }) => t.consent(agent, CONTACT),
      { ...send, purpose: 'marketing' },
      {
        guard: 'consent',
        fact: expect.stringMatching(/^marketing on sms, country US: express recorded 2026-\S+Z on record/),
      },
    ],
    'how much of a rate is used': [
      (at) => limit(at, { perMinute: 1 }),
      send,
      { guard: 'rates', source: 'limit perMinute', fact: 'limit perMinute 1: 1 used, 1 asked for' },
    ],
    'how much of a budget is used': [
      (at) => limit(at, { spendPerDay: 10_000 }),
      send,
      {
        guard: 'spend',
        fact: expect.stringMatching(/^limit spendPerDay 0\.01 USD: 0\.00\d+ USD used, 0\.00\d+ USD asked for$/),
      },
    ],
    'which field breaks which rule of the schema': [
      NOTHING,
      { to: CONTACT, body: '', channel: 'fax' },
      {
        guard: 'input',
        source: 'input schema of comms.send_message v2',
        fact: expect.stringMatching(/^(?=.*\bbody: too_small)(?=.*\bchannel: invalid_value)/),
      },
    ],
    'which field looks like an attack': [
      NOTHING,
      { ...send, to: `../${CONTACT}` },
      { guard: 'input-safety', source: 'INPUT_POLICY', fact: 'field to' },
    ],
    'what is wrong with an address': [
      NOTHING,
      { ...send, to: '+19002345678' },
      { guard: 'recipient', fact: 'field to: premium_rate' },
    ],
  };

  it.for(Object.entries(cases))('%s', async ([, [prepare, input, told]]) => {
    const at = await openTenant(t);
    nextMinute(t);
    await prepare(at);
    const outcome = await t.call('comms.send_message', at.agent.by, input);
    if (outcome.is !== 'refused') throw new Error(JSON.stringify(outcome));
    const why = await whyOf(outcome.id);
    expect(why.reasons).toContainEqual(expect.objectContaining(told));
    // neither the answer nor the record names whom it was about
    for (const { say, fact } of why.reasons) expect(`${say} ${fact}`).not.toMatch(/\+1\d{10}/);
    const [first] = why.reasons;
    expect(whyText(why)).toContain(
      `${first!.code}  ${first!.say}  (rule ${first!.guard}, by ${first!.source}, ${first!.fact})`,
    );
  });
});

it('of an action that is held, why tells what it waits for, and of a denied one that it was denied', async () => {
  const at = await openTenant(t);
  nextMinute(t);
  const id = await held(at);
  expect(await whyOf(id)).toMatchObject({ state: 'held', reasons: [{ guard: 'approval', code: 'always' }] });
  await t.done('comms.deny', at.admin, { actionId: id });
  expect(await whyOf(id)).toMatchObject({
    state: 'refused',
    reasons: [{ guard: 'approval', code: 'approval_denied', source: 'approval policy of the agent' }],
  });
});

it('an approved action that was called off says why it was not sent', async () => {
  await using slow = await openHouse({ overrides: { maxInFlight: 0 } });
  const at = await openTenant(slow);
  await slow.consent(at.agent, CONTACT);
  const outcome = await slow.call('comms.send_message', at.agent.by, send);
  if (outcome.is !== 'pending') throw new Error(outcome.is);
  await slow.inbound(at.agent, CONTACT, 'STOP');
  await slow.house.ledger.claim(10);
  const why: Why = await slow.done('audit.why', at.agent.by, { actionId: outcome.id });
  expect(why).toMatchObject({ state: 'cancelled', code: 'stale', reasons: [{ guard: 'fence', code: 'stale' }] });
  expect(why.reasons[0]!.say).toContain('opt-out');
});

it('a refusal that was only counted says so, and where to look', async () => {
  const at = await openTenant(t);
  nextMinute(t);
  const outcomes = [];
  for (let i = 0; i < 21; i++) outcomes.push(await t.call('comms.send_message', at.agent.by, send));
  const told = outcomes.map((outcome) => {
    const answer = answerTo(outcome, t.clock.now());
    return answer.ok ? null : detailsOf(answer.failure);
  });
  expect(told[19]).toMatchObject({ actionId: expect.stringMatching(/^act_/) });
  expect(told[19]).not.toHaveProperty('folded');
  expect(told[20]).toMatchObject({ folded: expect.stringContaining('counted in the log') });
  expect(told[20]).not.toHaveProperty('actionId');
});
