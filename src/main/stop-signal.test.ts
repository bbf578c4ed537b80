import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { stopSignals } from './stop-signal.ts';

function setUp() {
  const source = new EventEmitter();
  const clock = { at: 1_000, now: () => clock.at };
  const ended: number[] = [];
  const stop = stopSignals(source, clock, (exitCode) => ended.push(exitCode));
  return { source, clock, ended, stop };
}

test('the first signal asks to stop', async () => {
  const { source, ended, stop } = setUp();
  source.emit('SIGTERM');
  expect(await stop.first).toBe('SIGTERM');
  expect(ended).toEqual([]);
});

test('npm’s copy of the same Ctrl-C does not end the draining; a second one does', () => {
  const { source, clock, ended } = setUp();
  source.emit('SIGINT');
  clock.at += 3;
  source.emit('SIGINT');
  expect(ended).toEqual([]);
  clock.at += 1_000;
  source.emit('SIGINT');
  expect(ended).toEqual([130]);
});

test('listens no more once disposed', () => {
  const { source, stop } = setUp();
  stop[Symbol.dispose]();
  expect(source.eventNames()).toEqual([]);
});
