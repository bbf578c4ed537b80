import { validate } from '@cfworker/json-schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPayload, type JsonSchema, schemaFault } from './payload.ts';

const order: JsonSchema = {
  type: 'object',
  properties: {
    to: { type: 'string', format: 'email' },
    lines: { type: 'array', items: { type: 'object', properties: { n: { type: 'integer', minimum: 1 } } } },
    kind: { enum: ['a', 'b'] },
  },
  required: ['to'],
  additionalProperties: false,
};
const nested = (levels: number): unknown => {
  let value: unknown = 0;
  for (let i = 0; i < levels; i++) value = [value];
  return value;
};
const within = (ms: number, work: () => unknown) => {
  const from = performance.now();
  work();
  expect(performance.now() - from).toBeLessThan(ms);
};

describe('a payload', () => {
  it('that fits has nothing wrong with it', () => {
    expect(checkPayload(order, { to: 'ann@example.com', lines: [{ n: 1 }], kind: 'a' })).toEqual([]);
  });

  it('that does not fit is told where and what, all of it at once', () => {
    const issues = checkPayload(order, { lines: [{ n: 1 }, { n: 0 }], kind: 'c', bcc: 'x' });
    expect(issues).toEqual([
      { path: 'to', message: 'This member is required.' },
      { path: 'lines.1.n', message: expect.stringContaining('0 is less than 1') },
      { path: 'kind', message: 'The value does not match any of ["a","b"].' },
      { path: 'bcc', message: 'This member is not known here. Leave it out.' },
    ]);
  });

  it('is judged as the validator judges it, whatever it is', () => {
    const schema = fc.constantFrom<JsonSchema>(order, { type: 'string', maxLength: 3 }, { not: { type: 'null' } });
    fc.assert(
      fc.property(schema, fc.jsonValue({ maxDepth: 4 }), (schema, value) => {
        fc.pre(!JSON.stringify(value).includes('"__proto__"'));
        const fits = validate(value, structuredClone(schema), '2020-12').valid;
        expect(checkPayload(schema, value).length === 0).toBe(fits);
      }),
    );
  });

  it('never throws, and is never accepted when the schema is nonsense', () => {
    const keyword = fc.constantFrom(
      'type',
      'required',
      'properties',
      'items',
      '$ref',
      'pattern',
      'enum',
      'allOf',
      '$id',
    );
    fc.assert(
      fc.property(fc.dictionary(keyword, fc.jsonValue({ maxDepth: 2 })), fc.jsonValue(), (schema, value) => {
        expect(Array.isArray(checkPayload(schema, value))).toBe(true);
      }),
    );
  });

  it.for([
    ['a million levels', nested(1_000_000), 'levels deep'],
    ['a huge text', 'x'.repeat(1_000_001), 'characters'],
    ['many values', Array.from({ length: 20_001 }, () => 1), 'values'],
    ['a member __proto__', JSON.parse('{"a":{"__proto__":{"admin":true}}}'), '__proto__'],
    ['what is no JSON', { at: new Date(0) }, 'not JSON'],
    ['a number that JSON does not have', Number.NaN, 'not JSON'],
    ['nothing', undefined, 'not JSON'],
    ['a function', { toJSON: () => 1 }, 'not JSON'],
  ] as const)('of %s is refused before anything walks it', ([, value, why]) => {
    within(500, () => expect(checkPayload({}, value)[0]?.message).toContain(why));
  });

  it('can not reach what every object has: a name of the prototype is a name like others', () => {
    const schema = { type: 'object', properties: { a: {} }, additionalProperties: false };
    for (const name of ['constructor', 'toString', 'hasOwnProperty', 'valueOf'])
      expect(checkPayload(schema, { [name]: 1 }).map(({ path }) => path)).toEqual([name]);
    expect(checkPayload({ required: ['toString'] }, {})).toHaveLength(1);
  });

  it('has at most twenty issues, each short', () => {
    const issues = checkPayload(
      { additionalProperties: { enum: ['y'.repeat(5_000)] } },
      Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${i}${'k'.repeat(900)}`, i])),
    );
    expect(issues).toHaveLength(20);
    for (const { path, message } of issues) {
      expect(path.length).toBeLessThanOrEqual(200);
      expect(message.length).toBeLessThanOrEqual(300);
    }
  });
});

describe('a hostile schema', () => {
  it.for([
    ['a pattern that backtracks for ever', { pattern: '^(a+)+$' }, `${'a'.repeat(60)}!`],
    ['names that match a pattern for ever', { patternProperties: { '^(a|a)*$': {} } }, { [`${'a'.repeat(60)}!`]: 1 }],
    [
      'references that double at each step',
      {
        $ref: '#/$defs/d0',
        $defs: Object.fromEntries(
          Array.from({ length: 40 }, (_, i) => [
            `d${i}`,
            i === 39 ? {} : { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] },
          ]),
        ),
      },
      1,
    ],
    ['a reference to itself', { $ref: '#' }, 1],
  ] as const)('with %s is given up in time, and what was asked does not fit', ([, schema, value]) => {
    within(1_000, () => expect(checkPayload(schema, value)).toHaveLength(1));
  });

  it.for([
    ['a reference to elsewhere', { $ref: 'https://example.com/schema' }],
    ['a reference to what is not there', { properties: { a: { $ref: '#/$defs/none' } } }],
    ['a dynamic reference', { items: { $dynamicRef: '#node' } }],
    ['a dialect nobody knows', { $schema: 'https://example.com/own' }],
    ['a dialect that is no text', { $schema: {} }],
    ['a pattern that is none', { pattern: '(' }],
    ['a pattern that is no text', { pattern: { source: 'x' } }],
    ['a name pattern that is none', { patternProperties: { '[': {} } }],
    ['a member __proto__', JSON.parse('{"properties":{"__proto__":{}}}')],
    ['a depth of a million', { items: nested(1_000_000) }],
    ['a size beyond all reason', { description: 'x'.repeat(100_001) }],
  ] as const)('with %s can not be used, and nothing fits it', ([, schema]) => {
    expect(schemaFault(schema as JsonSchema)).not.toBeNull();
    expect(checkPayload(schema as JsonSchema, {})[0]?.message).toContain('can not be used');
  });

  it('does not change: what the validator notes is on a copy', () => {
    const schema = Object.freeze({ $ref: '#/$defs/a', $defs: Object.freeze({ a: Object.freeze({ type: 'string' }) }) });
    expect(checkPayload(schema, 'x')).toEqual([]);
    expect(checkPayload(schema, 1)).toHaveLength(1);
  });

  it('of an older draft is read as that draft', () => {
    const schema = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      items: [{ type: 'string' }],
      additionalItems: false,
    };
    expect(checkPayload(schema, ['a'])).toEqual([]);
    expect(checkPayload(schema, ['a', 1])).not.toEqual([]);
  });
});
