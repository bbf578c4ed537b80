import { createDecipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64url, fromUtf8, toBase64url } from '../kernel/encoding.ts';
import type { Entropy } from '../kernel/entropy.ts';
import { sha256 } from '../kernel/hash.ts';
import { createKeyRing, vaultKey } from './key-ring.ts';
import { type Cell, kidOf, needsRewrap, open, openWith, seal } from './sealed.ts';
import { VaultError } from './vault-error.ts';

function seeded(): Entropy {
  let calls = 0;
  return { bytes: (n) => new Uint8Array(sha256(`entropy ${calls++}`).subarray(0, n)) };
}
const entropy = seeded();
const [oldKey, newKey] = [sha256('old'), sha256('new')];
const oldRing = createKeyRing(oldKey);
const ring = createKeyRing(newKey, [oldKey]);
const cell: Cell = { org: 'org_a', table: 'provider', column: 'secret', row: 'prv_1' };
const SECRET = 'sk_live_do_not_show';
const sealed = seal(ring, entropy, SECRET, cell);

/** Runs and gives the error's code. Anything but a VaultError that keeps its secrets fails. */
function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toMatch(/sk_live|org_a|prv_1/);
    expect(error.cause).toBeUndefined();
    return error.code;
  }
  throw new Error('nothing was refused');
}

describe('a sealed cell', () => {
  it('opens to what was sealed, bytes or text of any length', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.string({ unit: 'grapheme' })), (plaintext) => {
        const opened = open(ring, seal(ring, entropy, plaintext, cell), cell);
        if (typeof plaintext === 'string') expect(fromUtf8(opened)).toBe(plaintext);
        else expect([...opened]).toEqual([...plaintext]);
      }),
    );
  });

  it('is version, kid, nonce, ciphertext and tag, as any AES-256-GCM opens it', () => {
    const [version, kid, iv, ciphertext, tag] = sealed.split('.');
    expect([version, kid]).toEqual(['v1', ring.active.kid]);
    const decipher = createDecipheriv('aes-256-gcm', newKey, Buffer.from(iv!, 'base64url'), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(`2:v18:${kid}5:org_a8:provider6:secret5:prv_1`));
    decipher.setAuthTag(Buffer.from(tag!, 'base64url'));
    expect(decipher.update(ciphertext!, 'base64url', 'utf8') + decipher.final('utf8')).toBe(SECRET);
    expect(fromBase64url(iv!)).toHaveLength(12);
    expect(fromBase64url(tag!)).toHaveLength(16);
  });

  it('never looks the same twice', () => {
    const twice = Array.from({ length: 100 }, () => seal(ring, entropy, SECRET, cell).split('.')[2]);
    expect(new Set(twice).size).toBe(100);
  });

  it.each(['org', 'table', 'column', 'row'] as const)('does not open in another %s', (part) => {
    expect(refusal(() => open(ring, sealed, { ...cell, [part]: `${cell[part]}2` }))).toBe('not_authentic');
    expect(refusal(() => open(ring, sealed, { ...cell, [part]: '' }))).toBe('not_authentic');
  });

  it('does not open in a cell whose parts only join to the same text', () => {
    const shifted = fc.record({ org: fc.string(), table: fc.string(), column: fc.string(), row: fc.string() });
    fc.assert(
      fc.property(shifted, fc.nat(10), (place, n) => {
        fc.pre(place.table.length > 0);
        const cut = 1 + (n % place.table.length);
        const moved = { ...place, org: place.org + place.table.slice(0, cut), table: place.table.slice(cut) };
        const value = seal(ring, entropy, 'x', place);
        expect(refusal(() => open(ring, value, moved))).toBe('not_authentic');
      }),
    );
    const tricky = seal(ring, entropy, 'x', { ...cell, table: '1:a', column: '' });
    expect(refusal(() => open(ring, tricky, { ...cell, table: '', column: '1:a' }))).toBe('not_authentic');
  });

  it('does not open after any change of one character', () => {
    const alphabet = fc.constantFrom(...'ABCXYZabcxyz0123789-_.=+/ \n');
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), alphabet, fc.nat(1), (at, char, cut) => {
        const edited = sealed.slice(0, at) + char + sealed.slice(at + cut);
        fc.pre(edited !== sealed);
        refusal(() => open(ring, edited, cell));
        refusal(() => open(ring, sealed.slice(0, at) + sealed.slice(at + 1), cell));
      }),
      { numRuns: 2000 },
    );
  });

  it('does not open with a tag cut short, though its bytes are right', () => {
    const parts = sealed.split('.');
    for (const bytes of [0, 4, 8, 12, 15]) {
      const tag = toBase64url(fromBase64url(parts[4]!)!.subarray(0, bytes));
      expect(refusal(() => open(ring, [...parts.slice(0, 4), tag].join('.'), cell))).toBe('malformed');
    }
  });

  it.each([
    ['nothing', '', 'malformed'],
    ['plain text', SECRET, 'malformed'],
    ['another version', sealed.replace('v1', 'v2'), 'malformed'],
    ['no tag', sealed.split('.').slice(0, 4).join('.'), 'malformed'],
    ['one part more', `${sealed}.`, 'malformed'],
    ['a key that is not in the ring', sealed.replace(ring.active.kid, '00000000'), 'unknown_key'],
    ["another key's kid", sealed.replace(ring.active.kid, oldRing.active.kid), 'not_authentic'],
  ])('does not open as %s', (_, value, code) => {
    expect(refusal(() => open(ring, value, cell))).toBe(code);
  });

  it('does not take text that would come back changed', () => {
    expect(refusal(() => seal(ring, entropy, 'sk_live\ud800', cell))).toBe('bad_plaintext');
    expect(refusal(() => seal(ring, entropy, 'x', { ...cell, row: '\ud800' }))).toBe('bad_plaintext');
  });

  it('is not tried with a key that it does not name', () => {
    expect(refusal(() => openWith(vaultKey(oldKey), sealed, cell))).toBe('unknown_key');
  });
});

describe('rotation', () => {
  const before = seal(oldRing, entropy, SECRET, cell);

  it('opens what a previous key sealed, and says that it needs a rewrap', () => {
    expect(fromUtf8(open(ring, before, cell))).toBe(SECRET);
    expect(kidOf(before)).toBe(oldRing.active.kid);
    expect(needsRewrap(ring, before)).toBe(true);
    expect(needsRewrap(ring, seal(ring, entropy, open(ring, before, cell), cell))).toBe(false);
  });

  it('seals under the active key alone', () => {
    expect(refusal(() => open(oldRing, sealed, cell))).toBe('unknown_key');
    expect(refusal(() => open(createKeyRing(newKey), before, cell))).toBe('unknown_key');
    expect(refusal(() => kidOf('v1.XYZ.'))).toBe('malformed');
  });
});
