import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { basicHeader, parseBasic } from './basic.ts';

const spelt = (text: string) => Buffer.from(text, 'utf8').toString('base64');
const bytes = (...octets: number[]) => Buffer.from(octets).toString('base64');

describe('parseBasic', () => {
  it.for([
    ['the RFC’s own example', 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==', 'Aladdin', 'open sesame'],
    ['the RFC’s example of UTF-8', 'Basic dGVzdDoxMjPCow==', 'test', '123£'],
    ['the scheme in lower case', `basic ${spelt('a:b')}`, 'a', 'b'],
    ['the scheme in upper case', `BASIC ${spelt('a:b')}`, 'a', 'b'],
    ['colons in the password', `Basic ${spelt('a:b:c::')}`, 'a', 'b:c::'],
    ['an empty user', `Basic ${spelt(':b')}`, '', 'b'],
    ['an empty password', `Basic ${spelt('a:')}`, 'a', ''],
    ['both empty', `Basic ${spelt(':')}`, '', ''],
    ['spaces, which belong to what they stand in', `Basic ${spelt(' a : b ')}`, ' a ', ' b '],
    ['a byte order mark, which belongs to the user', `Basic ${spelt('\ufeffa:b')}`, '\ufeffa', 'b'],
  ] as const)('reads %s', ([, header, user, password]) => {
    expect(parseBasic(header)).toEqual({ user, password });
  });

  it.for([
    ['no header', null],
    ['an empty header', ''],
    ['a scheme alone', 'Basic'],
    ['no credentials', 'Basic '],
    ['no colon', `Basic ${spelt('ab')}`],
    ['another scheme', `Bearer ${spelt('a:b')}`],
    ['two spaces', `Basic  ${spelt('a:b')}`],
    ['a space after it', `Basic ${spelt('a:b')} `],
    ['a tab', `Basic\t${spelt('a:b')}`],
    ['a line break', `Basic ${spelt('a:b')}\n`],
    ['no padding', 'Basic YTpiYg'],
    ['padding in excess', 'Basic YTpi='],
    ['bits that nobody reads', 'Basic YTpiYh=='],
    ['the alphabet for addresses', 'Basic YTo_Pz8-'],
    ['something between the digits', 'Basic YT\u0000pi'],
    ['two headers, joined', `Basic ${spelt('a:b')}, Basic ${spelt('a:b')}`],
    ['bytes that are no UTF-8', `Basic ${bytes(0x61, 0x3a, 0xff)}`],
    ['an overlong spelling of the colon', `Basic ${bytes(0x61, 0xc0, 0xba, 0x62)}`],
    ['what is longer than 4096 characters', `Basic ${spelt(`a:${'b'.repeat(4096)}`)}`],
  ] as const)('refuses %s', ([, header]) => {
    expect(parseBasic(header)).toBeNull();
  });

  const text = fc.string({ unit: 'binary', maxLength: 40 });

  it('reads back every user without a colon and every password', () => {
    fc.assert(
      fc.property(text, text, (anything, password) => {
        const user = anything.replaceAll(':', '');
        expect(parseBasic(basicHeader({ user, password }))).toEqual({ user, password });
      }),
    );
  });

  it('never throws, and knows one spelling only', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.base64String()), (credentials) => {
        const parsed = parseBasic(`Basic ${credentials}`);
        if (parsed !== null) expect(basicHeader(parsed)).toBe(`Basic ${credentials}`);
      }),
    );
  });
});
