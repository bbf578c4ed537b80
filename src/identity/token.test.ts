import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_TOKEN_CHARS } from '../shield/bearer.ts';
import { isMistyped, mintToken, type TokenKind, tokenHash, unfitToken } from './token.ts';

const KINDS: readonly TokenKind[] = ['agent', 'organization', 'orchestrator', 'key'];
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const minted = fc.tuple(bytes32, fc.constantFrom(...KINDS)).map(([bytes, kind]) => mintToken(() => bytes, kind).token);

describe('a minted token', () => {
  test('has the prefix of its kind, 43 characters of secret and 6 of checksum', () => {
    fc.assert(fc.property(minted, (token) => /^sp[aosk]_[0-9A-Za-z]{49}$/.test(token)));
    expect(KINDS.map((kind) => mintToken(randomBytes, kind).token.slice(0, 4))).toEqual([
      'spa_',
      'spo_',
      'sps_',
      'spk_',
    ]);
  });

  test('is known to the store by its SHA-256 alone', () => {
    const { token, hash } = mintToken(randomBytes, 'agent');
    expect(hash).toBe(createHash('sha256').update(token).digest('hex'));
    expect(tokenHash(token)).toBe(hash);
  });

  test('asks for 32 bytes and keeps every bit of them', () => {
    const asked: number[] = [];
    const secret = (last: number) => {
      const bytes = new Uint8Array(32).fill(255);
      bytes[31] = last;
      const give = (n: number) => {
        asked.push(n);
        return bytes;
      };
      return mintToken(give, 'agent').token;
    };
    expect(secret(254)).not.toBe(secret(255));
    expect(asked).toEqual([32, 32]);
  });

  test('is the same text for the same bytes for ever', () => {
    const token = mintToken(() => new Uint8Array(32).fill(7), 'agent').token;
    expect(token).toMatchInlineSnapshot(`"spa_1fJjkkpe9PiTw9KSulA8Ghct30vZz4HpdQ5c5b9cPF13V7r04"`);
  });
});

describe('a mistyped token', () => {
  test('is none that was minted', () => {
    fc.assert(fc.property(minted, (token) => !isMistyped(token)));
  });

  test('is any token of ours with one character changed', () => {
    fc.assert(
      fc.property(minted, fc.integer({ min: 4, max: 52 }), fc.constantFrom(...'0Az'), (token, at, char) => {
        fc.pre(token[at] !== char);
        return isMistyped(token.slice(0, at) + char + token.slice(at + 1));
      }),
    );
  });

  test.each(['spa_', 'spa_x', 'sps_ключ', `spo_${'0'.repeat(49)}`])('is %s', (token) =>
    expect(isMistyped(token)).toBe(true),
  );

  test('is one of another kind with the same secret', () => {
    const { token } = mintToken(() => new Uint8Array(32), 'agent');
    expect(isMistyped(`sps_${token.slice(4)}`)).toBe(true);
  });

  test('is not text without our prefixes, whatever its shape', () => {
    fc.assert(fc.property(fc.string(), (text) => text.startsWith('sp') || !isMistyped(text)));
  });
});

describe('a token that an operator chose', () => {
  test.each(['0123456789abcdef0123456789abcdef', 'correct-horse.battery_staple~twice+over=='])(
    'may have any shape: %s',
    (token) => expect(unfitToken(token)).toBeNull(),
  );
  test('may be one that Sallyport made', () =>
    expect(unfitToken(mintToken(randomBytes, 'orchestrator').token)).toBeNull());
  test('must have 32 characters', () => expect(unfitToken('0123456789abcdef0123456789abcde')).toMatch(/at least 32/));
  test.each(['correct horse battery staple, twice over', 'ключ'.repeat(10), 'x'.repeat(MAX_TOKEN_CHARS + 1)])(
    'must fit in an Authorization header: %s',
    (token) => expect(unfitToken(token)).toMatch(/header/),
  );
  test('must not be one of ours with a typing error, which would never be let in', () =>
    expect(unfitToken(`sps_${'x'.repeat(49)}`)).toMatch(/mistyped/));
  test('must not have the form of a signed token, which would be taken for one', () => {
    expect(unfitToken(`eyJhbGciOiJFZERTQSJ9.${'x'.repeat(40)}.y`)).toMatch(/signed token/);
    expect(unfitToken(`my.own.${'x'.repeat(40)}`)).toBeNull();
  });
});
