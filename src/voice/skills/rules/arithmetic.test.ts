import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, spell } from './arithmetic.ts';
import { ArithmeticFault, toNumber } from './fraction.ts';

const result = (text: string): string => spell(evaluate(text)).text;

describe('arithmetic', () => {
  it.for([
    ['0.1 + 0.2', '0.3'],
    ['1/3*3', '1'],
    ['2 ** 10', '1024'],
    ['2^8', '256'],
    ['-2**2', '-4'],
    ['2**3**2', '512'],
    ['2**-1', '0.5'],
    ['(1 + 2) * 3', '9'],
    ['2 + 3 * 4', '14'],
    ['20 - 5 - 3', '12'],
    ['100 / 10 / 2', '5'],
    ['- - 5', '5'],
    ['10 % 4', '2'],
    ['-7 % 3', '2'],
    ['5.5 % 2', '1.5'],
    ['sqrt(16)', '4'],
    ['sqrt(2)', '1.4142135624'],
    ['round(2.345, 2)', '2.35'],
    ['round(-2.5)', '-3'],
    ['round(1234, -2)', '1200'],
    ['floor(-1.5)', '-2'],
    ['ceil(-1.5)', '-1'],
    ['abs(-3)', '3'],
    ['min(3, 1, 2)', '1'],
    ['max(3, 1, 2)', '3'],
    ['log(1000)', '3'],
    ['sin(pi)', '0'],
    ['19.99 * 1.19', '23.7881'],
    ['1e3 + .5', '1000.5'],
    ['3 × 4 ÷ 2 − 1', '5'],
    ['123456789 * 987654321', '121932631112635269'],
    ['0 ** 0', '1'],
    ['2 ** 200', '1.606938e60'],
    ['3e-7 * 2', '6e-7'],
    ['99999999.99999999999', '100000000'],
  ])('%s is %s', ([text, expected]) => {
    expect(result(text!)).toBe(expected);
  });

  it.for([
    ['1 / 0', 'Division by zero'],
    ['5 % (2 - 2)', 'Division by zero'],
    ['0 ** -1', 'Division by zero'],
    ['sqrt(-1)', 'no result'],
    ['log(0)', 'no result'],
    ['2 +', 'stops too early'],
    ['', 'stops too early'],
    ['(2', 'missing'],
    ['2)', 'not expected'],
    ['1,000', 'not expected'],
    ['2 3', 'not expected'],
    ['round(1, 2, 3)', 'does not take 3'],
    ['round(1, 99)', 'places'],
    ['process.exit()', 'means nothing'],
    ['constructor', 'is not known'],
    ['toString()', 'is not known'],
    ['__proto__', 'means nothing'],
    ['this', 'is not known'],
    ['"a"', 'means nothing'],
    ['9 ** 9 ** 9', 'too large'],
    ['1e400', 'too large'],
    ['2 ** -5000', 'too large'],
    ['exp(1000)', 'too large'],
    [`${'('.repeat(60)}1${')'.repeat(60)}`, 'nested'],
    ['-'.repeat(200), 'nested'],
    ['2**'.repeat(90), 'nested'],
    ['1'.repeat(301), 'too long'],
  ])('%s has none, and it says why', ([text, why]) => {
    expect(() => evaluate(text!)).toThrow(ArithmeticFault);
    expect(() => evaluate(text!)).toThrow(why!);
  });

  type Tree = { readonly text: string; readonly value: number };
  const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
  };
  const { tree } = fc.letrec<{ tree: Tree; leaf: Tree; pair: Tree; minus: Tree }>((tie) => ({
    leaf: fc.integer({ min: 0, max: 10_000 }).map((n) => ({ text: String(n / 100), value: n / 100 })),
    minus: tie('tree').map(({ text, value }) => ({ text: `-(${text})`, value: -value })),
    pair: fc
      .tuple(tie('tree'), fc.constantFrom(...Object.keys(OPERATORS)), tie('tree'))
      .map(([a, sign, b]) => ({ text: `(${a.text} ${sign} ${b.text})`, value: OPERATORS[sign]!(a.value, b.value) })),
    tree: fc.oneof({ maxDepth: 4 }, tie('leaf'), tie('pair'), tie('minus')),
  }));

  it('agrees with the machine’s own numbers, whatever is put together', () => {
    fc.assert(
      fc.property(tree, ({ text, value }) => {
        fc.pre(text.length <= 300);
        let mine: number;
        try {
          mine = toNumber(evaluate(text));
        } catch (fault) {
          // exact zero below, where the machine's numbers may have been a little off it
          expect(fault).toBeInstanceOf(ArithmeticFault);
          expect(Number.isFinite(value) && Math.abs(value) < 1e9).toBe(false);
          return;
        }
        // sums that nearly cancel leave the machine's noise, which may then be divided by
        const isNoise = Math.abs(value) > 1e9 || !Number.isFinite(value);
        if (!isNoise) expect(mine).toBeCloseTo(value, 3);
      }),
    );
  });

  it('works out products before sums, from left to right', () => {
    const term = fc.integer({ min: 1, max: 99 });
    const rest = fc.array(fc.tuple(fc.constantFrom('+', '-', '*'), term), { maxLength: 8 });
    fc.assert(
      fc.property(term, rest, (first, more) => {
        const text = [first, ...more.flat()].join(' ');
        // products first, as the reference: by hand, from left to right
        const sums = text.split(/ (?=[+-] )/).map((part) => {
          const sign = part.startsWith('- ') ? -1n : 1n;
          const factors = part
            .replace(/^[+-] /, '')
            .split(' * ')
            .map(BigInt);
          return sign * factors.reduce((a, b) => a * b);
        });
        expect(evaluate(text)).toEqual({ over: sums.reduce((a, b) => a + b), under: 1n });
      }),
    );
  });

  it('never fails in another way, nor takes long, whatever is said', () => {
    const pieces = fc.constantFrom('1', '9.9', '(', ')', '+', '-', '*', '/', '**', '%', ',', 'sqrt', 'max(', 'x', ' ');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 310 }),
          fc.array(pieces).map((all) => all.join('')),
        ),
        (text) => {
          try {
            evaluate(text);
          } catch (fault) {
            expect(fault).toBeInstanceOf(ArithmeticFault);
          }
        },
      ),
    );
  });
});
