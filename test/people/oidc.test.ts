/** The identity provider over HTTP, with the certified one on loopback: accepting a link, signing in, linking, step-up. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OIDC_CALLBACK_PATH } from '../../src/identity/factors/oidc.ts';
import { createOidcSignIn } from '../../src/identity/factors/oidc-sign-in.ts';
import { mintLink } from '../../src/identity/people/links.ts';
import { identityWrite } from '../../src/identity/writes.ts';
import { systemEntropy } from '../../src/kernel/entropy.ts';
import { type PersonId, PLATFORM_ORG } from '../../src/kernel/ids.ts';
import { MINUTE_MS } from '../../src/kernel/time.ts';
import { testClock } from '../support/house.ts';
import { CLIENT, type IdentityProvider, startIdentityProvider } from '../support/identity-provider.ts';
import { type Browser, COOKIE, ORIGIN, visit } from './fixture.ts';

const AUTH = '/api/v1/auth';
const STATE = '__Host-sallyport-oidc';
const SIGNED_IN = '/admin#/signed-in';
const problem = (code: string) => `/admin#/sign-in?problem=${code}`;

let idp: IdentityProvider;
beforeAll(async () => {
  idp = await startIdentityProvider(ORIGIN + OIDC_CALLBACK_PATH);
});
afterAll(() => idp[Symbol.asyncDispose]());
beforeEach(() => {
  idp.account = 'account-1';
});

const withProvider = (issuer = idp.issuer, environment = {}) =>
  visit({
    clock: testClock(Date.now()), // what the provider signs is judged by the machine's clock
    environment: {
      ...environment,
      OIDC_ISSUER: issuer,
      OIDC_CLIENT_ID: CLIENT.id,
      OIDC_CLIENT_SECRET: CLIENT.secret,
      OIDC_LABEL: 'Example',
    },
  });
type At = Awaited<ReturnType<typeof withProvider>>;

/** Out to the provider: where it sends the browser back to, as a path. */
async function away(page: Browser, body: object, bearer?: string): Promise<string> {
  const started = await page.post(`${AUTH}/oidc/start`, body, bearer);
  expect(started.status).toBe(200);
  const back = await idp.visit(started.body.url);
  return back.pathname + back.search;
}
const landing = async (page: Browser, path: string) => {
  const answer = await page.get(path);
  expect(answer.status).toBe(303);
  return answer.headers.get('location');
};
const there = async (page: Browser, body: object, bearer?: string) => landing(page, await away(page, body, bearer));
const invited = async (
  at: At,
  kind: 'invitation' | 'recovery',
  person = at.t.house.ids.next('usr'),
  email = 'invited@example.com',
) => {
  const { house } = at.t;
  const { token, write } = mintLink((n) => systemEntropy().bytes(n), kind, person, house.clock.now());
  const row = { id: person, email, name: 'Invited', role: 'viewer', createdAt: 0 } as const;
  const made = kind === 'invitation' ? [identityWrite('person.create', row)] : [];
  await house.store.people.commit(PLATFORM_ORG, { event: kind, person }, [...made, write]);
  return { person, token };
};

test('the first Owner sets up by it, signs in by it, and shows it again', async () => {
  const at = await withProvider();
  const page = at.browser();
  expect((await page.get(`${AUTH}/methods`)).body).toMatchObject({ oidc: { label: 'Example' }, setUp: true });
  const token = at.t.house.setUpToken!;
  const { body } = await page.post(`${AUTH}/link/begin`, { token, email: 'first@example.com', name: 'First' });
  const started = await page.ask('POST', `${AUTH}/oidc/start`, { intent: 'accept', token: body.ceremony });
  expect(started.headers.get('set-cookie')).toMatch(
    /^__Host-sallyport-oidc=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  const back = await idp.visit(started.body.url);
  expect(await landing(page, back.pathname + back.search)).toBe(SIGNED_IN);
  expect(page.jar.has(STATE)).toBe(false);
  const first = await page.post(`${AUTH}/refresh`);
  expect(first.body.person).toMatchObject({ email: 'first@example.com', role: 'owner', factors: { oidc: true } });

  const other = at.browser();
  expect(await there(other, { intent: 'sign_in' })).toBe(SIGNED_IN);
  const { accessToken } = (await other.post(`${AUTH}/refresh`)).body;
  at.t.clock.pass(6 * MINUTE_MS);
  const options = () => other.post(`${AUTH}/webauthn/register/options`, {}, accessToken);
  expect((await options()).body.code).toBe('step_up_required');
  at.t.clock.pass(-6 * MINUTE_MS); // the provider's clock has not moved
  expect(await there(other, { intent: 'step_up' }, accessToken)).toBe(SIGNED_IN);
  expect((await options()).status).toBe(200);
  expect((await other.post(`${AUTH}/oidc/remove`, {}, accessToken)).body.code).toBe('conflict'); // the only way in
});

describe('a sign-in', () => {
  test('is for who was linked: an address that the provider vouches for matches nobody', async () => {
    const at = await withProvider();
    const page = at.browser();
    const { house } = at.t;
    const id = house.ids.next('usr');
    await house.store.people.commit(PLATFORM_ORG, { event: 'invitation', person: id }, [
      identityWrite('person.create', { id, email: 'someone@example.com', name: 'S', role: 'owner', createdAt: 0 }),
      identityWrite('person.activate', { id }),
    ]);
    expect(await there(page, { intent: 'sign_in' })).toBe(problem('oidc_not_linked'));
    expect(page.jar.has(COOKIE)).toBe(false);
  });

  test('ends in the browser in which it began, once, and in time', async () => {
    const at = await withProvider();
    const { signed } = await linked(at);
    expect(signed).toBe(SIGNED_IN);
    const page = at.browser();
    const back = await away(page, { intent: 'sign_in' });
    const cookie = page.jar.get(STATE)!;
    expect(await landing(at.browser(), back)).toBe(problem('oidc_expired')); // another browser
    expect(await landing(page, back)).toBe(SIGNED_IN);
    page.jar.set(STATE, cookie);
    expect(await landing(page, back)).toBe(problem('oidc_expired')); // again
    at.t.clock.pass(MINUTE_MS);
    const late = await away(page, { intent: 'sign_in' });
    at.t.clock.pass(10 * MINUTE_MS);
    expect(await landing(page, late)).toBe(problem('oidc_expired'));
  });

  test('with another state, or the answer to another question, is refused and over', async () => {
    const at = await withProvider();
    await linked(at);
    const [page, other] = [at.browser(), at.browser()];
    const back = await away(page, { intent: 'sign_in' });
    const wrong = new URL(back, ORIGIN);
    wrong.searchParams.set('state', 'x'.repeat(43));
    const cookie = page.jar.get(STATE)!;
    expect(await landing(page, wrong.pathname + wrong.search)).toBe(problem('oidc_refused'));
    page.jar.set(STATE, cookie);
    expect(await landing(page, back)).toBe(problem('oidc_expired'));
    const mine = await away(page, { intent: 'sign_in' });
    await away(other, { intent: 'sign_in' });
    expect(await landing(other, mine)).toBe(problem('oidc_refused'));
  });

  test('that the person refuses, or the provider can’t answer, says so', async () => {
    const at = await withProvider();
    idp.account = null;
    expect(await there(at.browser(), { intent: 'sign_in' })).toBe(problem('oidc_denied'));
    const down = await withProvider('http://127.0.0.1:9');
    expect(await down.browser().post(`${AUTH}/oidc/start`, { intent: 'sign_in' })).toMatchObject({
      status: 503,
      body: { code: 'provider_unavailable' },
    });
  });

  test('of two answers at once gives one session, and none to who was suspended', async () => {
    const at = await withProvider();
    const { person } = await linked(at);
    const [page, twin] = [at.browser(), at.browser()];
    const back = await away(page, { intent: 'sign_in' });
    twin.jar.set(STATE, page.jar.get(STATE)!);
    const places = await Promise.all([landing(page, back), landing(twin, back)]);
    expect(places.filter((place) => place === SIGNED_IN)).toHaveLength(1);
    await at.t.house.store.people.commit(PLATFORM_ORG, { event: 'session_ended', person }, [
      identityWrite('person.status', { id: person, status: 'suspended' }),
    ]);
    expect(await there(at.browser(), { intent: 'sign_in' })).toBe(problem('oidc_not_linked'));
  });
});

test('a page elsewhere that sends browsers to the way back without a sign-in locks nobody out', async () => {
  const at = await withProvider();
  const page = at.browser();
  const back = `${OIDC_CALLBACK_PATH}?code=c&state=s`;
  for (let i = 0; i < 10; i++) expect(await landing(page, back)).toBe(problem('oidc_expired'));
  expect((await page.get(`${AUTH}/methods`)).status).toBe(200);
  for (let i = 0; i < 10; i++) {
    page.jar.set(STATE, 'A'.repeat(43)); // a guess
    expect(await landing(page, back)).toBe(problem('oidc_expired'));
  }
  expect((await page.get(`${AUTH}/methods`)).body.code).toBe('locked_out');
});

test('an Owner is signed in and recovered from where Owners may be alone', async () => {
  const at = await withProvider(idp.issuer, { ADMIN_IP_ALLOWLIST: '192.0.2.0/24' });
  const { id } = await at.person();
  await linkAccount(at, id);
  const page = at.browser();
  expect((await page.get(await away(page, { intent: 'sign_in' }))).body.code).toBe('address_not_allowed');
  expect(page.jar.has(COOKIE)).toBe(false);
  const { token } = await invited(at, 'recovery', id);
  const accepting = await page.post(`${AUTH}/oidc/start`, { intent: 'accept', token });
  expect(accepting.body.code).toBe('address_not_allowed');
});

test('a session at the provider alone is no factor shown: a sign-in by it does nothing sensitive', async () => {
  const at = await withProvider();
  await linkAccount(at, (await at.person()).id);
  const page = at.browser();
  expect(await there(page, { intent: 'sign_in' })).toBe(SIGNED_IN);
  const { body } = await page.post(`${AUTH}/refresh`);
  expect(body.session.steppedUpUntil).toBeNull();
  const options = () => page.post(`${AUTH}/webauthn/register/options`, {}, body.accessToken);
  expect((await options()).body.code).toBe('step_up_required');
  expect(await there(page, { intent: 'step_up' }, body.accessToken)).toBe(SIGNED_IN);
  expect((await options()).status).toBe(200);
});

test('an account that is unlinked at the same moment signs nobody in, and shows nothing', async () => {
  const { t, person } = await visit();
  const { people } = t.house;
  const { id, signed } = await person();
  const account = { issuer: 'https://provider.example', subject: 'account-1' };
  const commit = (...writes: Parameters<typeof people.store.commit>[2]) =>
    people.store.commit(PLATFORM_ORG, { event: 'factor_added', person: id }, writes);
  const link = () => commit(identityWrite('oidc-link.create', { person: id, ...account, createdAt: 0 }));
  const oidc = createOidcSignIn({
    ...{ ...people, clock: t.clock },
    provider: {
      label: 'Example',
      secrets: (fresh) => ({ state: 's', nonce: 'n', verifier: 'v', at: 0, fresh }),
      address: async () => new URL(account.issuer),
      account: async () => ({ is: 'account', account }),
    },
    store: {
      ...people.store,
      async personByOidc(issuer, subject) {
        const found = await people.store.personByOidc(issuer, subject);
        await commit(identityWrite('oidc-link.remove', { person: id }));
        return found;
      },
    },
  });
  const by = { org: PLATFORM_ORG, person: id, session: signed.session };
  for (const intent of [{ is: 'sign_in' }, { is: 'step_up', by }] as const) {
    await link();
    const { cookie } = await oidc.begin(intent);
    expect(await oidc.finish(cookie, '', 'Browser')).toEqual({ is: 'problem', problem: 'oidc_expired' });
  }
});

async function linkAccount({ t }: At, person: PersonId) {
  const account = { issuer: idp.issuer, subject: 'account-1', createdAt: 0 };
  await t.house.store.people.commit(PLATFORM_ORG, { event: 'factor_added', person }, [
    identityWrite('oidc-link.create', { person, ...account }),
  ]);
}

/** Somebody who accepted an invitation by the provider. */
async function linked(at: At) {
  const { person, token } = await invited(at, 'invitation');
  const page = at.browser();
  const signed = await there(page, { intent: 'accept', token });
  return { person, page, signed };
}

describe('an account', () => {
  test('is of one person, and a recovery may link it anew', async () => {
    const at = await withProvider();
    const { person } = await linked(at);
    const { signed, page } = await signedInByPasskey(at);
    expect(await there(page, { intent: 'link' }, signed.accessToken)).toBe(problem('oidc_other_account'));
    const another = await invited(at, 'invitation', undefined, 'another@example.com');
    expect(await there(at.browser(), { intent: 'accept', token: another.token })).toBe(problem('oidc_other_account'));
    const { token } = await invited(at, 'recovery', person);
    const browser = at.browser();
    expect(await there(browser, { intent: 'accept', token })).toBe(SIGNED_IN);
    expect((await browser.post(`${AUTH}/oidc/start`, { intent: 'accept', token })).status).toBe(404); // taken
  });

  test('is linked by who has just shown a factor, ends the other sessions, and can be unlinked', async () => {
    const at = await withProvider();
    const { signed, page, id } = await signedInByPasskey(at);
    const bearer = signed.accessToken;
    const { house } = at.t;
    const elsewhere = await house.people.sessions.begin({ org: PLATFORM_ORG, person: id }, ['passkey'], 'Phone');
    await house.store.people.commit(PLATFORM_ORG, { event: 'signed_in', person: id }, elsewhere.writes);
    expect(await there(page, { intent: 'link' }, bearer)).toBe(SIGNED_IN);
    expect((await page.get(`${AUTH}/me`, elsewhere.signed.accessToken)).status).toBe(401);
    expect((await page.get(`${AUTH}/me`, bearer)).body.person.factors.oidc).toBe(true);
    idp.account = 'account-2';
    expect(await there(page, { intent: 'step_up' }, bearer)).toBe(problem('oidc_other_account'));
    const create = identityWrite('passkey.create', {
      ...{ id: house.ids.next('psk'), person: id, credential: 'AAAA', publicKey: 'AAAA', counter: 0, transports: [] },
      ...{ backupEligible: false, backedUp: false, name: 'Key', createdAt: 0 },
    });
    await house.store.people.commit(PLATFORM_ORG, { event: 'factor_added', person: id }, [create]);
    expect((await page.post(`${AUTH}/oidc/remove`, {}, bearer)).status).toBe(204);
    expect((await page.get(`${AUTH}/me`, bearer)).body.person.factors.oidc).toBe(false);
  });

  test('is not linked in a session that ended on the way', async () => {
    const at = await withProvider();
    const { signed, page } = await signedInByPasskey(at);
    const back = await away(page, { intent: 'link' }, signed.accessToken);
    expect((await page.post(`${AUTH}/logout`, {}, signed.accessToken)).status).toBe(204);
    expect(await landing(page, back)).toBe(problem('oidc_expired'));
    expect(await there(at.browser(), { intent: 'sign_in' })).toBe(problem('oidc_not_linked'));
  });

  test('is linked and shown by nobody who is not there', async () => {
    const at = await withProvider();
    const { signed, page } = await signedInByPasskey(at);
    for (const intent of ['link', 'step_up']) {
      expect((await at.browser().post(`${AUTH}/oidc/start`, { intent })).status).toBe(401);
    }
    at.t.clock.pass(6 * MINUTE_MS);
    const start = () => page.post(`${AUTH}/oidc/start`, { intent: 'link' }, signed.accessToken);
    expect((await start()).body.code).toBe('step_up_required');
  });

  async function signedInByPasskey(at: At) {
    const { signed, id } = await at.person();
    return { signed, id, page: at.browser() };
  }
});

test('where there is no provider, its doors lead nowhere', async () => {
  const at = await visit();
  const page = at.browser();
  expect((await page.post(`${AUTH}/oidc/start`, { intent: 'sign_in' })).status).toBe(404);
  expect((await page.get(`${OIDC_CALLBACK_PATH}?code=c&state=s`)).status).toBe(404);
});
