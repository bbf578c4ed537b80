/** Billing (C39): tiers that bound limits, a markup that does not change the past, settled costs, sums that agree, alerts once. */
import fc from 'fast-check';
import { CompiledQuery } from 'kysely';
import { describe, expect, it } from 'vitest';
import { ASKED } from '../../src/comms/actions/report-delivery.ts';
import { billed } from '../../src/comms/billing/markup.ts';
import type { Delivery } from '../../src/guard/action.ts';
import { type Principal, SCOPES_OF } from '../../src/guard/principal.ts';
import { DAY_MS, MINUTE_MS } from '../../src/kernel/time.ts';
import { reasonsIn } from '../matrix/outcome.ts';
import { testCarrier } from '../support/carrier.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import { type HouseOptions, openHouse, type TestAgent, type TestHouse, testClock, testKeys } from '../support/house.ts';
import { intoProduction, SUBMISSION } from '../support/into-production.ts';
import { verifiedLog } from '../support/log.ts';

const CONTACT = '+14155550101';
const PRICE = 7_900;
const PLENTY = { perMinute: 10_000, perHour: 10_000, perDay: 10_000 };

async function tenant(t: TestHouse, limits: Record<string, number> = PLENTY) {
  const { id: org, admin } = await t.organization();
  const agent = await t.agent(admin, limits);
  await t.consent(agent, CONTACT);
  return { org, admin, agent };
}
const configure = (t: TestHouse, organizationId: string, config: object) =>
  t.done('comms.set_billing_config', t.orchestrator, { organizationId, ...config });
const send = (t: TestHouse, agent: TestAgent, body = 'Hello') =>
  t.call('comms.send_message', agent.by, { to: CONTACT, body });
const sent = (t: TestHouse, agent: TestAgent, body?: string) =>
  t.done('comms.send_message', agent.by, { to: CONTACT, body: body ?? 'Hello' });
const summary = (t: TestHouse, by: Principal, period = 'month') => t.done('comms.get_billing_summary', by, { period });
const used = async (t: TestHouse, agent: TestAgent) => {
  const { agents } = await t.done('comms.get_usage_dashboard', agent.by);
  return agents[0] as { channels: object[]; limits: { name: string; used: number; limit: number }[] };
};
const limitOf = async (t: TestHouse, agent: TestAgent, name: string) =>
  (await used(t, agent)).limits.find((one) => one.name === name)!.limit;

/** The provider tells its price. */
async function priced(t: TestHouse, agent: TestAgent, messageId: string, cost: number) {
  const by: Principal = {
    ...{ id: ASKED, kind: 'provider', org: agent.by.org, agent: null, scopes: SCOPES_OF.provider, fences: [] },
  } as Principal;
  const told = { agentId: agent.id, messageId, status: 'delivered', providerRef: 'r', cost };
  await t.done('comms.report_delivery', by, told);
}

describe('a tier', () => {
  it('that is lowered bounds the next action, and gives back what was set when it is raised', async () => {
    await using t = await openHouse();
    const { org, admin, agent } = await tenant(t, {});
    await configure(t, org, { tier: 'pro' });
    await t.done('comms.set_agent_limits', admin, { agentId: agent.id, limits: { perMinute: 30 } });
    for (let i = 0; i < 6; i++) await sent(t, agent);
    expect(await configure(t, org, { tier: 'free' })).toMatchObject({ tier: 'free', markupPercent: 0 });
    expect(reasonsIn(await send(t, agent))).toEqual(['rates:rate_limited']);
    expect(await limitOf(t, agent, 'perMinute')).toBe(5);
    expect(await limitOf(t, agent, 'spendPerDay')).toBe(1_000_000);
    await configure(t, org, { tier: 'pro' });
    expect(await limitOf(t, agent, 'perMinute')).toBe(30);
    await sent(t, agent);
  });

  it('does not take away what the operator granted above it', async () => {
    await using t = await openHouse();
    const { org, admin, agent } = await tenant(t, { perMinute: 50 });
    await configure(t, org, { tier: 'free' });
    for (let i = 0; i < 12; i++) await sent(t, agent);
    expect(await limitOf(t, agent, 'perMinute')).toBe(50);
    // an administrator who sets it again is bound by the tier
    const again = { agentId: agent.id, limits: { perMinute: 6 } };
    expect(reasonsIn(await t.call('comms.set_agent_limits', admin, again))).toEqual(['tier-limits:limits_above_tier']);
    const { limits } = await t.done('comms.set_agent_limits', admin, { ...again, limits: { perMinute: 4 } });
    expect(limits.perMinute).toBe(4);
  });

  it('is the operator’s to set, and of the organisation named', async () => {
    await using t = await openHouse();
    const [mine, other] = [await tenant(t), await tenant(t)];
    for (const by of [mine.admin, mine.agent.by]) {
      expect(reasonsIn(await t.call('comms.set_billing_config', by, { tier: 'enterprise' }))).toEqual([
        'authority:forbidden',
      ]);
    }
    await configure(t, other.org, { tier: 'enterprise', markupPercent: 500, billingEmail: 'Bills@Example.com' });
    expect(await summary(t, mine.admin)).toMatchObject({ tier: 'starter', markupPercent: 0 });
    expect(await configure(t, other.org, {})).toMatchObject({
      tier: 'enterprise',
      markupPercent: 500,
      billingEmail: 'bills@example.com',
    });
    expect(await configure(t, other.org, { billingEmail: null })).toMatchObject({ billingEmail: null });
  });

  it('survives a review of the organisation that began before', async () => {
    await using t = await openHouse();
    const { org, admin } = await tenant(t);
    await t.done('comms.submit_kyc', admin, SUBMISSION);
    await Promise.all([
      configure(t, org, { tier: 'pro' }),
      t.done('comms.review_kyc', t.orchestrator, { organizationId: org, decision: 'approve' }),
    ]);
    const { organizations } = await t.done('comms.list_organizations', t.orchestrator);
    expect(organizations.find((one: { organizationId: string }) => one.organizationId === org)).toMatchObject({
      tier: 'pro',
      mode: 'production',
    });
  });
});

describe('a bill', () => {
  it('adds the markup of the moment of admission, which later ones do not change', async () => {
    await using t = await openHouse();
    const { org, admin, agent } = await tenant(t);
    await configure(t, org, { markupPercent: 10 });
    const first = await sent(t, agent);
    await configure(t, org, { markupPercent: 500 });
    expect(await summary(t, admin)).toMatchObject({
      markupPercent: 500,
      sandbox: true,
      total: { messages: 1, providerCost: PRICE, billedCost: 8_690 },
    });
    await sent(t, agent);
    await priced(t, agent, first.messageId, 8_005);
    expect(await summary(t, admin)).toMatchObject({
      total: { messages: 2, providerCost: 8_005 + PRICE, billedCost: 8_806 + 6 * PRICE },
    });
    expect((await used(t, agent)).channels).toEqual([{ channel: 'sms', messages: 2, cost: 8_005 + PRICE }]);
  });

  it('shows an administrator every agent and an agent itself, a code like a message', async () => {
    await using t = await openHouse();
    const { org, admin, agent } = await tenant(t);
    const colleague = await t.agent(admin);
    await t.consent(colleague, CONTACT);
    await configure(t, org, { markupPercent: 100 });
    await sent(t, agent);
    await t.done('comms.send_otp', agent.by, { to: CONTACT });
    await sent(t, colleague);
    const own = { messages: 2, providerCost: 2 * PRICE, billedCost: 4 * PRICE };
    expect(await summary(t, agent.by)).toMatchObject({ total: own, agents: [{ agentId: agent.id, ...own }] });
    const all = await summary(t, admin);
    expect(all.total).toEqual({ messages: 3, providerCost: 3 * PRICE, billedCost: 6 * PRICE });
    expect(all.channels).toEqual([{ channel: 'sms', ...all.total }]);
    expect(all.agents.map(({ agentId }: { agentId: string }) => agentId)).toEqual([agent.id, colleague.id]);
    const other = await tenant(t);
    expect((await summary(t, other.admin)).total).toEqual({ messages: 0, providerCost: 0, billedCost: 0 });
  });

  it('counts what was refused or never left not at all, and what failed without a price for nothing', async () => {
    await using t = await openHouse();
    const { admin, agent } = await tenant(t);
    await send(t, agent, '');
    await t.call('comms.send_message', agent.by, { to: '+14155550177', body: 'x' });
    await t.consent(agent, '+14155550110');
    await t.call('comms.send_message', agent.by, { to: '+14155550110', body: 'x' });
    expect((await summary(t, admin)).total).toEqual({ messages: 1, providerCost: 0, billedCost: 0 });
  });

  it('begins anew with production: what the sandbox would have cost is not billed', async () => {
    await using t = await openHouse();
    const { org, admin, agent } = await tenant(t);
    await sent(t, agent);
    await intoProduction(t, org, admin);
    expect(await summary(t, admin)).toMatchObject({ sandbox: false, total: { messages: 0, billedCost: 0 } });
  });

  it('is by calendar days, and a price that comes days later belongs to the day of the message', async () => {
    await using t = await openHouse(); // 2026-11-20
    const { admin, agent } = await tenant(t);
    const { messageId } = await sent(t, agent);
    t.clock.pass(2 * DAY_MS);
    await priced(t, agent, messageId, 5_000);
    const nothing = { messages: 0, providerCost: 0, billedCost: 0 };
    expect(await summary(t, admin, 'day')).toMatchObject({ from: '2026-11-22', total: nothing });
    const whole = { messages: 1, providerCost: 5_000, billedCost: 5_000 };
    expect(await summary(t, admin, 'week')).toMatchObject({ from: '2026-11-16', to: '2026-11-22', total: whole });
    expect(await summary(t, admin)).toMatchObject({ from: '2026-11-01', to: '2026-11-22', total: whole });
    t.clock.pass(10 * DAY_MS);
    expect(await summary(t, admin)).toMatchObject({ from: '2026-12-01', total: { messages: 0 } });
    expect(await summary(t, admin, 'last_month')).toMatchObject({ from: '2026-11-01', to: '2026-11-30', total: whole });
  });

  it('has parts that are the total to the last micro-unit, whatever was sent, failed and told later', async () => {
    const next: { delivery: Delivery } = { delivery: { state: 'ok', ref: 'r' } };
    const carrier = testCarrier(async () => next.delivery);
    const news = fc.record({
      who: fc.nat(1),
      state: fc.constantFrom('ok' as const, 'ok' as const, 'failed' as const),
      cost: fc.integer({ min: 0, max: 20_000 }),
      later: fc.option(fc.integer({ min: 0, max: 20_000 })),
      markup: fc.option(fc.nat(500)),
    });
    await using t = await openHouse({ overrides: { carriers: carrier.carriers } });
    const { org, admin, agent } = await tenant(t, { ...PLENTY, spendPerDay: 9e8, spendPerMonth: 9e8 });
    const colleague = await t.agent(admin, { ...PLENTY, spendPerDay: 9e8, spendPerMonth: 9e8 });
    await t.consent(colleague, CONTACT);
    const expected = { messages: 0, providerCost: 0, billedCost: 0 };
    let markupNow = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(news, { maxLength: 6 }), async (story) => {
        t.clock.pass(MINUTE_MS);
        for (const { who, state, cost, later, markup } of story) {
          if (markup !== null) await configure(t, org, { markupPercent: markup });
          markupNow = markup ?? markupNow;
          next.delivery =
            state === 'ok' ? { state, ref: 'r', cost } : { state, code: 'provider_rejected', say: '', cost };
          const by = [agent, colleague][who]!;
          const { output } = (await send(t, by)) as { output: { messageId: string } };
          if (later !== null && state === 'ok') await priced(t, by, output.messageId, later);
          const known = state === 'ok' ? (later ?? cost) : cost;
          expected.messages++;
          expected.providerCost += known;
          expected.billedCost += billed(known, markupNow);
        }
        const told = await summary(t, admin);
        expect(told.total).toEqual(expected);
        for (const parts of [told.channels, [...told.agents, told.others]]) {
          for (const name of ['messages', 'providerCost', 'billedCost'] as const) {
            const sum = parts.reduce((all: number, one: Record<string, number>) => all + one[name]!, 0);
            expect(sum).toBe(expected[name]);
          }
        }
      }),
      { numRuns: 25 },
    );
    expect(t.faults).toEqual([]);
  });
});

describe('usage', () => {
  it('is a row for each day, agent and channel, however many messages, and outlives them', async () => {
    const { engine } = await engines[0]!.open();
    await using t = await openHouse({ engine });
    const { admin, agent } = await tenant(t);
    await Promise.all(Array.from({ length: 60 }, () => sent(t, agent)));
    expect(await engine.db.selectFrom('usage').selectAll().execute()).toMatchObject([
      { agent: agent.id, channel: 'sms', mode: 'sandbox', messages: 60, cost: 60 * PRICE, billed: 60 * PRICE },
    ]);
    await engine.db.deleteFrom('message').execute();
    expect((await summary(t, admin)).total.messages).toBe(60);
    expect((await used(t, agent)).channels).toEqual([{ channel: 'sms', messages: 60, cost: 60 * PRICE }]);
  });

  it('is read without looking at a message, by an index', async () => {
    const { engine } = await engines[0]!.open();
    const queries: CompiledQuery[] = [];
    const watched = engine.db.withPlugin({
      transformQuery({ node, queryId }) {
        const compiled = engine.db.getExecutor().compileQuery(node, queryId);
        if (compiled.sql.includes('"usage"')) queries.push(compiled);
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    await using t = await openHouse({ engine: { ...engine, db: watched } });
    const { admin, agent } = await tenant(t);
    await summary(t, agent.by);
    await summary(t, admin);
    const asked: string[] = [];
    for (const { sql, parameters } of queries) {
      const { rows } = await engine.db.executeQuery<{ detail: string }>(
        CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]),
      );
      asked.push(...rows.map(({ detail }) => detail).filter((detail) => !detail.startsWith('USE TEMP')));
    }
    expect(asked).toEqual([
      'SEARCH usage USING PRIMARY KEY (org=? AND agent=? AND day>? AND day<?)',
      'SEARCH usage USING INDEX usage_by_day (org=? AND day>? AND day<?)',
    ]);
  });
});

describe('a budget', () => {
  const told = async (
    options: HouseOptions,
    limits: Record<string, number>,
    work: (t: TestHouse, agent: TestAgent) => Promise<void>,
  ) => {
    const { engine } = await engines[0]!.open();
    const t = await openHouse({ ...options, engine: { ...engine, close: async () => undefined } });
    const { org, agent } = await tenant(t, { ...PLENTY, ...limits });
    await work(t, agent);
    await t[Symbol.asyncDispose]();
    expect(t.faults).toEqual([]);
    const log = await verifiedLog(engine, t.house.vkey);
    const rows = JSON.stringify([...(await dump(engine))].filter(([name]) => name === 'log_entry'));
    expect(rows).not.toContain(CONTACT);
    await engine.close();
    return log
      .filter(({ event }) => event === 'alert')
      .map(({ org: of, detail }) => {
        expect(of).toBe(org);
        const { kind, severity, cap, used: spent, limit, subject } = detail as Record<string, unknown>;
        expect(subject).toBe(agent.id);
        return { kind, severity, cap, spent, limit };
      });
  };

  it('is told of at 80 % and at 100 %, once a period, after what crossed it was committed', async () => {
    const limits = { spendPerDay: 10 * PRICE, spendPerMonth: 1_000 * PRICE };
    const alerts = await told({}, limits, async (t, agent) => {
      for (let i = 0; i < 12; i++) await send(t, agent);
      t.clock.pass(DAY_MS);
      for (let i = 0; i < 8; i++) await send(t, agent);
    });
    const ten = { cap: 'spendPerDay', limit: 10 * PRICE };
    expect(alerts).toEqual([
      { kind: 'spend_80', severity: 'LOW', spent: 8 * PRICE, ...ten },
      { kind: 'spend_100', severity: 'MEDIUM', spent: 10 * PRICE, ...ten },
      { kind: 'spend_80', severity: 'LOW', spent: 8 * PRICE, ...ten },
    ]);
  });

  it('that is crossed again after money came back is no news', async () => {
    const carrier = testCarrier(async () => ({ state: 'ok', ref: 'r', cost: 1_000 }));
    const alerts = await told(
      { overrides: { carriers: carrier.carriers } },
      { spendPerDay: PRICE },
      async (t, agent) => {
        for (let i = 0; i < 5; i++) await send(t, agent); // each is reserved at the limit; the first alone leaves room for none
        t.clock.pass(DAY_MS);
        await send(t, agent);
      },
    );
    expect(alerts.map(({ kind }) => kind)).toEqual(['spend_80', 'spend_100', 'spend_80', 'spend_100']);
  });

  it('that somebody was told of before a restart is no news after it', async () => {
    const { engine } = await engines[0]!.open();
    const [keys, clock] = [testKeys(), testClock()];
    const shared: HouseOptions = { engine: { ...engine, close: async () => undefined }, keys, clock };
    const first = await openHouse(shared);
    const { agent } = await tenant(first, { ...PLENTY, spendPerDay: 10 * PRICE });
    for (let i = 0; i < 8; i++) await sent(first, agent);
    await first[Symbol.asyncDispose]();
    const second = await openHouse(shared);
    await sent(second, agent);
    await second[Symbol.asyncDispose]();
    const log = await verifiedLog(engine, second.house.vkey);
    expect(log.filter(({ event }) => event === 'alert')).toMatchObject([{ detail: { kind: 'spend_80' } }]);
    await engine.close();
  });

  it('is told of when a price that came later crosses it', async () => {
    const alerts = await told({}, { spendPerDay: 10 * PRICE }, async (t, agent) => {
      const { messageId } = await sent(t, agent);
      await priced(t, agent, messageId, 9 * PRICE);
    });
    expect(alerts).toMatchObject([{ kind: 'spend_80', spent: 9 * PRICE }]);
  });

  it('that forty sends cross at once is told of once', async () => {
    const alerts = await told({}, { spendPerDay: 20 * PRICE }, async (t, agent) => {
      await Promise.all(Array.from({ length: 40 }, () => send(t, agent)));
    });
    expect(alerts.map(({ kind }) => kind)).toEqual(['spend_80', 'spend_100']);
  });
});
