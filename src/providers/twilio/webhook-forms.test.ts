import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FormPairs } from '../../shield/form.ts';
import { readInbound } from './inbound.ts';
import { readStatus } from './status.ts';

const SID = `SM${'0a'.repeat(16)}`;
const pairs = (fields: Record<string, string>): FormPairs => Object.entries(fields);

describe('an inbound message', () => {
  const SMS = {
    ToCountry: 'US',
    MessageSid: SID,
    NumMedia: '0',
    NumSegments: '2',
    From: '+14155550100',
    To: '+15002000000',
    Body: '  Hello \n',
    AccountSid: `AC${'0'.repeat(32)}`,
  };

  test('is read as it is', () => {
    expect(readInbound(pairs(SMS))).toEqual({
      channel: 'sms',
      from: '+14155550100',
      to: '+15002000000',
      body: '  Hello \n',
      messageSid: SID,
      media: [],
      numSegments: 2,
    });
  });

  test('by WhatsApp loses its prefixes and keeps the name', () => {
    const message = { ...SMS, From: 'whatsapp:+14155550100', To: 'whatsapp:+15002000000', ProfileName: 'Bo\r\nb' };
    expect(readInbound(pairs(message))).toMatchObject({
      channel: 'whatsapp',
      from: '+14155550100',
      to: '+15002000000',
      profileName: 'Bo\r\nb',
    });
  });

  test('tells that Twilio has handled an opt-out', () => {
    expect(readInbound(pairs({ ...SMS, OptOutType: 'STOP' }))).toMatchObject({ optOutType: 'STOP' });
    expect(readInbound(pairs({ ...SMS, OptOutType: 'OTHER' }))).not.toHaveProperty('optOutType');
  });

  test('brings its media, and no address that is not https', () => {
    const media = {
      NumMedia: '4',
      MediaUrl0: 'https://api.twilio.com/a',
      MediaContentType0: 'image/JPEG',
      MediaUrl1: 'http://169.254.169.254/',
      MediaContentType1: 'image/png',
      MediaUrl2: 'https://api.twilio.com/b',
      MediaContentType2: 'text/html\r\nx: y',
    };
    expect(readInbound(pairs({ ...SMS, ...media }))?.media).toEqual([
      { url: 'https://api.twilio.com/a', contentType: 'image/jpeg' },
      { url: 'https://api.twilio.com/b', contentType: 'application/octet-stream' },
    ]);
  });

  test('may have no text, from a short code', () => {
    const { Body: _, ...rest } = SMS;
    expect(readInbound(pairs({ ...rest, From: '12345' }))).toMatchObject({ from: '12345', body: '' });
  });

  test.each<readonly [string, FormPairs]>([
    ['has no id', pairs({ ...SMS, MessageSid: '' })],
    ['has an id of something else', pairs({ ...SMS, MessageSid: 'CA1' })],
    ['has no sender', pairs({ ...SMS, From: '' })],
    ['has two senders', [...pairs(SMS), ['From', '+19995550100']]],
    ['has two ids', [...pairs(SMS), ['MessageSid', SID]]],
    ['has no recipient', pairs({ ...SMS, To: '' })],
    ['comes from one channel and goes to another', pairs({ ...SMS, From: 'whatsapp:+14155550100' })],
    ['comes by a channel that we do not have', pairs({ ...SMS, From: 'messenger:1', To: 'messenger:2' })],
    ['has a sender with a line break', pairs({ ...SMS, From: '+1415\r\n5550100' })],
    ['has a sender without end', pairs({ ...SMS, From: `+${'1'.repeat(100)}` })],
    ['is empty', []],
  ])('that %s is none', (_name, params) => {
    expect(readInbound(params)).toBeNull();
  });

  test('stays within bounds whatever comes', () => {
    const long = `${'a'.repeat(16_383)}💥`;
    const message = readInbound(
      pairs({ ...SMS, Body: long, ProfileName: long, NumSegments: '999999', NumMedia: '999999' }),
    );
    expect(message?.body).toBe('a'.repeat(16_383)); // not half an emoji
    expect(message?.profileName).toHaveLength(256);
    expect(message?.numSegments).toBe(100);
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...Object.keys(SMS), 'MediaUrl0', 'OptOutType'), fc.string()),
        (fields) => {
          const read = readInbound(pairs({ ...SMS, ...fields }));
          expect(read === null || (read.numSegments >= 1 && read.media.length <= 10)).toBe(true);
        },
      ),
    );
  });
});

describe('a status report', () => {
  test.each([
    ['queued', 'queued'],
    ['accepted', 'queued'],
    ['scheduled', 'queued'],
    ['sending', 'queued'],
    ['sent', 'sent'],
    ['delivered', 'delivered'],
    ['read', 'delivered'],
    ['undelivered', 'failed'],
    ['failed', 'failed'],
    ['canceled', 'failed'],
  ])('%s is %s here', (told, status) => {
    expect(readStatus(pairs({ MessageSid: SID, MessageStatus: told }))).toEqual({
      sid: SID,
      status,
      errorCode: null,
      deliveryKey: `${SID}:${told}:`,
    });
  });

  test('brings its error code, also into what a repeat is known by', () => {
    expect(readStatus(pairs({ MessageSid: SID, MessageStatus: 'undelivered', ErrorCode: '30003' }))).toMatchObject({
      errorCode: '30003',
      deliveryKey: `${SID}:undelivered:30003`,
    });
  });

  test.each<readonly [string, FormPairs]>([
    ['of an inbound message', pairs({ MessageSid: SID, MessageStatus: 'received' })],
    ['with a status that is new', pairs({ MessageSid: SID, MessageStatus: 'teleported' })],
    ['with a status of another case', pairs({ MessageSid: SID, MessageStatus: 'DELIVERED' })],
    ['with a status that objects have', pairs({ MessageSid: SID, MessageStatus: 'constructor' })],
    ['without a status', pairs({ MessageSid: SID })],
    ['with two statuses', [...pairs({ MessageSid: SID, MessageStatus: 'sent' }), ['MessageStatus', 'failed']]],
    ['without an id', pairs({ MessageStatus: 'sent' })],
    ['of a call', pairs({ MessageSid: `CA${'0'.repeat(32)}`, MessageStatus: 'sent' })],
  ])('%s is none', (_name, params) => {
    expect(readStatus(params)).toBeNull();
  });

  test('ignores an error code that is no number', () => {
    expect(readStatus(pairs({ MessageSid: SID, MessageStatus: 'failed', ErrorCode: "1'; --" }))?.errorCode).toBeNull();
  });
});
