import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ok } from '../../kernel/result.ts';
import { normalPhone } from './address.ts';
import { deliveredAddress, isUnaddressableSender } from './delivered-address.ts';

describe('a number that a provider delivers', () => {
  it.each([
    ['+14155550121', '+14155550121'],
    ['14155550121', '+14155550121'],
    ['0014155550121', '+14155550121'],
    ['00 1 (415) 555-0121', '+14155550121'],
    ['whatsapp:+14155550121', '+14155550121'],
    ['WhatsApp:14155550121', '+14155550121'],
    ['rcs:+14155550121', '+14155550121'],
    ['tel:+1-415-555-0121', '+14155550121'],
    ['tel:+14155550121;ext=5', '+14155550121'],
    ['tel:0014155550121', '+14155550121'],
    [' sms: +14155550121 ', '+14155550121'],
    ['+5215512345678', '+525512345678'],
    ['5215512345678', '+525512345678'],
    ['whatsapp:+5491123456789', '+541123456789'],
    ['0054 9 11 2345-6789', '+541123456789'],
    ['447400123456', '+447400123456'],
  ])('%s is %s', (raw, normal) => {
    for (const channel of ['sms', 'whatsapp', 'voice'] as const)
      expect(deliveredAddress(channel, raw)).toEqual(ok(normal));
  });

  it.each([
    '',
    '+',
    '4155550121',
    '3125550123',
    '(415) 555-0121',
    '01114155550121',
    '+1415555O121',
    'tel:',
    'whatsapp:Bob',
    '72345',
  ])('can’t be read from %j: a national number is not guessed at', (raw) => {
    expect(deliveredAddress('sms', raw).ok).toBe(false);
  });

  it('has the form that a send is judged by, whatever comes before it', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 3, maxLength: 13 });
    const code = fc.constantFrom('1', '44', '49', '52', '521', '54', '549', '55', '39', '7', '225');
    fc.assert(
      fc.property(code, digits, fc.constantFrom('', 'whatsapp:', 'tel:'), (country, rest, scheme) => {
        const sent = normalPhone(`+${country}${rest}`);
        for (const spelled of [`+${country}${rest}`, `00${country}${rest}`])
          expect(deliveredAddress('sms', scheme + spelled)).toEqual(sent);
        const bare = deliveredAddress('sms', scheme + country + rest);
        if (bare.ok) expect(bare).toEqual(sent);
      }),
      { numRuns: 1_000 },
    );
  });
});

it.each([
  ['Bob@X.com', 'bob@x.com'],
  ['Bob <Bob@X.com>', 'bob@x.com'],
  ['"eve@y.com" <bob@x.com>', 'bob@x.com'],
  ['<bob@x.com>', 'bob@x.com'],
  ['mailto:bob@x.com', 'bob@x.com'],
])('a mail header %j is %s', (raw, normal) => {
  expect(deliveredAddress('email', raw)).toEqual(ok(normal));
});

it.each(['Bob', '<bob@x.com> <eve@y.com>', 'bob@x.com, eve@y.com', 'Bob <>'])(
  'no mail address is read from %j',
  (raw) => {
    expect(deliveredAddress('email', raw).ok).toBe(false);
  },
);

it('a name or a short code is nobody’s address; a number that can’t be read is not', () => {
  for (const name of ['PARCELCO', 'Parcel Co', 'M&S', '4YOU', 'Müller', '72345', '911'])
    expect(isUnaddressableSender('sms', name), name).toBe(true);
  for (const number of ['+1415555O1', '4155550121', '+72345', '14155550121x', 'tel:+1', '', '-', '1234567'])
    expect(isUnaddressableSender('sms', number), number).toBe(false);
  expect(isUnaddressableSender('email', 'PARCELCO')).toBe(false);
});
