/** From nothing to a number that texts: what an administrator does, what Twilio sees of it, and what is kept of the secrets. */
import { describe, expect, it, vi } from 'vitest';
import { DAY_MS } from '../../src/kernel/time.ts';
import type { Failure } from '../doubles/twilio.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import {
  agentIn,
  BASE,
  inProduction,
  type Live,
  NUMBER,
  openLive,
  PERSON,
  type Tenant,
  texting,
  twilioCredentials,
} from '../support/live-house.ts';

const WRONG = 'deadbeef'.repeat(4);

/** A number that is for sale. */
const offer = (live: Live, address = '+14155550177') => live.twilio.shop.push({ address, country: 'US', free: true });

async function registered(live: Live): Promise<Tenant> {
  const tenant = await inProduction(live);
  await live.done('comms/register-provider', twilioCredentials(live.twilio), tenant.admin);
  return tenant;
}
const numbersOf = async (live: Live, agent: string) =>
  (await live.engine.db.selectFrom('bound_sender').selectAll().where('agent', '=', agent).execute()).map(
    ({ address, state }) => `${state} ${address}`,
  );
const bought = ({ requests }: Live['twilio']) => requests.filter(({ endpoint }) => endpoint.name === 'buy number');

describe.each(engines)('going live on $name', (on) => {
  it('takes the credentials once Twilio knows them, binds a number, and shows the secret nowhere', async () => {
    const live = await openLive({ on });
    const tenant = await inProduction(live);
    const { accountSid, authToken } = live.twilio;
    const answers: string[] = [];
    const act = async (...request: Parameters<Live['act']>) => {
      const answer = await live.act(...request);
      answers.push(answer.text);
      return answer;
    };

    const wrong = { provider: 'twilio', credentials: { accountSid, authToken: WRONG } };
    expect(await act('comms/register-provider', wrong, tenant.admin)).toMatchObject({
      status: 502,
      json: { code: 'provider_rejected', output: { status: 'refused' } },
    });
    expect((await dump(live.engine)).get('provider_credential')).toBe('[]');

    expect(await act('comms/register-provider', twilioCredentials(live.twilio), tenant.admin)).toMatchObject({
      status: 200,
      json: { status: 'registered', account: accountSid },
    });
    const agent = await agentIn(live, tenant, 'sms');
    const number = live.twilio.own(NUMBER);
    const sender = { agentId: agent.id, channel: 'sms', address: '+1 (500) 555-0006' };
    expect(await act('comms/bind-sender', sender, tenant.admin)).toMatchObject({
      status: 200,
      json: { status: 'bound', address: NUMBER },
    });
    expect(number.smsUrl).toMatch(
      new RegExp(`^${BASE.replaceAll('.', '\\.')}/webhooks/twilio/${agent.id}/sms\\?n=[\\w-]{22}$`),
    );
    await act('comms/get-channel-status', {}, agent.token);
    await act('audit/query-log', {});

    await live.house.store.checkpoint();
    const places = { database: await live.everything(), log: live.log.join(''), answers: answers.join('') };
    const told = Object.entries(places).filter(([, text]) => text.includes(authToken) || text.includes(WRONG));
    expect(told.map(([place]) => place)).toEqual([]);
    expect(places.database.includes(new URL(number.smsUrl).searchParams.get('n')!)).toBe(false);
    expect(live.faults).toEqual([]);
  });

  it('buys a number with its webhooks; a lost answer is found again by its tag, and nothing is bought twice', async () => {
    const live = await openLive({ on });
    const tenant = await registered(live);
    const agent = await agentIn(live, tenant, 'sms');
    offer(live);
    offer(live, '+14155550178');
    // the look for an earlier purchase and the list of what is for sale, then the purchase itself
    live.twilio.fail({ is: 'slow', ms: 0 }, { is: 'slow', ms: 0 }, { is: 'half_answer', after: true });
    expect(await live.act('comms/buy-number', { agentId: agent.id }, tenant.admin)).toMatchObject({
      status: 504,
      json: { code: 'outcome_unknown', output: { status: 'unknown', address: null } },
    });
    expect((await live.act('comms/buy-number', { agentId: agent.id }, tenant.admin)).status).toBe(409);

    await live.house.tick();
    await vi.waitFor(async () => expect(await numbersOf(live, agent.id)).toEqual(['bound +14155550177']));
    expect(bought(live.twilio)).toHaveLength(1);
    expect(live.twilio.numbers[0]?.smsUrl).toContain(`/webhooks/twilio/${agent.id}/sms?n=`);
    await live.done('comms/record-consent', { contact: '+14155550100', channel: 'sms' }, agent.token);
    expect(await live.act('comms/send-message', { to: '+14155550100', body: 'Hi' }, agent.token)).toMatchObject({
      json: { status: 'sent', from: '+14155550177' },
    });
  });

  it('sells one number to one agent, however often and at once it is asked', async () => {
    const live = await openLive({ on });
    const tenant = await registered(live);
    const agent = await agentIn(live, tenant, 'sms');
    for (const last of [1, 2, 3]) offer(live, `+1415555017${last}`);
    const answers = await Promise.all(
      [1, 2, 3].map(() => live.act('comms/buy-number', { agentId: agent.id }, tenant.admin)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    expect(bought(live.twilio)).toHaveLength(1);
    expect(await numbersOf(live, agent.id)).toHaveLength(1);
    expect(live.twilio.numbers).toHaveLength(1);
  });
});

describe('what goes wrong on the way', () => {
  it.each([
    ['resets', [{ is: 'reset' }, { is: 'reset' }, { is: 'reset' }]],
    ['answers no JSON', [{ is: 'not_json' }]],
    ['is down', Array(3).fill({ is: 'error', status: 503, code: null })],
  ] satisfies [string, Failure[]][])(
    'a Twilio that %s leaves nothing registered, and it may be tried again',
    async (_how, failures) => {
      const live = await openLive();
      const tenant = await inProduction(live);
      live.twilio.fail(...failures);
      const answer = await live.act('comms/register-provider', twilioCredentials(live.twilio), tenant.admin);
      expect(answer).toMatchObject({ status: 503, json: { code: 'provider_unavailable' } });
      expect((await dump(live.engine)).get('provider_credential')).toBe('[]');
      expect((await live.everything()).includes(live.twilio.authToken)).toBe(false);
      await live.done('comms/register-provider', twilioCredentials(live.twilio), tenant.admin);
    },
  );

  it('a number that the account does not own is not bound, and is free for whoever does', async () => {
    const live = await openLive();
    const tenant = await registered(live);
    const agent = await agentIn(live, tenant, 'sms');
    const sender = { agentId: agent.id, channel: 'sms', address: NUMBER };
    expect(await live.act('comms/bind-sender', sender, tenant.admin)).toMatchObject({
      status: 404,
      json: { output: { status: 'refused' } },
    });
    expect(await numbersOf(live, agent.id)).toEqual([]);
    live.twilio.own(NUMBER);
    await live.done('comms/bind-sender', sender, tenant.admin);
  });

  it('an unbound number sends nothing any more and its webhooks are gone at Twilio; what still comes is heard for 30 days', async () => {
    const live = await openLive();
    const agent = await texting(live);
    const hook = live.twilio.numbers[0]!.smsUrl;
    await live.done('comms/unbind-sender', { agentId: agent.id, channel: 'sms', address: NUMBER }, agent.admin);
    expect(live.twilio.numbers[0]!.smsUrl).toBe('');
    expect((await live.act('comms/send-message', { to: '+14155550100', body: 'Hi' }, agent.token)).json.code).toBe(
      'channel_not_allowed',
    );
    const said = (hook: string, n: number) =>
      live.twilio.deliver(hook, { MessageSid: `SM${`${n}`.repeat(32)}`, From: PERSON, To: NUMBER, Body: 'STOP' });
    expect((await said(hook.replace(/n=./, 'n=_'), 1)).status).toBe(403);
    live.clock.pass(30 * DAY_MS - 1_000);
    expect((await said(hook, 2)).status).toBe(200);
    const { suppressions } = await live.done(
      'comms/check-consent',
      { agentId: agent.id, contact: PERSON, channel: 'sms' },
      agent.admin,
    );
    expect(suppressions).toMatchObject([{ reason: 'stop' }]);
    await live.house.tick();
    live.clock.pass(1_000);
    await live.house.tick();
    expect((await said(hook, 3)).status).toBe(403);
  });

  it('a former sender is not heard any more once somebody has bound the address', async () => {
    const live = await openLive();
    const agent = await texting(live);
    const hook = live.twilio.numbers[0]!.smsUrl;
    const sender = { agentId: agent.id, channel: 'sms', address: NUMBER };
    await live.done('comms/unbind-sender', sender, agent.admin);
    await live.done('comms/bind-sender', sender, agent.admin);
    const message = { MessageSid: `SM${'a'.repeat(32)}`, From: PERSON, To: NUMBER, Body: 'STOP' };
    expect((await live.twilio.deliver(hook, message)).status).toBe(403);
    expect((await live.twilio.deliver(live.twilio.numbers[0]!.smsUrl, message)).status).toBe(200);
  });

  it('two administrators who bind one number at once to two agents: one has it', async () => {
    const live = await openLive();
    const tenant = await registered(live);
    const agents = [await agentIn(live, tenant, 'sms'), await agentIn(live, tenant, 'sms')];
    live.twilio.own(NUMBER);
    const answers = await Promise.all(
      agents.map(({ id }) =>
        live.act('comms/bind-sender', { agentId: id, channel: 'sms', address: NUMBER }, tenant.admin),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const winner = agents[answers.findIndex(({ status }) => status === 200)]!;
    expect(live.twilio.numbers[0]!.smsUrl).toContain(winner.id);
  });
});
