import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeAttempt, MAX_CODE_ATTEMPTS, mintCode, type TriedCode } from './code.ts';

const NOW = 1_000_000;
const open: TriedCode = { id: 'otc_1', matches: false, attempts: 0, used: false, expiresAt: NOW + 1 };

const from = (...numbers: readonly number[]) => {
  const left = [...numbers];
  return () => {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, left.shift()!);
    return bytes;
  };
};

describe('a code', () => {
  test('has six digits, zeros in front too', () => {
    expect(mintCode(from(0))).toBe('000000');
    expect(mintCode(from(42))).toBe('000042');
    expect(mintCode(from(4_293_999_999))).toBe('999999');
  });
  test('is drawn again where low codes would be likelier', () =>
    expect(mintCode(from(4_294_000_000, 4_294_967_295, 7))).toBe('000007'));
  test('is each as likely as any other', () => {
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) counts[Number(mintCode(from(Math.floor((i / 100_000) * 4_294_000_000)))[0])]!++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(100);
  });
});

describe('an attempt', () => {
  test('with the right code is valid, and counts', () =>
    expect(judgeAttempt({ ...open, matches: true }, NOW)).toEqual({ valid: true, counts: true }));
  test('with a wrong one is invalid; the last one says that there are no more', () => {
    expect(judgeAttempt(open, NOW)).toEqual({ valid: false, reason: 'invalid', counts: true });
    expect(judgeAttempt({ ...open, attempts: MAX_CODE_ATTEMPTS - 1 }, NOW)).toMatchObject({
      reason: 'too_many_attempts',
      counts: true,
    });
  });
  test('at no code and at a used one is told the same', () => {
    const none = judgeAttempt(null, NOW);
    expect(none).toEqual({ valid: false, reason: 'invalid', counts: false });
    for (const matches of [true, false]) expect(judgeAttempt({ ...open, used: true, matches }, NOW)).toEqual(none);
  });
  test('never succeeds without a match, late, on a used code or after the last attempt', () =>
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.nat(6),
        fc.boolean(),
        fc.integer({ min: -2, max: 2 }),
        (matches, attempts, used, left) => {
          const attempt = judgeAttempt({ ...open, matches, attempts, used, expiresAt: NOW + left }, NOW);
          expect(attempt.valid).toBe(matches && attempts < MAX_CODE_ATTEMPTS && !used && left > 0);
          if (attempt.counts) expect(attempts).toBeLessThan(MAX_CODE_ATTEMPTS);
        },
      ),
    ));
});
