/** What two do at once with one code, one account or one last way in, over each engine. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCodeStepUp } from '../../src/identity/factors/code-step-up.ts';
import { createPasswordHashing } from '../../src/identity/factors/password-hashing.ts';
import { totpStepAt } from '../../src/identity/rules/totp.ts';
import { identityWrite } from '../../src/identity/writes.ts';
import { systemEntropy } from '../../src/kernel/entropy.ts';
import { PLATFORM_ORG } from '../../src/kernel/ids.ts';
import { engines } from '../support/engines.ts';
import { openHouse, type TestHouse, testKeys } from '../support/house.ts';
import { codeAt, type Door, PASSWORD, quick, startDoor } from './password-fixture.ts';

describe.each(engines)('at once, on $name', (on) => {
  let door: Door;
  /** Another server of the same database, where there can be one. */
  let twin: Pick<TestHouse, 'house'>;
  let dispose: () => Promise<void>;
  beforeAll(async () => {
    const opened = await on.open();
    const keys = testKeys();
    door = await startDoor({ engine: opened.engine, keys });
    const second = on.name === 'postgres' ? await openHouse({ engine: opened.again(), keys }) : null;
    twin = second ?? door.t;
    dispose = async () => {
      await second?.[Symbol.asyncDispose]();
      await opened.dispose();
    };
  });
  afterAll(async () => {
    await door[Symbol.asyncDispose]();
    await dispose();
  });

  test('one of two submissions of a code wins, and one of two of a recovery code', async () => {
    const who = await door.person();
    const from = door.browser();
    const shown = async (): Promise<string> =>
      (await from.post('/login', { email: who.email, password: PASSWORD })).json.ceremony;
    const two = async (second: object) => {
      const ceremonies = [await shown(), await shown()];
      const answers = await Promise.all(ceremonies.map((ceremony) => from.post('/totp', { ceremony, ...second })));
      return answers.map(({ status }) => status).sort();
    };
    expect(await two({ code: who.code() })).toEqual([200, 401]);
    door.t.clock.pass(60_000);
    expect(await two({ recoveryCode: who.recoveryCodes[3] })).toEqual([200, 401]);
  });

  test('a code of the app that is replaced at the same moment shows nothing', async () => {
    const who = await door.person();
    const from = door.browser();
    const { json } = await door.signIn(from, who);
    const { store, people } = door.t.house;
    const stepUp = createCodeStepUp({
      ...{ guesses: store.guesses, clock: door.t.clock },
      hashing: createPasswordHashing({ entropy: systemEntropy(), cores: 1, derive: quick }),
      store: {
        ...people.store,
        async person(org, id) {
          const found = await people.store.person(org, id);
          const fresh = { id, secret: new Uint8Array(20), step: totpStepAt(door.t.clock.now()) };
          await people.store.commit(org, { event: 'factor_added', person: id }, [identityWrite('person.totp', fresh)]);
          return found;
        },
      },
    });
    const by = (await door.t.house.authenticate(json.accessToken))!;
    door.t.clock.pass(30_000);
    expect(await stepUp(by, { totp: codeAt(who.secret, door.t.clock.now() + 30_000) })).toBeNull();
  });

  test.runIf(on.name === 'postgres')('a guess beside a sign-in on another server is counted anew', async () => {
    const who = await door.person();
    const { store } = door.t.house;
    const now = door.t.clock.now();
    for (let i = 0; i < 20; i++) {
      await store.guesses.countGuess({ is: 'account', email: who.email, device: null }, now);
      const [guess] = await Promise.all([
        twin.house.store.guesses.countGuess({ is: 'account', email: who.email, device: null }, now),
        store.people.commit(PLATFORM_ORG, { event: 'signed_in', person: who.id }, [
          identityWrite('person.signed-in', { id: who.id, at: now }),
        ]),
      ]);
      expect(guess).toMatchObject({ is: 'counted' });
      await store.people.commit(PLATFORM_ORG, { event: 'signed_in', person: who.id }, [
        identityWrite('person.signed-in', { id: who.id, at: now }),
      ]);
    }
  });

  test('forty guesses at an account are all counted: five are looked at', async () => {
    const { guesses } = door.t.house.store;
    const now = door.t.clock.now();
    const at = { is: 'account', email: 'nobody@example.com', device: null } as const;
    const rulings = await Promise.all(Array.from({ length: 40 }, () => guesses.countGuess(at, now)));
    expect(rulings.filter(({ is }) => is === 'counted')).toHaveLength(5); // the fifth makes the others wait
  });

  test('the last way in stays: the app can be removed only beside a passkey, and not together with it', async () => {
    const who = await door.person();
    const from = door.browser();
    const { json } = await door.signIn(from, who);
    const { people } = door.t.house.store;
    const removeApp = async () => (await from.post('/totp/remove', {}, json.accessToken)).status;
    expect(await removeApp()).toBe(409);
    const id = door.t.house.ids.next('psk');
    const kind = {
      credential: 'c',
      publicKey: 'k',
      counter: 0,
      transports: [],
      backupEligible: false,
      backedUp: false,
    };
    await people.commit(PLATFORM_ORG, { event: 'factor_added', person: who.id }, [
      identityWrite('passkey.create', { id, person: who.id, ...kind, name: 'Key', createdAt: door.t.clock.now() }),
    ]);
    const removePasskey = people.commit(PLATFORM_ORG, { event: 'factor_removed', person: who.id }, [
      identityWrite('passkey.remove', { id, person: who.id }),
      identityWrite('person.keeps-a-way', { id: who.id, oidc: false }),
    ]);
    const both = await Promise.all([
      removePasskey.then(
        () => 204,
        () => 409,
      ),
      removeApp(),
    ]);
    expect(both.sort()).toEqual([204, 409]);
    const left = (await people.person(PLATFORM_ORG, who.id))!;
    expect([left.totp !== null, left.passkeys === 1].filter(Boolean)).toHaveLength(1);
  });
});
