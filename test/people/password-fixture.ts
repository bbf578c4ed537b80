/**
 * A house on a socket, and browsers that come to it from addresses of their own. Passwords are hashed by something quick, unless
 * a test is about the real thing.
 */
import { createHash } from 'node:crypto';
import { HOTP, Secret } from 'otpauth';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type { Derive } from '../../src/identity/factors/password-hashing.ts';
import { mintRecoveryCodes } from '../../src/identity/factors/recovery-codes.ts';
import { formatPhc } from '../../src/identity/rules/password-record.ts';
import { totpStepAt } from '../../src/identity/rules/totp.ts';
import { identityWrite } from '../../src/identity/writes.ts';
import { systemEntropy } from '../../src/kernel/entropy.ts';
import { type PersonId, PLATFORM_ORG } from '../../src/kernel/ids.ts';
import { createOperationalLog } from '../../src/main/operational-log.ts';
import { loadSettings } from '../../src/main/settings.ts';
import { serverOf } from '../../src/main/start.ts';
import type { Engine } from '../../src/store/engine.ts';
import { type Answer, ask } from '../server/fixture.ts';
import { openHouse, type TestHouse, type TestKeys } from '../support/house.ts';

const HOST = 'localhost:3100';
const PLENTY = '1000000';
export const PASSWORD = 'tin roof rusted';
export const AUTH = '/api/v1/auth';
const SALT = new Uint8Array(16).fill(7);

export const quick: Derive = async (password, { salt, tagBytes }) =>
  createHash('sha256').update(salt).update(password).digest().subarray(0, tagBytes);

/** The code that an app shows at a time. */
export const codeAt = (secret: Uint8Array, ms: number): string =>
  HOTP.generate({ secret: new Secret({ buffer: new Uint8Array(secret).buffer }), counter: totpStepAt(ms) });

export interface Browser {
  readonly jar: Map<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  post(path: string, body?: unknown, bearer?: string): Promise<Answer & { readonly json: any }>;
  /** Whether the session of an access token is not over. */
  isSignedIn(accessToken: string): Promise<boolean>;
}

export interface Somebody {
  readonly id: PersonId;
  readonly email: string;
  readonly secret: Uint8Array;
  readonly recoveryCodes: readonly string[];
  /** What the app shows now. */
  code(): string;
}

export interface Door extends AsyncDisposable {
  readonly t: TestHouse;
  readonly port: number;
  readonly log: readonly string[];
  /** From an address of its own, unless one is given. */
  browser(address?: string): Browser;
  /** An Owner of the platform with `PASSWORD`, an app and recovery codes. */
  person(): Promise<Somebody>;
  /** By password and code, which must succeed; the answer. */
  signIn(browser: Browser, who: Somebody): ReturnType<Browser['post']>;
}

interface DoorOptions {
  readonly engine?: Engine;
  readonly keys?: TestKeys;
  readonly derive?: Derive;
  readonly argon2?: true;
}

/** One door for all tests of a file or suite: each brings its own people and browsers. */
export function sharedDoor(): () => Door {
  let door: Door;
  beforeAll(async () => {
    door = await startDoor({});
  });
  afterAll(() => door[Symbol.asyncDispose]());
  return () => door;
}

/** One door for one test. */
export async function openDoor(options: DoorOptions = {}): Promise<Door> {
  const door = await startDoor(options);
  onTestFinished(() => door[Symbol.asyncDispose]());
  return door;
}

export async function startDoor({ engine, keys, derive = quick, argon2 }: DoorOptions): Promise<Door> {
  const environment = { PUBLIC_URL: `http://${HOST}`, HTTP_RATE_LIMIT_PER_IP: PLENTY, HTTP_RATE_LIMIT_GLOBAL: PLENTY };
  const overrides = argon2 === true ? {} : { derivePassword: derive };
  const t = await openHouse({ environment, overrides, ...(engine && { engine }), ...(keys && { keys }) });
  const { house, clock } = t;
  const log: string[] = [];
  const operational = createOperationalLog({ level: 'trace', clock, out: { write: (line) => void log.push(line) } });
  const server = await serverOf(house, loadSettings(environment), operational).listen('127.0.0.1', 0);
  let browsers = 0;
  let people = 0;

  function browser(address = `198.51.${Math.floor(++browsers / 250)}.${browsers % 250}`): Browser {
    const jar = new Map<string, string>();
    return {
      jar,
      async post(path, body = {}, bearer) {
        const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
        const answer = await ask(server.port, `${AUTH}${path}`, {
          headers: {
            host: HOST,
            origin: `http://${HOST}`,
            'x-sallyport': '1',
            'x-forwarded-for': address,
            'content-type': 'application/json',
            ...(cookie === '' ? {} : { cookie }),
            ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
          },
          body: JSON.stringify(body),
        });
        for (const line of answer.headers['set-cookie'] ?? []) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          jar.set(name, value);
        }
        return answer;
      },
      async isSignedIn(accessToken) {
        const headers = { host: HOST, authorization: `Bearer ${accessToken}` };
        return (await ask(server.port, `${AUTH}/me`, { method: 'GET', headers })).status === 200;
      },
    };
  }

  return {
    t,
    port: server.port,
    log,
    browser,
    async person() {
      const id = house.ids.next('usr');
      const email = `person-${++people}@example.com`;
      const secret = Uint8Array.from({ length: 20 }, (_, i) => 11 * i + people);
      const cost = { memoryKib: 19_456, passes: 2, lanes: 1, salt: SALT };
      const tag = await quick(PASSWORD, { ...cost, tagBytes: 32 });
      const codes = mintRecoveryCodes(systemEntropy());
      await house.store.people.commit(PLATFORM_ORG, { event: 'invitation', person: id }, [
        identityWrite('person.create', { id, email, name: 'The Owner', role: 'owner', createdAt: clock.now() }),
        identityWrite('person.activate', { id }),
        identityWrite('person.password', { id, password: formatPhc({ ...cost, tag }) }),
        identityWrite('person.totp', { id, secret, step: null }),
        identityWrite('recovery-codes.replace', { person: id, hashes: codes.map(({ hash }) => hash) }),
      ]);
      const recoveryCodes = codes.map(({ code }) => code);
      return { id, email, secret, recoveryCodes, code: () => codeAt(secret, clock.now()) };
    },
    async signIn(from, { email, code }) {
      clock.pass(60_000); // a code that was not used yet, and another minute for the address
      const first = await from.post('/login', { email, password: PASSWORD });
      const second = await from.post('/totp', { ceremony: first.json.ceremony, code: code() });
      if (second.status !== 200) throw new Error(`${first.text} ${second.text}`);
      return second;
    },
    async [Symbol.asyncDispose]() {
      await server.close(0);
      await t[Symbol.asyncDispose]();
    },
  };
}
