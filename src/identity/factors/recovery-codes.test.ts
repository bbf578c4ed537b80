import { describe, expect, test } from 'vitest';
import { systemEntropy } from '../../kernel/entropy.ts';
import { mintRecoveryCodes, recoveryCodeHash } from './recovery-codes.ts';

const minted = mintRecoveryCodes(systemEntropy());

describe('recovery codes', () => {
  test('are ten, each another, in four groups without letters that look like digits', () => {
    expect(minted).toHaveLength(10);
    expect(new Set(minted.map(({ code }) => code)).size).toBe(10);
    for (const { code } of minted) expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
  });

  test('have 80 bits: every character takes five of a byte of its own', () => {
    const asked: number[] = [];
    const give = (fill: number) => ({
      bytes(n: number) {
        asked.push(n);
        return new Uint8Array(n).fill(fill);
      },
    });
    expect(new Set(Array.from({ length: 32 }, (_, i) => mintRecoveryCodes(give(i))[0]!.code)).size).toBe(32);
    expect(new Set(asked)).toEqual(new Set([16]));
  });

  test('are known by a hash that tells nothing of them', () => {
    for (const { code, hash } of minted) {
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
      expect(recoveryCodeHash(code)).toBe(hash);
    }
  });

  test('may be typed in small letters, without hyphens, and with letters for digits', () => {
    const { code, hash } = mintRecoveryCodes({ bytes: (n) => Uint8Array.from({ length: n }, (_, i) => i % 2) })[0]!;
    expect(code).toBe('0101-0101-0101-0101');
    expect(recoveryCodeHash('oioi olol 0i0l-O1O1')).toBe(hash);
  });

  test.each(['', '0101-0101-0101', '0101-0101-0101-0101-0', 'UUUU-UUUU-UUUU-UUUU', '०१०१-0101-0101-0101'])(
    'are not %j',
    (text) => expect(recoveryCodeHash(text)).toBeNull(),
  );
});
