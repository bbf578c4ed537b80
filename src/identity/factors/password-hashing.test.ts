import { describe, expect, test } from 'vitest';
import { systemEntropy } from '../../kernel/entropy.ts';
import { formatPhc, parsePhc } from '../rules/password-record.ts';
import { createPasswordHashing, type Derive } from './password-hashing.ts';

const entropy = systemEntropy();
const real = createPasswordHashing({ entropy, cores: 2 });

/** Instead of argon2: what was asked for, answered at once or when the test says so. */
function recorded(answer: (password: string) => Promise<Uint8Array> | Uint8Array = () => new Uint8Array(32)) {
  const asked: Parameters<Derive>[] = [];
  const derive: Derive = async (...args) => {
    asked.push(args);
    return answer(args[0]);
  };
  return { asked, derive };
}

describe('a hashed password', () => {
  test('is argon2id with 19 MiB and two passes, and tells right from wrong, however it was typed', async () => {
    const stored = await real.hash('tin roof rusted Å');
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await real.verify('tin roof rusted A\u030a', async () => stored)).toEqual({ is: 'right', outdated: false });
    expect(await real.verify('tin roof rusted A', async () => stored)).toEqual({ is: 'wrong' });
  });

  test('of argon2, the reference program, is verified, and is to be hashed anew where it is weaker', async () => {
    // echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1 (phc-winner-argon2, test.c)
    const stored = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await real.verify('password', async () => stored)).toEqual({ is: 'right', outdated: false });
    const weaker = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
    expect(await real.verify('password', async () => weaker)).toEqual({ is: 'right', outdated: true });
  });

  test('has a salt of its own', async () => {
    const { asked, derive } = recorded();
    const hashing = createPasswordHashing({ entropy, cores: 2, derive });
    expect(await hashing.hash('the same')).not.toBe(await hashing.hash('the same'));
    expect(asked.map(([, { salt }]) => salt.length)).toEqual([16, 16]);
  });

  test('is not made of what is no password', async () => {
    const { asked, derive } = recorded();
    const hashing = createPasswordHashing({ entropy, cores: 2, derive });
    await expect(hashing.hash('x'.repeat(1025))).rejects.toThrow('no password');
    expect(asked).toEqual([]);
  });
});

describe('a password against nobody', () => {
  test('is hashed with the same parameters, and is wrong even if the hash came out right', async () => {
    const { asked, derive } = recorded();
    const hashing = createPasswordHashing({ entropy: { bytes: (n) => new Uint8Array(n) }, cores: 2, derive });
    const stored = await hashing.hash('tin roof rusted');
    expect(await hashing.verify('tin roof rusted', async () => stored)).toMatchObject({ is: 'right' });
    expect(await hashing.verify('tin roof rusted', async () => null)).toEqual({ is: 'wrong' });
    const cost = ({ memoryKib, passes, lanes, tagBytes }: Parameters<Derive>[1]) => [
      memoryKib,
      passes,
      lanes,
      tagBytes,
    ];
    expect(asked.map(([, parameters]) => cost(parameters))).toEqual(Array(3).fill([19_456, 2, 1, 32]));
  });
});

describe('a flood of passwords', () => {
  test('is hashed by half of the cores, waits in a short queue, and is refused beyond it', async () => {
    const held: (() => void)[] = [];
    const { asked, derive } = recorded(() => new Promise((resolve) => held.push(() => resolve(new Uint8Array(32)))));
    const hashing = createPasswordHashing({ entropy, cores: 4, derive });
    const answers = Array.from({ length: 20 }, (_, i) =>
      hashing.verify(`guess ${i}`, async () => null).catch(({ code, retryAfterMs }) => ({ code, retryAfterMs })),
    );
    expect(await Promise.all(answers.slice(18))).toEqual(Array(2).fill({ code: 'overloaded', retryAfterMs: 1_000 }));
    expect(asked).toHaveLength(2);
    while (held.length > 0) {
      held.shift()!();
      await new Promise(setImmediate);
      expect(held.length).toBeLessThanOrEqual(2);
    }
    expect(await Promise.all(answers.slice(0, 18))).toEqual(Array(18).fill({ is: 'wrong' }));
    expect(asked.map(([password]) => password)).toEqual(Array.from({ length: 18 }, (_, i) => `guess ${i}`)); // in their order
    const after = hashing.verify('another', async () => null);
    await new Promise(setImmediate);
    held.shift()!();
    expect(await after).toEqual({ is: 'wrong' });
  });

  test('leaves no slot taken by a hash that failed', async () => {
    const hashing = createPasswordHashing({ entropy, cores: 1, derive: () => Promise.reject(new Error('no memory')) });
    for (let i = 0; i < 20; i++) await expect(hashing.hash('tin roof rusted')).rejects.toThrow('no memory');
  });
});

describe('a record', () => {
  const record = {
    memoryKib: 19_456,
    passes: 2,
    lanes: 1,
    salt: new Uint8Array(16).fill(1),
    tag: new Uint8Array(32).fill(2),
  };

  test('is read as it was written', () => {
    const { salt, tag, ...cost } = parsePhc(formatPhc(record))!;
    expect({ ...cost, salt: new Uint8Array(salt), tag: new Uint8Array(tag) }).toEqual(record);
  });

  test.each([
    [
      'of another function',
      '$argon2i$v=19$m=19456,t=2,p=1$AQEBAQEBAQEBAQEBAQEBAQ$AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI',
    ],
    ['that would take a gigabyte', formatPhc({ ...record, memoryKib: 1_048_576 })],
    ['with a hundred lanes', formatPhc({ ...record, lanes: 17 })],
    ['without a pass', formatPhc({ ...record, passes: 0 })],
    ['without a salt', formatPhc({ ...record, salt: new Uint8Array(0) })],
    ['with a short tag', formatPhc({ ...record, tag: new Uint8Array(8) })],
    ['that is no record', 'tin roof rusted'],
  ])('%s is refused', async (_, text) => {
    expect(parsePhc(text)).toBeNull();
    await expect(real.verify('tin roof rusted', async () => text)).rejects.toThrow(TypeError);
  });
});
