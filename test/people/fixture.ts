/** A house with its doors, people who have signed in, and browsers that keep cookies. Requests go to the application itself. */
import { onTestFinished } from 'vitest';
import type { Role } from '../../src/identity/rules/roles.ts';
import type { OrgId } from '../../src/kernel/ids.ts';
import { PLATFORM_ORG } from '../../src/kernel/ids.ts';
import { createOperationalLog } from '../../src/main/operational-log.ts';
import { loadSettings } from '../../src/main/settings.ts';
import { serverOf } from '../../src/main/start.ts';
import { secretMembers } from '../support/canaries.ts';
import { type SignedIn, signedIn } from '../support/enrol.ts';
import { type HouseOptions, openHouse, type TestHouse } from '../support/house.ts';

export const ORIGIN = 'http://localhost:3100';
const PLENTY = '1000000';

/** What the doors of `/api/v1/auth` hand out, besides the secrets of actions. */
const HANDED_OUT = new Set(['accessToken', 'recoveryCodes', 'secret', 'uri', 'qr', 'ceremony', 'link', 'key']);

export interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
  readonly headers: Headers;
}

/** One browser: its cookie jar, and the headers of our own page. */
export interface Browser {
  readonly jar: Map<string, string>;
  /** @param bearer an access token, if the page holds one. */
  ask(
    method: string,
    path: string,
    body?: unknown,
    more?: { bearer?: string; headers?: Record<string, string> },
  ): Promise<Reply>;
  post(path: string, body?: unknown, bearer?: string): Promise<Reply>;
  get(path: string, bearer?: string): Promise<Reply>;
}

export interface Visit {
  readonly t: TestHouse;
  browser(): Browser;
  /** Somebody who is there and has signed in by a factor that needs no ceremony here. */
  person(role?: Role, org?: OrgId): Promise<SignedIn>;
  readonly log: readonly string[];
}

export async function visit(options: HouseOptions = {}): Promise<Visit> {
  const visited = await openVisit(options);
  onTestFinished(() => visited.t[Symbol.asyncDispose]());
  return visited;
}

/** For several tests: whoever opens it gives it back. */
export async function openVisit(options: HouseOptions = {}): Promise<Visit> {
  const environment = {
    HTTP_RATE_LIMIT_PER_IP: PLENTY,
    HTTP_RATE_LIMIT_GLOBAL: PLENTY,
    ...options.environment,
  };
  const t = await openHouse({ ...options, environment });
  const log: string[] = [];
  const { house } = t;
  const settings = loadSettings({ PUBLIC_URL: ORIGIN, ...environment });
  const out = {
    write(line: string) {
      t.canaries.lookHard('the operational log', line);
      log.push(line);
    },
  };
  const ofActions = secretMembers(house.catalogue);
  const isSecret = (member: string) => HANDED_OUT.has(member) || ofActions(member);
  const { app } = serverOf(house, settings, createOperationalLog({ level: 'debug', clock: house.clock, out }));

  function browser(): Browser {
    const jar = new Map<string, string>();
    const ask: Browser['ask'] = async (method, path, body, { bearer, headers = {} } = {}) => {
      const cookies = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await app.request(`${ORIGIN}${path}`, {
        method,
        headers: {
          host: 'localhost:3100',
          origin: ORIGIN,
          'x-sallyport': '1',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(cookies === '' ? {} : { cookie: cookies }),
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      for (const line of response.headers.getSetCookie()) {
        const [pair = ''] = line.split(';');
        const at = pair.indexOf('=');
        if (/max-age=0/i.test(line)) jar.delete(pair.slice(0, at));
        else jar.set(pair.slice(0, at), pair.slice(at + 1));
      }
      const text = await response.text();
      const answer: unknown = text.startsWith('{') ? JSON.parse(text) : text;
      t.canaries.handedOut(`the answer of ${path}`, answer, isSecret);
      for (const [name, value] of jar) t.canaries.plant(`the cookie ${name}`, value);
      return {
        status: response.status,
        body: answer,
        headers: response.headers,
      };
    };
    return {
      jar,
      ask,
      post: (path, body = {}, bearer) => ask('POST', path, body, bearer === undefined ? {} : { bearer }),
      get: (path, bearer) => ask('GET', path, undefined, bearer === undefined ? {} : { bearer }),
    };
  }

  return {
    t,
    log,
    browser,
    person: (role = 'owner', org = PLATFORM_ORG) => signedIn(house, role, org),
  };
}

export const COOKIE = '__Host-sallyport-session';
