import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type AnyAction, readAction } from '../guard/action.ts';
import { createCatalogue } from '../guard/catalogue.ts';
import { field } from '../guard/input/fields.ts';
import { addressInput } from './address-input.ts';

function inputOf(shape: z.ZodRawShape, method: 'GET' | 'POST' = 'GET', path: `/${string}` = '/things') {
  const action: AnyAction = readAction({
    ...{ name: 'thing.list', version: 1, says: 'Lists.', access: 'agent:act', subject: 'organization' },
    ...{ risk: 'low', guards: [], doors: ['rest'], http: { method, path } },
    input: z.object(shape),
    output: z.object({}),
    read: async () => ({}),
  } as const);
  const [entry] = createCatalogue({ actions: [action], everywhere: () => [], inputPolicy: 'standard' }).entries;
  return addressInput(entry!, entry!.http!);
}
const shape = {
  limit: z.int().min(1).default(5),
  share: z.number().optional(),
  all: z.boolean().optional(),
  tags: z.array(field.code()).optional(),
  counts: z.array(z.int()).optional(),
  kind: z.enum(['a', 'b']).optional(),
  since: field.code().nullable().optional(),
};
const read = (query: string) => inputOf(shape).read(() => '', new URLSearchParams(query));

describe('the input in an address', () => {
  it.for<readonly [string, object]>([
    ['', {}],
    ['limit=10&all=true&kind=a', { limit: 10, all: true, kind: 'a' }],
    ['share=-0.5&all=false', { share: -0.5, all: false }],
    ['tags=a&tags=b', { tags: ['a', 'b'] }],
    ['tags=a', { tags: ['a'] }],
    ['counts=1&counts=x', { counts: [1, 'x'] }],
    ['since=7', { since: '7' }],
    ['dryRun=true&organizationId=org_a', { dryRun: true, organizationId: 'org_a' }],
    // stays text: the schema says what is wrong
    ['limit=007&share=1e3', { limit: '007', share: '1e3' }],
    ['limit=&all=TRUE', { limit: '', all: 'TRUE' }],
    ['limit=NaN&share=Infinity', { limit: 'NaN', share: 'Infinity' }],
    ['nonsense=1', { nonsense: '1' }],
    ['limit%5B%5D=1', { 'limit[]': '1' }],
  ])('%s', ([query, expected]) => {
    expect(read(query)).toEqual(expected);
  });

  it.for(['limit=1&limit=2', 'x=1&x=2'])('%s is refused: which one is meant would be a guess', (query) => {
    expect(() => read(query)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });

  it('keeps a name of every object for a field that nobody knows', () => {
    const fields = read('__proto__=1&constructor=2');
    expect(Object.keys(fields)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
  });

  it('has a part of the path once, and not in the query too', () => {
    const { read: both } = inputOf({ number: z.int() }, 'GET', '/things/{number}');
    expect(both(() => '7', new URLSearchParams())).toEqual({ number: 7 });
    expect(() => both(() => '7', new URLSearchParams('number=7'))).toThrow('once');
  });

  it('is of the path alone where the method has a body', () => {
    const { read: body } = inputOf({ number: z.int(), more: z.object({}) }, 'POST', '/things/{number}');
    expect(body(() => '7', new URLSearchParams('more=1'))).toEqual({ number: 7 });
  });

  it('stops the start where a needed field has no spelling', () => {
    expect(() => inputOf({ more: z.object({ a: field.name() }) })).toThrow("can't carry more");
    expect(() => inputOf({ more: z.object({ a: field.name() }).optional() })).not.toThrow();
  });
});
