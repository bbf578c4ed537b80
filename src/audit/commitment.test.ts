import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../kernel/canonical-json.ts';
import { commit, opens } from './commitment.ts';

const salt = new Uint8Array(32).fill(5);
const json = fc.jsonValue({ noUnicodeString: false }).map((value) => value as Json);

describe('a commitment', () => {
  it('is the HMAC-SHA256 of the canonical JSON under the salt', () => {
    // computed apart: printf '{"body":"hi","to":"+14155550100"}' | openssl dgst -sha256 -mac HMAC -macopt hexkey:05…
    expect(commit(salt, { to: '+14155550100', body: 'hi' })).toBe('zwbVdA8wywGCsAZwvuCqI9yn86OZ4N2HwTUvIkV1lDw');
  });

  it('opens with the same value in any order of keys, and with the same salt alone', () => {
    const made = commit(salt, { to: 'a', body: 'b' });
    expect(opens(made, salt, { body: 'b', to: 'a' })).toBe(true);
    expect(opens(made, salt.with(31, 6), { body: 'b', to: 'a' })).toBe(false);
    expect(opens(made, salt, { body: 'b', to: 'A' })).toBe(false);
    expect(opens(`${made}=`, salt, { body: 'b', to: 'a' })).toBe(false);
  });

  it('to one value does not open for another', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(opens(commit(salt, a), salt, a)).toBe(true);
        if (commit(salt, a) !== commit(salt, b)) expect(opens(commit(salt, a), salt, b)).toBe(false);
      }),
    );
  });

  it('is not made with a short salt, and nothing without canonical JSON opens one', () => {
    expect(() => commit(new Uint8Array(16), 'x')).toThrow(RangeError);
    expect(() => commit(salt, Number.NaN)).toThrow(TypeError);
    expect(opens(commit(salt, 'x'), new Uint8Array(0), 'x')).toBe(false);
    expect(opens(commit(salt, null), salt, Number.NaN)).toBe(false);
  });
});
