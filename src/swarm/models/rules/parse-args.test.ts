import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseArgs, unparsedArgs } from './parse-args.ts';

test('an object is itself, and nothing is no arguments', () => {
  expect(parseArgs('{"a": [1, null]}')).toEqual({ a: [1, null] });
  expect(parseArgs(' ')).toEqual({});
  expect(unparsedArgs(parseArgs('{"a": 1}'))).toBeNull();
});

test.each(['{"a": ', '[1]', '"text"', 'null', '1', "{'a': 1}", '{"a": 1} and more'])(
  '%s is told as it was written',
  (text) => {
    expect(unparsedArgs(parseArgs(text))).toBe(text);
  },
);

test('whoever writes the mark itself gains nothing', () => {
  expect(unparsedArgs(parseArgs('{"$unparsed": {"a": 1}, "b": 2}'))).toBe('{"a":1}');
});

test('is an object whatever was written, and changes no prototype', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(typeof parseArgs(text)).toBe('object');
    }),
  );
  const polluting = '{"__proto__": {"admin": true}}';
  expect(unparsedArgs(parseArgs(polluting))).toBe(polluting);
});

test('an object that is too deep to walk is none', () => {
  const deep = `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
  expect(unparsedArgs(parseArgs(deep))).toBe(deep);
  expect(unparsedArgs(parseArgs(`{"a":${'['.repeat(50)}${']'.repeat(50)}}`))).toBeNull();
});
