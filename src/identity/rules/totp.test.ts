import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { HOTP, Secret, URI } from 'otpauth';
import { describe, expect, test } from 'vitest';
import { hasOathtool } from '../../../test/support/oathtool.ts';
import { TOTP, totpKey, totpStepAt, totpStepOf } from './totp.ts';

/** RFC 6238 appendix B: the ASCII digits 1234567890 over and over, as long as the hash. */
const seed = (bytes: number): Uint8Array => Buffer.from('1234567890'.repeat(7).slice(0, bytes));
const SECRET = seed(20);
const keyOf = (secret: Uint8Array): Secret => new Secret({ buffer: new Uint8Array(secret).buffer });
const NOW = Date.UTC(2026, 10, 20, 12);
const codeAt = (ms: number, secret = SECRET): string =>
  HOTP.generate({ secret: keyOf(secret), counter: totpStepAt(ms) });

describe('the one-time codes of RFC 6238, appendix B', () => {
  test.each([
    [59, '94287082', '46119246', '90693936'],
    [1_111_111_109, '07081804', '68084774', '25091201'],
    [20_000_000_000, '65353130', '77737706', '47863826'],
  ])('are those of the library at %i s', (seconds, ...codes) => {
    const counter = totpStepAt(seconds * 1000);
    const made = (['SHA1', 'SHA256', 'SHA512'] as const).map((algorithm, i) =>
      HOTP.generate({
        algorithm,
        digits: 8,
        counter,
        secret: keyOf(seed([20, 32, 64][i]!)),
      }),
    );
    expect(made).toEqual(codes);
  });

  test.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [20_000_000_000, '353130'],
  ])('are taken at %i s, with the six digits that apps show', (seconds, code) =>
    expect(totpStepOf(SECRET, code, seconds * 1000, null)).toBe(Math.floor(seconds / 30)),
  );
});

describe('a one-time code', () => {
  test('is good in its own step and in the ones beside it, and no further', () => {
    const { stepMs } = TOTP;
    const good = [-2, -1, 0, 1, 2].map((n) => totpStepOf(SECRET, codeAt(NOW + n * stepMs), NOW, null) !== null);
    expect(good).toEqual([false, true, true, true, false]);
  });

  test('counts only when its step is later than the last one used', () => {
    const step = totpStepAt(NOW);
    expect(totpStepOf(SECRET, codeAt(NOW), NOW, step - 1)).toBe(step);
    expect(totpStepOf(SECRET, codeAt(NOW), NOW, step)).toBeNull();
    expect(totpStepOf(SECRET, codeAt(NOW - TOTP.stepMs), NOW, step)).toBeNull();
    expect(totpStepOf(SECRET, codeAt(NOW + TOTP.stepMs), NOW, step)).toBe(step + 1);
  });

  test('may be typed in groups', () => {
    const code = codeAt(NOW);
    expect(totpStepOf(SECRET, ` ${code.slice(0, 3)} ${code.slice(3)}`, NOW, null)).not.toBeNull();
  });

  test('of another secret, and any other text, is none', () => {
    expect(totpStepOf(seed(20).fill(7), codeAt(NOW), NOW, null)).toBeNull();
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(text.replaceAll(/[\s-]/g, '').length !== TOTP.digits);
        return totpStepOf(SECRET, text, NOW, null) === null;
      }),
    );
  });

  test.skipIf(!hasOathtool())('is the one that oathtool makes of the secret that was shown', async () => {
    const secret = Uint8Array.from({ length: TOTP.secretBytes }, (_, i) => 37 * i + 11);
    const { secret: shown } = totpKey(secret, 'door.example', 'owner@example.com');
    const at = `--now=${new Date(NOW).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
    const { stdout } = await promisify(execFile)('oathtool', ['--totp', '--base32', at, shown]);
    expect(totpStepOf(secret, stdout, NOW, null)).toBe(totpStepAt(NOW));
  });
});

test('an app gets the secret, whose it is and where it belongs', () => {
  const { secret, uri } = totpKey(SECRET, 'door.example', 'owner+door@example.com');
  expect(secret).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  expect(uri).toMatchInlineSnapshot(
    `"otpauth://totp/door.example:owner%2Bdoor%40example.com?issuer=door.example&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&algorithm=SHA1&digits=6&period=30"`,
  );
  expect(URI.parse(uri)).toMatchObject({ issuer: 'door.example', label: 'owner+door@example.com', algorithm: 'SHA1' });
});
