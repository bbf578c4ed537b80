import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toUtf8 } from '../kernel/encoding.ts';
import { MAX_DEPTH, parseStrictJson } from './strict-json.ts';

const parse = (text: string) => parseStrictJson(toUtf8(text));
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('parseStrictJson', () => {
  it('reads what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: 'grapheme' }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('"__proto__"'));
        expect(parse(text)).toEqual({ ok: true, value: JSON.parse(text) });
      }),
    );
  });

  it('delivers prose about keys and numbers untouched', () => {
    const value = { body: '{"__proto__": 1e999} [[[[ \\" é 😀', constructor: 'Ferrari' };
    expect(parse(JSON.stringify(value))).toEqual({ ok: true, value });
  });

  it('accepts escaped surrogate pairs, as some encoders write every emoji', () => {
    expect(parse('"\\ud83d\\ude00"')).toEqual({ ok: true, value: '😀' });
  });

  it.for([
    ['an empty body', ''],
    ['two values', '1 2'],
    ['a trailing comma', '[1,]'],
    ['NaN', 'NaN'],
    ['a raw line break in a string', '"a\nb"'],
    ['a byte-order mark', '\ufeff{}'],
    ['a number beyond the largest', '{"n":1e999}'],
    ['a number beyond the smallest', '[-1e999]'],
    ['many digits that overflow', `[${'9'.repeat(400)}]`],
    ['a __proto__ key', '{"__proto__":{"admin":true}}'],
    ['a __proto__ key spelled with escapes', '{"\\u005f_proto_\\u005F":1}'],
    ['a __proto__ key deep inside', '{"a":[{"b":{"__proto__":null}}]}'],
    ['a constructor with a prototype', '{"constructor":{"prototype":{"admin":true}}}'],
    ['an unpaired surrogate in text', '["\\ud800"]'],
    ['an unpaired surrogate in a key', '{"\\udc00":1}'],
    ['33 levels of arrays', nested(MAX_DEPTH + 1)],
    ['33 levels of objects', `${'{"a":'.repeat(MAX_DEPTH + 1)}1${'}'.repeat(MAX_DEPTH + 1)}`],
    ['half a million open brackets', '['.repeat(500_000)],
  ] as const)('refuses %s', ([, text]) => {
    expect(parse(text)).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  });

  it.for([
    ['a lone continuation byte', [0x22, 0x80, 0x22]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
  ] as const)('refuses %s', ([, bytes]) => {
    expect(parseStrictJson(Uint8Array.from(bytes))).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  });

  it('accepts exactly 32 levels, and brackets in text do not count', () => {
    expect(parse(nested(MAX_DEPTH)).ok).toBe(true);
    expect(parse(JSON.stringify(['\\"'.repeat(50), '[{'.repeat(100)])).ok).toBe(true);
  });

  it('finds the depth behind strings that end in escapes', () => {
    expect(parse(`["\\\\",${nested(MAX_DEPTH)}]`).ok).toBe(false);
    expect(parse(`["\\"",${nested(MAX_DEPTH)}]`).ok).toBe(false);
  });
});
