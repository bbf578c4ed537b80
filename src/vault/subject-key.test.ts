import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../kernel/encoding.ts';
import type { Entropy } from '../kernel/entropy.ts';
import { sha256 } from '../kernel/hash.ts';
import { createKeyRing } from './key-ring.ts';
import { type Cell, open, seal, sealWith } from './sealed.ts';
import { createSubjectKey, openText, sealText, unwrapSubjectKey } from './subject-key.ts';
import { VaultError } from './vault-error.ts';

let calls = 0;
const entropy: Entropy = { bytes: (n) => new Uint8Array(sha256(`entropy ${calls++}`).subarray(0, n)) };
const oldKey = sha256('old');
const oldRing = createKeyRing(oldKey);
const ring = createKeyRing(sha256('new'), [oldKey]);
const home: Cell = { org: 'org_a', table: 'subject', column: 'key', row: 'ctc_1' };
const place: Cell = { org: 'org_a', table: 'message', column: 'body', row: 'msg_1' };
const { key, wrapped } = createSubjectKey(ring, entropy, home);

describe("a subject's key", () => {
  it('comes back from its wrapped form and opens what it sealed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const sealed = sealText(key, entropy, text, place);
        expect(openText(unwrapSubjectKey(ring, wrapped, home), sealed, place)).toBe(text);
      }),
    );
  });

  it('is gone once its wrapped form is: neither the ring nor another subject opens the text', () => {
    const sealed = sealText(key, entropy, 'hello', place);
    const other = createSubjectKey(ring, entropy, { ...home, row: 'ctc_2' });
    expect(other.key.kid).not.toBe(key.kid);
    expect(() => open(ring, sealed, place)).toThrow(VaultError);
    expect(() => openText(other.key, sealed, place)).toThrow(VaultError);
    expect(() => openText(other.key, sealed.replace(key.kid, other.key.kid), place)).toThrow(VaultError);
  });

  it("does not unwrap as another subject's", () => {
    expect(() => unwrapSubjectKey(ring, wrapped, { ...home, row: 'ctc_2' })).toThrow(VaultError);
    expect(() => unwrapSubjectKey(ring, wrapped, { ...home, org: 'org_b' })).toThrow(VaultError);
  });

  it('opens no text that was copied to another row', () => {
    const sealed = sealText(key, entropy, 'hello', place);
    expect(() => openText(key, sealed, { ...place, row: 'msg_2' })).toThrow(VaultError);
  });

  it('survives a rotation of the ring, with its texts untouched', () => {
    const before = createSubjectKey(oldRing, entropy, home);
    const sealed = sealText(before.key, entropy, 'hello', place);
    const rewrapped = seal(ring, entropy, open(ring, before.wrapped, home), home);
    const after = createKeyRing(sha256('new'));
    expect(openText(unwrapSubjectKey(after, rewrapped, home), sealed, place)).toBe('hello');
  });

  it('is wiped from the buffers that it passed through', () => {
    const handed: Uint8Array[] = [];
    const watched: Entropy = { bytes: (n) => handed[handed.push(entropy.bytes(n)) - 1]! };
    createSubjectKey(ring, watched, home);
    expect(handed.map((bytes) => bytes.length)).toEqual([32, 12]);
    expect(toHex(handed[0]!)).toBe('00'.repeat(32));
  });

  it('is refused when what was sealed is no key, and text when it is no text', () => {
    expect(() => unwrapSubjectKey(ring, seal(ring, entropy, 'short', home), home)).toThrow(VaultError);
    expect(() => openText(key, sealWith(key, entropy, Uint8Array.of(0xff), place), place)).toThrow(VaultError);
  });
});
