/** One-time codes (C38): under every rule of a message, told to nobody but the person, good once. */
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Outcome } from '../../src/guard/perform.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/kernel/time.ts';
import { reasonsIn } from '../matrix/outcome.ts';
import { testCarrier } from '../support/carrier.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import { type HouseOptions, openHouse, type TestAgent, type TestHouse, testClock, testKeys } from '../support/house.ts';
import { intoProduction } from '../support/into-production.ts';

const CONTACT = '+14155550101';
const PLENTY = { perMinute: 1_000, perHour: 1_000, perDay: 1_000, spendPerDay: 9_000_000 };

async function ready(options: HouseOptions = {}) {
  const t = await openHouse(options);
  const agent = await t.agent(undefined, PLENTY);
  await t.consent(agent, CONTACT);
  return { t, agent, [Symbol.asyncDispose]: () => t[Symbol.asyncDispose]() };
}
const send = (t: TestHouse, agent: TestAgent, more: object = {}) =>
  t.call('comms.send_otp', agent.by, { to: CONTACT, ...more });
const sent = (t: TestHouse, agent: TestAgent, more: object = {}) =>
  t.done('comms.send_otp', agent.by, { to: CONTACT, ...more });
const verify = (t: TestHouse, agent: TestAgent, code: string, more: object = {}) =>
  t.done('comms.verify_otp', agent.by, { to: CONTACT, code, ...more });
/** Another code than this one. */
const wrong = (code: string, n = 1): string => String((Number(code) + n) % 1_000_000).padStart(6, '0');

const VALID = { valid: true, reason: null };
const INVALID = { valid: false, reason: 'invalid' };
const EXPIRED = { valid: false, reason: 'expired' };
const SPENT = { valid: false, reason: 'too_many_attempts' };

afterEach(() => vi.restoreAllMocks());

describe('a code', () => {
  it('is good once, for five minutes', async () => {
    await using house = await ready();
    const { t, agent } = house;
    const { sandboxCode, expiresIn, status, cost } = await sent(t, agent);
    expect({ expiresIn, status, cost }).toEqual({ expiresIn: 300, status: 'sent', cost: 7_900 });
    expect(await verify(t, agent, sandboxCode, { to: '+1 (415) 555-0101' })).toEqual(VALID);
    expect(await verify(t, agent, sandboxCode)).toEqual(INVALID);

    const { sandboxCode: late } = await sent(t, agent);
    t.clock.pass(5 * MINUTE_MS - 1);
    const { sandboxCode: later } = await sent(t, agent, { purpose: 'payment' });
    t.clock.pass(1);
    expect(await verify(t, agent, late)).toEqual(EXPIRED);
    expect(await verify(t, agent, wrong(late))).toEqual(EXPIRED);
    expect(await verify(t, agent, later, { purpose: 'payment' })).toEqual(VALID);
  });

  it('ends the one that was sent for the same before, and no other', async () => {
    await using house = await ready();
    const { t, agent } = house;
    const first = await sent(t, agent);
    const login = await sent(t, agent, { purpose: 'login' });
    const second = await sent(t, agent);
    if (first.sandboxCode !== second.sandboxCode) expect(await verify(t, agent, first.sandboxCode)).toEqual(INVALID);
    expect(await verify(t, agent, second.sandboxCode)).toEqual(VALID);
    expect(await verify(t, agent, login.sandboxCode)).toEqual(INVALID);
    expect(await verify(t, agent, login.sandboxCode, { purpose: 'login' })).toEqual(VALID);
  });

  it('has three attempts, of which the last one says so; then the right code is refused', async () => {
    await using house = await ready();
    const { t, agent } = house;
    const { sandboxCode } = await sent(t, agent);
    expect(await verify(t, agent, wrong(sandboxCode))).toEqual(INVALID);
    expect(await verify(t, agent, wrong(sandboxCode))).toEqual(INVALID);
    expect(await verify(t, agent, wrong(sandboxCode))).toEqual(SPENT);
    expect(await verify(t, agent, sandboxCode)).toEqual(SPENT);
  });

  it.each(['+14155550101', '+14155550199'])(
    'is not looked at by a dry run, which spends no attempt (%s)',
    async (to) => {
      await using house = await ready();
      const { t, agent } = house;
      const { sandboxCode } = await sent(t, agent);
      const told = async (code: string) =>
        JSON.stringify(await t.call('comms.verify_otp', agent.by, { to, code, dryRun: true }));
      for (let i = 0; i < 5; i++) expect(await told(wrong(sandboxCode))).toBe(await told(sandboxCode));
      expect(await verify(t, agent, sandboxCode)).toEqual(VALID);
    },
  );

  it('is nobody else’s: another agent and another organisation are told what a stranger is told', async () => {
    await using house = await ready();
    const { t, agent } = house;
    const colleague = await t.agent();
    const { admin } = await t.organization();
    const foreign = await t.agent(admin);
    const { sandboxCode } = await sent(t, agent);
    for (const one of [colleague, foreign]) {
      expect(await verify(t, one, sandboxCode)).toEqual(INVALID);
      expect(await verify(t, one, wrong(sandboxCode))).toEqual(INVALID);
      expect(await verify(t, one, sandboxCode, { to: '+14155550177' })).toEqual(INVALID);
    }
    const stranger = await t.call('comms.verify_otp', foreign.by, { to: CONTACT, code: '000000', agentId: agent.id });
    expect(reasonsIn(stranger)).toEqual(['input:agent_mismatch']);
    expect(await verify(t, agent, sandboxCode)).toEqual(VALID);
  });

  it('that was refused by the provider is not there', async () => {
    await using house = await ready();
    const { t, agent } = house;
    const to = '+14155550110';
    await t.consent(agent, to);
    const outcome = await send(t, agent, { to });
    if (outcome.is !== 'failed') throw new Error(JSON.stringify(outcome));
    const { sandboxCode } = outcome.output as { sandboxCode: string };
    expect(await verify(t, agent, sandboxCode, { to })).toEqual(INVALID);
  });

  it('is fresh when an approval lets it go, however long that took', async () => {
    await using house = await ready();
    const { t, agent } = house;
    await t.done('comms.set_approval_policy', t.orchestrator, { agentId: agent.id, policy: 'always' });
    const held = await send(t, agent);
    if (held.is !== 'held') throw new Error(JSON.stringify(held));
    t.clock.pass(10 * MINUTE_MS);
    const { result } = await t.done('comms.approve', t.orchestrator, { actionId: held.id });
    t.clock.pass(4 * MINUTE_MS);
    expect(await verify(t, agent, result.sandboxCode)).toEqual(VALID);
  });

  it('answers a repeat under one key as the first time, and is sent once', async () => {
    await using house = await ready();
    const { t, agent } = house;
    const first = await sent(t, agent, { idempotencyKey: 'k' });
    expect(await sent(t, agent, { idempotencyKey: 'k' })).toEqual(first);
    const { messages } = await t.done('comms.get_messages', agent.by);
    expect(messages).toHaveLength(1);
    expect(await verify(t, agent, first.sandboxCode)).toEqual(VALID);
  });

  it('goes to a suppressed, unwilling or unreachable person as little as any message', async () => {
    await using house = await ready();
    const { t, agent } = house;
    expect(reasonsIn(await send(t, agent, { to: '+14155550177' }))).toEqual(['consent:consent_required']);
    expect(reasonsIn(await send(t, agent, { to: '+19002345678' }))).toEqual(['recipient:recipient_not_reachable']);
    await t.inbound(agent, CONTACT, 'STOP');
    expect(reasonsIn(await send(t, agent))).toContain('suppression:suppressed');
  });

  it.each([
    ['fr', 'est votre code'],
    ['es', 'es su clave'],
    ['de', 'ist Ihr'],
    ['en', 'is your'],
  ])('comes in %s, by mail with a subject, under the organisation’s name', async (language, words) => {
    const mails = testCarrier();
    const email = mails.carriers.sandbox.sms!;
    await using t = await openHouse({ overrides: { carriers: { sandbox: { email }, production: {} } } });
    const { admin } = await t.organization('acme');
    const made = await t.done('comms.provision_channels', admin, {
      displayName: 'Front desk',
      capabilities: { email: true },
    });
    const by = (await t.house.authenticate(made.securityToken))!;
    const to = 'silent@sandbox.example';
    await t.done('comms.record_consent', by, { contact: to, channel: 'email' });
    const { sandboxCode } = await t.done('comms.send_otp', by, { to, channel: 'email', language });
    expect(mails.sent).toMatchObject([{ to, channel: 'email', purpose: 'transactional' }]);
    expect(mails.sent[0]!.body).toMatch(new RegExp(`^${sandboxCode} ${words}.*acme`));
    expect(mails.sent[0]!.subject).toMatch(/^\D+acme\D*$/);
    expect(await t.done('comms.verify_otp', by, { to, code: sandboxCode })).toEqual(VALID);
  });
});

describe('many at once', () => {
  it.each(engines)('the right code twice on $name: one wins', async (on) => {
    const { engine, dispose } = await on.open();
    onTestFinished(dispose);
    await using house = await ready({ engine });
    const { t, agent } = house;
    const { sandboxCode } = await sent(t, agent);
    const told = await Promise.all(Array.from({ length: 8 }, () => verify(t, agent, sandboxCode)));
    expect(told.filter(({ valid }) => valid)).toHaveLength(1);
  });

  it.each(engines)('ten wrong codes on $name: three are counted, no more are looked at', async (on) => {
    const { engine, dispose } = await on.open();
    onTestFinished(dispose);
    await using house = await ready({ engine });
    const { t, agent } = house;
    const { sandboxCode } = await sent(t, agent);
    const told = await Promise.all(
      Array.from({ length: 10 }, (_, n) => verify(t, agent, n === 9 ? sandboxCode : wrong(sandboxCode, n + 1))),
    );
    expect(told.filter(({ reason }) => reason === 'invalid')).toHaveLength(2);
    expect(told.filter(({ reason }) => reason === 'too_many_attempts')).toHaveLength(8);
    const row = await engine.db.selectFrom('one_time_code').select(['attempts', 'used']).executeTakeFirstOrThrow();
    expect(row).toEqual({ attempts: 3, used: 0 });
  });

  it.each(engines.filter(({ name }) => name === 'postgres'))('from two servers on $name: one wins', async (on) => {
    const { engine, again, dispose } = await on.open();
    onTestFinished(dispose);
    const keys = testKeys();
    await using house = await ready({ engine, keys });
    await using beside = await openHouse({ engine: again(), keys });
    const { t, agent } = house;
    for (let round = 0; round < 5; round++) {
      const { sandboxCode } = await sent(t, agent);
      const told = await Promise.all([0, 1, 2, 3].map((n) => verify(n % 2 === 0 ? t : beside, agent, sandboxCode)));
      expect(told.filter(({ valid }) => valid)).toHaveLength(1);
    }
  });

  it('forty codes asked for at once: five leave', async () => {
    await using house = await ready();
    const { t, agent } = house;
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => send(t, agent)));
    expect(outcomes.filter(({ is }) => is === 'done')).toHaveLength(5);
    const refused = outcomes.filter((one): one is Outcome & { is: 'refused' } => one.is === 'refused');
    expect(refused).toHaveLength(35);
    for (const one of refused) expect(reasonsIn(one)).toEqual(['code-frequency:contact_frequency']);
    t.clock.pass(HOUR_MS);
    expect((await send(t, agent)).is).toBe('done');
  });

  it('agents together send one person ten in 24 hours', async () => {
    await using house = await ready();
    const { t } = house;
    const outcomes: string[] = [];
    for (let n = 0; n < 3; n++) {
      const agent = await t.agent(undefined, PLENTY);
      await t.consent(agent, CONTACT);
      for (let i = 0; i < 5; i++) outcomes.push((await send(t, agent)).is);
    }
    expect(outcomes.filter((is) => is === 'done')).toHaveLength(10);
    t.clock.pass(DAY_MS);
    expect((await send(t, house.agent)).is).toBe('done');
  });
});

describe('nobody finds a code', () => {
  it('in the database, before or after it left, nor in the log, the history or the answer', async () => {
    const texts: string[] = [];
    const release = Promise.withResolvers<void>();
    const carrier = testCarrier(async ({ action }) => {
      texts.push(action.input.body);
      await release.promise;
      return { state: 'ok', ref: 'r' };
    });
    const { engine } = await engines[0]!.open();
    await using house = await ready({ engine, overrides: { carriers: carrier.carriers } });
    const { t, agent } = house;
    const to = '+12125550177'; // no sandbox number: nobody is told
    await t.consent(agent, to);
    const print = vi.spyOn(console, 'log');
    const sending = send(t, agent, { to, purpose: 'sign-in-of-bob' });
    await vi.waitFor(() => expect(texts).toHaveLength(1));
    const [code] = /^\d{6}/.exec(texts[0]!)!;
    const everything = async () => JSON.stringify([...(await dump(engine))]);
    const during = await everything();
    release.resolve();
    const outcome = await sending;
    const after = await everything();
    const { messages } = await t.done('comms.get_messages', agent.by);
    const { frozen } = await engine.db
      .selectFrom('action')
      .select('frozen')
      .where('name', '=', 'comms.send_otp')
      .executeTakeFirstOrThrow();
    for (const text of [during, after, JSON.stringify([outcome, messages, t.faults, print.mock.calls])]) {
      expect(text).not.toContain(code);
    }
    expect(after).not.toContain('sign-in-of-bob');
    expect(JSON.parse(frozen!).k).toBeUndefined();
    expect(during).not.toBe(after);
    expect(messages[0].body).toMatch(/^\*{6} is your /);
    expect(await verify(t, agent, code, { to, purpose: 'sign-in-of-bob' })).toEqual(VALID);
  });

  it('in production, whatever the number', async () => {
    await using t = await openHouse();
    const { id: organizationId, admin } = await t.organization();
    await intoProduction(t, organizationId, admin);
    await t.done('comms.register_provider', admin, {
      provider: 'twilio',
      credentials: { accountSid: 'AC1', authToken: 'token' },
    });
    const agent = await t.agent(admin);
    await t.done('comms.bind_sender', admin, { agentId: agent.id, channel: 'sms', address: '+12125550123' });
    await t.consent(agent, CONTACT);
    const answer = await sent(t, agent);
    expect(answer).toMatchObject({ sandbox: false, status: 'sent' });
    expect(answer).not.toHaveProperty('sandboxCode');
    const { input } = t.vendors.sent[0]!;
    expect(await verify(t, agent, input.body.slice(0, 6))).toEqual(VALID);
  });
});

describe('a process that dies', () => {
  it('between sending and settling leaves a code that can still be used, with the attempts at it', async () => {
    const { engine, again, dispose } = await engines[1]!.open();
    onTestFinished(dispose);
    const keys = testKeys();
    const clock = testClock();
    const texts: string[] = [];
    const hanging = testCarrier(async ({ action }) => {
      texts.push(action.input.body);
      return new Promise<never>(() => undefined);
    }, 'same-key');
    const t = await openHouse({ engine, keys, clock, overrides: { carriers: hanging.carriers } });
    const agent = await t.agent(undefined, PLENTY);
    await t.consent(agent, CONTACT);
    await t.call('comms.send_otp', agent.by, { to: CONTACT }, { waitMs: 1 });
    await vi.waitFor(() => expect(texts).toHaveLength(1));
    const code = texts[0]!.slice(0, 6);
    expect(await verify(t, agent, wrong(code))).toEqual(INVALID);
    expect(await verify(t, agent, wrong(code))).toEqual(INVALID);

    // killed: nothing of it settles. What comes after it sends the same text again, as its carrier knows the key
    const resumed = testCarrier(undefined, 'same-key');
    await using after = await openHouse({ engine: again(), keys, clock, overrides: { carriers: resumed.carriers } });
    await after.house.tick();
    await vi.waitFor(() => expect(resumed.sent.map(({ body }) => body)).toEqual(texts));
    expect(await verify(after, agent, code)).toEqual(VALID);
    expect(await verify(after, agent, code)).toEqual(INVALID);
  });

  it('long before it could send sends no stale code', async () => {
    const { engine, again, dispose } = await engines[1]!.open();
    onTestFinished(dispose);
    const keys = testKeys();
    const clock = testClock();
    const hanging = testCarrier(async () => new Promise<never>(() => undefined));
    const t = await openHouse({ engine, keys, clock, overrides: { carriers: hanging.carriers, maxInFlight: 2 } });
    const agent = await t.agent(undefined, PLENTY);
    await t.consent(agent, CONTACT);
    const asked = { to: CONTACT };
    await t.call('comms.send_otp', agent.by, asked, { waitMs: 1 });
    await t.call('comms.send_otp', agent.by, asked, { waitMs: 1 });
    const waiting = await t.call('comms.send_otp', agent.by, asked, { waitMs: 1 });
    expect(waiting.is).toBe('pending');
    clock.pass(MINUTE_MS + 1);
    const resumed = testCarrier();
    await using after = await openHouse({ engine: again(), keys, clock, overrides: { carriers: resumed.carriers } });
    await after.house.tick();
    const { messages } = await after.done('comms.get_messages', agent.by);
    const { messageId } = (waiting as { output: { messageId: string } }).output;
    expect(messages.find((one: { messageId: string }) => one.messageId === messageId)).toMatchObject({
      status: 'failed',
    });
    expect(resumed.sent).toEqual([]);
    expect(await engine.db.selectFrom('one_time_code').selectAll().execute()).toEqual([]);
  });
});
