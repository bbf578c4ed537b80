import { describe, expect, test } from 'vitest';
import { OPTED_OUT } from '../../src/comms/opt-out-writes.ts';
import { isSignedByTwilio } from '../../src/providers/twilio/signature.ts';
import { readStatus } from '../../src/providers/twilio/status.ts';
import type { Failure } from '../doubles/twilio.ts';
import { formReceiver } from '../support/form-receiver.ts';
import { PUBLIC_URL, permitTo, RECIPIENT, SENDER, type Sending, twilioHouse } from '../support/twilio-house.ts';

const error = (status: number, code: number | null, retryAfter?: number): Failure =>
  retryAfter === undefined ? { is: 'error', status, code } : { is: 'error', status, code, retryAfter };

describe('a message by Twilio', () => {
  test('leaves as an SMS with the address of its status', async () => {
    await using house = await twilioHouse();
    const delivery = await house.carrier.send(permitTo());
    const [message] = house.double.messages;
    expect(delivery).toEqual({ state: 'ok', ref: message?.sid });
    expect(message).toMatchObject({
      to: RECIPIENT,
      from: SENDER,
      body: 'Hello',
      statusCallback: `${PUBLIC_URL}/webhooks/twilio/agt_1/status?m=msg_1&n=nonce`,
    });
  });

  test('of the server itself, an alert, leaves without an address of its status, and nothing else does', async () => {
    await using house = await twilioHouse();
    const alert = { mode: 'platform', messageId: 'alr_1', callback: '' };
    expect(await house.carrier.send(permitTo({ agent: null, context: alert }))).toMatchObject({ state: 'ok' });
    expect(house.double.messages).toMatchObject([{ to: RECIPIENT, from: SENDER, statusCallback: null }]);
    for (const wrong of [
      permitTo({ context: alert }),
      permitTo({ agent: null }),
      permitTo({ context: { callback: '' } }),
    ])
      expect(await house.carrier.send(wrong)).toMatchObject({ state: 'failed', code: 'provider_not_configured' });
    expect(house.double.messages).toHaveLength(1);
  });

  test('leaves by WhatsApp', async () => {
    await using house = await twilioHouse();
    await house.carrier.send(permitTo({ input: { channel: 'whatsapp' } }));
    expect(house.double.messages).toMatchObject([{ to: `whatsapp:${RECIPIENT}`, from: `whatsapp:${SENDER}` }]);
  });

  test('leaves as a template, whose text is Twilio’s', async () => {
    await using house = await twilioHouse();
    const template = { templateId: `HX${'0'.repeat(32)}`, templateVars: { 2: 'Tuesday', 1: 'Bob' } };
    expect(await house.carrier.send(permitTo({ input: { channel: 'whatsapp', ...template } }))).toMatchObject({
      state: 'ok',
    });
    const { form } = house.double.requests.at(-1)!;
    expect([form?.get('ContentSid'), form?.get('ContentVariables'), form?.get('Body')]).toEqual([
      template.templateId,
      '{"1":"Bob","2":"Tuesday"}',
      null,
    ]);
  });

  test('leaves by a messaging service', async () => {
    await using house = await twilioHouse();
    const service = `MG${'0'.repeat(32)}`;
    await house.carrier.send(permitTo({ context: { from: service } }));
    expect(house.double.messages).toMatchObject([{ to: RECIPIENT, from: null, messagingServiceSid: service }]);
  });

  test('keeps its text to the letter', async () => {
    await using house = await twilioHouse();
    const body = ' a&b=c +%20\r\n"é💥" ';
    await house.carrier.send(permitTo({ input: { body } }));
    expect(house.double.messages[0]?.body).toBe(body);
  });

  test('tells what it cost, where Twilio does', async () => {
    await using house = await twilioHouse();
    const { double } = house;
    const store = double.messages.unshift.bind(double.messages);
    double.messages.unshift = (...more) =>
      store(...more.map((message) => Object.assign(message, { price: '-0.0079' })));
    expect(await house.carrier.send(permitTo())).toMatchObject({ state: 'ok', cost: 7_900 });
  });

  test('is never repeated by itself', async () => {
    await using house = await twilioHouse();
    expect(house.carrier).toMatchObject({ name: 'twilio', retry: 'never' });
  });
});

describe('what Twilio refuses certainly did not happen:', () => {
  test.each<readonly [string, Failure, string, string, string | undefined]>([
    ['opted out (21610)', error(400, 21610), 'provider_rejected', 'opted out', '21610'],
    ['opted out of WhatsApp (63033)', error(400, 63033), 'provider_rejected', 'opted out', '63033'],
    ['an invalid number (21211)', error(400, 21211), 'provider_rejected', 'does not know the number', '21211'],
    ['no mobile number (21614)', error(400, 21614), 'provider_rejected', 'no mobile', '21614'],
    ['credentials (20003)', error(401, 20003), 'provider_rejected', 'refused the credentials', '20003'],
    ['a trial account (21608)', error(400, 21608), 'provider_rejected', 'trial', '21608'],
    ['an unknown code', error(400, 29999), 'provider_rejected', 'refused the request', '29999'],
    ['a closed account (404)', error(404, 20404), 'provider_rejected', 'does not know', '20404'],
    ['too much (429)', error(429, 20429, 1), 'provider_unavailable', 'safe to send it again', '20429'],
    ['too much (429), without a body', error(429, null), 'provider_unavailable', 'safe to send it again', undefined],
  ])('%s', async (_name, failure, code, say, vendorCode) => {
    await using house = await twilioHouse();
    house.double.fail(failure);
    const delivery = await house.carrier.send(permitTo());
    expect(delivery).toMatchObject({ state: 'failed', code, say: expect.stringContaining(say) });
    expect(delivery).toSatisfy((one: { vendorCode?: string }) => one.vendorCode === vendorCode);
    expect(house.double.messages).toEqual([]);
    expect(await house.carrier.send(permitTo())).toMatchObject({ state: 'ok' }); // it was one request that failed
  });

  test('an opt-out is marked, so that the contact is suppressed', async () => {
    await using house = await twilioHouse();
    house.double.fail(error(400, 21610));
    const delivery = await house.carrier.send(permitTo());
    expect(delivery.state === 'failed' && OPTED_OUT.has(delivery.vendorCode ?? '')).toBe(true);
  });

  test('wrong credentials', async () => {
    const other = { accountSid: `AC${'b'.repeat(32)}`, authToken: 'not-the-token-of-it' };
    await using house = await twilioHouse({ openCredentials: async () => other });
    const delivery = await house.carrier.send(permitTo());
    expect(delivery).toMatchObject({ state: 'failed', code: 'provider_rejected', vendorCode: '20003' });
    expect(JSON.stringify(delivery)).not.toContain(other.authToken);
  });

  test('a server that does not listen', async () => {
    const house = await twilioHouse();
    await house[Symbol.asyncDispose]();
    expect(await house.carrier.send(permitTo())).toMatchObject({ state: 'failed', code: 'provider_unavailable' });
  });
});

describe('what may have happened is unknown, and is not sent twice:', () => {
  test.each<readonly [string, Failure]>([
    ['500', error(500, 20500)],
    ['502', error(502, null)],
    ['503', error(503, null)],
    ['503 with Retry-After', error(503, null, 1)],
    ['504', error(504, null)],
    ['500 after the message was made', { ...error(500, 20500), after: true }],
    ['a reset', { is: 'reset' }],
    ['a reset after the message was made', { is: 'reset', after: true }],
    ['half an answer', { is: 'half_answer' }],
    ['half an answer after the message was made', { is: 'half_answer', after: true }],
    ['an answer that is not JSON', { is: 'not_json' }],
    ['an empty answer', { is: 'empty', after: true }],
  ])('%s', async (_name, failure) => {
    await using house = await twilioHouse();
    house.double.fail(failure);
    expect(await house.carrier.send(permitTo())).toMatchObject({ state: 'unknown', code: 'outcome_unknown' });
    expect(house.double.messages).toHaveLength(failure.after === true ? 1 : 0);
  });

  test('a hang, when time is up', async () => {
    await using house = await twilioHouse();
    house.double.fail({ is: 'hang', after: true });
    const hanging = house.double.hanging();
    const sending = house.carrier.send(permitTo());
    await hanging;
    house.timeUp();
    expect(await sending).toMatchObject({
      state: 'unknown',
      code: 'outcome_unknown',
      say: expect.stringContaining('in time'),
    });
    expect(house.double.messages).toHaveLength(1);
  });

  test('a hang, when the lease is over', async () => {
    await using house = await twilioHouse();
    house.double.fail({ is: 'hang' });
    const abort = new AbortController();
    const hanging = house.double.hanging();
    const sending = house.carrier.send(permitTo({ signal: abort.signal }));
    await hanging;
    abort.abort();
    expect(await sending).toMatchObject({ state: 'unknown', code: 'outcome_unknown' });
  });

  test('an answer that names no message', async () => {
    await using house = await twilioHouse();
    const { double } = house;
    const store = double.messages.unshift.bind(double.messages);
    double.messages.unshift = (...more) => store(...more.map((message) => Object.assign(message, { sid: 'odd' })));
    expect(await house.carrier.send(permitTo())).toMatchObject({ state: 'unknown', code: 'outcome_unknown' });
  });

  test('a slow answer is an answer', async () => {
    await using house = await twilioHouse();
    house.double.fail({ is: 'slow', ms: 20 });
    expect(await house.carrier.send(permitTo())).toMatchObject({ state: 'ok' });
  });
});

describe('when Twilio is down', () => {
  test('nothing is sent for a while, and that is said', async () => {
    await using house = await twilioHouse();
    house.double.fail(...Array.from({ length: 5 }, () => error(503, null)));
    for (let i = 0; i < 5; i++) await house.carrier.send(permitTo());
    expect(await house.carrier.send(permitTo())).toMatchObject({ state: 'failed', code: 'provider_unavailable' });
    expect(house.double.messages).toEqual([]);
    house.clock.pass(15_000);
    expect(await house.carrier.send(permitTo())).toMatchObject({ state: 'ok' });
  });
});

describe('nothing is sent', () => {
  test.each<readonly [string, Sending]>([
    ['for an organisation in the sandbox', { context: { mode: 'sandbox' } }],
    ['without a mode', { context: { mode: '' } }],
    ['for another provider', { context: { provider: 'resend' } }],
    ['for the simulator', { context: { provider: 'simulator' } }],
    ['without whose credentials', { context: { credentialOrg: '' } }],
    ['without a nonce for its status', { context: { callback: '' } }],
    ['without a message', { context: { messageId: '' } }],
    ['without an agent', { agent: null }],
    ['by mail', { input: { channel: 'email', to: 'bob@example.com' } }],
    ['to what is no number', { input: { to: 'bob' } }],
    ['from what is no number', { context: { from: 'ACME' } }],
    ['from nobody', { context: { from: '' } }],
    ['when the lease is over', { signal: AbortSignal.abort() }],
  ])('%s', async (_name, sending) => {
    await using house = await twilioHouse();
    expect(await house.carrier.send(permitTo(sending))).toMatchObject({ state: 'failed' });
    expect(house.double.requests).toEqual([]);
  });

  test.each<readonly [string, () => Promise<Record<string, string> | null>]>([
    ['there are none', async () => null],
    ['they can not be opened', () => Promise.reject(new Error('the key is gone'))],
    ['they are of something else', async () => ({ apiKey: 're_secret' })],
    ['the SID leads elsewhere', async () => ({ accountSid: 'AC1/../../x', authToken: 'c0ffee'.repeat(5) })],
    [
      'the token has a line break',
      async () => ({ accountSid: `AC${'0'.repeat(32)}`, authToken: 'c0ffee\nc0ffee\nc0ffee' }),
    ],
  ])('with credentials when %s', async (_name, openCredentials) => {
    await using house = await twilioHouse({ openCredentials });
    const delivery = await house.carrier.send(permitTo());
    expect(delivery).toMatchObject({ state: 'failed', code: 'provider_not_configured' });
    expect(JSON.stringify(delivery)).not.toMatch(/c0ffee|re_secret|key is gone/);
    expect(house.double.requests).toEqual([]);
  });
});

test('what becomes of a message comes back signed, to the address that it brought', async () => {
  await using receiver = await formReceiver();
  await using house = await twilioHouse({ publicUrl: receiver.url });
  const delivery = await house.carrier.send(permitTo());
  const sid = delivery.state === 'ok' ? delivery.ref : '';
  await house.double.report(sid, 'sent');
  await house.double.report(sid, 'undelivered', 30_003);
  expect(receiver.received.map(({ params }) => readStatus(params))).toEqual([
    { sid, status: 'sent', errorCode: null, deliveryKey: `${sid}:sent:` },
    { sid, status: 'failed', errorCode: '30003', deliveryKey: `${sid}:undelivered:30003` },
  ]);
  for (const { target, params, signature } of receiver.received) {
    expect(target).toBe('/webhooks/twilio/agt_1/status?m=msg_1&n=nonce');
    const request = { url: `${receiver.url}${target}`, content: { is: 'form', params } } as const;
    expect(isSignedByTwilio(house.double.authToken, signature, request)).toBe(true);
    expect(isSignedByTwilio('another-token', signature, request)).toBe(false);
  }
});
