/** Random prompts: sections of every shape, down to those that say nothing. */
import fc from 'fast-check';
import type { PomSection } from '../../src/voice/agent/agent-state.ts';

const text = fc.string({ unit: 'binary', maxLength: 12 });
const awkward = fc.constantFrom(
  '',
  '- a',
  '## b',
  '</body>',
  'a: "b"',
  '{}',
  '[]',
  'true',
  "it's",
  '\r\n',
  '\u2028',
  '\u0000',
  '# c\n\nd',
);
const words = fc.oneof(text, awkward);

export const anySections: fc.Arbitrary<readonly PomSection[]> = fc.letrec<{ sections: readonly PomSection[] }>(
  (tie) => ({
    sections: fc.array(
      fc.record(
        {
          title: words,
          body: words,
          bullets: fc.array(words, { maxLength: 3 }),
          numbered: fc.boolean(),
          numberedBullets: fc.boolean(),
          subsections: tie('sections'),
        },
        { requiredKeys: [] },
      ),
      { maxLength: 3, depthIdentifier: 'sections' },
    ),
  }),
).sections;
