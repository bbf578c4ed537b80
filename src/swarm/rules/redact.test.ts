import { expect, test } from 'vitest';
import { isRedactedFor, redacted, redactedText } from './redact.ts';

test.each([
  ['Call +1 415 555 0101 now', 'Call [phone number] now'],
  ['(415) 555-0101', '[phone number]'],
  ['mail bob@example.com, please', 'mail [mail address], please'],
  ['4111 1111 1111 1111 is the card', '[card number] is the card'],
  ['5500-0000-0000-0004', '[card number]'],
])('finds what is personal in %s', (text, shown) => {
  expect(redactedText(text)).toBe(shown);
});

test.each([
  '2026-11-20',
  '2026-11-20T19:00:00Z',
  'order 12345',
  'EUR 19.99',
  'thr_01M7X59S5G77S1ETPC0E2QWT5G',
  'a @ b',
  '1234567',
])('leaves %s', (text) => {
  expect(redactedText(text)).toBe(text);
});

test('goes into every text of a payload, names and numbers too', () => {
  expect(redacted({ 'bob@example.com': ['+14155550101', { n: 4111111111111111, k: 7, t: true, z: null }] })).toEqual({
    '[mail address]': ['[phone number]', { n: '[card number]', k: 7, t: true, z: null }],
  });
});

test('is for nobody, for those who may only look, or for all', () => {
  const [viewer, operator] = [{ scopes: new Set(['org:view']) }, { scopes: new Set(['org:view', 'org:operate']) }];
  expect([isRedactedFor('none', viewer), isRedactedFor('viewers', viewer), isRedactedFor('all', viewer)]).toEqual([
    false,
    true,
    true,
  ]);
  expect([isRedactedFor('viewers', operator), isRedactedFor('all', operator)]).toEqual([false, true]);
});

test('takes no longer than the text is long', () => {
  const began = performance.now();
  for (const text of ['1 '.repeat(50_000), 'a@'.repeat(50_000), '+'.repeat(100_000), `${'a'.repeat(100_000)}@`])
    redactedText(text);
  expect(performance.now() - began).toBeLessThan(2_000);
});
