import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DENIED_PER_MINUTE, type Happened, LEARNT_CALLS, LOOP, look, NOTHING_WATCHED, watchedFrom } from './unusual.ts';

const SECOND = 1_000;
const call = (at: number, more: Partial<Happened> = {}): Happened => ({
  ...{ is: 'call', from: 'desk', to: 'clerk', thread: 'thr_1', mac: String(at), at },
  ...more,
});
const kinds = (happened: readonly Happened[], from = NOTHING_WATCHED) =>
  look(from, happened).found.map(({ kind }) => kind);
const learnt = watchedFrom([{ from: 'desk', to: 'clerk', calls: LEARNT_CALLS }]);

describe('a call of a peer', () => {
  test('that was never called before is told once, when what is usual is known', () => {
    expect(kinds([call(0, { to: 'bank' }), call(1, { to: 'bank' })], learnt)).toEqual(['unexpected_peer']);
    expect(kinds([call(0, { to: 'bank' })])).toEqual([]);
    expect(kinds([call(0)], learnt)).toEqual([]);
  });

  test('that is refused again and again within a minute is told once', () => {
    const denied = Array.from({ length: 12 }, (_, i) => call(i * SECOND, { is: 'denied' }));
    expect(kinds(denied)).toEqual(['denied_peers']);
    expect(kinds(denied.slice(0, DENIED_PER_MINUTE - 1))).toEqual([]);
    expect(kinds(denied.map((one, i) => ({ ...one, at: i * 20 * SECOND })))).toEqual([]);
  });

  test('with the same words to and fro is a loop, and with other words is work', () => {
    const toAndFro = Array.from({ length: 2 * LOOP.times }, (_, i) =>
      call(i, { mac: 'same', ...(i % 2 === 0 ? {} : { from: 'clerk', to: 'desk' }) }),
    );
    expect(kinds(toAndFro)).toContain('loop');
    expect(kinds(toAndFro.map((one, i) => ({ ...one, mac: String(i) })))).toEqual([]);
    expect(kinds(toAndFro.map((one, i) => ({ ...one, thread: `thr_${i}` })))).toEqual([]);
  });
});

test('errors are told when they are many and more than usual', () => {
  const done = (n: number, failed: (i: number) => boolean, from = 0): Happened[] =>
    Array.from({ length: n }, (_, i) => call(from + i * SECOND, { is: failed(i) ? 'error' : 'reply' }));
  expect(kinds(done(20, (i) => i >= 10))).toEqual(['swarm_errors']);
  expect(kinds(done(200, (i) => i % 10 === 0))).toEqual([]);
  const before = look(
    NOTHING_WATCHED,
    done(300, (i) => i % 2 === 0),
  ).watched; // half of it always fails
  expect(
    kinds(
      done(50, (i) => i % 2 === 0, 3_600 * SECOND),
      before,
    ),
  ).toEqual([]);
});

test('normal traffic, however it comes, raises nothing', () => {
  const agents = ['desk', 'clerk', 'bank', 'post'];
  const traffic = fc.array(
    fc.record({
      from: fc.nat({ max: 3 }),
      to: fc.nat({ max: 3 }),
      thread: fc.nat({ max: 50 }),
      failed: fc.nat({ max: 40 }),
    }),
    { minLength: 100, maxLength: 600 },
  );
  const edges = agents.flatMap((from) => agents.map((to) => ({ from, to, calls: 50 })));
  fc.assert(
    fc.property(traffic, (list) => {
      const happened = list.flatMap(({ from, to, thread, failed }, i) => [
        call(i * SECOND, { from: agents[from]!, to: agents[to]!, thread: `thr_${thread}`, mac: `m${i}` }),
        call(i * SECOND, { is: failed === 0 ? 'error' : 'reply', from: agents[to]! }),
      ]);
      const kindsFound = kinds(happened, watchedFrom(edges));
      expect(kindsFound.filter((kind) => kind !== 'swarm_errors')).toEqual([]);
      expect(kindsFound.length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 100 },
  );
});
