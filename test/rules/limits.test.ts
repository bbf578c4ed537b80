/** What an agent may use up (C14), and that money is reserved before and settled after (X01). */
import { describe, expect, it } from 'vitest';
import type { MessageProvider } from '../../src/comms/provider-ports.ts';
import type { Delivery } from '../../src/guard/action.ts';
import type { Principal } from '../../src/guard/principal.ts';
import { adminTokens } from '../../src/identity/agent-tokens.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/kernel/time.ts';
import { tenancyWrite } from '../../src/tenancy/writes.ts';
import { reasonsIn } from '../matrix/outcome.ts';
import { openHouse, type TestAgent, type TestHouse, testClock } from '../support/house.ts';

const CONTACT = '+14155550101';
/** One SMS part to the US. */
const PRICE = 7_900;

const send = (t: TestHouse, agent: TestAgent, to = CONTACT, more: object = {}) =>
  t.call('comms.send_message', agent.by, { to, body: 'Hello', ...more });
const codes = async (outcome: ReturnType<typeof send>) => {
  const got = await outcome;
  return got.is === 'refused' ? got.why.map(({ code, source }) => `${code} ${source}`) : [got.is];
};

async function ready(limits?: Record<string, number>, options: Parameters<typeof openHouse>[0] = {}) {
  const t = await openHouse(options);
  const agent = await t.agent(undefined, limits);
  await t.consent(agent, CONTACT);
  return { t, agent, [Symbol.asyncDispose]: () => t[Symbol.asyncDispose]() };
}
const used = async (t: TestHouse, agent: TestAgent): Promise<Record<string, number>> => {
  const { agents } = await t.done('comms.get_usage_dashboard', agent.by);
  return Object.fromEntries(agents[0].limits.map((limit: { name: string; used: number }) => [limit.name, limit.used]));
};

describe('counts', () => {
  it('an agent starts with 10 a minute, 100 an hour, 500 a day, 10 dollars a day and 100 a month', async () => {
    await using house = await ready();
    const { t, agent } = house;
    const leave = async (n: number) => {
      for (let i = 0; i < n; i++) expect((await send(t, agent)).is).toBe('done');
    };
    for (let hour = 0; hour < 5; hour++) {
      for (let minute = 0; minute < 10; minute++) {
        await leave(10);
        if (minute < 9) expect(await codes(send(t, agent))).toContain('rate_limited limit perMinute');
        t.clock.pass(MINUTE_MS);
      }
      if (hour < 4) expect(await codes(send(t, agent))).toEqual(['rate_limited limit perHour']);
      t.clock.pass(HOUR_MS - 10 * MINUTE_MS);
    }
    expect(await codes(send(t, agent))).toEqual(['rate_limited limit perDay']);
    t.clock.pass(DAY_MS - 5 * HOUR_MS - 1);
    expect(await codes(send(t, agent))).toEqual(['rate_limited limit perDay']);
    t.clock.pass(1);
    await leave(10);
    const { agents } = await t.done('comms.get_usage_dashboard', agent.by);
    const limits = agents[0].limits.map(({ name, limit }: { name: string; limit: number }) => [name, limit]);
    expect(Object.fromEntries(limits)).toMatchObject({ spendPerDay: 10_000_000, spendPerMonth: 100_000_000 });
  });

  it.each([
    ['perMinute', MINUTE_MS],
    ['perHour', HOUR_MS],
    ['perDay', DAY_MS],
  ])(
    '%s is never passed in any window of its length, and each place comes free to the millisecond',
    async (name, windowMs) => {
      await using house = await ready({ perMinute: 1_000, perHour: 1_000, perDay: 1_000, [name]: 3 });
      const { t, agent } = house;
      const step = windowMs / 10;
      const sentAt: number[] = [];
      for (let i = 0; i < 60; i++) {
        if ((await send(t, agent)).is === 'done') sentAt.push(t.clock.now());
        t.clock.pass(i % 7 === 0 ? 1 : step - 1);
      }
      for (const at of sentAt)
        expect(sentAt.filter((one) => one > at - windowMs && one <= at).length).toBeLessThanOrEqual(3);
      expect(sentAt.length).toBeGreaterThan(12);

      t.clock.pass(windowMs);
      const first = t.clock.now();
      for (let i = 0; i < 3; i++, t.clock.pass(SECOND_MS))
        await t.done('comms.send_message', agent.by, { to: CONTACT, body: 'x' });
      const refused = await send(t, agent);
      expect(refused).toMatchObject({ why: [{ code: 'rate_limited', retryAt: first + windowMs }] });
      t.clock.pass(first + windowMs - 1 - t.clock.now());
      expect((await send(t, agent)).is).toBe('refused');
      t.clock.pass(1);
      expect((await send(t, agent)).is).toBe('done');
      expect((await send(t, agent)).is).toBe('refused');
    },
  );

  it('reads, consent, dry runs and refusals use up nothing', async () => {
    await using house = await ready({ perMinute: 1, spendPerDay: PRICE });
    const { t, agent } = house;
    for (let i = 0; i < 5; i++) {
      await send(t, agent, CONTACT, { dryRun: true });
      await send(t, agent, '+14155550199'); // no consent
      await send(t, agent, 'nobody');
      await t.done('comms.get_messages', agent.by);
      await t.consent(agent, CONTACT);
    }
    expect(await used(t, agent)).toMatchObject({ perMinute: 0, spendPerDay: 0 });
    expect((await send(t, agent)).is).toBe('done');
    for (let i = 0; i < 5; i++) expect((await send(t, agent)).is).toBe('refused');
    expect(await used(t, agent)).toMatchObject({ perMinute: 1, spendPerDay: PRICE });
    t.clock.pass(MINUTE_MS);
    expect(await codes(send(t, agent))).toEqual(['spend_limit limit spendPerDay']);
  });

  it('are of one agent: another of the same organisation has its own', async () => {
    await using house = await ready({ perMinute: 1 });
    const { t, agent } = house;
    const other = await t.agent(undefined, { perMinute: 1 });
    await t.consent(other, CONTACT);
    expect((await send(t, agent)).is).toBe('done');
    expect((await send(t, other)).is).toBe('done');
    expect((await send(t, other)).is).toBe('refused');
  });

  it('follow a change of the limits at once, up and down', async () => {
    await using house = await ready({ perMinute: 2 });
    const { t, agent } = house;
    const limit = (perMinute: number) =>
      t.done('comms.set_agent_limits', t.orchestrator, { agentId: agent.id, limits: { perMinute } });
    await send(t, agent);
    await send(t, agent);
    expect((await send(t, agent)).is).toBe('refused');
    await limit(3);
    expect((await send(t, agent)).is).toBe('done');
    await limit(1);
    t.clock.pass(MINUTE_MS);
    expect([(await send(t, agent)).is, (await send(t, agent)).is]).toEqual(['done', 'refused']);
    await limit(0);
    t.clock.pass(MINUTE_MS);
    expect(await send(t, agent)).toMatchObject({
      why: [{ say: expect.stringContaining('An administrator can raise it') }],
    });
  });

  it('a repeat under the same idempotency key is the same message, and counts once', async () => {
    await using house = await ready({ perMinute: 2 });
    const { t, agent } = house;
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => send(t, agent, CONTACT, { idempotencyKey: 'k' })),
    );
    expect(new Set(outcomes.map((outcome) => ('id' in outcome ? outcome.id : null))).size).toBe(1);
    expect(await used(t, agent)).toMatchObject({ perMinute: 1 });
  });
});

describe('the same number', () => {
  it('gets no more than messagesPerNumberPerDay in any 24 hours, however it is written; others are free', async () => {
    await using house = await ready({ messagesPerNumberPerDay: 2 });
    const { t, agent } = house;
    await t.consent(agent, '+14155550105');
    expect((await send(t, agent, '+1 415 555 0101')).is).toBe('done');
    t.clock.pass(HOUR_MS);
    expect((await send(t, agent, '+1 (415) 555-0101')).is).toBe('done');
    expect(await codes(send(t, agent, '+1.415.555.0101'))).toEqual(['contact_frequency limit messagesPerNumberPerDay']);
    expect((await send(t, agent, '+14155550105')).is).toBe('done');
    t.clock.pass(DAY_MS - HOUR_MS - 1);
    expect((await send(t, agent)).is).toBe('refused');
    t.clock.pass(1);
    expect((await send(t, agent)).is).toBe('done');
    expect((await send(t, agent)).is).toBe('refused');
  });
});

describe('reads', () => {
  it('have 120 a minute of their own, dry runs among them, in an exact window', async () => {
    await using house = await ready();
    const { t, agent } = house;
    const read = () => t.call('comms.get_messages', agent.by);
    for (let i = 0; i < 60; i++) expect((await read()).is).toBe('done');
    t.clock.pass(30 * SECOND_MS);
    for (let i = 0; i < 60; i++) expect((await send(t, agent, CONTACT, { dryRun: true })).is).toBe('explained');
    const refused = await read();
    expect(reasonsIn(refused)).toEqual(['read-rate:rate_limited']);
    expect(refused).toMatchObject({ why: [{ retryAt: t.clock.now() + 30 * SECOND_MS }] });
    expect((await send(t, agent, CONTACT, { dryRun: true })).is).toBe('refused');
    expect((await send(t, agent)).is).toBe('done'); // sending has its own
    t.clock.pass(30 * SECOND_MS);
    expect((await read()).is).toBe('done');
  });

  it('of one agent do not use up another’s', async () => {
    await using house = await ready();
    const { t, agent } = house;
    const other = await t.agent();
    for (let i = 0; i < 121; i++) await t.call('comms.get_messages', agent.by);
    expect((await t.call('comms.get_messages', other.by)).is).toBe('done');
  });
});

describe('money', () => {
  it('spent in a day is counted by the calendar: the cap is whole again at midnight, not before', async () => {
    await using house = await ready(
      { spendPerDay: 2 * PRICE },
      { clock: testClock(Date.parse('2026-11-20T23:00:00Z')) },
    );
    const { t, agent } = house;
    await send(t, agent);
    await send(t, agent);
    const refused = await send(t, agent);
    expect(await codes(Promise.resolve(refused))).toEqual(['spend_limit limit spendPerDay']);
    expect(refused).toMatchObject({ why: [{ retryAt: Date.parse('2026-11-21T00:00:00Z') }] });
    t.clock.pass(HOUR_MS - 1);
    expect((await send(t, agent)).is).toBe('refused');
    t.clock.pass(1);
    expect((await send(t, agent)).is).toBe('done');
  });

  it('spent in a month is counted by the calendar too', async () => {
    await using house = await ready(
      { spendPerMonth: 2 * PRICE },
      { clock: testClock(Date.parse('2026-11-28T12:00:00Z')) },
    );
    const { t, agent } = house;
    await send(t, agent);
    t.clock.pass(DAY_MS);
    await send(t, agent);
    t.clock.pass(DAY_MS);
    expect(await codes(send(t, agent))).toEqual(['spend_limit limit spendPerMonth']);
    t.clock.pass(Date.parse('2026-12-01T00:00:00Z') - t.clock.now());
    expect((await send(t, agent)).is).toBe('done');
  });

  it('is counted in the days of the organisation’s own zone', async () => {
    await using t = await openHouse({ clock: testClock(Date.parse('2026-11-20T23:00:00Z')) });
    const admin = await organizationIn(t, 'America/New_York');
    const agent = await t.agent(admin, { spendPerDay: PRICE });
    await t.consent(agent, CONTACT);
    expect((await send(t, agent)).is).toBe('done');
    t.clock.pass(HOUR_MS); // midnight in UTC
    expect(await send(t, agent)).toMatchObject({
      why: [{ code: 'spend_limit', retryAt: Date.parse('2026-11-21T05:00:00Z') }],
    });
    t.clock.pass(5 * HOUR_MS);
    expect((await send(t, agent)).is).toBe('done');
  });

  it('is reserved for every part of a long message', async () => {
    await using house = await ready({ spendPerDay: 3 * PRICE });
    const { t, agent } = house;
    expect(await codes(send(t, agent, CONTACT, { body: 'x'.repeat(480) }))).toEqual(['spend_limit limit spendPerDay']);
    expect((await send(t, agent, CONTACT, { body: 'x'.repeat(459) })).is).toBe('done');
    expect(await used(t, agent)).toMatchObject({ spendPerDay: 3 * PRICE, perMinute: 1 });
  });

  it('never goes over the cap when 40 messages come at once: exactly as many leave as it pays for', async () => {
    await using house = await ready({ perMinute: 1_000, perHour: 1_000, spendPerDay: 7 * PRICE });
    const { t, agent } = house;
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => send(t, agent)));
    expect(outcomes.filter(({ is }) => is === 'done')).toHaveLength(7);
    expect(await used(t, agent)).toMatchObject({ spendPerDay: 7 * PRICE });
  });
});

/** An organisation in a time zone, and its administrator. */
async function organizationIn(t: TestHouse, zone: string): Promise<Principal> {
  const id = t.house.ids.next('org');
  const { token, write } = adminTokens.issue(
    (n) => new Uint8Array(n).fill(9),
    t.house.ids.next('tok'),
    id,
    t.clock.now(),
  );
  const organization = tenancyWrite('organization.create', {
    id,
    slug: 'zoned',
    name: 'Zoned',
    status: 'active',
    mode: 'sandbox',
    kyc: 'none',
    tier: 'starter',
    maxAgents: null,
    zone,
    createdAt: t.clock.now(),
  });
  await t.house.store.found(id, 'test', [organization, write]);
  return (await t.house.authenticate(token))!;
}

describe('a reserve is settled', () => {
  const carriedBy = (send: MessageProvider['send']) =>
    ({
      overrides: { carriers: { sandbox: { sms: { name: 'test', retry: 'never', send } }, production: {} } },
    }) as const;
  const delivering = (delivery: Delivery) => carriedBy(async () => delivery);

  it.each<[string, Parameters<typeof openHouse>[0], string, number]>([
    [
      'to the price that the provider tells, when it is lower',
      delivering({ state: 'ok', ref: 'r', cost: 5_000 }),
      'done',
      5_000,
    ],
    [
      'to the price that the provider tells, when it is higher',
      delivering({ state: 'ok', ref: 'r', cost: 9_000 }),
      'done',
      9_000,
    ],
    ['as it was, when the provider tells none', delivering({ state: 'ok', ref: 'r' }), 'done', PRICE],
    [
      'to nothing, when the provider refused',
      delivering({ state: 'failed', code: 'provider_rejected', say: 'no' }),
      'failed',
      0,
    ],
    [
      'as it was, when nobody can know',
      delivering({ state: 'unknown', code: 'outcome_unknown', say: '?' }),
      'failed',
      PRICE,
    ],
    ['as it was, when the provider broke off', carriedBy(() => Promise.reject(new Error('reset'))), 'failed', PRICE],
  ])('%s', async (_says, options, is, spent) => {
    await using house = await ready(undefined, options);
    const { t, agent } = house;
    expect((await send(t, agent)).is).toBe(is);
    expect(await used(t, agent)).toMatchObject({ spendPerDay: spent, spendPerMonth: spent, perMinute: 1 });
    const { messages } = await t.done('comms.get_messages', agent.by);
    expect(messages[0].cost).toBe(spent);
  });

  it('so that money given back can be spent, and money that may be gone can not', async () => {
    const deliveries: Delivery[] = [
      { state: 'failed', code: 'provider_unavailable', say: 'no' },
      { state: 'unknown', code: 'outcome_unknown', say: '?' },
    ];
    await using house = await ready(
      { spendPerDay: PRICE },
      carriedBy(async () => deliveries.shift()!),
    );
    const { t, agent } = house;
    expect((await send(t, agent)).is).toBe('failed');
    expect(await send(t, agent)).toMatchObject({ is: 'failed', delivery: { state: 'unknown' } });
    expect(await codes(send(t, agent))).toEqual(['spend_limit limit spendPerDay']);
  });

  it('and holds while the price is due: what is under way counts against the cap', async () => {
    const answer = Promise.withResolvers<Delivery>();
    await using house = await ready(
      { spendPerDay: PRICE },
      carriedBy(() => answer.promise),
    );
    const { t, agent } = house;
    const first = send(t, agent);
    expect(await codes(send(t, agent))).toEqual(['spend_limit limit spendPerDay']);
    answer.resolve({ state: 'failed', code: 'provider_rejected', say: 'no' });
    expect((await first).is).toBe('failed');
    expect(await used(t, agent)).toMatchObject({ spendPerDay: 0 });
  });

  it('and what never left gives back its count as well', async () => {
    await using house = await ready(undefined, { overrides: { maxInFlight: 0 } });
    const { t, agent } = house;
    expect((await send(t, agent)).is).toBe('pending');
    expect(await used(t, agent)).toMatchObject({ perMinute: 1, spendPerDay: PRICE });
    await t.inbound(agent, CONTACT, 'STOP');
    expect(await t.house.ledger.claim(10)).toEqual([]);
    expect(await used(t, agent)).toMatchObject({ perMinute: 0, spendPerDay: 0 });
  });
});
