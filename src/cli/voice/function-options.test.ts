import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argumentsFrom, parameterOptions } from './function-options.ts';

const parameters = {
  type: 'object',
  properties: {
    people: { type: 'integer' },
    toAccount: { type: 'string' },
    is_outside: { type: 'boolean' },
    dishes: { type: 'array', items: { type: 'string' } },
    sizes: { type: 'array', items: { type: 'number' } },
    guest: { type: 'object' },
    note: { type: ['string', 'null'] },
    amount: { anyOf: [{ type: 'number' }, { type: 'null' }] },
    size: { enum: ['small', 'large'] },
    anything: {},
  },
  required: ['people'],
};

const read = (...words: string[]) => argumentsFrom(words, parameters);

describe('options become arguments', () => {
  it.for([
    [['--people', '4'], { people: 4 }],
    [['--people=-4'], { people: -4 }],
    [['--people', '-4'], { people: -4 }],
    [['--toAccount', '007'], { toAccount: '007' }],
    [['--to-account=a=b'], { toAccount: 'a=b' }],
    [['--to_account', ''], { toAccount: '' }],
    [['--is-outside'], { is_outside: true }],
    [['--is-outside', 'false', '--people', '1'], { is_outside: false, people: 1 }],
    [['--no-is-outside'], { is_outside: false }],
    [['--dishes', 'soup', '--dishes', '7'], { dishes: ['soup', '7'] }],
    [['--dishes', '["soup"]'], { dishes: ['soup'] }],
    [['--sizes', '1', '--sizes', '2.5'], { sizes: [1, 2.5] }],
    [['--guest', '{"name":"Miller"}'], { guest: { name: 'Miller' } }],
    [['--note', 'null'], { note: null }],
    [['--note', 'x'], { note: 'x' }],
    [['--amount', '1e3'], { amount: 1000 }],
    [['--size', 'small'], { size: 'small' }],
    [['--anything', '{"a":1}', '--to-account', '--', '--people', '1'], null],
    [['--anything', 'plain'], { anything: 'plain' }],
  ] as const)('%j', ([words, expected]) => {
    if (expected === null) expect(() => read(...words)).toThrow('one that begins with -- is given as --toAccount=--…');
    else expect(read(...words)).toEqual(expected);
  });

  it('whatever a text or a number is, it arrives unchanged', () => {
    fc.assert(
      fc.property(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), (text, number) => {
        const args = read(`--to-account=${text}`, `--amount=${number}`);
        expect(args).toEqual({ toAccount: text, amount: number === 0 ? expect.closeTo(0) : number });
      }),
    );
  });
});

describe('what is no argument is refused with what there is:', () => {
  it.for([
    [['--people', 'four'], '--people wants a whole number, not "four".'],
    [['--people'], '--people wants a value'],
    [['--guest', '[1]'], '--guest wants a JSON object, not "[1]".'],
    [['--sizes', 'x'], '--sizes wants a list (JSON, or repeat the option), not "x".'],
    [['--is-outside=maybe'], '--is_outside wants a true or false, not "maybe".'],
    [['--persons', '4'], "--persons is no option here. The function's parameters are --people, --toAccount"],
    [['--no-people'], '--no-people is no option here.'],
    [['four'], 'four is no option here.'],
  ] as const)('%j', ([words, says]) => {
    expect(() => read(...words)).toThrow(says);
  });

  it('a function without parameters has none', () => {
    expect(() => argumentsFrom(['--x', '1'], {})).toThrow('The function has no parameters.');
  });
});

it('tells what a parameter is, and whether it must be given', () => {
  expect(parameterOptions(parameters).map(({ name, kind, required }) => [name, kind, required])).toEqual(
    expect.arrayContaining([
      ['people', 'whole number', true],
      ['note', 'text', false],
      ['amount', 'number', false],
      ['size', 'choice (small, large)', false],
      ['anything', 'value', false],
    ]),
  );
});
