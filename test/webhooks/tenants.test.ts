/** Several organisations on one server: each with its own account at Twilio, or on the platform's; none reaches another's. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { type TwilioDouble, twilioDouble } from '../doubles/twilio.ts';
import { twilioAccounts } from '../doubles/twilio-accounts.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import {
  agentIn,
  inProduction,
  type Live,
  type LiveAgent,
  messageOf,
  openLive,
  PERSON,
  type Tenant,
  twilioCredentials,
} from '../support/live-house.ts';

const PLATFORM = 'org_platform';
const [A_NUMBER, B_NUMBER, P_NUMBER] = ['+15005550001', '+15005550002', '+15005550003'] as const;

interface Account {
  readonly double: TwilioDouble;
  readonly tenant: Tenant;
  readonly agent: LiveAgent;
}

const bind = (live: Live, by: string | undefined, agentId: string, address: string) =>
  live.act('comms/bind-sender', { agentId, channel: 'sms', address }, by);

/** Organisations A and B with their own accounts and numbers bound, C on the platform's. */
async function setUp(on = engines[0]!) {
  const doubles: TwilioDouble[] = [];
  const router = await twilioAccounts(() => doubles);
  onTestFinished(() => router[Symbol.asyncDispose]());
  const live = await openLive({ on, twilioUrl: router.url });
  const account = async (digit: string): Promise<TwilioDouble> => {
    const double = await twilioDouble({
      accountSid: `AC${digit.repeat(32)}`,
      authToken: digit.repeat(32),
      now: live.clock.now,
      fetch: async (url, { headers, body, method }) => {
        const form = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
        const { status, text } = await live.ask(url, { method, headers: form, body: String(body) });
        return new Response(text, { status });
      },
    });
    onTestFinished(() => double[Symbol.asyncDispose]());
    doubles.push(double);
    return double;
  };
  const own = async (slug: string, digit: string, number: string): Promise<Account> => {
    const double = await account(digit);
    const tenant = await inProduction(live, slug);
    await live.done('comms/register-provider', twilioCredentials(double), tenant.admin);
    const agent = await agentIn(live, tenant, 'sms');
    double.own(number);
    expect((await bind(live, tenant.admin, agent.id, number)).status).toBe(200);
    await live.done('comms/record-consent', { contact: PERSON, channel: 'sms' }, agent.token);
    return { double, tenant, agent };
  };
  const platform = await account('d');
  await live.done('comms/register-provider', { ...twilioCredentials(platform), organizationId: PLATFORM });
  platform.own(P_NUMBER);
  const [a, b] = [await own('a', 'a', A_NUMBER), await own('b', 'b', B_NUMBER)];
  const tenant = await inProduction(live, 'c');
  const c: Account = { double: platform, tenant, agent: await agentIn(live, tenant, 'sms') };
  return { live, account, a, b, c, platform };
}

const send = (live: Live, { token }: LiveAgent) => live.act('comms/send-message', { to: PERSON, body: 'Hello' }, token);

describe.each(engines)('tenants on $name', (on) => {
  it('send by their own accounts alone, and the platform’s is for those without one', async () => {
    const { live, a, b, c, platform } = await setUp(on);
    expect((await bind(live, undefined, c.agent.id, P_NUMBER)).status).toBe(200); // by the orchestrator
    await live.done('comms/record-consent', { contact: PERSON, channel: 'sms' }, c.agent.token);
    for (const { agent } of [a, b, c]) expect((await send(live, agent)).status).toBe(200);
    expect([a.double, b.double, platform].map(({ messages }) => messages.map(({ from }) => from))).toEqual([
      [A_NUMBER],
      [B_NUMBER],
      [P_NUMBER],
    ]);
  });

  it('can not use the platform’s account, bind or take another’s number, or unbind it', async () => {
    const { live, a, b, c, platform } = await setUp(on);
    const before = (await dump(live.engine)).get('bound_sender');
    const buy = (by: Account) => live.act('comms/buy-number', { agentId: by.agent.id }, by.tenant.admin);
    platform.shop.push({ address: '+14155550177', country: 'US', free: true });
    expect((await bind(live, c.tenant.admin, c.agent.id, P_NUMBER)).status).toBe(403);
    expect((await buy(c)).status).toBe(403);

    const second = await agentIn(live, b.tenant, 'sms');
    expect((await bind(live, b.tenant.admin, second.id, A_NUMBER)).status).toBe(409); // it is bound
    b.double.own(A_NUMBER); // whatever B's account may say of itself
    expect((await bind(live, b.tenant.admin, second.id, A_NUMBER)).status).toBe(409);
    expect((await bind(live, b.tenant.admin, second.id, P_NUMBER)).status).toBe(404); // not of its account
    expect((await bind(live, b.tenant.admin, a.agent.id, B_NUMBER)).status).toBe(404); // not its agent
    for (const agentId of [a.agent.id, b.agent.id, second.id]) {
      const input = { agentId, channel: 'sms', address: A_NUMBER };
      expect((await live.act('comms/unbind-sender', input, b.tenant.admin)).status).toBe(404);
    }
    for (const organizationId of [a.tenant.org, PLATFORM]) {
      const input = { ...twilioCredentials(b.double), organizationId };
      expect((await live.act('comms/register-provider', input, b.tenant.admin)).status).toBe(404);
      const gone = { provider: 'twilio', organizationId };
      expect((await live.act('comms/unregister-provider', gone, b.tenant.admin)).status).toBe(404);
    }
    expect((await live.act('comms/register-provider', twilioCredentials(b.double), b.agent.token)).status).toBe(403);
    expect((await dump(live.engine)).get('bound_sender')).toBe(before);
    expect(a.double.numbers[0]!.smsUrl).toContain(a.agent.id);
    expect((await send(live, a.agent)).status).toBe(200);
  });

  it('sign for their own messages alone', async () => {
    const { live, a, b, platform } = await setUp(on);
    expect((await send(live, a.agent)).status).toBe(200);
    const { json } = await send(live, b.agent);
    const theirs = b.double.messages[0]!.statusCallback!;
    const failed = { MessageSid: `SM${'f'.repeat(32)}`, MessageStatus: 'failed', ErrorCode: '21610' };
    const inbound = { MessageSid: `SM${'f'.repeat(32)}`, From: PERSON, To: B_NUMBER, Body: 'STOP' };
    for (const thief of [a.double, platform]) {
      expect((await thief.deliver(theirs, failed)).status).toBe(403);
      expect((await thief.deliver(b.double.numbers[0]!.smsUrl, inbound)).status).toBe(403);
      // its own address, with what it says of another's message
      const own = new URL(a.double.messages[0]!.statusCallback!);
      own.search = new URL(theirs).search;
      expect((await thief.deliver(own.href, failed)).status).toBe(thief === a.double ? 404 : 403);
    }
    expect(await messageOf(live, b.agent, json.messageId)).toMatchObject({ status: 'sent', errorCode: null });
    expect((await dump(live.engine)).get('suppression')).toBe('[]');
    expect((await b.double.report(b.double.messages[0]!.sid, 'delivered')).status).toBe(200);
    expect(await messageOf(live, b.agent, json.messageId)).toMatchObject({ status: 'delivered' });
  });

  it('with an own account bind by it from then on; what is bound by the platform’s stays there', async () => {
    const { live, account, c, platform } = await setUp(on);
    expect((await bind(live, undefined, c.agent.id, P_NUMBER)).status).toBe(200);
    const double = await account('c');
    await live.done('comms/register-provider', twilioCredentials(double), c.tenant.admin);
    const second = await agentIn(live, c.tenant, 'sms');
    const [own, foreign] = ['+15005550004', '+15005550005'];
    double.own(own);
    platform.own(foreign);
    for (const by of [c.tenant.admin, undefined]) expect((await bind(live, by, second.id, foreign)).status).toBe(404); // the orchestrator is not asked for the platform's
    expect((await bind(live, c.tenant.admin, second.id, own)).status).toBe(200);
    for (const agent of [c.agent, second]) {
      await live.done('comms/record-consent', { contact: PERSON, channel: 'sms' }, agent.token);
      expect((await send(live, agent)).status).toBe(200);
    }
    expect([platform, double].map(({ messages }) => messages.map(({ from }) => from))).toEqual([[P_NUMBER], [own]]);
  });
});

describe('an account that is taken away', () => {
  it('ends what its senders send, and nothing else takes their place', async () => {
    const { live, a, platform } = await setUp();
    await live.done('comms/unregister-provider', { provider: 'twilio' }, a.tenant.admin);
    expect((await send(live, a.agent)).json).toMatchObject({ code: 'provider_not_configured' });
    expect([a.double.messages, platform.messages]).toEqual([[], []]);
  });
});
