import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { canonicalJson } from '../kernel/canonical-json.ts';
import { ConfigurationError } from './configuration-error.ts';
import { type BoundArguments, SessionManager, type SessionManagerOptions } from './session-manager.ts';
import { memoryTokenUses } from './tools/token-uses.ts';

const KEY = 'a key for tests, long enough';
const NOW = 1_700_000_000_500;
const at = (ms: number) => ({ clock: { now: () => ms } });
const manager = (options: SessionManagerOptions = at(NOW), key: string | undefined = KEY, secs = 3600) =>
  new SessionManager(secs, key, options);
const sm = manager();
const respelt = (token: string, change: (text: string) => string) =>
  Buffer.from(change(Buffer.from(token, 'base64url').toString()), 'utf8').toString('base64url');

const spelt = (bound: BoundArguments | undefined) => (bound === undefined ? 'none' : canonicalJson(bound));

const callIds = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.string({ unit: fc.constantFrom('.', ':', 'a', '1', 'é', '\u0000') }),
  )
  .filter((id) => id !== '' && id.length <= 512);
const names = fc.stringMatching(/^[A-Za-z_][0-9A-Za-z_]{0,12}$/);
const bounds = fc.option(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), {
  nil: undefined,
});

describe('a token', () => {
  it('lets its call run its function, and no other call or function', () => {
    fc.assert(
      fc.property(callIds, names, callIds, names, (callId, name, otherId, otherName) => {
        const token = sm.generateToken(name, callId);
        expect(sm.validateToken(callId, name, token)).toBe(true);
        expect(sm.validateToolToken(name, token, callId)).toBe(true);
        expect(sm.validateToken(otherId, name, token)).toBe(otherId === callId);
        expect(sm.validateToken(callId, otherName, token)).toBe(otherName === name);
        expect(sm.validateToken('', name, token)).toBe(false);
      }),
    );
  });

  it('is what the seed says: five fields, base64url, all that is signed with colons between', () => {
    const text = Buffer.from(sm.createToolToken('send_sms', 'a.b:c'), 'base64url').toString();
    const [, callId, name, expiry, nonce, signature] = /^(.+)\.(\w+)\.(\d+)\.([0-9a-f]{32})\.([0-9a-f]{64})$/.exec(
      text,
    )!;
    expect([callId, name, expiry]).toEqual(['a.b:c', 'send_sms', '1700003600']);
    expect(createHmac('sha256', KEY).update(`a.b:c:send_sms:${expiry}:${nonce}`).digest('hex')).toBe(signature);
  });

  it('ends at its very second', () => {
    const token = sm.generateToken('f', 'c');
    const valid = (ms: number) => manager(at(ms)).validateToken('c', 'f', token);
    expect([valid(1_700_003_599_999), valid(1_700_003_600_000), valid(1_700_003_600_001)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(manager(at(1_700_003_600_000)).debugToken(token)?.expired).toBe(true);
  });

  it('may be as long as it is made', () => {
    const [name, callId] = ['f'.repeat(128), '€'.repeat(512)];
    expect(sm.validateToken(callId, name, sm.generateToken(name, callId))).toBe(true);
  });

  it('is not made for what could stand for something else', () => {
    for (const callId of ['', 'x'.repeat(513), 'a\ud800'])
      expect(() => sm.generateToken('f', callId)).toThrow(TypeError);
    for (const name of ['', 'a.b', 'a:b', '1a', 'f'.repeat(129), 'f\n', 'é'])
      expect(() => sm.generateToken(name, 'c')).toThrow(TypeError);
    expect(() => sm.generateToken('f', 'c', { x: Number.NaN })).toThrow(TypeError);
  });
});

describe('refuses', () => {
  const token = sm.generateToken('f', 'call-1');
  const seedToken = (digits: number, nonce = 'a1b2c3d4') => {
    const expiry = 1_700_003_600;
    const signature = createHmac('sha256', KEY).update(`call-1:f:${expiry}:${nonce}`).digest('hex').slice(0, digits);
    return Buffer.from(`call-1.f.${expiry}.${nonce}.${signature}`).toString('base64url');
  };

  it.for<[string, string]>([
    ['nothing', ''],
    ['a token cut short', token.slice(0, -1)],
    ['a token cut short by a group', token.slice(0, -4)],
    ['a token and more', `${token}A`],
    ['a token and a field more', respelt(token, (text) => `${text}.x`)],
    ['a field too few', respelt(token, (text) => text.split('.').slice(1).join('.'))],
    ['padding', `${token}=`],
    ['white space', ` ${token}`],
    ['a later expiry', respelt(token, (text) => text.replace('1700003600', '1700003601'))],
    ['an expiry spelt otherwise', respelt(token, (text) => text.replace('1700003600', '01700003600'))],
    ['an expiry in decimals', respelt(token, (text) => text.replace('1700003600', '1.7e9'))],
    ['another function', respelt(token, (text) => text.replace('.f.', '.g.'))],
    ['a signature in capitals', respelt(token, (text) => text.slice(0, -64) + text.slice(-64).toUpperCase())],
    ['no signature', respelt(token, (text) => text.slice(0, -64))],
    ['half a signature', respelt(token, (text) => text.slice(0, -32))],
    ['the 16 digits of the seed’s SDK', seedToken(16)],
    ['the 16 digits over a long nonce', seedToken(16, 'a'.repeat(32))],
    ['a nonce of 32 bits', seedToken(64)],
  ])('%s', ([, bad]) => {
    expect(sm.validateToken('call-1', 'f', token)).toBe(true);
    expect(sm.validateToken('call-1', 'f', bad)).toBe(false);
  });

  it('bits that nobody reads at the end', () => {
    const spellings = ['x', 'xy', 'xyz'].map((callId) => ({ callId, token: sm.generateToken('f', callId) }));
    for (const { callId, token: right } of spellings) {
      const others = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].map(
        (end) => right.slice(0, -1) + end,
      );
      expect(others.filter((one) => sm.validateToken(callId, 'f', one))).toEqual([right]);
    }
  });

  it('any change of a character', () => {
    fc.assert(
      fc.property(
        fc.nat(token.length - 1),
        fc.string({ unit: 'binary', minLength: 0, maxLength: 2 }),
        (place, text) => {
          const changed = token.slice(0, place) + text + token.slice(place + 1);
          expect(sm.validateToken('call-1', 'f', changed)).toBe(changed === token);
        },
      ),
    );
  });

  it('never throws, whatever comes', async () => {
    const anything = fc.oneof(fc.anything(), fc.string({ unit: 'binary' }), fc.base64String());
    await fc.assert(
      fc.asyncProperty(anything, anything, anything, anything, async (callId, name, token, bound) => {
        const args = [callId, name, token, bound] as [string, string, string, BoundArguments];
        expect(sm.validateToken(...args)).toBe(false);
        expect(await sm.useToken(...args)).toBe(false);
        sm.debugToken(token as string);
        sm.debugToken(respelt('', () => `${fc.stringify(token)}.f.1.${fc.stringify(callId)}.${fc.stringify(name)}`));
      }),
    );
    const right = sm.generateToken('f', 'c');
    expect(sm.validateToken('c', 'f', right, { x: '\ud800' })).toBe(false);
    expect(sm.validateToken('c', 'f', right, { x: 1n } as unknown as BoundArguments)).toBe(false);
  });
});

describe('the signature', () => {
  it('is over one text for each call, function and bound arguments', () => {
    // the key is a constant, so that equal signatures under equal expiry and nonce mean equal texts
    const entropy = { bytes: (n: number) => new Uint8Array(n) };
    const fixed = manager({ ...at(NOW), entropy });
    const signatureOf = (name: string, callId: string, bound?: BoundArguments) =>
      fixed.debugToken(fixed.generateToken(name, callId, bound))!.signature;
    fc.assert(
      fc.property(callIds, names, bounds, callIds, names, bounds, (id, name, bound, id2, name2, bound2) => {
        const same = id === id2 && name === name2 && spelt(bound) === spelt(bound2);
        expect(signatureOf(name, id, bound) === signatureOf(name2, id2, bound2)).toBe(same);
      }),
    );
  });

  it('does not let fields flow into each other', () => {
    const token = sm.generateToken('g', 'c:f:1700003600');
    const { nonce, signature } = sm.debugToken(token)!;
    for (const text of [
      `c.f.1700003600:g:1700003600:${nonce}.${nonce}.${signature}`,
      `c:f:1700003600:g.1700003600.${nonce}.${signature}`,
    ])
      expect(sm.validateToken('c', 'f', Buffer.from(text).toString('base64url'))).toBe(false);
  });

  it('of a token with bound arguments does not make one without', () => {
    const bound = { to: '+15550100' };
    const parts = sm.debugToken(sm.generateToken('f', 'c', bound))!;
    const text = (nonce: string) =>
      Buffer.from(`c.f.${parts.expiry}.${nonce}.${parts.signature}`).toString('base64url');
    const hash = createHash('sha256').update(JSON.stringify(bound)).digest('hex');
    expect(sm.validateToken('c', 'f', text(parts.nonce), bound)).toBe(true);
    expect(sm.validateToken('c', 'f', text(`${parts.nonce}:${hash}`))).toBe(false); // the same text under the MAC
  });
});

describe('bound arguments', () => {
  const bound = { to: '+15550100', count: 1 };
  const token = sm.generateToken('f', 'c', bound);

  it('are the only ones that the token is for, in any order', () => {
    expect(sm.validateToken('c', 'f', token, { count: 1, to: '+15550100' })).toBe(true);
    for (const other of [
      undefined,
      {},
      { to: '+15550100' },
      { ...bound, to: '+15550101' },
      { ...bound, count: '1' },
      { ...bound, more: null },
    ])
      expect(sm.validateToken('c', 'f', token, other)).toBe(false);
  });

  it('can’t be added to a token without', () => {
    expect(sm.validateToken('c', 'f', sm.generateToken('f', 'c'), bound)).toBe(false);
    expect(sm.validateToken('c', 'f', sm.generateToken('f', 'c'), {})).toBe(false);
  });
});

describe('keys', () => {
  it('that are the same accept each other’s tokens', () => {
    expect(manager().validateToken('c', 'f', manager().generateToken('f', 'c'))).toBe(true);
  });

  it('that differ do not, and a process without one makes its own', () => {
    const token = sm.generateToken('f', 'c');
    expect(manager(at(NOW), 'another key').validateToken('c', 'f', token)).toBe(false);
    const [one, other] = [new SessionManager(), new SessionManager()];
    expect(one.validateToken('c', 'f', one.generateToken('f', 'c'))).toBe(true);
    expect(other.validateToken('c', 'f', one.generateToken('f', 'c'))).toBe(false);
  });

  it('are accepted while they are being changed, and sign no more', () => {
    const changed = manager({ ...at(NOW), previousSecretKey: KEY }, 'new key');
    expect(changed.validateToken('c', 'f', sm.generateToken('f', 'c'))).toBe(true);
    expect(sm.validateToken('c', 'f', changed.generateToken('f', 'c'))).toBe(false);
    expect(manager(at(NOW), 'new key').validateToken('c', 'f', changed.generateToken('f', 'c'))).toBe(true);
  });

  it('come from the environment where none is given', () => {
    vi.stubEnv('SIGNALWIRE_SWAIG_SECRET', 'a secret of the environment');
    vi.stubEnv('SIGNALWIRE_SWAIG_SECRET_PREVIOUS', 'the secret that was before');
    const token = new SessionManager().generateToken('f', 'c');
    expect(new SessionManager(60).validateToken('c', 'f', token)).toBe(true);
    const before = new SessionManager(60, 'the secret that was before').generateToken('f', 'c');
    expect(new SessionManager().validateToken('c', 'f', before)).toBe(true);
    expect(new SessionManager(60, 'a key that is given').validateToken('c', 'f', before)).toBe(false);
    vi.unstubAllEnvs();
  });

  it('must not be empty', () => {
    for (const key of ['', '  ']) {
      expect(() => new SessionManager(60, key)).toThrow(ConfigurationError);
      expect(() => new SessionManager(60, KEY, { previousSecretKey: key })).toThrow(ConfigurationError);
    }
  });

  it.for([0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 31_536_001])('live no %d seconds', (secs) => {
    expect(() => new SessionManager(secs, KEY)).toThrow(ConfigurationError);
  });
});

describe('single use', () => {
  it('lets one of a hundred at once through', async () => {
    const once = manager();
    const token = once.generateToken('f', 'c');
    const uses = await Promise.all(Array.from({ length: 100 }, () => once.useToken('c', 'f', token)));
    expect(uses.filter(Boolean)).toHaveLength(1);
    expect(await once.useToken('c', 'f', once.generateToken('f', 'c'))).toBe(true);
  });

  it('is refused where nothing is remembered: a memory that throws, rejects or says something else', async () => {
    const broken: (() => unknown)[] = [
      () => {
        throw new Error('down');
      },
      () => Promise.reject(new Error('down')),
      () => undefined,
      () => 'OK',
    ];
    for (const rememberOnce of broken) {
      const once = manager({ ...at(NOW), tokenUses: { rememberOnce: rememberOnce as () => boolean } });
      expect(await once.useToken('c', 'f', once.generateToken('f', 'c'))).toBe(false);
    }
  });

  it('is for valid tokens alone: nobody fills the memory with others', async () => {
    const rememberOnce = vi.fn(() => true);
    const once = manager({ ...at(NOW), tokenUses: { rememberOnce } });
    expect(await once.useToken('c', 'g', once.generateToken('f', 'c'))).toBe(false);
    expect(rememberOnce).not.toHaveBeenCalled();
    await once.useToken('c', 'f', once.generateToken('f', 'c'));
    expect(rememberOnce).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/^[0-9a-f]{32}\.[0-9a-f]{64}$/),
      1_700_003_600_000,
    );
  });
});

describe('the memory of used tokens', () => {
  it('lets nothing more through when it is full of valid ones, and has room again when they expired', () => {
    let now = 0;
    const uses = memoryTokenUses({ now: () => now }, 2);
    expect([
      uses.rememberOnce('long', 90_000),
      uses.rememberOnce('short', 10_000),
      uses.rememberOnce('x', 90_000),
    ]).toEqual([true, true, false]);
    now = 9_999;
    expect(uses.rememberOnce('x', 90_000)).toBe(false);
    now = 11_000;
    expect(uses.rememberOnce('x', 90_000)).toBe(true); // although one that was used earlier lives longer
    expect(uses.rememberOnce('long', 90_000)).toBe(false);
  });
});

describe('debugToken', () => {
  it('reads what a token says, also the seed’s', () => {
    const text = 'call.1.my_function.1700000001.a1b2c3d4.0123456789abcdef';
    expect(sm.debugToken(Buffer.from(text).toString('base64url'))).toEqual({
      callId: 'call.1',
      functionName: 'my_function',
      expiry: 1_700_000_001,
      nonce: 'a1b2c3d4',
      signature: '0123456789abcdef',
      expired: false,
    });
    expect(sm.debugToken('not a token')).toBeNull();
  });
});

describe('what is kept with a session', () => {
  it('is added to, given out as a copy, and forgotten', () => {
    const kept = manager();
    expect(kept.setSessionMetadata('s', { userId: 'u-42' })).toBe(true);
    kept.setSessionMetadata('s', 'plan', 'pro');
    kept.setSessionMetadata('s', JSON.parse('{"__proto__": {"isAdmin": true}}'));
    const data = kept.getSessionMetadata('s');
    expect(data).toMatchObject({ userId: 'u-42', plan: 'pro' });
    expect(data['isAdmin']).toBeUndefined();
    data['plan'] = 'changed';
    expect(kept.getSessionMetadata('s')['plan']).toBe('pro');
    expect([kept.deleteSessionMetadata('s'), kept.deleteSessionMetadata('s')]).toEqual([true, false]);
    expect(kept.getSessionMetadata('s')).toEqual({});
  });

  it('is bounded, in sessions and in values', () => {
    const kept = manager();
    for (let index = 0; index <= 10_000; index++) kept.setSessionMetadata(`s${index}`, 'a', 1);
    expect([kept.getSessionMetadata('s0'), kept.getSessionMetadata('s1')]).toEqual([{}, { a: 1 }]);
    const many = Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`k${index}`, index]));
    expect(kept.setSessionMetadata('s1', many)).toBe(false);
    expect(kept.getSessionMetadata('s1')).toEqual({ a: 1 });
  });

  it('is cleaned up by age', () => {
    let now = 0;
    const kept = manager({ clock: { now: () => now } });
    kept.setSessionMetadata('old', 'a', 1);
    now = 1_001;
    kept.setSessionMetadata('new', 'a', 1);
    kept.cleanup(1_000);
    expect([kept.getSessionMetadata('old'), kept.getSessionMetadata('new')]).toEqual([{}, { a: 1 }]);
  });

  it('has an id that is given or hard to guess', () => {
    expect(sm.createSession('mine')).toBe('mine');
    expect(sm.createSession()).toMatch(/^[0-9a-f]{32}$/);
    expect(sm.createSession('')).not.toBe(sm.createSession(''));
  });
});
