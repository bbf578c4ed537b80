/** What two do at once with one code, one account or one last way in, over each engine. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityWrite } from '../../src/identity/writes.ts';
import { PLATFORM_ORG } from '../../src/kernel/ids.ts';
import { engines } from '../support/engines.ts';
import { type Door, PASSWORD, startDoor } from './password-fixture.ts';

describe.each(engines)('at once, on $name', (on) => {
  let door: Door;
  let dispose: () => Promise<void>;
  beforeAll(async () => {
    const opened = await on.open();
    dispose = opened.dispose;
    door = await startDoor({ engine: opened.engine });
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
      identityWrite('person.keeps-a-way', { id: who.id }),
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
