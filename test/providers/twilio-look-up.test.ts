import { describe, expect, test } from 'vitest';
import type { MessageQuestion } from '../../src/comms/provider-ports.ts';
import type { StoredMessage } from '../doubles/twilio-resources.ts';
import { permitTo, RECIPIENT, SENDER, type TwilioHouse, twilioHouse } from '../support/twilio-house.ts';

const { signal } = new AbortController();
const ask = ({ account, credentials, clock }: TwilioHouse, change: Partial<MessageQuestion> = {}) =>
  account.lookUp!(
    credentials,
    { channel: 'sms', ref: null, from: SENDER, to: RECIPIENT, body: 'Hello', at: clock.now(), ...change },
    signal,
  );
const NOTHING = { state: 'ok', value: null };

describe('a message is looked up by its reference', () => {
  test('with what it cost and came to', async () => {
    await using house = await twilioHouse();
    const { sid } = house.double.store({
      to: RECIPIENT,
      from: SENDER,
      body: 'Hello',
      status: 'undelivered',
      errorCode: 30_003,
      price: '-0.00790',
    });
    expect(await ask(house, { ref: sid })).toEqual({
      state: 'ok',
      value: { status: 'failed', ref: sid, errorCode: '30003', segments: 1, cost: 7_900 },
    });
  });

  test.each<readonly [string, string]>([
    ['that Twilio does not know', `SM${'f'.repeat(32)}`],
    ['that leads elsewhere', '../IncomingPhoneNumbers'],
    ['of something else', `CA${'f'.repeat(32)}`],
  ])('%s is none', async (_name, ref) => {
    await using house = await twilioHouse();
    expect(await ask(house, { ref })).toEqual(NOTHING);
  });

  test('is not given up when Twilio is down: it can be asked again', async () => {
    await using house = await twilioHouse();
    const down = { is: 'error', status: 500, code: null } as const;
    house.double.fail(down, down, down);
    expect(await ask(house, { ref: `SM${'f'.repeat(32)}` })).toMatchObject({
      state: 'failed',
      code: 'provider_unavailable',
    });
  });
});

describe('an attempt that broke off', () => {
  test('is found by what it said, though it was never answered', async () => {
    await using house = await twilioHouse();
    house.double.fail({ is: 'reset', after: true });
    expect(await house.carrier.send(permitTo())).toMatchObject({ state: 'unknown' });
    const [message] = house.double.messages;
    expect(await ask(house)).toMatchObject({ state: 'ok', value: { ref: message?.sid, status: 'queued' } });
  });

  test('by WhatsApp too', async () => {
    await using house = await twilioHouse();
    house.double.fail({ is: 'half_answer', after: true });
    await house.carrier.send(permitTo({ input: { channel: 'whatsapp' } }));
    expect(await ask(house, { channel: 'whatsapp' })).toMatchObject({ state: 'ok', value: { status: 'queued' } });
    expect(await ask(house)).toEqual(NOTHING);
  });

  test('by a messaging service too', async () => {
    await using house = await twilioHouse();
    const from = `MG${'0'.repeat(32)}`;
    house.double.fail({ is: 'reset', after: true });
    await house.carrier.send(permitTo({ context: { from } }));
    expect(await ask(house, { from })).toMatchObject({ state: 'ok', value: { segments: null } });
    expect(await ask(house, { from: `MG${'1'.repeat(32)}` })).toEqual(NOTHING);
  });

  test('from a trial account is found by what Twilio made of it', async () => {
    await using house = await twilioHouse();
    house.double.store({ to: RECIPIENT, from: SENDER, body: 'Sent from your Twilio trial account - Hello' });
    expect(await ask(house)).toMatchObject({ state: 'ok', value: { status: 'queued' } });
  });

  test('is not found when it never arrived', async () => {
    await using house = await twilioHouse();
    house.double.fail({ is: 'reset' });
    await house.carrier.send(permitTo());
    expect(await ask(house)).toEqual(NOTHING);
  });

  type Change = Partial<Pick<StoredMessage, 'to' | 'from' | 'body' | 'direction'>> & { readonly later?: number };
  test.each<readonly [string, Change]>([
    ['of another text', { body: 'Hello!' }],
    ['of the text in another case', { body: 'hello' }],
    ['to another number', { to: '+14155550101' }],
    ['from another number', { from: '+15002000001' }],
    ['that came in', { direction: 'inbound' }],
    ['of before', { later: -1_000 }],
    ['of long after', { later: 61_000 }],
  ])('is not taken for a message %s', async (_name, { later = 0, ...change }) => {
    await using house = await twilioHouse();
    house.double.store({ to: RECIPIENT, from: SENDER, body: 'Hello', createdAt: house.clock.now() + later, ...change });
    expect(await ask(house)).toEqual(NOTHING);
  });

  test('is not guessed between two that fit', async () => {
    await using house = await twilioHouse();
    for (let i = 0; i < 2; i++) house.double.store({ to: RECIPIENT, from: SENDER, body: 'Hello' });
    expect(await ask(house)).toEqual(NOTHING);
  });

  test('is not guessed from a page that does not reach back to it', async () => {
    await using house = await twilioHouse();
    const at = house.clock.now();
    house.double.store({ to: RECIPIENT, from: SENDER, body: 'Hello' });
    house.double.store({ to: RECIPIENT, from: SENDER, body: 'Hello' });
    house.double.account.pageSize = 1;
    expect(await ask(house)).toEqual(NOTHING);
    house.double.messages.splice(1, 1, { ...house.double.messages[1]!, createdAt: at - 5_000 });
    house.double.account.pageSize = 2;
    house.double.store({ to: RECIPIENT, from: SENDER, body: 'Something else' });
    expect(await ask(house)).toEqual(NOTHING); // two newest, a third beyond
    house.double.account.pageSize = 3;
    expect(await ask(house)).toMatchObject({ state: 'ok', value: { status: 'queued' } });
  });
});
