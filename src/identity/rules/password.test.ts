import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalPassword, PASSWORD, PASSWORD_FAULTS, type PasswordFault, passwordFault } from './password.ts';

const OWNER = { email: 'first.owner@company.example', name: 'First Owner' };
const NOBODY = { email: null, name: null };

describe('a password', () => {
  test.each<[string, PasswordFault | null]>([
    ['tin roof rusted', null],
    ['tr4yHQ.z', null],
    ['tr4yHQ.', 'too_short'],
    ['pässwörter für alle', null],
    ['🦊🐌🦉🐝🐙🦀🐢🐬', null],
    ['        ', 'repeated'],
    ['xxxxxxxxxxxxxxxx', 'repeated'],
    ['abcdefghijkl', 'run'],
    ['7890123456', 'run'],
    ['zyxwvutsrq', 'run'],
    ['password', 'common'],
    ['Qwertyuiop', 'common'],
    ['ｐａｓｓｗｏｒｄ', 'common'], // full-width letters are the same ones
    ['first.owner@company.example', 'about_you'],
    ['First Owner 1815', 'about_you'],
    ['SALLYPORT-2026!', 'about_you'],
    ['sallyportpassword', 'about_you'],
    ['owner of the hill tonight', null],
    ['half a \ud800 character', 'malformed'],
    ['x'.repeat(1025), 'too_long'],
    ['ﷺ'.repeat(100), 'too_long'], // 300 bytes, which normalise to 3 300
  ])('%j: %s', (password, fault) => expect(passwordFault(password, OWNER)).toBe(fault));

  test('may have 64 characters and many more, of any kind', () => {
    const any = fc
      .string({ unit: 'grapheme', minLength: 9, maxLength: 64 })
      .filter((text) => normalPassword(text) !== null);
    fc.assert(fc.property(any, (text) => passwordFault(`Ω${text}7~ж`, NOBODY) === null));
    expect(passwordFault('tin roof rusted '.repeat(64), NOBODY)).toBeNull();
  });

  test('is the same one whatever way its characters were typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const normal = normalPassword(text);
        return (
          normal === null || (normalPassword(text.normalize('NFD')) === normal && normalPassword(normal) === normal)
        );
      }),
    );
    expect(normalPassword('Ångström')).toBe(normalPassword('A\u030angstro\u0308m'));
  });

  test('is never cut off: two that differ at their ends stay different', () => {
    const long = 'a'.repeat(PASSWORD.mostBytes - 1);
    expect(normalPassword(`${long}b`)).not.toBe(normalPassword(`${long}c`));
    expect(normalPassword(`${long}bc`)).toBeNull();
  });

  test('is not refused for words that are shorter than three characters', () =>
    expect(passwordFault('liaison now', { email: 'l@io.example', name: 'L I' })).toBeNull());

  test('is refused with a sentence that says what to do', () => {
    for (const say of Object.values(PASSWORD_FAULTS)) expect(say).toMatch(/(?:Choose|Type) .+\.$/);
  });
});
