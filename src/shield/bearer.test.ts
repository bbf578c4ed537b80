import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBearerToken, MAX_TOKEN_CHARS, parseBearer } from './bearer.ts';

describe('parseBearer', () => {
  it.for([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER a-b.c_d~e+f/g==', 'a-b.c_d~e+f/g=='],
  ] as const)('reads %j', ([header, token]) => {
    expect(parseBearer(header)).toEqual({ is: 'token', token });
  });

  it('tells no header from a bad one', () => {
    expect(parseBearer(null)).toEqual({ is: 'absent' });
  });

  it.for([
    '',
    'Bearer',
    'Bearer ',
    'Bearer  abc', // two spaces: one spelling per token
    'Bearer abc ',
    'Bearer\tabc',
    'Bearer abc def',
    'Bearer abc, Bearer def', // two headers, joined
    'Bearer a=b',
    'Bearer ünïcode',
    'Bearer abc\n',
    'Basic YTpi',
    'abc',
    `Bearer ${'a'.repeat(MAX_TOKEN_CHARS + 1)}`,
  ])('calls %j malformed', (header) => {
    expect(parseBearer(header)).toEqual({ is: 'malformed' });
  });

  it('never throws, and gives back only what can be a token', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const bearer = parseBearer(`Bearer ${text}`);
        expect(bearer).toEqual(isBearerToken(text) ? { is: 'token', token: text } : { is: 'malformed' });
      }),
    );
  });
});
