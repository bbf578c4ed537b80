/** SMS and WhatsApp messages that come in by Twilio's double: stored before they are confirmed, once, and STOP is always heard. */
import { describe, expect, it, test } from 'vitest';
import { engines } from '../support/engines.ts';
import {
  type Live,
  type LiveAgent,
  NUMBER,
  openLive,
  PERSON,
  texting,
  twilioCredentials,
} from '../support/live-house.ts';

let sids = 0;
const sid = () => `SM${(sids++).toString(16).padStart(32, '0')}`;
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

/** A message to the agent's number, as Twilio posts it. */
const inbound = (live: Live, body: string, change: Readonly<Record<string, string>> = {}) =>
  live.twilio.deliver(live.twilio.numbers[0]!.smsUrl, {
    AccountSid: live.twilio.accountSid,
    ApiVersion: '2010-04-01',
    Body: body,
    From: PERSON,
    MessageSid: sid(),
    NumMedia: '0',
    NumSegments: '1',
    SmsSid: 'SM',
    To: NUMBER,
    ...change,
  });
const waiting = async (live: Live, agent: LiveAgent) =>
  (await live.done('comms/get-waiting-messages', {}, agent.token)).messages;
const send = (live: Live, agent: LiveAgent) =>
  live.act('comms/send-message', { to: PERSON, body: 'Hello' }, agent.token);
const stopped = async (live: Live) =>
  (await live.engine.db.selectFrom('suppression').select('channel').where('reason', '=', 'stop').execute()).length;

describe.each(engines)('a message that comes in, on $name', (on) => {
  it('is stored before Twilio is answered, once, as content from outside, and waits until it is acknowledged', async () => {
    const live = await openLive({ on });
    const agent = await texting(live);
    const repeated = { MessageSid: sid() };
    const answers = [
      await inbound(live, '  Grüße & 1+1=2 😀\nnew line ', repeated),
      ...(await Promise.all([1, 2, 3].map(() => inbound(live, '  Grüße & 1+1=2 😀\nnew line ', repeated)))),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(await answer.text()).toBe('<?xml version="1.0" encoding="UTF-8"?><Response></Response>');
    }
    const first = await waiting(live, agent);
    expect(first).toMatchObject([
      { direction: 'inbound', contact: PERSON, to: NUMBER, body: '  Grüße & 1+1=2 😀\nnew line ', untrusted: true },
    ]);
    expect(await waiting(live, agent)).toEqual(first);
    await live.done('comms/get-waiting-messages', { ack: [first[0].messageId] }, agent.token);
    expect(await waiting(live, agent)).toEqual([]);
    expect((await inbound(live, '  Grüße & 1+1=2 😀\nnew line ', repeated)).status).toBe(200);
    expect(await waiting(live, agent)).toEqual([]);
    expect(live.faults).toEqual([]);
  });

  it('with STOP ends every message to that person, and START lets them in again', async () => {
    const live = await openLive({ on });
    const agent = await texting(live);
    expect((await inbound(live, 'Stop.')).status).toBe(200);
    expect((await send(live, agent)).json).toMatchObject({ code: 'suppressed' });
    expect((await inbound(live, 'START')).status).toBe(200);
    await live.done('comms/record-consent', { agentId: agent.id, contact: PERSON, channel: 'sms' });
    expect((await send(live, agent)).status).toBe(200);
  });

  it('with an old START does not lift the STOP that came after it, however often it is replayed', async () => {
    const live = await openLive({ on });
    const agent = await texting(live);
    const start = { MessageSid: sid() };
    expect((await inbound(live, 'START', start)).status).toBe(200);
    expect((await inbound(live, 'STOP')).status).toBe(200);
    for (const passed of [0, MINUTE, DAY, 30 * DAY, 90 * DAY]) {
      live.clock.pass(passed);
      await live.house.tick();
      expect((await inbound(live, 'START', start)).status).toBe(200);
      expect((await send(live, agent)).json).toMatchObject({ code: 'suppressed' });
    }
    expect(await stopped(live)).toBeGreaterThan(0);
  });
});

describe('STOP is heard', () => {
  it('by an agent that has ended and keeps its number', async () => {
    const live = await openLive();
    const agent = await texting(live);
    await live.done('comms/deprovision-channels', { agentId: agent.id }, agent.admin);
    expect((await inbound(live, 'STOP')).status).toBe(200);
    expect(await stopped(live)).toBeGreaterThan(0);
    // and confirmed, by one message from the number that it came to
    await Promise.all([live.house.answer(), live.house.answer()]);
    expect(live.twilio.messages).toMatchObject([
      { to: PERSON, from: NUMBER, body: expect.stringMatching(/you are unsubscribed/) },
    ]);
  });

  it('by a suspended organisation', async () => {
    const live = await openLive();
    const agent = await texting(live);
    await live.engine.db.updateTable('organization').set({ status: 'suspended' }).where('id', '=', agent.org).execute();
    // the platform's credentials make the store forget what it knew of every organisation
    await live.done('comms/register-provider', { ...twilioCredentials(live.twilio), organizationId: 'org_platform' });
    expect((await send(live, agent)).json).toMatchObject({ code: 'organization_inactive' });
    expect((await inbound(live, 'STOP')).status).toBe(200);
    expect(await stopped(live)).toBeGreaterThan(0);
    await live.house.answer();
    expect(live.twilio.messages).toEqual([]); // which sends nothing, not even this
  });

  it('by an organisation that is back in the sandbox', async () => {
    const live = await openLive();
    const agent = await texting(live);
    await live.done('comms/review-kyc', { organizationId: agent.org, decision: 'reject' });
    expect((await inbound(live, 'STOP')).status).toBe(200);
    expect(await stopped(live)).toBeGreaterThan(0);
  });

  it('from a message that Twilio took for an opt-out, whatever its words', async () => {
    const live = await openLive();
    const agent = await texting(live);
    expect((await inbound(live, 'Basta così', { OptOutType: 'STOP' })).status).toBe(200);
    expect((await send(live, agent)).json).toMatchObject({ code: 'suppressed' });
    await live.house.answer();
    expect(live.twilio.messages).toEqual([]); // Twilio has answered
  });

  it('before what is under way: a message that was allowed and has not left does not leave', async () => {
    const live = await openLive({ overrides: { maxInFlight: 1 } });
    const agent = await texting(live);
    const hanging = live.twilio.hanging();
    live.twilio.fail({ is: 'hang' });
    const first = live.act('comms/send-message', { to: '+14155550199', body: 'x' }, agent.token);
    await live.done('comms/record-consent', { contact: '+14155550199', channel: 'sms' }, agent.token);
    expect((await first).json.code).toBe('consent_required');
    const other = live.act('comms/send-message', { to: '+14155550199', body: 'x' }, agent.token);
    await hanging;
    expect((await send(live, agent)).json).toMatchObject({ status: 'queued' });
    expect((await inbound(live, 'STOP')).status).toBe(200);
    live.twilio.hangUp();
    await other;
    await live.house.tick();
    expect(live.twilio.messages).toEqual([]);
    const { messages } = await live.done('comms/get-messages', {}, agent.token);
    expect(
      messages.find(({ contact, direction }: never) => direction === 'outbound' && contact === PERSON),
    ).toMatchObject({
      status: 'failed',
    });
  });
});

test('a message without text, and one that is too long, come in', async () => {
  const live = await openLive();
  const agent = await texting(live);
  expect((await inbound(live, '')).status).toBe(200);
  expect((await inbound(live, 'x'.repeat(30_000))).status).toBe(200);
  const bodies = (await waiting(live, agent)).map(({ body }: { body: string }) => body.length);
  expect(bodies).toEqual([0, 16_384]);
});

test('a message to WhatsApp comes in by its own address', async () => {
  const live = await openLive();
  const agent = await texting(live);
  live.twilio.register(NUMBER);
  await live.done('comms/bind-sender', { agentId: agent.id, channel: 'whatsapp', address: NUMBER }, agent.admin);
  const url = live.twilio.senders[0]!.webhook['callback_url']!;
  const params = { MessageSid: sid(), From: `whatsapp:${PERSON}`, To: `whatsapp:${NUMBER}`, Body: 'Hola' };
  expect((await live.twilio.deliver(url, params)).status).toBe(200);
  expect(await waiting(live, agent)).toMatchObject([{ channel: 'whatsapp', contact: PERSON, body: 'Hola' }]);
  // what is no WhatsApp message does not come in there
  expect((await live.twilio.deliver(url, { ...params, MessageSid: sid(), From: PERSON, To: NUMBER })).status).toBe(400);
});
