/** Signing in by password and one-time code, over HTTP: who gets in, and what everybody else learns. */
import { describe, expect, test } from 'vitest';
import { identityWrite } from '../../src/identity/writes.ts';
import { PLATFORM_ORG } from '../../src/kernel/ids.ts';
import type { Engine } from '../../src/store/engine.ts';
import type { Tx } from '../../src/store/statement.ts';
import { dump } from '../support/dump.ts';
import { engines } from '../support/engines.ts';
import { type Browser, codeAt, type Door, openDoor, PASSWORD, type Somebody, sharedDoor } from './password-fixture.ts';

const shared = sharedDoor();

const DEVICE = '__Host-sallyport-device';

const shown = async (from: Browser, who: Somebody): Promise<string> =>
  (await from.post('/login', { email: who.email, password: PASSWORD })).json.ceremony;

describe('a sign-in', () => {
  test('by password and code gives a session, a cookie for it and one for the browser', async () => {
    const door = shared();
    const who = await door.person();
    const from = door.browser();
    const first = await from.post('/login', { email: ` ${who.email.toUpperCase()} `, password: PASSWORD });
    expect(first).toMatchObject({ status: 200, json: { next: 'totp' } });
    expect(first.headers['set-cookie']).toBeUndefined();
    const { status, json, headers } = await from.post('/totp', { ceremony: first.json.ceremony, code: who.code() });
    expect(status).toBe(200);
    expect(json).toMatchObject({ person: { id: who.id, factors: { password: true, totp: true, recoveryCodes: 10 } } });
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^__Host-sallyport-device=[\w-]{43}; Max-Age=34560000; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
      ),
      expect.stringMatching(/^__Host-sallyport-session=/),
    ]);
    expect((await from.post('/totp/options', {}, json.accessToken)).status).toBe(200); // a step-up comes with it
  });

  test('with a weaker hash from elsewhere has the password hashed anew', async () => {
    const door = shared();
    const who = await door.person();
    const { people } = door.t.house.store;
    const record = (await people.person(PLATFORM_ORG, who.id))!.password!;
    await people.commit(PLATFORM_ORG, { event: 'password_changed', person: who.id }, [
      identityWrite('person.password', { id: who.id, password: record.replace('m=19456', 'm=4096') }),
    ]);
    await door.signIn(door.browser(), who);
    expect((await people.person(PLATFORM_ORG, who.id))!.password).toMatch(/\$m=19456,t=2,p=1\$/);
    await door.signIn(door.browser(), who);
  });

  test('that fails is answered alike, whatever was wrong and whether there is anybody', async () => {
    const door = shared();
    const [known, suspended, withoutApp] = [await door.person(), await door.person(), await door.person()];
    await door.t.house.store.people.commit(PLATFORM_ORG, { event: 'factor_shown', person: known.id }, [
      identityWrite('person.status', { id: suspended.id, status: 'suspended' }),
      identityWrite('person.totp', { id: withoutApp.id, secret: null, step: null }),
    ]);
    const answers = [];
    for (const [email, password] of [
      ['nobody@example.com', PASSWORD],
      [known.email, 'tin roof rustex'],
      [suspended.email, PASSWORD],
      [withoutApp.email, PASSWORD],
    ]) {
      const { status, json, headers } = await door.browser().post('/login', { email, password });
      const names = Object.keys(headers);
      answers.push({ status, body: { ...json, instance: '' }, names, policy: headers['www-authenticate'] });
    }
    expect(answers[0]).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });
});

test('a sign-in that fails asks the store for as much, whether there is anybody: each question is a way to it and back', async () => {
  const { engine } = await engines[0]!.open();
  let asked = 0;
  function* counted<T>(body: Tx<T>): Tx<T> {
    for (let next = body.next(); ; next = body.next(yield next.value)) {
      if (next.done) return next.value;
      asked++;
    }
  }
  const counting: Engine = {
    ...engine,
    read: (body) => engine.read(() => counted(body())),
    transaction: (body) => engine.transaction(() => counted(body())),
  };
  const door = await openDoor({ engine: counting });
  const known = await door.person();
  const questions = async (email: string) => {
    const before = asked;
    expect((await door.browser().post('/login', { email, password: 'tin roof rustex' })).status).toBe(401);
    return asked - before;
  };
  await questions(known.email); // the first of all also asks for keys
  expect(await questions('nobody@example.com')).toBe(await questions(known.email));
});

describe('the second step', () => {
  test.each<[string, (door: Door, from: Browser, who: Somebody) => Promise<string> | string]>([
    ['without a first', () => ''],
    ['with a made-up token', () => 'A'.repeat(43)],
    ['with an access token', async (door, from, who) => (await door.signIn(from, who)).json.accessToken],
    [
      'of a sign-in that is over',
      async (_, from, who) => {
        const ceremony = await shown(from, who);
        await from.post('/totp', { ceremony, code: who.code() });
        return ceremony;
      },
    ],
    [
      'after five minutes',
      async (door, from, who) => {
        const ceremony = await shown(from, who);
        door.t.clock.pass(5 * 60_000);
        return ceremony;
      },
    ],
    [
      'after another password was set',
      async (door, from, who) => {
        const ceremony = await shown(from, who);
        const { json } = await door.signIn(door.browser(), who);
        await door.browser().post('/password', { password: 'rusted tin roof' }, json.accessToken);
        return ceremony;
      },
    ],
    [
      'of another ceremony of theirs',
      async (door, from, who) => {
        const { json } = await door.signIn(from, who);
        return (await from.post('/totp/options', {}, json.accessToken)).json.ceremony;
      },
    ],
    [
      'of somebody who was suspended meanwhile',
      async (door, from, who) => {
        await door.person(); // another Owner
        const ceremony = await shown(from, who);
        await door.t.house.store.people.commit(PLATFORM_ORG, { event: 'session_ended', person: who.id }, [
          identityWrite('person.status', { id: who.id, status: 'suspended' }),
        ]);
        return ceremony;
      },
    ],
  ])('is not taken %s', async (_, tokenOf) => {
    const door = shared();
    const who = await door.person();
    const from = door.browser();
    const ceremony = await tokenOf(door, from, who);
    door.t.clock.pass(30_000); // the code is one that nobody has used
    const answer = await from.post('/totp', { ceremony, code: who.code() });
    expect(answer).toMatchObject({ status: 401, json: { code: 'unauthenticated' } });
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test('takes no code twice, none of before, and the one that an app running fast shows', async () => {
    const door = shared();
    const who = await door.person();
    const { clock } = door.t;
    const now = clock.now();
    const code = async (at: number) => {
      const from = door.browser();
      return (await from.post('/totp', { ceremony: await shown(from, who), code: codeAt(who.secret, at) })).status;
    };
    expect(await code(now)).toBe(200);
    expect(await code(now)).toBe(401);
    expect(await code(now - 30_000)).toBe(401);
    expect(await code(now + 30_000)).toBe(200);
    clock.pass(30_000);
    expect(await code(now + 30_000)).toBe(401);
  });

  test('takes a recovery code once, typed in any way', async () => {
    const door = shared();
    const who = await door.person();
    const other = await door.person();
    const use = async (recoveryCode: string) => {
      const from = door.browser();
      return from.post('/totp', { ceremony: await shown(from, who), recoveryCode });
    };
    const [first = '', second = ''] = who.recoveryCodes;
    expect(await use(first.toLowerCase().replaceAll('-', ' '))).toMatchObject({
      status: 200,
      json: { person: { factors: { recoveryCodes: 9 } } },
    });
    expect((await use(first)).status).toBe(401);
    expect((await use(other.recoveryCodes[0]!)).status).toBe(401);
    expect((await use(second)).status).toBe(200);
  });

  test('is bounded: the sixth code for one password is not looked at', async () => {
    const door = shared();
    const who = await door.person();
    const from = door.browser();
    const ceremony = await shown(from, who);
    for (let i = 0; i < 5; i++) {
      door.t.clock.pass(20_000);
      expect((await from.post('/totp', { ceremony, code: '000000' })).status).toBe(401);
    }
    door.t.clock.pass(60_000);
    expect((await from.post('/totp', { ceremony, code: who.code() })).status).toBe(401);
  });
});

describe('guessing', () => {
  test('from one address: five sign-ins a minute over all factors, and ten failures lock it out', async () => {
    const door = shared();
    const from = door.browser();
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++)
      statuses.push((await from.post('/login', { email: `a${i}@example.com`, password: PASSWORD })).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    door.t.clock.pass(60_000);
    for (let i = 0; i < 5; i++) await from.post('/login', { email: `b${i}@example.com`, password: PASSWORD });
    door.t.clock.pass(60_000);
    expect(await from.post('/login', { email: 'c@example.com', password: PASSWORD })).toMatchObject({
      status: 429,
      json: { code: 'locked_out' },
    });
  });

  test('at one account from many addresses waits longer each time, and tells nothing about who is there', async () => {
    const door = shared();
    const who = await door.person();
    const guess = async (email: string) => {
      const { status, json, headers } = await door.browser().post('/login', { email, password: 'tin roof rustex' });
      return {
        status,
        body: { ...json, instance: '' },
        retryAfter: headers['retry-after'],
        names: Object.keys(headers),
      };
    };
    const seen: Awaited<ReturnType<typeof guess>>[] = [];
    for (let i = 0; i < 12; i++) {
      const [known, unknown] = [await guess(who.email), await guess('not-there@example.com')];
      expect(known).toEqual(unknown);
      seen.push(known);
      door.t.clock.pass(1_000);
    }
    expect(seen.slice(0, 5).map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    expect(seen[5]).toMatchObject({ status: 429, body: { code: 'rate_limited' }, retryAfter: '1' });
    expect(seen[8]).toMatchObject({ status: 429, retryAfter: '2' });
  });

  test('keeps the owner out of no browser in which she signed in before, and out of none once she has', async () => {
    const door = shared();
    const who = await door.person();
    const own = door.browser();
    await door.signIn(own, who);
    const stranger = door.browser();
    stranger.jar.set(DEVICE, 'C'.repeat(43)); // no browser of anybody's
    for (let i = 0; i < 8; i++) {
      door.t.clock.pass(20_000);
      await stranger.post('/login', { email: who.email, password: 'tin roof rustex' });
    }
    const shownBy = async (from: Browser) => from.post('/login', { email: who.email, password: PASSWORD });
    expect(await shownBy(door.browser())).toMatchObject({ status: 429, json: { code: 'rate_limited' } });
    const { json } = await shownBy(own);
    expect((await own.post('/totp', { ceremony: json.ceremony, code: who.code() })).status).toBe(200);
    expect((await shownBy(door.browser())).status).toBe(200);
  });

  test("with another person's browser counts as a stranger's", async () => {
    const door = shared();
    const [who, other] = [await door.person(), await door.person()];
    const borrowed = door.browser();
    await door.signIn(borrowed, other);
    door.t.clock.pass(60_000);
    for (let i = 0; i < 5; i++) await borrowed.post('/login', { email: who.email, password: 'tin roof rustex' });
    expect((await door.browser().post('/login', { email: who.email, password: PASSWORD })).status).toBe(429);
  });

  test('faster than passwords can be hashed is told to come back, and counts as no guess', async () => {
    const held: (() => void)[] = [];
    const door = await openDoor({
      derive: () => new Promise((resolve) => held.push(() => resolve(new Uint8Array(32)))),
    });
    const all = Array.from({ length: 12 }, () =>
      door.browser().post('/login', { email: 'nobody@example.com', password: PASSWORD }),
    );
    const refused = (await Promise.race([
      Promise.any(all.map(async (one) => ((await one).status === 503 ? one : Promise.reject(new Error('no'))))),
    ])) as Awaited<(typeof all)[0]>;
    expect(refused).toMatchObject({ json: { code: 'overloaded' } });
    expect(refused.headers['retry-after']).toBe('1');
    let open = true;
    const answers = Promise.all(all).finally(() => {
      open = false;
    });
    while (open) {
      held.shift()?.();
      await new Promise(setImmediate);
    }
    const statuses = (await answers).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(door.log.filter((line) => line.includes('a request failed'))).toEqual([]);
  });
});

test('no password, code, secret or address stands in the log, the database, an error or an answer', async () => {
  const on = engines[0]!;
  const { engine } = await on.open();
  const door = await openDoor({ engine });
  const who = await door.person();
  const from = door.browser();
  const { json } = await door.signIn(from, who);
  const code = who.code();
  const wrong = [
    await from.post('/login', { email: who.email, password: `${PASSWORD}!` }),
    await from.post('/login', { email: 'nobody@example.com', password: PASSWORD }),
    await from.post('/totp', { ceremony: 'A'.repeat(43), code }),
    await from.post('/step-up', { totp: '123 456', password: PASSWORD }, json.accessToken),
    await from.post('/password', { password: 'The Owner' }, json.accessToken),
    await from.post('/login', { email: who.email, password: 7, more: PASSWORD }),
  ];
  for (const { status } of wrong) expect(status).toBeGreaterThanOrEqual(400);
  const database = JSON.stringify([...(await dump(engine))]);
  const everything = [database, ...door.log, ...wrong.map(({ text }) => text), ...door.t.faults.map(String)].join('\n');
  for (const secret of [
    PASSWORD,
    'rusted',
    who.email,
    'person-1',
    'nobody@',
    'The Owner"',
    code,
    '123 456',
    ...who.recoveryCodes,
  ])
    expect(everything).not.toContain(secret);
  for (const event of ['sign_in_failed', 'password_accepted', 'signed_in', 'step_up_failed'])
    expect(database).toContain(event);
});
