import { expect, test } from 'vitest';
import { MAX_MATCHED_CHARS, patternFault } from './safe-pattern.ts';

test.each([
  '^[a-z]{1,20}$',
  '^[A-Z]+-[0-9]+$',
  '^\\d{4}-\\d{2}-\\d{2}$',
  '[0-9]+',
  '^(?:red|green|blue)$',
  '^\\+[1-9]\\d{1,14}$',
  '^[\\w.-]+$',
  '^(?:ab){2}$',
  '^\\p{L}{1,50}$',
  '^a?b?c$',
])('takes %s', (pattern) => expect(patternFault(pattern)).toBeNull());

test.each([
  ['^(a+)+$', /repeats what itself repeats/],
  ['^(a|aa)+$', /repeats what itself repeats/],
  ['^((a?)b*){2,}$', /repeats what itself repeats/],
  ['^(?:(?:[a-z]+)-)*x$', /repeats what itself repeats/],
  ['^a*a*a*$', /too long/],
  ['a*b*', /too long/],
  ['^(a{1,9}){1,9}$', /repeats what itself repeats/],
  ['(?=a)b', /looks ahead/],
  ['(?<!a)b', /looks ahead/],
  ['(?<x>a)', /looks ahead/],
  ['^(a)\\1$', /refers back/],
  ['[', /no regular expression/],
  ['x'.repeat(201), /more than 200/],
])('refuses %s', (pattern, says) => expect(patternFault(pattern)).toMatch(says));

test('what it takes ends soon on texts made to keep it busy', () => {
  const busy = ['a', '1', '-', 'a-', 'ab', '.', ' '].map((part) =>
    part.repeat(MAX_MATCHED_CHARS).slice(0, MAX_MATCHED_CHARS - 1),
  );
  for (const pattern of ['^[a-z]+[a-z0-9]+$', '^.*.*!$', '[a-z0-9]+!', '^[\\w.-]+$'])
    if (patternFault(pattern) === null)
      for (const one of busy) expect(new RegExp(pattern, 'u').test(`${one}?\n?`)).toBeTypeOf('boolean');
});
