import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toUtf8 } from '../kernel/encoding.ts';
import { MAX_PAIRS, parseForm } from './form.ts';

const pairs = (text: string) => {
  const form = parseForm(toUtf8(text));
  return form.ok ? form.value : form.error.code;
};

describe('parseForm', () => {
  it.for([
    ['', []],
    [
      'a=1&b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'b=2&a=1&b=1',
      [
        ['b', '2'],
        ['a', '1'],
        ['b', '1'],
      ],
    ],
    ['a', [['a', '']]],
    ['=a', [['', 'a']]],
    ['a=b=c', [['a', 'b=c']]],
    ['&&a=1&', [['a', '1']]],
    [
      'Body=a+b%2B%20c&From=%2B14155550100',
      [
        ['Body', 'a b+ c'],
        ['From', '+14155550100'],
      ],
    ],
    ['caf%C3%A9=%F0%9F%98%80', [['café', '😀']]],
    [
      '__proto__=1&constructor=2',
      [
        ['__proto__', '1'],
        ['constructor', '2'],
      ],
    ],
  ] as const)('reads %j', ([text, expected]) => {
    expect(pairs(text)).toEqual(expected);
  });

  it.for(['a=%', 'a=%2', 'a=%zz', 'a=%ff', 'a=%c0%af', 'a=%ed%a0%80', '%=1'])('refuses %j', (text) => {
    expect(pairs(text)).toBe('invalid_input');
  });

  it('refuses bytes that are no UTF-8, and more fields than anybody sends', () => {
    expect(parseForm(Uint8Array.of(0x61, 0x3d, 0xff)).ok).toBe(false);
    expect(pairs('a&'.repeat(MAX_PAIRS))).toHaveLength(MAX_PAIRS);
    expect(pairs('a&'.repeat(MAX_PAIRS + 1))).toBe('invalid_input');
    expect(pairs('&'.repeat(100_000))).toEqual([]);
  });

  it('reads back, in order, whatever is written by the standard', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((one) => one.isWellFormed());
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 20 }), (written) => {
        const sent = written.filter(([name, value]) => name !== '' || value !== '');
        expect(pairs(new URLSearchParams(sent).toString())).toEqual(sent);
      }),
    );
  });
});
