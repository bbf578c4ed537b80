import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storable } from './storable.ts';

describe('text that may not be refused', () => {
  it.each([
    ['STOP\0', 'STOP\ufffd'],
    ['\ud83dSTOP', '\ufffdSTOP'],
    ['a\udc00\0b', 'a\ufffd\ufffdb'],
    ['STOP 🛑\r\n\u202e', 'STOP 🛑\r\n\u202e'],
    ['', ''],
  ])('%j is kept as %j', (text, kept) => {
    expect(storable(text, 1_000)).toBe(kept);
  });

  it('loses its middle when it is too long, and says how much', () => {
    const kept = storable(`STOP ${'x'.repeat(200_000)} please remove me`, 1_000);
    expect(kept).toMatch(/^STOP x+\n\[199082 characters left out\]\nx+ please remove me$/);
    expect(kept.length).toBeLessThanOrEqual(1_000);
  });

  it('loses white space around it first', () => {
    expect(storable(`${' '.repeat(5_000)}STOP${'\n'.repeat(5_000)}`, 1_000)).toBe('STOP');
  });

  it('is well formed, without NUL and within its length, also where a character is cut in two', () => {
    const unit = fc.constantFrom('\0', '\ud83d', '\udc00', '😀', 'a', ' ');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 600 }), (text) => {
        const kept = storable(text, 200);
        expect(kept.length).toBeLessThanOrEqual(200);
        expect(kept.isWellFormed() && !kept.includes('\0')).toBe(true);
        expect(storable(kept, 200)).toBe(kept);
      }),
    );
  });
});
