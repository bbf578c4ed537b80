/** Sessions of people over HTTP: kept up, raced for, copied, ended, and asked for by strangers. */
import { Secret } from 'otpauth';
import { describe, expect, test, vi } from 'vitest';
import { SESSION } from '../../src/identity/rules/session.ts';
import { identityWrite } from '../../src/identity/writes.ts';
import { PLATFORM_ORG } from '../../src/kernel/ids.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../src/kernel/time.ts';
import { engines } from '../support/engines.ts';
import { type Browser, COOKIE, ORIGIN, visit } from './fixture.ts';
import { codeAt, PASSWORD, quick } from './password-fixture.ts';

const REFRESH = '/api/v1/auth/refresh';
const ME = '/api/v1/auth/me';

async function signedIn(options: Parameters<typeof visit>[0] = {}) {
  const at = await visit(options);
  const { signed, ...person } = await at.person();
  const browser = at.browser();
  browser.jar.set(COOKIE, signed.refreshToken);
  return { ...at, ...person, signed, page: browser };
}

describe('an access token', () => {
  test('is good for 15 minutes', async () => {
    const { t, page, signed, email } = await signedIn();
    const me = await page.get(ME, signed.accessToken);
    expect(me).toMatchObject({ status: 200, body: { person: { email, role: 'owner', platform: true } } });
    t.clock.pass(15 * MINUTE_MS);
    expect(await page.get(ME, signed.accessToken)).toMatchObject({ status: 401 });
  });
  test('is looked up: one that was never made is like one that ended', async () => {
    const { t, page, signed, id } = await signedIn();
    const made = await page.get(ME, `${signed.accessToken.slice(0, -1)}x`);
    await t.house.store.people.commit(PLATFORM_ORG, { event: 'session_ended', person: id }, [
      identityWrite('session.end', { id: signed.session, person: id }),
    ]);
    const ended = await page.get(ME, signed.accessToken);
    expect(ended.status).toBe(401);
    expect({ ...ended.body, instance: '' }).toEqual({ ...made.body, instance: '' });
  });
  test.each(['role', 'status', 'remove'] as const)('ends with a change of %s, at the next request', async (change) => {
    const { t, page, signed, id, person } = await signedIn();
    await person(); // or the last Owner would have to stay
    expect((await page.get(ME, signed.accessToken)).status).toBe(200);
    const write = {
      role: identityWrite('person.role', { id, role: 'auditor' }),
      status: identityWrite('person.status', { id, status: 'suspended' }),
      remove: identityWrite('person.remove', { id }),
    }[change];
    await t.house.store.people.commit(PLATFORM_ORG, { event: 'sessions_ended', person: id }, [write]);
    expect((await page.get(ME, signed.accessToken)).status).toBe(401);
    expect((await page.post(REFRESH)).status).toBe(401);
  });
  test('what was allowed before its session ended does not happen after', async () => {
    const { t, signed, id } = await signedIn();
    const by = (await t.house.authenticate(signed.accessToken))!;
    await t.house.store.people.commit(PLATFORM_ORG, { event: 'session_ended', person: id }, [
      identityWrite('session.end', { id: signed.session, person: id }),
    ]);
    expect(await t.call('comms.create_organization', by, { name: 'Late', slug: 'late' })).toMatchObject({
      is: 'refused',
      why: [{ code: 'stale' }],
    });
  });
});

describe.each(engines)('a refresh token on $name', (on) => {
  const opened = async () => {
    const { engine, dispose } = await on.open();
    const at = await signedIn({ engine });
    return {
      ...at,
      async [Symbol.asyncDispose]() {
        await at.t[Symbol.asyncDispose]();
        await dispose();
      },
    };
  };
  test('gives a new pair, and is replaced', async () => {
    await using at = await opened();
    const { page, signed } = at;
    const fresh = await page.post(REFRESH);
    expect(fresh.status).toBe(200);
    expect(fresh.body.accessToken).not.toBe(signed.accessToken);
    expect(page.jar.get(COOKIE)).not.toBe(signed.refreshToken);
    expect((await page.get(ME, fresh.body.accessToken)).status).toBe(200);
    expect(fresh.headers.get('set-cookie')).toMatch(
      /^__Host-sallyport-session=.*; Max-Age=604800; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
  });
  test('of two tabs at once: both go on, with the same successor', async () => {
    await using at = await opened();
    const other = at.browser();
    other.jar.set(COOKIE, at.signed.refreshToken);
    const [one, two] = await Promise.all([at.page.post(REFRESH), other.post(REFRESH)]);
    expect([one.status, two.status]).toEqual([200, 200]);
    expect(at.page.jar.get(COOKIE)).toBe(other.jar.get(COOKIE));
    expect((await other.post(REFRESH)).status).toBe(200);
  });
  test('shown again when the grace is over: somebody has a copy, and the whole family ends', async () => {
    await using at = await opened();
    const { page, t } = at;
    const thief = at.browser();
    thief.jar.set(COOKIE, page.jar.get(COOKIE)!);
    const fresh = await page.post(REFRESH);
    t.clock.pass(10 * SECOND_MS + 1);
    expect((await thief.post(REFRESH)).status).toBe(401);
    expect((await page.get(ME, fresh.body.accessToken)).status).toBe(401);
    expect((await page.post(REFRESH)).status).toBe(401);
  });
});

describe('a session', () => {
  test.each([
    ['idle for 7 days', 7],
    ['30 days old, however busy', 30],
  ])('is over when it is %s', async (_, days) => {
    const { t, page } = await signedIn();
    for (let day = 0; day < days; day += 6) {
      t.clock.pass(Math.min(6, days - day) * DAY_MS);
      if (day + 6 < days && days > 7) expect((await page.post(REFRESH)).status).toBe(200);
    }
    expect((await page.post(REFRESH)).status).toBe(401);
  });
  test('is listed without any secret, and ended from another one', async () => {
    const { t, page, signed, id } = await signedIn();
    const { signed: second, writes } = await t.house.people.sessions.begin(
      { org: PLATFORM_ORG, person: id },
      ['totp'],
      'Safari on iPhone',
    );
    await t.house.store.people.commit(PLATFORM_ORG, { event: 'signed_in', person: id }, writes);
    const list = await page.get('/api/v1/auth/sessions', signed.accessToken);
    expect(list.body.sessions).toMatchObject([
      { id: second.session, current: false, device: 'Safari on iPhone', factors: ['totp'] },
      { id: signed.session, current: true },
    ]);
    expect(JSON.stringify(list.body)).not.toMatch(/sp[ur]_/);
    const end = await page.post(`/api/v1/auth/sessions/${second.session}/end`, {}, signed.accessToken);
    expect(end.body).toEqual({ ended: 1 });
    expect((await page.get(ME, second.accessToken)).status).toBe(401);
    expect((await page.post(`/api/v1/auth/sessions/${second.session}/end`, {}, signed.accessToken)).status).toBe(404);
  });
  test("is not another person's to end or to see", async () => {
    const { page, signed, person } = await signedIn();
    const other = await person();
    expect((await page.post(`/api/v1/auth/sessions/${other.signed.session}/end`, {}, signed.accessToken)).status).toBe(
      404,
    );
    expect((await page.get(ME, other.signed.accessToken)).status).toBe(200);
  });
  test('signing out ends it and drops the cookie', async () => {
    const { page, signed } = await signedIn();
    expect((await page.post('/api/v1/auth/logout')).status).toBe(204);
    expect(page.jar.has(COOKIE)).toBe(false);
    expect((await page.get(ME, signed.accessToken)).status).toBe(401);
  });
});

describe('while strangers use up what all of them may ask together', () => {
  const FEW = { HTTP_RATE_LIMIT_GLOBAL: '5' };
  async function flood(browser: Browser) {
    while ((await browser.get('/nowhere')).status !== 429);
  }

  test('who is signed in stays so: a refresh counts as the person’s own', async () => {
    const { t, page, browser } = await signedIn({ environment: FEW });
    await flood(browser());
    expect((await page.post(REFRESH)).status).toBe(200);
    t.clock.pass(SESSION.accessMs);
    expect((await page.post(REFRESH)).status).toBe(200);
  });
  test('the last step of an enrolment is refused before it is done, and not its answer alone', async () => {
    const { t, browser } = await visit({ environment: FEW, overrides: { derivePassword: quick } });
    const page = browser();
    const who = { email: 'first@example.com', name: 'First' };
    const begun = await page.post('/api/v1/auth/link/begin', { token: t.house.setUpToken, ...who });
    const { ceremony } = begun.body;
    const { body } = await page.post('/api/v1/auth/link/password', { ceremony, password: PASSWORD });
    await flood(browser());
    const secret = new Uint8Array(Secret.fromBase32(body.totp.secret).buffer);
    const finish = () =>
      page.post('/api/v1/auth/link/totp', { ceremony: body.ceremony, code: codeAt(secret, t.clock.now()) });
    expect((await finish()).status).toBe(429);
    t.clock.pass(MINUTE_MS);
    expect((await finish()).body.recoveryCodes).toHaveLength(10);
  });
});

test('signing out ends the session also by the cookie of an answer before the last, which was lost', async () => {
  const { t, page, signed } = await signedIn();
  const lost = await page.post(REFRESH);
  t.clock.pass(MINUTE_MS);
  page.jar.set(COOKIE, signed.refreshToken);
  expect((await page.post('/api/v1/auth/logout')).status).toBe(204);
  expect((await page.get(ME, lost.body.accessToken)).status).toBe(401);
});

describe('a cookie alone', () => {
  test.each([
    ['from another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['from a subdomain', { origin: 'http://app.localhost:3100', 'sec-fetch-site': 'same-site' }],
    ['by a form, which can set no header', { 'x-sallyport': '' }],
    ['whose page is not told', { origin: '' }],
    ['said to be from elsewhere', { origin: ORIGIN, 'sec-fetch-site': 'cross-site' }],
  ])('does nothing %s', async (_, headers) => {
    const { page, signed } = await signedIn();
    for (const path of [REFRESH, '/api/v1/auth/logout'])
      expect((await page.ask('POST', path, undefined, { headers })).status).toBe(403);
    expect((await page.get(ME, signed.accessToken)).status).toBe(200);
  });
  test.each(['spr_', `spr_org_platform.ses_1.1.${'A'.repeat(43)}`, 'x'.repeat(5000), 'é'])(
    'is refused when it is %s',
    async (token) => {
      const { page } = await signedIn();
      page.jar.set(COOKIE, encodeURIComponent(token));
      expect((await page.post(REFRESH)).status).toBe(401);
    },
  );
});

describe('what is over', () => {
  test('is forgotten in time: sessions, their tokens, steps and guesses', async () => {
    const { engine, dispose } = await engines[0]!.open();
    const { t, page } = await signedIn({ engine });
    await page.post(REFRESH);
    await page.post('/api/v1/auth/webauthn/authenticate/options');
    const guess = { is: 'account', email: 'nobody@example.com', device: null } as const;
    await t.house.store.guesses.countGuess(guess, t.clock.now());
    const left = async () => {
      await t.house.sweepPeople();
      const tables = ['access_token', 'ceremony', 'account_throttle', 'session'] as const;
      return Promise.all(tables.map(async (name) => (await engine.db.selectFrom(name).selectAll().execute()).length));
    };
    expect(await left()).toEqual([2, 1, 1, 1]);
    t.clock.pass(SESSION.accessMs);
    expect(await left()).toEqual([0, 0, 1, 1]);
    t.clock.pass(SESSION.absoluteMs);
    expect(await left()).toEqual([0, 0, 0, 1]);
    t.clock.pass(30 * DAY_MS);
    expect(await left()).toEqual([0, 0, 0, 0]);
    await dispose();
  });
  test('waits for the next round when the store is out of reach, and the rounds go on', async () => {
    const { t } = await visit();
    vi.spyOn(t.house.store.people, 'sweep').mockRejectedValueOnce(new Error('out of reach'));
    expect(await t.house.sweepPeople()).toBe(false);
    expect(t.faults.splice(0)).toHaveLength(1);
  });
});

test('a token of a machine has no session', async () => {
  const { t, page } = await signedIn();
  const { token } = await t.agent();
  expect((await page.get(ME, token)).body).toMatchObject({ code: 'forbidden' });
});
