import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { smsSize } from '../rules/sms-segments.ts';
import { CODE_LANGUAGES, codeText, HIDDEN_CODE, shortName } from './text.ts';

describe.each(CODE_LANGUAGES)('the text in %s', (language) => {
  test('begins with the code, names the organisation, and is one part whatever its letters', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (name) => {
        const { body } = codeText('sms', language, '123456', shortName(name));
        expect(body.startsWith('123456 ')).toBe(true);
        expect(body).toContain(shortName(name));
        expect(smsSize(body).segments).toBe(1);
      }),
    ));
  test('has a subject in a mail alone, without the code', () => {
    expect(codeText('email', language, '123456', 'Acme').subject).toMatch(/^[^\d]*Acme[^\d]*$/);
    expect(codeText('sms', language, '123456', 'Acme').subject).toBeUndefined();
  });
  test('is as long with stars in the code’s place', () =>
    expect(codeText('sms', language, HIDDEN_CODE, 'Acme').body).toHaveLength(
      codeText('sms', language, '123456', 'Acme').body.length,
    ));
});

test('a name stays on one line and keeps whole letters', () => {
  expect(shortName('Acme\r\nLtd\u202e')).toBe('Acme  Ltd');
  expect(shortName(`${'x'.repeat(19)}😀y`)).toBe('x'.repeat(19));
  expect(shortName('').length).toBe(0);
});
