import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keysOf } from '../../../src/swarm/models/model-keys.ts';
import { createModelLine, type Seat } from '../../../src/swarm/models/model-line.ts';
import { handTimer } from './hand-timer.ts';
import { key, model, modelsOf } from './router-fixture.ts';

function setUp(more: object) {
  const time = handTimer();
  const [config] = modelsOf(model('m', { keys: [key('a'), key('b')], ...more }));
  const keys = keysOf(config!, new Map(), () => 0, time.clock.now());
  return { ...time, line: createModelLine(config!, keys, time) };
}

test('serves everybody in order, never more at once than may be, never more in a minute than a bucket promises', async () => {
  const asks = fc.array(
    fc.record({ pass: fc.nat(20_000), tokens: fc.integer({ min: 1, max: 100 }), takes: fc.nat(40_000) }),
    {
      maxLength: 12,
    },
  );
  await fc.assert(
    fc.asyncProperty(asks, async (story) => {
      const { line, clock, timer, pass, waiting } = setUp({ tokensPerMinute: 100, maxConcurrent: 2 });
      const start = clock.now();
      const order: number[] = [];
      const taken = new Map<string, { at: number; tokens: number }[]>();
      for (const [number, { pass: ms, tokens, takes }] of story.entries()) {
        const until = clock.now() + 3_600_000;
        void line.seat({ tokens, signal: new AbortController().signal, until }).then((seat: Seat) => {
          if (seat.is !== 'seat') throw new Error(seat.is);
          order.push(number);
          expect(line.inFlight).toBeLessThanOrEqual(2);
          taken.getOrInsertComputed(seat.key.name, () => []).push({ at: clock.now(), tokens });
          timer(takes, () => seat.leave(null));
        });
        await pass(ms);
      }
      await pass(3_600_000);
      expect(order).toEqual(story.map((_, number) => number));
      expect([line.inFlight, line.waiting, waiting()]).toEqual([0, 0, 0]);
      for (const of of taken.values())
        for (const [index, { at: first }] of of.entries())
          for (let end = index, sum = 0; end < of.length; end++) {
            sum += of[end]!.tokens;
            expect(sum).toBeLessThanOrEqual(100 * (1 + (of[end]!.at - first) / 60_000) + 1e-6);
          }
      expect(start).toBeLessThanOrEqual(clock.now());
    }),
    { numRuns: 25 },
  );
});

test('a large request at the head is not overtaken for ever by small ones', async () => {
  const { line, clock, pass } = setUp({ tokensPerMinute: 100 });
  const signal = new AbortController().signal;
  const until = clock.now() + 600_000;
  const seated: string[] = [];
  const ask = (name: string, tokens: number) =>
    void line.seat({ tokens, signal, until }).then((seat) => {
      seated.push(name);
      if (seat.is === 'seat') seat.leave(tokens);
    });
  for (const name of ['a', 'b']) ask(name, 60);
  ask('large', 100);
  for (let second = 0; second < 60; second++) {
    ask('small', 5);
    await pass(1_000);
  }
  expect(seated.indexOf('large')).toBe(2);
});

test('holds only so many, and tells the next one at once', async () => {
  const { line, clock } = setUp({ maxConcurrent: 1 });
  const ask = () => line.seat({ tokens: 1, signal: new AbortController().signal, until: clock.now() + 1_000 });
  const first = await ask();
  const rest = Array.from({ length: 1_000 }, ask);
  expect(line.waiting).toBe(1_000);
  expect(await ask()).toEqual({ is: 'full' });
  if (first.is === 'seat') {
    first.leave(0);
    first.leave(0); // once alone counts
  }
  expect([line.inFlight, line.waiting]).toEqual([1, 999]);
  expect((await rest[0])?.is).toBe('seat');
});

test('lets those who wait go when their model is gone', async () => {
  const { line, clock } = setUp({ maxConcurrent: 1 });
  const ask = () => line.seat({ tokens: 1, signal: new AbortController().signal, until: clock.now() + 1_000 });
  await ask();
  const waits = ask();
  line.become(line.model, []);
  expect(await waits).toEqual({ is: 'no_key' });
});
