/** One-time links over HTTP: the first Owner's, invitations and recoveries; raced, replayed, cut off, run out, of people who are gone. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../src/identity/rules/roles.ts';
import { tokenHash } from '../../src/identity/token.ts';
import { identityWrite } from '../../src/identity/writes.ts';
import { type OrgId, PLATFORM_ORG } from '../../src/kernel/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/kernel/time.ts';
import { engines } from '../support/engines.ts';
import { completeEnrolment, tokenOfLink } from '../support/enrol.ts';
import { testKeys } from '../support/house.ts';
import { type Browser, openVisit, type Visit, visit } from './fixture.ts';

const LINK = '/api/v1/auth/link';
const BEGIN = '/api/v1/auth/link/begin';
const ME = '/api/v1/auth/me';
const FIRST = { email: 'First@Example.com', name: 'The first' };

let shared: Visit;
beforeAll(async () => {
  shared = await openVisit();
});
afterAll(() => shared.t[Symbol.asyncDispose]());

const look = (browser: Browser, token: string) => browser.post(LINK, { token });
/** Each in a minute of its own, as sign-ins from one address are counted. */
async function begin({ t }: Visit, browser: Browser, token: string, who: object = {}) {
  t.clock.pass(MINUTE_MS);
  return browser.post(BEGIN, { token, ...who });
}
const acting = ({ t }: Visit, name: string, input: object, org: OrgId = PLATFORM_ORG) =>
  t.done(`identity.${name}`, t.orchestrator, { organizationId: org, ...input });
let people = 0;
async function invited(at: Visit, role: Role = 'owner', email = `second-${people++}@example.com`) {
  const made = await acting(at, 'invite_person', { email, name: 'The second', role });
  return { id: made.personId, email, token: tokenOfLink(made.link) };
}
const events = async ({ t }: Visit) =>
  (await t.house.store.log.entries(PLATFORM_ORG, { limit: 100 })).lines
    .map(({ body }) => JSON.parse(body))
    .filter(({ type }) => type === 'authentication')
    .map(({ event, method, by, person }) => ({ event, method, by, person }));
const gone = { status: 404, body: { code: 'not_found', detail: expect.stringContaining('Ask for a new one') } };

describe.each(engines)('the set-up link on $name', (on) => {
  const opened = async () => {
    const { engine, again, dispose } = await on.open();
    const keys = testKeys();
    const at = await openVisit({ engine, keys });
    const browser = at.browser();
    const servers = [at];
    return {
      at,
      engine,
      /** Another server of the same database, where there can be one. */
      async second() {
        if (on.name === 'postgres') servers.push(await openVisit({ engine: again(), keys, clock: at.t.clock }));
        return servers.at(-1)!;
      },
      browser,
      token: at.t.house.setUpToken!,
      async [Symbol.asyncDispose]() {
        for (const { t } of servers) await t[Symbol.asyncDispose]();
        await dispose();
      },
    };
  };

  test('makes the first Owner of the server, once', async () => {
    await using house = await opened();
    const { at, browser, token } = house;
    expect((await browser.get('/api/v1/auth/methods')).body.setUp).toBe(true);
    expect((await look(browser, token)).body).toEqual({
      ...{ kind: 'set_up', organizationName: 'Sallyport', email: null, name: null, role: 'owner' },
      expiresAt: expect.stringMatching(/Z$/),
    });
    const begun = await begin(at, browser, token, FIRST);
    expect(begun.body).toEqual({ ceremony: expect.any(String) });
    const signed = await completeEnrolment(at.t.house, begun.body.ceremony);
    const me = await browser.get(ME, signed.accessToken);
    expect(me.body.person).toMatchObject({
      ...{ email: 'first@example.com', role: 'owner', status: 'active', platform: true },
      factors: { passkeys: 1, password: false },
    });
    expect((await browser.get('/api/v1/auth/methods')).body.setUp).toBe(false);
    expect(await look(browser, token)).toMatchObject(gone);
    expect(await begin(at, browser, token, FIRST)).toMatchObject(gone);
    expect(await at.t.call('identity.create_set_up_link', at.t.orchestrator)).toMatchObject({
      is: 'refused',
      why: [{ guard: 'nobody-yet', code: 'conflict' }],
    });
  });

  test('of two browsers at once lets one win, and the other is told', async () => {
    await using house = await opened();
    const { at, browser, token } = house;
    const [one, two] = [await begin(at, browser, token, FIRST), await begin(at, at.browser(), token, OTHER)];
    const both = await Promise.allSettled([one, two].map(({ body }) => completeEnrolment(at.t.house, body.ceremony)));
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } });
    const { people } = await acting(at, 'list_people', {});
    expect(people).toHaveLength(1);
  });

  test('is one of two, if two servers start for the first time at once: one first Owner all the same', async () => {
    await using house = await opened();
    const { at, browser, engine } = house;
    const second = (await house.second()).t.house; // its start has made the link anew
    const [token, other] = [second.setUpToken!, 'B'.repeat(43)];
    const link = await engine.db.selectFrom('link').selectAll().executeTakeFirstOrThrow();
    await engine.db
      .insertInto('link')
      .values({ ...link, hash: tokenHash(other) })
      .execute();
    const [one, two] = [await begin(at, browser, token, FIRST), await begin(at, browser, other, OTHER)];
    const both = await Promise.allSettled([
      completeEnrolment(at.t.house, one.body.ceremony),
      completeEnrolment(second, two.body.ceremony),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } });
  });

  test('is worth nothing to who comes after an invitation, also half-way through', async () => {
    await using house = await opened();
    const { at, browser, token } = house;
    const begun = await begin(at, browser, token, FIRST);
    await invited(at);
    await expect(completeEnrolment(at.t.house, begun.body.ceremony)).rejects.toMatchObject({ code: 'conflict' });
  });
});

const OTHER = { email: 'other@example.com', name: 'Another' };

describe('the set-up link', () => {
  test('asks for an address and a name, in a form that can be used', async () => {
    const at = await visit();
    const token = at.t.house.setUpToken!;
    for (const who of [{}, { email: FIRST.email }, { ...FIRST, email: 'nobody' }, { ...FIRST, name: ' ' }])
      expect((await begin(at, at.browser(), token, who)).body).toMatchObject({ code: 'invalid_input' });
  });

  test('is good for an hour, and made anew on request: the new one alone is good then', async () => {
    const at = await visit();
    const first = at.t.house.setUpToken!;
    at.t.clock.pass(HOUR_MS - 1);
    expect((await look(at.browser(), first)).status).toBe(200);
    at.t.clock.pass(1);
    expect(await look(at.browser(), first)).toMatchObject(gone);
    const { link } = await at.t.done('identity.create_set_up_link', at.t.orchestrator);
    expect(link).toMatch(/^http:\/\/localhost:3100\/admin#\/link\?token=[\w-]{43}$/);
    const { link: later } = await at.t.done('identity.create_set_up_link', at.t.orchestrator);
    expect(await look(at.browser(), tokenOfLink(link))).toMatchObject(gone);
    expect((await look(at.browser(), tokenOfLink(later))).status).toBe(200);
  });

  test('of an earlier start is worth nothing after a later one', async () => {
    const { engine, again, dispose } = await engines[1]!.open();
    const keys = testKeys();
    const at = await visit({ engine, keys });
    const first = at.t.house.setUpToken!;
    await at.t[Symbol.asyncDispose]();
    const later = await visit({ engine: again(), keys });
    expect(later.t.house.setUpToken).not.toBe(first);
    expect(await look(later.browser(), first)).toMatchObject(gone);
    expect((await look(later.browser(), later.t.house.setUpToken!)).status).toBe(200);
    await later.t[Symbol.asyncDispose]();
    await dispose();
  });

  test('finished after it ran out, or after another took its place, is too late', async () => {
    const at = await visit();
    const begun = await begin(at, at.browser(), at.t.house.setUpToken!, FIRST);
    await at.t.done('identity.create_set_up_link', at.t.orchestrator);
    await expect(completeEnrolment(at.t.house, begun.body.ceremony)).rejects.toMatchObject({ code: 'conflict' });
  });
});

/** With no guess on record any more. */
function fresh(): Visit {
  shared.t.clock.pass(HOUR_MS);
  return shared;
}

describe('whatever is no link', () => {
  test.each(['', 'x', 'A'.repeat(43), `${'A'.repeat(42)}é`, 'A'.repeat(100), `${'A'.repeat(43)}\n`])(
    'is told the same: %j',
    async (token) => {
      const at = fresh();
      expect(await look(at.browser(), token)).toMatchObject(gone);
      expect(await begin(at, at.browser(), token)).toMatchObject(gone);
    },
  );
  test('is a guess, and ten of them lock the address out', async () => {
    const at = fresh();
    for (let i = 0; i < 10; i++) expect((await look(at.browser(), 'A'.repeat(43))).status).toBe(404);
    expect((await look(at.browser(), at.t.house.setUpToken!)).body.code).toBe('locked_out');
  });
  test('cut off by a character is none', async () => {
    const at = await visit();
    expect(await look(at.browser(), at.t.house.setUpToken!.slice(0, -1))).toMatchObject(gone);
  });
});

describe('an invitation', () => {
  test('is for one person, of that name, address and role, for 72 hours', async () => {
    const at = fresh();
    const { id: org } = await at.t.organization('acme');
    const made = await acting(at, 'invite_person', { email: 'B@x.com', name: 'The second', role: 'viewer' }, org);
    const token = tokenOfLink(made.link);
    expect((await look(at.browser(), token)).body).toMatchObject({
      ...{ kind: 'invitation', organizationName: 'acme', email: 'b@x.com', name: 'The second', role: 'viewer' },
    });
    const begun = await begin(at, at.browser(), token, OTHER); // who it says to be changes nothing
    const signed = await completeEnrolment(at.t.house, begun.body.ceremony);
    expect((await at.browser().get(ME, signed.accessToken)).body.person).toMatchObject({
      ...{ email: 'b@x.com', name: 'The second', role: 'viewer', organizationId: org, platform: false },
    });
    expect(await look(at.browser(), token)).toMatchObject(gone);
    const second = await acting(at, 'invite_person', { email: 'c@x.com', name: 'C', role: 'viewer' }, org);
    at.t.clock.pass(72 * HOUR_MS);
    expect(await look(at.browser(), tokenOfLink(second.link))).toMatchObject(gone);
  });

  test('sent again replaces the link, the name and the role; an enrolment by the old one comes to nothing', async () => {
    const at = fresh();
    const first = await invited(at);
    const begun = await begin(at, at.browser(), first.token);
    const again = await acting(at, 'invite_person', {
      ...{ email: first.email.toUpperCase(), name: 'Renamed', role: 'auditor' },
    });
    expect(again.personId).toBe(first.id);
    expect(await look(at.browser(), first.token)).toMatchObject(gone);
    await expect(completeEnrolment(at.t.house, begun.body.ceremony)).rejects.toMatchObject({ code: 'conflict' });
    expect((await look(at.browser(), tokenOfLink(again.link))).body).toMatchObject({
      name: 'Renamed',
      role: 'auditor',
    });
  });

  test.each(['removed', 'taken back and sent to another'] as const)('of somebody who was %s is none', async (how) => {
    const at = fresh();
    const { id, email, token } = await invited(at);
    const begun = await begin(at, at.browser(), token);
    await acting(at, 'remove_person', { personId: id });
    if (how !== 'removed') await invited(at, 'owner', email); // the address is free again
    expect(await look(at.browser(), token)).toMatchObject(gone);
    await expect(completeEnrolment(at.t.house, begun.body.ceremony)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a recovery', () => {
  async function recovering() {
    const at = fresh();
    const { id, signed } = await at.person();
    await at.t.house.store.people.commit(PLATFORM_ORG, { event: 'recovery_codes_replaced', person: id }, [
      identityWrite('person.password', { id, password: '$argon2id$v=19$x' }),
      identityWrite('recovery-codes.replace', { person: id, hashes: ['a', 'b'] }),
    ]);
    const made = await acting(at, 'recover_person', { personId: id });
    return { at, id, signed, token: tokenOfLink(made.link) };
  }

  test('leaves all as it is until it is used, then ends every factor and session that was there', async () => {
    const { at, id, signed, token } = await recovering();
    expect((await look(at.browser(), token)).body).toMatchObject({
      kind: 'recovery',
      name: expect.stringMatching(/^Person/),
    });
    const begun = await begin(at, at.browser(), token);
    expect((await at.browser().get(ME, signed.accessToken)).status).toBe(200);
    const back = await completeEnrolment(at.t.house, begun.body.ceremony);
    expect((await at.browser().get(ME, signed.accessToken)).status).toBe(401);
    expect((await at.browser().get(ME, back.accessToken)).body.person.factors).toEqual({
      ...{ password: false, totp: false, passkeys: 1, recoveryCodes: 0, oidc: false },
    });
    expect(await look(at.browser(), token)).toMatchObject(gone);
    expect(await events(at)).toEqual(
      expect.arrayContaining([
        { event: 'link_made', method: 'recovery', by: at.t.orchestrator.id, person: id },
        { event: 'recovery', method: 'passkey', by: undefined, person: id },
      ]),
    );
  });

  test.each(['suspend_person', 'remove_person'] as const)('ends with %s, also one that is under way', async (end) => {
    const { at, id, token } = await recovering();
    await at.person(); // or the last Owner would have to stay
    const begun = await begin(at, at.browser(), token);
    await acting(at, end, { personId: id });
    expect(await look(at.browser(), token)).toMatchObject(gone);
    await expect(completeEnrolment(at.t.house, begun.body.ceremony)).rejects.toMatchObject({ code: 'conflict' });
    if (end === 'suspend_person') await acting(at, 'reinstate_person', { personId: id });
    expect(await look(at.browser(), token)).toMatchObject(gone);
  });

  test('can be begun twice and used once', async () => {
    const { at, token } = await recovering();
    const [one, two] = [await begin(at, at.browser(), token), await begin(at, at.browser(), token)];
    await completeEnrolment(at.t.house, one.body.ceremony);
    await expect(completeEnrolment(at.t.house, two.body.ceremony)).rejects.toMatchObject({ code: 'conflict' });
  });
});
