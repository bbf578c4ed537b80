import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundedLabel, everythingTold, joinLabels, type Label, OUTSIDE, TRUSTED } from './label.ts';

const ids = fc.uniqueArray(fc.constantFrom('msg_1', 'msg_2', 'msg_3', 'web:a', 'told:agt_1'), { maxLength: 5 });
const labels: fc.Arbitrary<Label> = fc.record({
  integrity: fc.constantFrom('trusted' as const, 'untrusted' as const),
  readers: fc.oneof(
    fc.constant('public' as const),
    ids.map((all) => all.toSorted()),
  ),
  sources: ids.map((all) => all.toSorted()),
});
/** What a frame goes through: messages of peers and contacts, answers of tools, its own steps. */
const histories = fc.array(fc.oneof(labels, fc.constant(TRUSTED), fc.constant(OUTSIDE)), { maxLength: 12 });
const joined = (all: readonly Label[]): Label => all.reduce(joinLabels, TRUSTED);
const mayRead = ({ readers }: Label, reader: string) => readers === 'public' || readers.includes(reader);

test('labels only go down: whatever is joined, integrity and readers never grow and no source is lost', () => {
  fc.assert(
    fc.property(labels, labels, (a, b) => {
      const both = joinLabels(a, b);
      if (a.integrity === 'untrusted' || b.integrity === 'untrusted') expect(both.integrity).toBe('untrusted');
      for (const reader of ['msg_1', 'msg_2', 'web:a', 'x'])
        expect(mayRead(both, reader)).toBe(mayRead(a, reader) && mayRead(b, reader));
      expect(new Set(both.sources)).toEqual(new Set([...a.sources, ...b.sources]));
    }),
  );
});

test('the order in which an agent was told things, and by whom, changes nothing', () => {
  fc.assert(
    fc.property(histories, fc.nat(), (history, at) => {
      const cut = history.length === 0 ? 0 : at % history.length;
      const turned = [...history.slice(cut), ...history.slice(0, cut)];
      const nested = joinLabels(joined(history.slice(0, cut)), joined(history.slice(cut)));
      for (const other of [joined(turned), joined(history.toReversed()), nested]) {
        expect(other.integrity).toBe(joined(history).integrity);
        expect(other.sources).toEqual(joined(history).sources);
      }
    }),
  );
});

test('no path makes what was untrusted trusted', () => {
  fc.assert(
    fc.property(histories, histories, (before, after) => {
      const tainted = joined([...before, OUTSIDE, ...after]);
      expect(tainted.integrity).toBe('untrusted');
      expect(boundedLabel(tainted, 'agt_1').integrity).toBe('untrusted');
    }),
  );
});

test('a label with many sources names the latest, and that there were others', () => {
  const sources = Array.from({ length: 50 }, (_, i) => `msg_${String(i).padStart(2, '0')}`);
  const bounded = boundedLabel({ ...OUTSIDE, sources }, 'agt_1');
  expect(bounded.sources).toHaveLength(32);
  expect(bounded.sources).toContain('msg_49');
  expect(bounded.sources).toContain(everythingTold('agt_1'));
  const again = boundedLabel(joinLabels(bounded, { ...OUTSIDE, sources: ['msg_50'] }), 'agt_1');
  expect(again.sources.filter((source) => source.startsWith('told:'))).toEqual([everythingTold('agt_1')]);
  expect(again.sources).toContain('msg_50');
});
