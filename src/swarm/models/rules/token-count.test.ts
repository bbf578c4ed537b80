import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countInput, countText, exceedsContext } from './token-count.ts';

test.each([
  ['', 0],
  ['the quick brown fox', 10],
  ['The Quick', 6],
  ['1234', 4],
  ['{"a":1}', 7],
  ['\n\n', 2],
  ['ж', 2],
  ['漢字', 6],
  ['😀', 4],
])('counts %j as %i', (text, tokens) => {
  expect(countText(text)).toBe(tokens);
});

const unit = fc.constantFrom('a', 'z', 'B', ' ', '7', '{', '\n', 'é', '漢', '😀');

test('is at least half of the bytes, never more than all of them, and never less for a longer text', () => {
  fc.assert(
    fc.property(fc.string({ unit }), fc.string({ unit }), (one, two) => {
      const bytes = Buffer.byteLength(one);
      expect(countText(one)).toBeGreaterThanOrEqual(bytes / 2);
      expect(countText(one)).toBeLessThanOrEqual(bytes);
      expect(countText(one + two)).toBeGreaterThanOrEqual(countText(one));
    }),
  );
});

test('counts all that is sent', () => {
  const some = { messages: [{ role: 'user', text: 'hello' }], tools: [] } as const;
  const more = [
    { ...some, messages: [...some.messages, { role: 'system', text: '' }] },
    { ...some, tools: [{ name: 'a', description: '', schema: {} }] },
    {
      ...some,
      messages: [
        ...some.messages,
        { role: 'assistant', text: '', calls: [{ id: 'c', name: 'a', args: { long: 'x'.repeat(100) } }] },
      ],
    },
  ] as const;
  for (const one of more) expect(countInput(one)).toBeGreaterThan(countInput(some));
  expect(countInput(more[2])).toBeGreaterThan(countInput(some) + 50);
});

test('calls a context exceeded only when no way of counting makes it fit', () => {
  expect([exceedsContext(400, 100), exceedsContext(401, 100)]).toEqual([false, true]);
});
