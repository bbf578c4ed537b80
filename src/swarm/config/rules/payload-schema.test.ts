import { describe, expect, test } from 'vitest';
import { schemaFaults } from './payload-schema.ts';

const says = (schema: object | boolean) =>
  schemaFaults(schema as Parameters<typeof schemaFaults>[0], []).map(({ path, say }) => `${path.join('.')}: ${say}`);

const TREE = {
  $defs: { node: { type: 'object', properties: { children: { type: 'array', items: { $ref: '#/$defs/node' } } } } },
  $ref: '#/$defs/node',
};

describe('a schema', () => {
  test.each<[string, object | boolean]>([
    [
      'of an object',
      { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false },
    ],
    ['of a tree, which refers to itself', TREE],
    ['of the root within', { type: 'object', properties: { next: { $ref: '#' } } }],
    ['of anything', true],
    ['of its draft', { $schema: 'https://json-schema.org/draft/2020-12/schema', type: ['string', 'null'] }],
    [
      'with alternatives',
      {
        oneOf: [
          { type: 'string', format: 'email' },
          { type: 'integer', minimum: 0 },
        ],
      },
    ],
  ])('%s is taken', (_, schema) => expect(says(schema)).toEqual([]));

  test.each<[string, object, RegExp]>([
    ['from the network', { $ref: 'https://example.com/a.json' }, /\$ref: must be a schema within/],
    ['that points to what is none', { $ref: '#/const', const: { pattern: '(a+)+' } }, /\$ref: must be a schema within/],
    ['that points to nothing', { $ref: '#/$defs/none' }, /\$ref: must be a schema within/],
    ['that is itself', { $ref: '#' }, /without end/],
    [
      'that comes back by another',
      {
        $defs: { a: { allOf: [{ $ref: '#/$defs/b' }] }, b: { not: { $ref: '#/$defs/a' } } },
        properties: { x: { $ref: '#/$defs/a' } },
      },
      /without end/,
    ],
    [
      'that doubles and doubles',
      {
        $defs: Object.fromEntries(
          Array.from({ length: 12 }, (_, i) => [
            `a${i}`,
            i === 11 ? true : { anyOf: [{ $ref: `#/$defs/a${i + 1}` }, { $ref: `#/$defs/a${i + 1}` }] },
          ]),
        ),
        $ref: '#/$defs/a0',
      },
      /too many alternatives/,
    ],
    ['of another draft', { $schema: 'http://json-schema.org/draft-07/schema#' }, /\$schema: must be draft 2020-12/],
    ['with a keyword of its own', { maxLenght: 3 }, /keyword that JSON Schema 2020-12 does not have/],
    ['with a base of its own', { $id: 'https://example.com/' }, /keyword/],
    ['with a dynamic reference', { $dynamicRef: '#x' }, /keyword/],
    ['with a type that is none', { type: 'text' }, /type: must be of/],
    ['with a limit that is text', { maxLength: '3' }, /maxLength: must be a whole number/],
    ['with a limit below nothing', { minItems: -1 }, /minItems: must be/],
    ['with a list of properties', { properties: ['a'] }, /properties: must be schemas by name/],
    ['with a property that is text', { properties: { a: 'string' } }, /properties\.a: must be a schema/],
    ['with a format that nobody checks', { format: 'regex' }, /format: must be one of/],
    ['with a costly name pattern', { patternProperties: { '(a+)+': true } }, /patternProperties: repeats/],
    ['that compares many items', { type: 'array', uniqueItems: true }, /uniqueItems: needs maxItems/],
    ['with alternatives that are none', { anyOf: [] }, /anyOf: must be a list of schemas/],
    ['with dependencies that are no lists', { dependentRequired: { a: 'b' } }, /dependentRequired/],
    ['that divides by nothing', { multipleOf: 0 }, /multipleOf/],
    ['of great depth', Array.from({ length: 30 }).reduce<object>((inner) => ({ items: inner }), {}), /deep/],
    [
      'of many parts',
      { properties: Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`p${i}`, {}])) },
      /more than 500/,
    ],
  ])('%s is refused', (_, schema, expected) => expect(says(schema).join('\n')).toMatch(expected));
});
