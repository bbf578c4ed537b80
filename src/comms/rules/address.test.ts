import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ok } from '../../kernel/result.ts';
import { type AddressProblem, normalAddress, normalMail, normalPhone, notSendable, parsePhone } from './address.ts';

function phone(raw: string) {
  const parsed = parsePhone(raw);
  if (!parsed.ok) throw new Error(`${raw}: ${parsed.error}`);
  return parsed.value;
}

describe('phone numbers', () => {
  it('reads country, standing and type', () => {
    expect(phone('+14155550100')).toEqual({
      e164: '+14155550100',
      country: 'US',
      possible: true,
      valid: true,
      type: 'FIXED_LINE_OR_MOBILE',
    });
    expect(phone('+15551230002')).toEqual({
      e164: '+15551230002',
      country: null,
      possible: true,
      valid: false,
      type: null,
    });
    expect(phone('+12423591234').country).toBe('BS'); // +1 is not one country
  });

  it.each([
    '+1 (555) 123-0002',
    '+1.555.123.0002',
    '+1\u00a0555\u00a0123\u00a00002',
    ' +15551230002 ',
    '+1/555/123/0002',
    '+1–555–123–0002',
    '\u202a+1 555 123 0002\u202c',
    '+1\u2011555\u2011123\u20110002',
  ])('brings %j to one form, so that a do-not-contact entry matches', (raw) => {
    expect(normalPhone(raw)).toEqual(ok('+15551230002'));
  });

  it('drops a trunk prefix, which would be a second spelling', () => {
    expect(normalPhone('+44 (0)20 7946 0018')).toEqual(normalPhone('+442079460018'));
    expect(normalPhone('+49 000000')).toEqual(normalPhone('+490000'));
  });

  it.each([
    ['Mexico', '+525512345678', ['+5215512345678', '+52 1 55 1234 5678', '+52 (1) 55-1234-5678']],
    [
      'Argentina',
      '+541123456789',
      ['+5491123456789', '+54 9 11 2345-6789', '+54 11 15 2345-6789', '+54 011 2345-6789'],
    ],
    ['Argentina, by its own 15', '+543435123456', ['+5493435123456', '+54 343 15 512 3456']],
  ])('%s: the mark of a mobile is no part of the number', (_country, normal, spellings) => {
    for (const raw of [normal, ...spellings]) expect(normalPhone(raw), raw).toEqual(ok(normal));
    expect(notSendable(phone(spellings[0]!))).toBeNull();
  });

  it.each(['+521551234567', '+52155123456789', '+5491123456', '+549112345678901'])(
    'does not take a digit out of %s, which has another length',
    (raw) => {
      const parsed = parsePhone(raw);
      expect(parsed.ok ? parsed.value.e164 : raw).toBe(raw);
    },
  );

  it('a premium number is not let through by the mark of a mobile', () => {
    expect(notSendable(phone('+5496004000523'))).toBe('premium_rate');
  });

  it.each([
    '',
    '+',
    '4155550100',
    '0014155550100',
    '(415) 555-0100',
    'tel:+14155550100',
    '+1415555O100',
    '+1 800 FLOWERS',
    '+14155550100\r\nBcc: x',
    '+14155550100\u0000',
    '+1415555\n0100',
    '+14155550100 ext. 5',
    '+1415+5550100',
    '+１４１５５５５０１００',
    `+1${' '.repeat(100)}4155550100`,
  ])('refuses %j: no country is guessed and nothing is cut off', (raw) => {
    expect(normalPhone(raw)).toEqual({ ok: false, error: 'not_international' });
  });

  it.each(['+1', '+0123456789', '+999123456', '+1415', '+141555501001', '+1234567890123456'])(
    'refuses %s as impossible',
    (raw) => {
      expect(normalPhone(raw)).toEqual({ ok: false, error: 'impossible_number' });
    },
  );

  it('has one form per number: a normal form is its own normal form', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 3, maxLength: 15 });
    const known = fc.tuple(
      fc.constantFrom(
        '+1',
        '+44',
        '+49',
        '+52',
        '+521',
        '+54',
        '+549',
        '+5415',
        '+55',
        '+39',
        '+7',
        '+225',
        '+61',
        '+881',
      ),
      digits,
    );
    fc.assert(
      fc.property(known, ([code, rest]) => {
        const once = normalPhone(code + rest);
        if (once.ok) expect(normalPhone(once.value)).toEqual(once);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('what may be sent to', () => {
  it('every sandbox number is sendable', () => {
    for (let i = 0; i < 100; i++) expect(notSendable(phone(`+141555501${String(i).padStart(2, '0')}`))).toBeNull();
  });

  it.each(['+14155552671', '+4915112345678', '+18005551212', '+447624000000', '+77012345678'])('%s is', (raw) => {
    expect(notSendable(phone(raw))).toBeNull();
  });

  it.each<[string, AddressProblem]>([
    ['+15551230002', 'invalid_number'],
    ['+447700900123', 'invalid_number'],
    ['+19005551234', 'premium_rate'],
    ['+33899123456', 'premium_rate'],
    ['+443700000000', 'uan'],
    ['+447012345678', 'personal_number'],
    ['+15005550006', 'personal_number'],
    ['+870773111632', 'global_range'],
    ['+8816312345678', 'global_range'],
    ['+88213012345', 'global_range'],
    ['+883510012345', 'global_range'],
    ['+97912345678', 'global_range'],
    ['+80812345678', 'global_range'],
    ['+80012345678', 'global_range'],
  ])('%s is not: %s', (raw, problem) => {
    expect(notSendable(phone(raw))).toBe(problem);
  });
});

describe('mail addresses', () => {
  it.each([
    ['Bob@X.com', 'bob@x.com'],
    [' bob@x.com ', 'bob@x.com'],
    ["O'Brien+news@Example.CO.UK", "o'brien+news@example.co.uk"],
    ['info@Bücher.example', 'info@xn--bcher-kva.example'],
    ['info@xn--bcher-kva.example', 'info@xn--bcher-kva.example'],
    ['a@ｘ.com', 'a@x.com'],
  ])('%j becomes %j', (raw, normal) => {
    expect(normalMail(raw)).toEqual(ok(normal));
  });

  it.each([
    '',
    '@',
    'bob',
    'bob@',
    '@x.com',
    'bob@x',
    'bob@x..com',
    'bob@.x.com',
    'bob@x.com.',
    '.bob@x.com',
    'bo..b@x.com',
    'bob@1.2.3.4',
    'bob@1.2.3.0x4',
    'bob@[1.2.3.4]',
    'bob@x.com\r\nBcc: a@b.com',
    'bob@x.com\n',
    '\u0000bob@x.com',
    'Bob <bob@x.com>',
    '"bob smith"@x.com',
    'bob(hi)@x.com',
    'bob@ex%61mple.com',
    'bob@-x.com',
    'bob@x-.com',
    'bob@a_b.com',
    'bøb@x.com',
    'a@b@x.com',
    'a,b@x.com',
    'bob@x.com,eve@y.com',
    `${'a'.repeat(65)}@x.com`,
    `a@${'b.'.repeat(130)}com`,
    `a@${'b'.repeat(64)}.com`,
  ])('refuses %j', (raw) => {
    expect(normalMail(raw)).toEqual({ ok: false, error: 'not_a_mail_address' });
  });

  it('has one form: case and width of the domain do not matter, and a normal form is its own normal form', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (mail) => {
        const once = normalMail(mail);
        expect(normalMail(mail.toUpperCase())).toEqual(once);
        if (once.ok) expect(normalMail(once.value)).toEqual(once);
      }),
    );
  });
});

it('takes the form of the channel: a number is one contact on SMS, WhatsApp and voice', () => {
  for (const channel of ['sms', 'whatsapp', 'voice'] as const)
    expect(normalAddress(channel, '+1 555 123 0002')).toEqual(ok('+15551230002'));
  expect(normalAddress('email', 'Bob@X.com')).toEqual(ok('bob@x.com'));
  expect(normalAddress('sms', 'bob@x.com').ok).toBe(false);
  expect(normalAddress('email', '+15551230002').ok).toBe(false);
});
