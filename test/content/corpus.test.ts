/** What the filter makes of the labelled corpus, against the committed figures: a change that misses more, or refuses more, is seen. */
import { expect, it } from 'vitest';
import { CATEGORIES } from '../../src/comms/content/rule.ts';
import { committed, table } from '../matrix/committed.ts';
import { corpus, HELD_OUT, isRefused, type Labelled, PARTS } from './corpus.ts';

const share = (n: number, of: number): string =>
  of === 0 ? 'none' : `${n} of ${of} (${((100 * n) / of).toFixed(1)} %)`;
const isWrong = ({ expect: wanted, text }: Labelled): boolean => isRefused(text) !== (wanted === 'refuse');

it('the figures are those that are committed', () => {
  const rows = PARTS.map((part) => {
    const all = corpus(part);
    const fine = all.filter((one) => one.expect !== 'refuse');
    const missed = CATEGORIES.map((category) => {
      const bad = all.filter((one) => one.expect === 'refuse' && one.topic === category);
      return share(bad.filter(isWrong).length, bad.length);
    });
    return [part, String(all.length), share(fine.filter(isWrong).length, fine.length), ...missed];
  });
  const wrong = PARTS.flatMap((part) =>
    corpus(part)
      .filter(isWrong)
      .map(
        (one) => `${part}\t${one.expect === 'refuse' ? 'missed' : 'refused in error'}\t${one.language}\t${one.text}`,
      ),
  );
  const text = [
    '# What the content filter makes of the corpus, derived by corpus.test.ts; how it was made: README.md.',
    table([['part', 'messages', 'refused in error', ...CATEGORIES.map((category) => `${category}: missed`)], ...rows]),
    '',
    ...wrong,
    '',
  ].join('\n');
  committed(new URL('figures.txt', import.meta.url), text, 'UPDATE_FIGURES');
});

it('has at least 200 messages in each part that the rules were mended by, and no message twice', () => {
  const mended = PARTS.filter((part) => part !== HELD_OUT);
  for (const part of mended) expect(corpus(part).length, part).toBeGreaterThanOrEqual(200);
  const all = mended.flatMap((part) => corpus(part).map(({ text }) => text));
  expect(new Set(all).size).toBe(all.length);
});

it('names a category of the filter for each message that is to be refused', () => {
  for (const part of PARTS) {
    for (const { expect: wanted, topic, text } of corpus(part)) {
      if (wanted === 'refuse') expect(CATEGORIES, `${part}: ${text}`).toContain(topic);
    }
  }
});
