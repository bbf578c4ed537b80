import { expect, it } from 'vitest';
import { readInbound } from './opt-out.ts';
import { isSandboxNumber, sandboxBehaviour } from './sandbox.ts';

it('has a hundred numbers and no more', () => {
  expect(Array.from({ length: 100 }, (_, i) => `+14155550${100 + i}`).every(isSandboxNumber)).toBe(true);
  for (const other of [
    '+14155550099',
    '+14155550200',
    '+141555501000',
    '+1415555010',
    '14155550100',
    '+14155550100\n',
    '+24155550100',
  ]) {
    expect(isSandboxNumber(other), JSON.stringify(other)).toBe(false);
  }
});

it('answers STOP, START and a plea in words, as inbound reading understands them', () => {
  const said = (number: string) => {
    const behaviour = sandboxBehaviour(number);
    return behaviour.is === 'deliver' && typeof behaviour.answer === 'object'
      ? readInbound(behaviour.answer.text).is
      : null;
  };
  expect(['+14155550102', '+14155550103', '+14155550104'].map(said)).toEqual(['stop', 'start', 'stop-intent']);
});

it('documents each special number', () => {
  const table = Array.from({ length: 16 }, (_, i) => sandboxBehaviour(`+14155550${100 + i}`).is);
  expect(table).toEqual([
    ...Array.from({ length: 10 }, () => 'deliver'),
    'reject',
    'unavailable',
    'deliver',
    'hang',
    'reject',
    'bounce',
  ]);
  expect(sandboxBehaviour('+14155550114')).toMatchObject({ because: 'opted_out', providerCode: 21610 });
  expect(sandboxBehaviour('+14155550112')).toMatchObject({ afterMs: 2_000 });
});

it('delivers to any other address without an answer', () => {
  for (const address of ['+14155550105', '+14155550199', '+4915112345678', 'bob@example.com']) {
    expect(sandboxBehaviour(address)).toEqual({ is: 'deliver', afterMs: 0, answer: 'none' });
  }
});
