import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ModelMessage } from '../../swarm/models/port.ts';
import { toPrompt } from './conversation.ts';

const text = fc.constantFrom('', ' ', 'a', 'b', 'c');
const id = fc.constantFrom('c1', 'c2', 'functions.look:0', 'x'.repeat(60));
const others: fc.Arbitrary<ModelMessage> = fc.oneof(
  fc.record({ role: fc.constant('system' as const), text }),
  fc.record({ role: fc.constant('user' as const), text }),
);
/** A step of calls with its results, and what else was said meanwhile. */
const step = fc
  .tuple(text, fc.uniqueArray(id, { maxLength: 3 }), fc.array(others, { maxLength: 2 }), fc.boolean())
  .map(([said, ids, between, isError]): ModelMessage[] => [
    { role: 'assistant', text: said, calls: ids.map((one) => ({ id: one, name: 'look', args: { one } })) },
    ...ids.flatMap((call, index): ModelMessage[] => [
      ...between.slice(index, index + 1),
      { role: 'tool', call, name: 'look', text: `of ${call}`, isError },
    ]),
  ]);
const conversation = fc
  .array(
    fc.oneof(
      others.map((one) => [one]),
      step,
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.flat());

test('drops nothing, gives each call an id of its own, and puts each result after its call and before all else', () => {
  fc.assert(
    fc.property(conversation, fc.boolean(), (messages, systemFirst) => {
      const prompt = toPrompt(messages, { systemFirst });
      const blank = messages.filter((one) => one.role === 'system' && one.text.trim() === '').length;
      expect(prompt).toHaveLength(messages.length - blank);
      const used = new Set<string>();
      let open = new Map<string, unknown>();
      let begun = false;
      for (const { role, content } of prompt) {
        if (role === 'system') expect(systemFirst && begun).toBe(false);
        else begun = true;
        if (role === 'tool')
          for (const part of content) {
            if (part.type !== 'tool-result') continue;
            expect(part.output).toMatchObject({ value: `of ${open.get(part.toolCallId)}` });
            open.delete(part.toolCallId);
          }
        else expect(open.size).toBe(0);
        if (role !== 'assistant') continue;
        open = new Map();
        for (const part of content) {
          if (part.type !== 'tool-call') continue;
          expect(part.toolCallId).toMatch(/^[a-zA-Z0-9_-]{1,40}$/);
          expect(used.has(part.toolCallId)).toBe(false);
          used.add(part.toolCallId);
          open.set(part.toolCallId, (part.input as { one: string }).one);
        }
      }
    }),
  );
});
