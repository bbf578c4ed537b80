/** Enrolling by a link, changing one's own password, app and recovery codes, and step-up; over HTTP. */
import { describe, expect, test } from 'vitest';
import { mintLink } from '../../src/identity/people/links.ts';
import { systemEntropy } from '../../src/kernel/entropy.ts';
import { PLATFORM_ORG } from '../../src/kernel/ids.ts';
import { type Browser, codeAt, type Door, openDoor, PASSWORD, type Somebody, sharedDoor } from './password-fixture.ts';

const shared = sharedDoor();

/** Base32 as apps read it. */
function fromBase32(text: string): Uint8Array {
  const bits = [...text]
    .map((char) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char).toString(2).padStart(5, '0'))
    .join('');
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}
const showing = (door: Door, secret: string): string => codeAt(fromBase32(secret), door.t.clock.now());

async function signedIn(door: Door): Promise<{ who: Somebody; from: Browser; token: string }> {
  const who = await door.person();
  const from = door.browser();
  const { json } = await door.signIn(from, who);
  door.t.clock.pass(30_000);
  return { who, from, token: json.accessToken };
}

describe('the set-up link', () => {
  test('leads to the first Owner by password and app, with argon2id, and in again on the same day', async () => {
    const door = await openDoor({ argon2: true });
    const from = door.browser();
    const email = 'first@example.com';
    const { json: begun } = await from.post('/link/begin', {
      token: door.t.house.setUpToken,
      email,
      name: 'First Owner',
    });
    const { json: chosen } = await from.post('/link/password', { ceremony: begun.ceremony, password: PASSWORD });
    expect(chosen.totp.uri).toMatch(/^otpauth:\/\/totp\/localhost:first%40example\.com\?issuer=localhost&/);
    expect(chosen.totp.qr).toMatch(/^(?:M\d+ \d+h1v1h-1z)+$/);
    const signed = await from.post('/link/totp', {
      ceremony: chosen.ceremony,
      code: showing(door, chosen.totp.secret),
    });
    expect(signed).toMatchObject({
      status: 200,
      json: {
        person: { email, role: 'owner', platform: true, status: 'active', factors: { password: true, totp: true } },
      },
    });
    expect(signed.json.recoveryCodes).toHaveLength(10);
    expect((await from.post('/link', { token: door.t.house.setUpToken })).status).toBe(404);

    door.t.clock.pass(30_000);
    const elsewhere = door.browser();
    const { json: first } = await elsewhere.post('/login', { email, password: PASSWORD });
    const code = showing(door, chosen.totp.secret);
    expect((await elsewhere.post('/totp', { ceremony: first.ceremony, code })).status).toBe(200);
    expect((await elsewhere.post('/login', { email, password: `${PASSWORD}!` })).status).toBe(401);
  });

  test('stores nothing before the first code, and takes back no step', async () => {
    const door = await openDoor();
    const from = door.browser();
    const { json: begun } = await from.post('/link/begin', {
      token: door.t.house.setUpToken,
      email: 'a@example.com',
      name: 'First',
    });
    const { json: chosen } = await from.post('/link/password', { ceremony: begun.ceremony, password: PASSWORD });
    expect(await from.post('/link/totp', { ceremony: chosen.ceremony, code: '000000' })).toMatchObject({
      status: 400,
      json: { errors: [{ path: 'code' }] },
    });
    expect(
      (await from.post('/link/totp', { ceremony: begun.ceremony, code: showing(door, chosen.totp.secret) })).status,
    ).toBe(404);
    expect(await door.t.house.store.people.any()).toBe(false);
    const code = showing(door, chosen.totp.secret);
    const two = await Promise.all([1, 2].map(() => from.post('/link/totp', { ceremony: chosen.ceremony, code })));
    expect(two.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await from.post('/link/password', { ceremony: begun.ceremony, password: PASSWORD })).status).toBe(404);
  });

  test.each([
    ['tin roo', /at least 8 characters/],
    ['password1', /most common/],
    ['first.owner!', /little more than your name/],
    ['x'.repeat(1025), /at most 1024 bytes/],
  ])('takes no password such as %s, and says why', async (password, why) => {
    const door = await openDoor();
    const from = door.browser();
    const who = { email: 'first.owner@example.com', name: 'Somebody' };
    const { json } = await from.post('/link/begin', { token: door.t.house.setUpToken, ...who });
    const answer = await from.post('/link/password', { ceremony: json.ceremony, password });
    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_input', errors: [{ path: 'password' }] } });
    expect(answer.json.detail).toMatch(why);
  });
});

test('a recovery link replaces every factor and ends every session', async () => {
  const door = shared();
  const { who, from, token } = await signedIn(door);
  const { clock, house } = door.t;
  const link = mintLink((n) => systemEntropy().bytes(n), 'recovery', who.id, clock.now());
  await house.store.people.commit(PLATFORM_ORG, { event: 'recovery', person: who.id }, [link.write]);
  const elsewhere = door.browser();
  const { json: begun } = await elsewhere.post('/link/begin', { token: link.token });
  const { json: chosen } = await elsewhere.post('/link/password', {
    ceremony: begun.ceremony,
    password: 'rusted tin roof',
  });
  expect(await from.isSignedIn(token)).toBe(true);
  const code = showing(door, chosen.totp.secret);
  expect((await elsewhere.post('/link/totp', { ceremony: chosen.ceremony, code })).status).toBe(200);
  expect(await from.isSignedIn(token)).toBe(false);
  expect((await from.post('/login', { email: who.email, password: PASSWORD })).status).toBe(401);
});

describe('step-up', () => {
  test('by a code lasts five minutes, and the code is used up', async () => {
    const door = shared();
    const { who, from, token } = await signedIn(door);
    door.t.clock.pass(5 * 60_000);
    expect(await from.post('/recovery-codes', {}, token)).toMatchObject({ json: { code: 'step_up_required' } });
    const totp = who.code();
    const { status, json } = await from.post('/step-up', { totp }, token);
    expect([status, Date.parse(json.steppedUpUntil)]).toEqual([200, door.t.clock.now() + 5 * 60_000]);
    expect((await from.post('/recovery-codes', {}, token)).status).toBe(200);
    expect(await from.post('/step-up', { totp }, token)).toMatchObject({
      status: 400,
      json: { errors: [{ path: 'totp' }] },
    });
  });

  test('by password and code asks for both', async () => {
    const door = shared();
    const { who, from, token } = await signedIn(door);
    const totp = who.code();
    expect((await from.post('/step-up', { totp, password: 'tin roof rustex' }, token)).status).toBe(400);
    expect((await from.post('/step-up', { totp: '000000', password: PASSWORD }, token)).status).toBe(400);
    expect((await from.post('/step-up', { totp, password: PASSWORD }, token)).status).toBe(200);
  });

  test('is for whoever has signed in, and guessed at in one session holds up no other', async () => {
    const door = shared();
    const { who, from, token } = await signedIn(door);
    const other = door.browser();
    const { json } = await door.signIn(other, who);
    door.t.clock.pass(30_000);
    expect((await from.post('/step-up', { totp: who.code() })).status).toBe(401);
    for (let i = 0; i < 5; i++) expect((await from.post('/step-up', { totp: '000000' }, token)).status).toBe(400);
    expect(await from.post('/step-up', { totp: who.code() }, token)).toMatchObject({
      status: 429,
      json: { code: 'rate_limited' },
    });
    expect((await other.post('/step-up', { totp: who.code() }, json.accessToken)).status).toBe(200);
  });
});

describe("a person's own factors", () => {
  test.each(['/password', '/totp/options', '/totp/remove', '/recovery-codes'])(
    '%s asks for a step-up',
    async (path) => {
      const door = shared();
      const { from, token } = await signedIn(door);
      door.t.clock.pass(5 * 60_000);
      const input = path === '/password' ? { password: 'rusted tin roof' } : {};
      expect(await from.post(path, input, token)).toMatchObject({ status: 403, json: { code: 'step_up_required' } });
      expect((await from.post(path, input)).status).toBe(401);
      const { token: machine } = await door.t.agent();
      expect((await from.post(path, input, machine)).status).toBe(403);
    },
  );

  test('a new password ends every session but the new one, and what other browsers were known by', async () => {
    const door = shared();
    const { who, from, token } = await signedIn(door);
    const other = door.browser();
    const second = await door.signIn(other, who);
    expect((await from.post('/password', { password: 'password1' }, token)).status).toBe(400);
    const changed = await from.post('/password', { password: 'rusted tin roof' }, token);
    expect(changed).toMatchObject({ status: 200, json: { person: { id: who.id } } });
    expect([
      await from.isSignedIn(token),
      await other.isSignedIn(second.json.accessToken),
      await from.isSignedIn(changed.json.accessToken),
    ]).toEqual([false, false, true]);
    expect((await other.post('/refresh')).status).toBe(401);
    expect((await from.post('/refresh')).status).toBe(200);
    for (let i = 0; i < 5; i++) await door.browser().post('/login', { email: who.email, password: 'guess again' });
    door.t.clock.pass(1_000);
    const retry = { email: who.email, password: 'rusted tin roof' };
    expect((await other.post('/login', retry)).status).toBe(429); // like any stranger's
    expect((await from.post('/login', retry)).status).toBe(200);
  });

  test('a new password shows no factor: the step-up ends when it would have', async () => {
    const door = shared();
    const { from, token } = await signedIn(door);
    door.t.clock.pass(4 * 60_000);
    const { json } = await from.post('/password', { password: 'a new one, and a long one' }, token);
    expect((await from.post('/totp/options', {}, json.accessToken)).status).toBe(200);
    door.t.clock.pass(60_000);
    expect((await from.post('/totp/options', {}, json.accessToken)).json.code).toBe('step_up_required');
  });

  test('a new app replaces the old one once its first code has come, with new recovery codes', async () => {
    const door = shared();
    const { who, from, token } = await signedIn(door);
    const other = door.browser();
    const second = await door.signIn(other, who);
    const { json: app } = await from.post('/totp/options', {}, token);
    const code = showing(door, app.secret);
    expect((await other.post('/totp/verify', { ceremony: app.ceremony, code }, second.json.accessToken)).status).toBe(
      404,
    );
    expect((await from.post('/totp/verify', { ceremony: app.ceremony, code: '000000' }, token)).status).toBe(400);
    const done = await from.post('/totp/verify', { ceremony: app.ceremony, code }, token);
    expect(done.json.recoveryCodes).toHaveLength(10);
    expect([await from.isSignedIn(token), await other.isSignedIn(second.json.accessToken)]).toEqual([true, false]);
    expect((await from.post('/totp/verify', { ceremony: app.ceremony, code }, token)).status).toBe(404);
    door.t.clock.pass(60_000);
    const signIn = async (shown: object) => {
      const { json } = await from.post('/login', { email: who.email, password: PASSWORD });
      return (await from.post('/totp', { ceremony: json.ceremony, ...shown })).status;
    };
    expect(await signIn({ code: who.code() })).toBe(401);
    expect(await signIn({ recoveryCode: who.recoveryCodes[0] })).toBe(401);
    expect(await signIn({ recoveryCode: done.json.recoveryCodes[0] })).toBe(200);
    expect(await signIn({ code: showing(door, app.secret) })).toBe(200);
  });

  test('new recovery codes replace the old ones', async () => {
    const door = shared();
    const { who, from, token } = await signedIn(door);
    const { json } = await from.post('/recovery-codes', {}, token);
    const signIn = async (recoveryCode: string) => {
      const { json } = await from.post('/login', { email: who.email, password: PASSWORD });
      return (await from.post('/totp', { ceremony: json.ceremony, recoveryCode })).status;
    };
    expect(await signIn(who.recoveryCodes[0]!)).toBe(401);
    expect(await signIn(json.recoveryCodes[0])).toBe(200);
  });
});
