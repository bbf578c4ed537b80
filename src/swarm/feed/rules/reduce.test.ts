import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EVENT_KIND_NAMES, URGENT } from '../event.ts';
import { type Pending, reduce } from './reduce.ts';

const pendings = fc
  .array(fc.record({ kind: fc.constantFrom(...EVENT_KIND_NAMES), about: fc.constantFrom('a', 'b', 'c') }), {
    maxLength: 60,
  })
  .map((list) => list.map((one, i): Pending => ({ ...one, id: `evt_${String(i).padStart(3, '0')}` })));
const sizes = fc.nat({ max: 30 });

test('nothing is out of order, too many, or left out without a gap around it', () => {
  fc.assert(
    fc.property(pendings, sizes, sizes, (pending, room, most) => {
      const { send, keep, gap, dropped } = reduce(pending, room, most);
      const left = [...send, ...keep];
      expect(left).toEqual(pending.filter((one) => left.includes(one)));
      expect(send.length).toBeLessThanOrEqual(room);
      expect(keep.length).toBeLessThanOrEqual(most);
      expect(dropped).toBe(pending.length - left.length);
      const out = pending.filter((one) => !left.includes(one));
      expect(gap).toEqual(out.length === 0 ? null : { from: out[0]!.id, to: out.at(-1)!.id });
    }),
  );
});

test('nothing urgent is left out while anything else is sent, nor the latest of a subject for an older one', () => {
  fc.assert(
    fc.property(pendings, sizes, sizes, (pending, room, most) => {
      const { send, keep } = reduce(pending, room, most);
      const left = [...send, ...keep];
      const out = pending.filter((one) => !left.includes(one));
      if (out.length === 0) return;
      if (left.some(({ kind }) => !URGENT.has(kind))) expect(out.filter(({ kind }) => URGENT.has(kind))).toEqual([]);
      for (const one of left)
        if (!URGENT.has(one.kind))
          expect(out.some(({ kind, about, id }) => kind === one.kind && about === one.about && id > one.id)).toBe(
            false,
          );
    }),
  );
});

test('what fits is sent as it is', () => {
  const pending: Pending[] = [
    { id: 'evt_1', kind: 'message', about: 'a' },
    { id: 'evt_2', kind: 'message', about: 'a' },
  ];
  expect(reduce(pending, 1, 100)).toEqual({ send: [pending[0]], gap: null, dropped: 0, keep: [pending[1]] });
});
