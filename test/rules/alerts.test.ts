/** Alerts on their way to people: booked, signed, retried, limited, and never to whom they do not concern. */
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { budgetAlert } from '../../src/comms/billing/budget-alert.ts';
import type { OutboundMessage } from '../../src/comms/provider-ports.ts';
import type { Delivery } from '../../src/guard/action.ts';
import type { Alert } from '../../src/guard/alerts.ts';
import type { Permit } from '../../src/guard/permit.ts';
import { type OrgId, PLATFORM_ORG } from '../../src/kernel/ids.ts';
import { createSafeFetch } from '../../src/shield/safe-fetch.ts';
import { alertReceiver } from '../support/alert-receiver.ts';
import { testCarrier } from '../support/carrier.ts';
import { engines } from '../support/engines.ts';
import { type HouseOptions, openHouse, type TestHouse, testClock, testKeys } from '../support/house.ts';
import { verifiedLog } from '../support/log.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ADDRESS = '203.0.113.77';
const TOLD = { ALERT_EMAIL: 'ops@example.com', ALERT_FROM_EMAIL: 'alerts@example.com' };
const TEXTED = { ALERT_SMS: '+12025550123', ALERT_FROM_NUMBER: '+12025550199' };
const DAY = 24 * 3_600_000;

const alert = (more: Partial<Alert> = {}): Alert => ({
  severity: 'HIGH',
  kind: 'test_kind',
  org: PLATFORM_ORG,
  say: 'Something is wrong.',
  subject: 'thing',
  detail: { count: 3 },
  ...more,
});

async function houseOf(options: HouseOptions = {}) {
  const t = await openHouse(options);
  onTestFinished(() => t[Symbol.asyncDispose]());
  return t;
}
const webhookTo = (url: string) => ({ ALERT_WEBHOOK_URL: url, ALERT_WEBHOOK_SECRET: SECRET });

/** Until nothing is due any more. */
async function delivered({ house }: TestHouse): Promise<void> {
  await house.store.checkpoint(); // what was raised is booked
  while (await house.deliverAlerts());
}
async function accounts(t: TestHouse): Promise<void> {
  const organizationId = 'org_platform';
  const twilio = { accountSid: 'AC1', authToken: 'token' };
  await t.done('comms.register_provider', t.orchestrator, { organizationId, provider: 'twilio', credentials: twilio });
  await t.done('comms.register_provider', t.orchestrator, {
    organizationId,
    provider: 'resend',
    credentials: { apiKey: 're_1' },
  });
}
const listed = async (t: TestHouse, organizationId: string = PLATFORM_ORG) =>
  (await t.done('comms.list_alerts', t.orchestrator, { organizationId })).alerts;

it('a lock-out is one HIGH alert, in the log without the address and signed at the webhook, and no request waits for it', async () => {
  const { received, url } = await alertReceiver();
  const { engine } = await engines[0]!.open();
  const close = engine.close;
  onTestFinished(() => close());
  const t = await openHouse({
    engine: { ...engine, close: async () => undefined }, // to be looked into afterwards
    environment: webhookTo(url),
  });
  const at = Math.floor(Date.now() / 1000) * 1000;
  t.clock.set(at); // the library looks at the machine's clock
  const { lockOut } = t.house;
  for (let i = 0; i < 200; i++) lockOut.failed(ADDRESS);
  expect(lockOut.lockedUntil(ADDRESS)).toBe(at + 900_000);
  await delivered(t);
  await t[Symbol.asyncDispose]();

  expect(received).toHaveLength(1);
  const headers = received[0]!.headers as Record<string, string>;
  expect(new Webhook(SECRET).verify(received[0]!.body, headers)).toMatchObject({
    type: 'alert.lock_out',
    data: { severity: 'HIGH', subject: '203.0.113.0/24', count: 1 },
  });
  const log = await verifiedLog(engine, t.house.vkey);
  const alerts = log.filter(({ event }) => event === 'alert');
  expect(alerts).toMatchObject([
    { type: 'system', org: PLATFORM_ORG, detail: { kind: 'lock_out', severity: 'HIGH', network: '203.0.113.0/24' } },
  ]);
  expect(JSON.stringify([log, received])).not.toContain(ADDRESS);
  expect(t.faults).toEqual([]);
});

it('in demo mode nobody is locked out', async () => {
  await using t = await openHouse({ environment: { DEMO_MODE: 'true' } });
  for (let i = 0; i < 200; i++) t.house.lockOut.failed(ADDRESS);
  expect(t.house.lockOut.lockedUntil(ADDRESS)).toBeNull();
});

describe('the webhook', () => {
  it('is tried again until it answers, under the same id, signed anew each time', async () => {
    const { received, url } = await alertReceiver((nth) => [500, 302, 404][nth - 1] ?? 204);
    const t = await houseOf({ environment: webhookTo(url) });
    t.clock.set(Math.floor(Date.now() / 1000) * 1000);
    t.house.alerts.raise(alert());
    for (let minutes = 0; minutes < 6; minutes++) {
      await delivered(t);
      t.clock.pass(60_000);
    }
    expect(received.map(({ path }) => path)).toEqual(Array.from({ length: 4 }, () => '/alerts?room=1'));
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(received.map(({ headers }) => headers['webhook-signature'])).size).toBe(4);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    for (const { body, headers } of received.slice(0, 3))
      new Webhook(SECRET).verify(body, headers as Record<string, string>);
    expect(await listed(t)).toMatchObject([
      { kind: 'test_kind', deliveries: [{ channel: 'webhook', state: 'delivered', attempts: 4, code: null }] },
    ]);
  });

  it('is given up after a day, with an entry in the log', async () => {
    const { received, url } = await alertReceiver(() => 503);
    const { engine } = await engines[0]!.open();
    const t = await houseOf({ engine, environment: webhookTo(url) });
    t.house.alerts.raise(alert());
    for (let hours = 0; hours < 60; hours++) {
      await delivered(t);
      t.clock.pass(DAY / 48);
    }
    const [one] = await listed(t);
    expect(one.deliveries).toMatchObject([
      { state: 'given_up', attempts: received.length, code: 'provider_unavailable' },
    ]);
    expect(received.length).toBeGreaterThan(10);
    expect(received.length).toBeLessThan(50);
    const entries = await verifiedLog(engine, t.house.vkey);
    expect(JSON.stringify(entries)).toContain('alert_not_delivered');
    expect(JSON.stringify([entries, t.faults])).not.toContain(url);
  });

  it('that wants no more of it, by 410, is left alone', async () => {
    const { received, url } = await alertReceiver(() => 410);
    const t = await houseOf({ environment: webhookTo(url) });
    t.house.alerts.raise(alert());
    for (let i = 0; i < 3; i++) {
      await delivered(t);
      t.clock.pass(3_600_000);
    }
    expect(received).toHaveLength(1);
    expect((await listed(t))[0].deliveries).toMatchObject([{ state: 'failed', code: 'provider_rejected' }]);
  });

  it('is told after a restart of what was booked before, once', async () => {
    const { received, url } = await alertReceiver((nth) => (nth === 1 ? 500 : 200));
    const { engine, again, dispose } = await engines[1]!.open();
    onTestFinished(dispose);
    const [keys, clock] = [testKeys(), testClock()];
    const shared = { keys, clock, environment: webhookTo(url) };
    const before = await openHouse({ ...shared, engine });
    before.house.alerts.raise(alert());
    await delivered(before);
    before.house.alerts.raise(alert({ kind: 'another' }));
    await before.house.store.checkpoint();
    const taken = await before.house.store.alerts.takeDue(10); // and then it is killed
    expect(taken).toHaveLength(1);
    await before[Symbol.asyncDispose]();
    const after = await houseOf({ ...shared, engine: again() });
    await delivered(after);
    expect(received).toHaveLength(1); // the one's time has not come, the other may still be under way
    clock.pass(120_000);
    await delivered(after);
    await delivered(after);
    expect(received.map(({ body }) => JSON.parse(body).type)).toEqual([
      'alert.test_kind',
      'alert.test_kind',
      'alert.another',
    ]);
    expect(received[0]!.headers['webhook-id']).toBe(received[1]!.headers['webhook-id']);
  });
});

describe('mail and text messages', () => {
  it('go to whom the settings name, by severity, from the platform’s own account', async () => {
    const t = await houseOf({ environment: { ...TOLD, ...TEXTED } });
    await accounts(t);
    for (const severity of ['LOW', 'MEDIUM', 'HIGH'] as const)
      t.house.alerts.raise(alert({ severity, subject: severity }));
    await delivered(t);
    const seen = t.vendors.sent
      .filter(({ input }) => !(input.subject ?? '').includes('alerts_unreachable')) // said at the start, before there was an account
      .map(({ input, context, agent }) => [input.channel, input.to, context['from'], input.subject, agent]);
    expect(seen.toSorted()).toEqual(
      [
        ['email', 'ops@example.com', 'alerts@example.com', '[Sallyport MEDIUM] test_kind: MEDIUM', null],
        ['email', 'ops@example.com', 'alerts@example.com', '[Sallyport HIGH] test_kind: HIGH', null],
        ['sms', '+12025550123', '+12025550199', undefined, null],
      ].toSorted(),
    );
    const counts = (await listed(t)).map(({ deliveries }: { deliveries: unknown[] }) => deliveries.length);
    expect(counts.slice(0, 3)).toEqual([2, 1, 0]);
    expect(t.faults).toEqual([]);
  });

  it('can’t go without an account of the platform, which is said at the start', async () => {
    const told: string[] = [];
    const t = await houseOf({ environment: { ...TOLD, ...TEXTED } });
    await delivered(t);
    for (const { say } of await listed(t)) told.push(say);
    expect(told.filter((say) => say.includes('no account'))).toHaveLength(2);
    expect((await listed(t))[0].deliveries).toMatchObject([
      { channel: 'email', state: 'refused', code: 'provider_not_configured' },
    ]);
    expect(t.vendors.sent).toEqual([]);
  });

  it('do not go to who said STOP', async () => {
    const t = await houseOf({ environment: TEXTED });
    await accounts(t);
    await t.done('comms.dnc_add', t.orchestrator, { organizationId: PLATFORM_ORG, contact: TEXTED.ALERT_SMS });
    t.house.alerts.raise(alert());
    await delivered(t);
    const [one] = (await listed(t)).filter(({ kind }: { kind: string }) => kind === 'test_kind');
    expect(one.deliveries).toMatchObject([{ channel: 'sms', state: 'refused', code: 'suppressed' }]);
    expect(t.vendors.sent).toEqual([]);
  });

  it('of a storm are few: folded by kind and subject, and never more than 20 texts in an hour', async () => {
    const { received, url } = await alertReceiver();
    const t = await houseOf({ environment: { ...TOLD, ...TEXTED, ...webhookTo(url) } });
    await accounts(t);
    for (let i = 0; i < 10_000; i++)
      t.house.alerts.raise(alert({ subject: `agt_${i}`, kind: i % 2 === 0 ? 'a' : 'b' }));
    await delivered(t);
    const by = (channel: string) => t.vendors.sent.filter(({ input }) => input.channel === channel).length;
    expect(by('sms')).toBe(20);
    expect(by('email')).toBeLessThanOrEqual(60);
    expect(received.length).toBeLessThanOrEqual(50);
    t.clock.pass(3_600_000);
    await delivered(t);
    expect(by('sms')).toBe(20); // what was too much is not sent an hour late
  });

  it('that waited for a place while others filled the server leave once', async () => {
    const gate = Promise.withResolvers<void>();
    const { carriers, sent } = testCarrier(async () => {
      await gate.promise;
      return { state: 'ok', ref: 'late' };
    });
    const texts: string[] = [];
    const twilio = {
      name: 'twilio' as const,
      retry: 'never' as const,
      async send({ action }: Permit<OutboundMessage>): Promise<Delivery> {
        texts.push(action.input.body);
        return { state: 'ok', ref: action.id };
      },
    };
    const t = await houseOf({
      environment: { ...TEXTED, WAIT_MS: '0' },
      overrides: { maxInFlight: 1, carriers: { ...carriers, production: { twilio } } },
    });
    const organizationId = PLATFORM_ORG;
    const credentials = { accountSid: 'AC1', authToken: 'token' };
    const registered = { organizationId, provider: 'twilio', credentials };
    await t.call('comms.register_provider', t.orchestrator, registered, { waitMs: 5_000 });
    const agent = await t.agent();
    await t.consent(agent, '+14155550101');
    await t.call('comms.send_message', agent.by, { to: '+14155550101', body: 'Slow' });
    await expect.poll(() => sent).toHaveLength(1); // and the only place is taken
    t.house.alerts.raise(alert());
    for (let minutes = 0; minutes < 7; minutes += 2) {
      await delivered(t);
      t.clock.pass(120_000);
    }
    gate.resolve();
    for (let n = 0; n < 10; n++) {
      await t.house.tick();
      await delivered(t);
      t.clock.pass(30_000);
    }
    expect(texts).toHaveLength(1);
  });

  it('are nobody’s to send but the server’s', async () => {
    const t = await houseOf();
    await accounts(t);
    const { admin } = await t.organization();
    const agent = await t.agent(admin);
    const input = {
      deliveryId: 'alr_1',
      attempt: 1,
      since: 0,
      channel: 'sms',
      to: '+12025550123',
      body: 'Win a prize',
    };
    for (const by of [agent.by, admin, t.orchestrator]) {
      const outcome = await t.call('comms.deliver_alert', by, input);
      expect(outcome).toMatchObject({ is: 'refused', why: [{ code: 'forbidden' }] });
    }
    expect(t.vendors.sent).toEqual([]);
  });
});

describe('an organisation', () => {
  const toLoopback = createSafeFetch({
    maxBytes: 0,
    timeoutMs: 2_000,
    dangerouslyAllowHttp: true,
    dangerouslyAllowNetworks: ['127.0.0.0/8'],
  });

  it('is told of its own alerts, by mail and at its webhook, and of nobody else’s', async () => {
    const { received, url } = await alertReceiver();
    const t = await houseOf({
      environment: { ALERT_FROM_EMAIL: 'alerts@example.com' },
      overrides: { publicFetch: (_, init) => toLoopback(url, init) },
    });
    t.clock.set(Math.floor(Date.now() / 1000) * 1000);
    await accounts(t);
    const [own, other] = [await t.organization(), await t.organization()];
    const routes = { email: 'Team@Example.com', webhookUrl: 'https://hooks.example.com/own', minSeverity: 'MEDIUM' };
    const { webhookSecret } = await t.done('comms.set_alert_routes', own.admin, routes);
    const raise = (org: OrgId, subject: string) => t.house.alerts.raise(alert({ org, subject, severity: 'MEDIUM' }));
    raise(own.id, 'own');
    raise(other.id, 'other');
    raise(PLATFORM_ORG, 'platform');
    t.house.alerts.raise(alert({ org: own.id, severity: 'LOW', kind: 'small' }));
    await delivered(t);
    expect(t.vendors.sent.map(({ input, org }) => [input.to, org])).toEqual([['team@example.com', own.id]]);
    expect(received).toHaveLength(1);
    expect(
      new Webhook(webhookSecret).verify(received[0]!.body, received[0]!.headers as Record<string, string>),
    ).toMatchObject({
      data: { organizationId: own.id, subject: 'own' },
    });
    const { alerts } = await t.done('comms.list_alerts', own.admin);
    expect(alerts.map(({ subject }: { subject: string }) => subject).toSorted()).toEqual(['own', 'thing']);
    expect(await listed(t, other.id)).toMatchObject([{ subject: 'other', deliveries: [] }]);
    expect((await listed(t)).length).toBe(4);
    const asked = await t.call('comms.list_alerts', own.admin, { organizationId: other.id });
    expect(asked).toMatchObject({ is: 'refused', why: [{ code: 'not_found' }] });
  });

  it('that pays is told of its budgets at its billing address, whatever severity it asked for', async () => {
    const t = await houseOf({ environment: { ALERT_FROM_EMAIL: 'alerts@example.com' } });
    await accounts(t);
    const [own, other] = [await t.organization(), await t.organization()];
    const billing = { organizationId: own.id, billingEmail: 'bills@example.com' };
    await t.done('comms.set_billing_config', t.orchestrator, billing);
    await t.done('comms.set_alert_routes', own.admin, { email: 'team@example.com', minSeverity: 'HIGH' });
    const spent = budgetAlert({ org: own.id, agent: 'agt_1', cap: 'spendPerDay', level: 80, used: 80, limit: 100 });
    t.house.alerts.raise(spent);
    t.house.alerts.raise({ ...spent, org: other.id });
    t.house.alerts.raise(alert({ org: own.id, severity: 'LOW' }));
    await delivered(t);
    expect(t.vendors.sent.map(({ input, org }) => [input.to, org])).toEqual([['bills@example.com', own.id]]);
  });

  it.for(['https://127.0.0.1/hook', 'https://169.254.169.254/latest', 'https://[::1]/x', 'https://localhost/x'])(
    'can’t have this server call %s',
    async (webhookUrl) => {
      const t = await houseOf();
      const { id, admin } = await t.organization();
      await t.done('comms.set_alert_routes', admin, { webhookUrl, minSeverity: 'LOW' });
      t.house.alerts.raise(alert({ org: id }));
      await delivered(t);
      expect((await listed(t, id))[0].deliveries).toMatchObject([{ state: 'failed', code: 'provider_rejected' }]);
    },
  );

  it('keeps its addresses and secret sealed', async () => {
    const { dump } = await import('../support/dump.ts');
    const { engine } = await engines[0]!.open();
    const t = await houseOf({ engine });
    const { id, admin } = await t.organization();
    const routes = { email: 'team@example.com', webhookUrl: 'https://hooks.example.com/own' };
    const { webhookSecret } = await t.done('comms.set_alert_routes', admin, routes);
    t.house.alerts.raise(alert({ org: id }));
    await t.house.store.checkpoint();
    for (const [table, text] of await dump(engine)) {
      for (const secret of ['team@example.com', 'hooks.example.com', webhookSecret])
        expect(text, table).not.toContain(secret);
    }
  });
});

it('a test of the alerts tells what became of each, whatever severity they are for', async () => {
  const { received, url } = await alertReceiver(() => 500);
  const t = await houseOf({ environment: { ...TOLD, ...TEXTED, ...webhookTo(url) } });
  await accounts(t);
  await delivered(t);
  const { alert: told } = await t.done('comms.test_alert', t.orchestrator);
  expect(told).toMatchObject({ kind: 'test', severity: 'LOW' });
  const states = told.deliveries.map(({ channel, state, code }: Record<string, unknown>) => [channel, state, code]);
  expect(states.toSorted()).toEqual([
    ['email', 'delivered', null],
    ['sms', 'delivered', null],
    ['webhook', 'waiting', 'provider_unavailable'],
  ]);
  expect(received.length).toBeGreaterThan(0);
  const { admin } = await t.organization();
  expect(await t.call('comms.test_alert', admin)).toMatchObject({ is: 'refused', why: [{ code: 'forbidden' }] });
});
