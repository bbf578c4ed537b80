import { describe, expect, test } from 'vitest';
import type { VendorAnswer } from '../../src/comms/provider-ports.ts';
import { isSignedByTwilio } from '../../src/providers/twilio/signature.ts';
import type { Failure } from '../doubles/twilio.ts';
import { formReceiver } from '../support/form-receiver.ts';
import { HOOKS, SENDER, type TwilioHouse, twilioHouse } from '../support/twilio-house.ts';

const { signal } = new AbortController();
const refused = (code: string, say?: string) => ({
  state: 'failed',
  code,
  ...(say === undefined ? {} : { say: expect.stringContaining(say) }),
});
const value = <T>(answer: VendorAnswer<T>): T => {
  if (answer.state !== 'ok') throw new Error(JSON.stringify(answer));
  return answer.value;
};
const bind = ({ account, credentials }: TwilioHouse, channel: 'sms' | 'whatsapp' | 'email' = 'sms', address = SENDER) =>
  account.bindSender(credentials, { channel, address, hooks: HOOKS }, signal);
const names = ({ double }: TwilioHouse) => double.requests.map(({ endpoint }) => endpoint.name);
const three = (failure: Failure): readonly Failure[] => [failure, failure, failure];

describe('credentials', () => {
  test('are good when Twilio says so; nothing but the account is told', async () => {
    await using house = await twilioHouse();
    const answer = await house.account.verify(house.credentials, signal);
    expect(answer).toEqual({ state: 'ok', value: { account: house.double.accountSid } });
  });

  test.each<readonly [string, (house: TwilioHouse) => Record<string, string>, string]>([
    ['another token', ({ credentials }) => ({ ...credentials, authToken: 'not-the-token-of-it' }), 'provider_rejected'],
    [
      'another account',
      ({ credentials }) => ({ ...credentials, accountSid: `AC${'b'.repeat(32)}` }),
      'provider_rejected',
    ],
    ['an API key', ({ credentials }) => ({ ...credentials, accountSid: `SK${'b'.repeat(32)}` }), 'invalid_input'],
    ['no token', ({ credentials }) => ({ accountSid: credentials['accountSid'] ?? '' }), 'invalid_input'],
    ['an empty token', ({ credentials }) => ({ ...credentials, authToken: '' }), 'invalid_input'],
    ['a path', ({ credentials }) => ({ ...credentials, accountSid: '../Accounts' }), 'invalid_input'],
    [
      'a line break',
      ({ credentials }) => ({ ...credentials, authToken: `${credentials['authToken']}\r\nx: y` }),
      'invalid_input',
    ],
  ])('are refused with %s, and are not in the answer', async (_name, change, code) => {
    await using house = await twilioHouse();
    const credentials = change(house);
    const answer = await house.account.verify(credentials, signal);
    expect(answer).toMatchObject(refused(code));
    for (const secret of [credentials['authToken'], house.double.authToken].filter(Boolean))
      expect(JSON.stringify(answer)).not.toContain(secret);
  });

  test.each(['suspended', 'closed'] as const)('of an account that is %s are refused', async (status) => {
    await using house = await twilioHouse();
    house.double.account.status = status;
    expect(await house.account.verify(house.credentials, signal)).toMatchObject(refused('provider_rejected'));
  });

  test.each<readonly [string, Failure]>([
    ['is down', { is: 'error', status: 503, code: null }],
    ['breaks off', { is: 'half_answer' }],
    ['asks for patience', { is: 'error', status: 429, code: 20429 }],
  ])('can be checked again when Twilio %s, and are at once', async (_name, failure) => {
    await using house = await twilioHouse();
    house.double.fail(failure);
    expect(await house.account.verify(house.credentials, signal)).toMatchObject({ state: 'ok' });
    house.double.fail(...three(failure));
    expect(await house.account.verify(house.credentials, signal)).toMatchObject(refused('provider_unavailable'));
  });

  test('can be checked again when Twilio hangs', async () => {
    await using house = await twilioHouse();
    house.double.fail({ is: 'hang' });
    const hanging = house.double.hanging();
    const checking = house.account.verify(house.credentials, signal);
    await hanging;
    house.timeUp();
    expect(await checking).toMatchObject(refused('provider_unavailable'));
  });
});

describe('binding a number for SMS', () => {
  test('sets its inbound webhook, and a message to it comes signed', async () => {
    await using receiver = await formReceiver();
    await using house = await twilioHouse();
    const number = house.double.own(SENDER);
    const hooks = { ...HOOKS, inbound: `${receiver.url}/webhooks/twilio/agt_1/sms?n=in` };
    const bound = await house.account.bindSender(house.credentials, { channel: 'sms', address: SENDER, hooks }, signal);
    expect(bound).toEqual({ state: 'ok', value: { ref: number.sid, secret: '', todo: [] } });
    expect(number.smsUrl).toBe(hooks.inbound);
    await house.double.deliver(number.smsUrl, { MessageSid: 'x', From: '+1', To: SENDER, Body: 'Hi' });
    const [{ target, params, signature }] = receiver.received as never as [(typeof receiver.received)[0]];
    const request = { url: `${receiver.url}${target}`, content: { is: 'form', params } } as const;
    expect(isSignedByTwilio(house.double.authToken, signature, request)).toBe(true);
  });

  test('refuses a number that the account does not own, also one that only looks like it', async () => {
    await using house = await twilioHouse();
    house.double.own(`${SENDER}1`);
    expect(await bind(house)).toMatchObject(refused('not_found', 'not a phone number of this'));
    expect(names(house)).toEqual(['list numbers']);
  });

  test('refuses a number that can not send SMS', async () => {
    await using house = await twilioHouse();
    house.double.own(SENDER, { sms: false });
    expect(await bind(house)).toMatchObject(refused('provider_rejected', 'can not send SMS'));
  });

  test('says what to do about a number that belongs to an application', async () => {
    await using house = await twilioHouse();
    const application = `AP${'0'.repeat(32)}`;
    house.double.own(SENDER, { application });
    expect(value(await bind(house)).todo).toEqual([expect.stringContaining(application)]);
  });

  test('may be repeated, and survives a failure on the way', async () => {
    await using house = await twilioHouse();
    house.double.own(SENDER);
    house.double.fail({ is: 'reset' }, { is: 'slow', ms: 1 }, { is: 'error', status: 500, code: null, after: true });
    const first = value(await bind(house));
    expect(value(await bind(house))).toEqual(first);
  });

  test('is unknown when Twilio does not say whether it was done', async () => {
    await using house = await twilioHouse();
    house.double.own(SENDER);
    house.double.fail({ is: 'slow', ms: 1 }, ...three({ is: 'reset', after: true }));
    expect(await bind(house)).toMatchObject({ state: 'unknown', code: 'outcome_unknown' });
  });

  test('is not for mail', async () => {
    await using house = await twilioHouse();
    expect(await bind(house, 'email')).toMatchObject(refused('invalid_input'));
  });
});

describe('unbinding a number', () => {
  const unbind = ({ account, credentials }: TwilioHouse, ref: string) =>
    account.unbindSender(credentials, { channel: 'sms', address: SENDER, ref }, signal);

  test('takes its webhook off', async () => {
    await using house = await twilioHouse();
    const number = house.double.own(SENDER);
    await bind(house);
    expect(await unbind(house, number.sid)).toEqual({ state: 'ok', value: null });
    expect(number.smsUrl).toBe('');
  });

  test('that is gone is done', async () => {
    await using house = await twilioHouse();
    expect(await unbind(house, `PN${'0'.repeat(32)}`)).toEqual({ state: 'ok', value: null });
  });

  test('by what is no reference asks nothing of Twilio', async () => {
    await using house = await twilioHouse();
    expect(await unbind(house, '../Messages')).toMatchObject(refused('invalid_input'));
    expect(house.double.requests).toEqual([]);
  });
});

describe('binding a WhatsApp sender', () => {
  test('sets its webhooks', async () => {
    await using house = await twilioHouse();
    const sender = house.double.register(SENDER);
    expect(await bind(house, 'whatsapp')).toEqual({ state: 'ok', value: { ref: sender.sid, secret: '', todo: [] } });
    expect(sender.webhook).toMatchObject({ callback_url: HOOKS.inbound, status_callback_url: HOOKS.status });
    const { account, credentials } = house;
    const bound = { channel: 'whatsapp', address: SENDER, ref: sender.sid } as const;
    expect(await account.unbindSender(credentials, bound, signal)).toEqual({ state: 'ok', value: null });
    expect(sender.webhook).toMatchObject({ callback_url: '', status_callback_url: '' });
  });

  test('finds it on a later page', async () => {
    await using house = await twilioHouse();
    house.double.account.pageSize = 2;
    for (let i = 0; i < 4; i++) house.double.register(`+1500200001${i}`);
    const sender = house.double.register(SENDER);
    expect(value(await bind(house, 'whatsapp')).ref).toBe(sender.sid);
  });

  test('refuses one that the account does not have', async () => {
    await using house = await twilioHouse();
    house.double.register(`${SENDER}1`);
    house.double.own(SENDER);
    expect(await bind(house, 'whatsapp')).toMatchObject(refused('not_found', 'not a WhatsApp sender'));
  });

  test('says which addresses to paste where, when the API is closed to the account and the number is its own', async () => {
    await using house = await twilioHouse();
    house.double.account.senders = 403;
    house.double.own(SENDER);
    const { ref, todo } = value(await bind(house, 'whatsapp'));
    expect(ref).toBe(`whatsapp:${SENDER}`);
    expect(todo.join('\n')).toContain(HOOKS.inbound);
    expect(todo.join('\n')).toContain(HOOKS.status);
    const { account, credentials } = house;
    const bound = { channel: 'whatsapp', address: SENDER, ref } as const;
    expect(await account.unbindSender(credentials, bound, signal)).toEqual({ state: 'ok', value: null });
  });

  test('takes a message that the account received on it for proof, and nothing that it only tried to send', async () => {
    await using house = await twilioHouse();
    house.double.account.senders = 404;
    const to = `whatsapp:${SENDER}`;
    house.double.store({ to, from: to, body: 'to myself', direction: 'outbound-api' });
    expect(await bind(house, 'whatsapp')).toMatchObject(refused('not_found', 'Nothing shows'));
    house.double.store({ to, from: 'whatsapp:+14155550100', body: 'Hi', direction: 'inbound', status: 'received' });
    expect(value(await bind(house, 'whatsapp')).todo).not.toEqual([]);
  });
});

describe('buying a number', () => {
  const wanted = { country: 'US', areaCode: '415', tag: 'sallyport act_1', hooks: HOOKS };
  const buy = ({ account, credentials }: TwilioHouse, change: Partial<typeof wanted> = {}) =>
    account.buyNumber!(credentials, { ...wanted, ...change }, signal);
  const find = ({ account, credentials }: TwilioHouse, tag = wanted.tag) =>
    account.findNumber!(credentials, tag, signal);
  const offer = ({ double }: TwilioHouse, ...addresses: readonly string[]) => {
    for (const address of addresses) double.shop.push({ address, country: 'US', free: true });
  };

  test('takes one with its webhook and tag, and it is found by them', async () => {
    await using house = await twilioHouse();
    offer(house, '+14155550160');
    const bought = value(await buy(house));
    expect(house.double.numbers).toMatchObject([
      { sid: bought.ref, address: '+14155550160', name: wanted.tag, smsUrl: HOOKS.inbound },
    ]);
    expect(value(await find(house))).toEqual(bought);
  });

  test('tries the next one when someone else was faster, and three at most', async () => {
    await using house = await twilioHouse();
    offer(house, '+14155550160', '+14155550161', '+14155550162', '+14155550163');
    const [first, second, third] = house.double.shop;
    first!.free = false;
    expect(value(await buy(house)).address).toBe('+14155550161');
    second!.free = false;
    third!.free = false;
    expect(await buy(house, { tag: 'another' })).toMatchObject(refused('not_found'));
    expect(names(house).filter((name) => name === 'buy number')).toHaveLength(5);
  });

  test('does not buy a second one for the same tag', async () => {
    await using house = await twilioHouse();
    offer(house, '+14155550160', '+14155550161');
    const first = value(await buy(house));
    expect(value(await buy(house))).toEqual(first);
    expect(house.double.numbers).toHaveLength(1);
  });

  test.each<readonly [string, Failure]>([
    ['breaks off', { is: 'reset', after: true }],
    ['fails', { is: 'error', status: 500, code: 20500, after: true }],
    ['sends half an answer', { is: 'half_answer', after: true }],
  ])('is unknown when Twilio %s, buys no other, and what was bought is found', async (_name, failure) => {
    await using house = await twilioHouse();
    offer(house, '+14155550160', '+14155550161');
    house.double.fail({ is: 'slow', ms: 1 }, { is: 'slow', ms: 1 }, failure);
    expect(await buy(house)).toMatchObject({ state: 'unknown', code: 'outcome_unknown' });
    expect(house.double.numbers).toHaveLength(1);
    expect(value(await find(house))?.address).toBe('+14155550160');
  });

  test.each<readonly [string, Partial<typeof wanted>, string]>([
    ['a country without numbers', { country: 'XX' }, 'not_found'],
    ['an area without numbers', { areaCode: '999' }, 'not_found'],
    ['no country', { country: '' }, 'invalid_input'],
    ['a path for a country', { country: '../..' }, 'invalid_input'],
    ['a text for an area code', { areaCode: '4x5' }, 'invalid_input'],
    ['no tag', { tag: '' }, 'invalid_input'],
  ])('refuses %s', async (_name, change, code) => {
    await using house = await twilioHouse();
    offer(house, '+14155550160');
    expect(await buy(house, change)).toMatchObject(refused(code));
    expect(house.double.numbers).toEqual([]);
  });

  test('tells a refusal in words', async () => {
    await using house = await twilioHouse();
    offer(house, '+14155550160');
    house.double.fail({ is: 'slow', ms: 1 }, { is: 'slow', ms: 1 }, { is: 'error', status: 400, code: 21631 });
    expect(await buy(house)).toMatchObject(refused('provider_rejected', 'needs an address'));
  });

  test('finds none by a part of the tag, and does not choose between two', async () => {
    await using house = await twilioHouse();
    house.double.own('+14155550160').name = `${wanted.tag}0`;
    expect(value(await find(house))).toBeNull();
    house.double.own('+14155550161').name = wanted.tag;
    house.double.own('+14155550162').name = wanted.tag;
    expect(await find(house)).toMatchObject(refused('provider_rejected', '2 numbers'));
  });

  test('gives a number back, once or twice', async () => {
    await using house = await twilioHouse();
    const { sid } = house.double.own('+14155550160');
    const release = () => house.account.releaseNumber!(house.credentials, sid, signal);
    house.double.fail({ is: 'reset', after: true });
    expect(await release()).toEqual({ state: 'ok', value: null });
    expect(await release()).toEqual({ state: 'ok', value: null });
    expect(house.double.numbers).toEqual([]);
    expect(await house.account.releaseNumber!(house.credentials, '..', signal)).toMatchObject(refused('invalid_input'));
  });
});
