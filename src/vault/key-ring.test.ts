import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../kernel/encoding.ts';
import { sha256 } from '../kernel/hash.ts';
import { createKeyRing, parseKey, vaultKey } from './key-ring.ts';
import { VaultError } from './vault-error.ts';

const random = (seed: string) => sha256(`key ${seed}`);
const hexOf = (byte: (i: number) => number) => toHex(Uint8Array.from({ length: 32 }, (_, i) => byte(i)));

describe('a key', () => {
  it('is 64 hexadecimal digits in either case', () => {
    const hex = toHex(random('a'));
    for (const text of [hex, hex.toUpperCase()]) {
      const parsed = parseKey(text);
      expect(parsed.ok && toHex(parsed.value)).toBe(hex);
    }
  });

  it.each([
    ['nothing', ''],
    ['63 digits', toHex(random('a')).slice(1)],
    ['66 digits', `${toHex(random('a'))}00`],
    ['a line end', `${toHex(random('a'))}\n`],
    ['a digit that is none', `g${toHex(random('a')).slice(1)}`],
    ['base64', Buffer.from(random('a')).toString('base64')],
  ])('is refused when malformed: %s', (_, hex) => {
    expect(parseKey(hex)).toMatchObject({ ok: false, error: expect.stringContaining('64 hexadecimal digits') });
  });

  it.each([
    ['zeros', 'pattern', hexOf(() => 0)],
    ['one byte', 'pattern', hexOf(() => 0xa5)],
    ['0123456789abcdef again and again', 'pattern', '0123456789abcdef'.repeat(4)],
    ['deadbeef again and again', 'pattern', 'deadbeef'.repeat(8)],
    ['a random half twice', 'pattern', toHex(random('a').subarray(0, 16)).repeat(2)],
    ['00 01 02 …', 'counts', hexOf((i) => i)],
    ['ff fe fd …', 'counts', hexOf((i) => 255 - i)],
    ['steps of 8', 'counts', hexOf((i) => i * 8)],
    ['15 bytes shuffled', 'few', hexOf((i) => (i * i * 7 + (i >> 2)) % 15)],
    ['a passphrase', 'text', toHex(new TextEncoder().encode('The quick brown fox jumps, over!'))],
    ['hexadecimal of hexadecimal', 'few', toHex(new TextEncoder().encode(toHex(random('a')).slice(0, 32)))],
  ])('is refused when weak: %s', (_, why, hex) => {
    const parsed = parseKey(hex);
    expect(parsed).toMatchObject({ ok: false, error: expect.stringContaining(why) });
    expect(JSON.stringify(parsed)).not.toContain(hex.slice(0, 8));
  });

  it('is not refused when random', () => {
    fc.assert(fc.property(fc.string(), (seed) => parseKey(toHex(random(seed))).ok));
  });
});

describe('a key ring', () => {
  it('names keys by the first 8 digits of their hash', () => {
    const key = random('a');
    const kid = toHex(sha256(Buffer.concat([Buffer.from('sallyport-kid'), key]))).slice(0, 8);
    expect(vaultKey(key).kid).toBe(kid);
    expect(createKeyRing(key).active.kid).toBe(kid);
  });

  it('keeps one active key and all previous ones, each once', () => {
    const ring = createKeyRing(random('c'), [random('a'), random('b'), random('c'), random('a')]);
    expect(ring.active.kid).toBe(vaultKey(random('c')).kid);
    expect(new Set(ring.keys.keys())).toEqual(new Set(['a', 'b', 'c'].map((seed) => vaultKey(random(seed)).kid)));
  });

  it('refuses two keys of one kid and keys that are too short', () => {
    const [a, b] = [sha256('collide 44745'), sha256('collide 45111')]; // found by search
    expect(vaultKey(a).kid).toBe(vaultKey(b).kid);
    expect(() => createKeyRing(a, [b])).toThrow(VaultError);
    expect(() => createKeyRing(random('a'), [a, b])).toThrow(VaultError);
    expect(() => createKeyRing(random('a').subarray(1))).toThrow(VaultError);
  });

  it('does not spell out its keys', () => {
    const key = random('a');
    const ring = createKeyRing(key, [random('b')]);
    for (const shown of [inspect(ring, { depth: 9, showHidden: true }), JSON.stringify([ring.active, ...ring.keys])]) {
      expect(shown).not.toContain(toHex(key));
      expect(shown).not.toContain([...key.subarray(0, 4)].join(','));
    }
  });
});
