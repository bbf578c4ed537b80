/** Every door from outside: nobody gets in without a token, by a token in the address, or by guessing. */
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../cli/command-line.ts';
import { act, ask, attack, bearer, expectUnharmed, JSON_TYPE, jsonOf, targetOfFile, UNLIMITED } from './target.ts';
import { type Answer, dial, type From, head } from './wire.ts';

const target = targetOfFile();
const ACCEPT = 'accept: application/json, text/event-stream';
const RPC = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"comms_ping","arguments":{}}}';

interface Operation {
  readonly security?: readonly Readonly<Record<string, unknown>>[];
}

/** What the server itself says that it serves. */
async function described(): Promise<readonly (readonly [method: string, path: string, isOpen: boolean])[]> {
  const { paths } = JSON.parse((await ask(target(), '/api/v1/openapi.json')).text) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  };
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { security }]) => {
      const isOpen = security !== undefined && (security.length === 0 || security.some((one) => !('bearer' in one)));
      return [method.toUpperCase(), path, isOpen] as const;
    }),
  );
}

/** What somebody may ask who is nobody yet, or is known by a cookie alone; test/people looks at what they tell. */
const SIGN_IN = [
  ...['/methods', '/link', '/link/begin', '/link/webauthn/options', '/link/webauthn/verify'],
  ...['/webauthn/authenticate/options', '/webauthn/authenticate/verify', '/oidc/start', '/oidc/callback'],
  ...['/refresh', '/logout', '/login', '/totp', '/link/password', '/link/totp'],
];

/** A client of its own, so that its wrong tokens lock out nobody else. */
let clients = 0;
const stranger = (): From => `127.20.${Math.floor(clients / 250)}.${(clients++ % 250) + 1}` as From;

describe('every route of the OpenAPI document', () => {
  it('asks for a token, unless it is one of those that tell nothing', async () => {
    const routes = await described();
    expect(routes.length).toBeGreaterThan(30);
    expect(routes.flatMap(([, path, isOpen]) => (isOpen ? [path] : []))).toEqual([
      ...SIGN_IN.map((path) => `/api/v1/auth${path}`),
      '/healthz',
      '/readyz',
      '/metrics', // on this machine alone: see below
      '/.well-known/oauth-protected-resource',
      '/.well-known/oauth-protected-resource/mcp',
      '/.well-known/sallyport/tls',
      '/api/v1/openapi.json',
      '/api/docs',
    ]);
    for (const [method, path, isOpen] of routes) {
      if (isOpen) continue;
      for (const headers of [
        [],
        [bearer('spa_0000000000000000000000000000000000000000000')],
        ['authorization: Basic YTpi'],
      ]) {
        const answer = await ask(target(), path, {
          method,
          headers: [JSON_TYPE, ...headers],
          body: '{}',
          from: stranger(),
        });
        expect([path, answer.status, jsonOf(answer)['code']]).toEqual([path, 401, 'unauthenticated']);
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
      }
    }
  });

  it('takes no token from the address, the body or a cookie', async () => {
    const { token } = target().agent;
    for (const [method, path, isOpen] of await described()) {
      if (isOpen) continue;
      for (const query of [`token=${token}`, `access_token=${token}`, `securityToken=${token}`]) {
        const headers = [JSON_TYPE, `cookie: ${query}`];
        const body = JSON.stringify({ token, access_token: token, securityToken: token });
        const answer = await ask(target(), `${path}?${query}`, { method, headers, body });
        expect([path, answer.status]).toEqual([path, 401]);
        expect(answer.text).not.toContain(token);
      }
    }
  });
});

describe('a token in the address', () => {
  const paths = (token: string) => [`/mcp?token=${token}`, `/messages?token=${token}`, `/metrics?token=${token}`];

  it('opens no door but /sse', async () => {
    const { token } = target();
    for (const path of paths(token)) {
      for (const method of ['GET', 'POST']) {
        const forwarded = 'x-forwarded-for: 127.0.5.1'; // or the numbers would be open to this machine
        const answer = await ask(target(), path, { method, headers: [JSON_TYPE, ACCEPT, forwarded], body: RPC });
        expect([400, 401, 404, 405]).toContain(answer.status);
        expect(answer.text).not.toContain(token);
      }
    }
  });

  it('opens /sse, and none where that is turned off', async () => {
    const socket = await dial(target().port);
    socket.write(head(`GET /sse?token=${target().agent.token} HTTP/1.1`, 'host: localhost', ACCEPT));
    const first = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
    socket.destroy();
    expect(first).toMatch(/^HTTP\/1\.1 200 /);
    expect(first).not.toContain(target().agent.token);

    using folder = temporaryFolder();
    const strict = await attack(folder.path, { ...UNLIMITED, SSE_QUERY_TOKEN: 'false' });
    await using _ = strict.server;
    expect((await ask(strict, `/sse?token=${strict.agent.token}`)).status).toBe(400);
    await expectUnharmed(strict);
  });
});

describe('the numbers', () => {
  it('are for this machine alone, unless somebody with the right asks', async () => {
    expect((await ask(target(), '/metrics')).status).toBe(200);
    for (const header of [
      'x-forwarded-for: 203.0.113.7',
      'forwarded: for=203.0.113.7',
      'via: 1.1 x',
      'x-real-ip: 1.2.3.4',
    ]) {
      expect((await ask(target(), '/metrics', { headers: [header] })).status).toBe(401);
    }
    expect((await ask(target(), '/metrics', { headers: [bearer(target().agent.token)] })).status).toBe(403);
    expect((await ask(target(), '/metrics', { headers: ['host: evil.example'] })).status).toBe(403);
  });
});

/** One guess at each door. */
const DOORS: Readonly<Record<string, (door: Door, token: string, from: From) => Promise<Answer>>> = {
  REST: (door, token, from) => act(door, 'comms/list-organizations', {}, token, from),
  MCP: (door, token, from) =>
    ask(door, '/mcp', { method: 'POST', headers: [JSON_TYPE, ACCEPT, bearer(token)], body: RPC, from }),
  'SSE by header': (door, token, from) => ask(door, '/sse', { headers: [bearer(token)], from }),
  'SSE by address': (door, token, from) => ask(door, `/sse?token=${token}`, { from }),
  'SSE’s messages': (door, token, from) =>
    ask(door, '/messages?sessionId=x', { method: 'POST', headers: [JSON_TYPE, bearer(token)], body: RPC, from }),
  metrics: (door, token, from) => ask(door, '/metrics', { headers: [bearer(token)], from }),
};
type Door = { readonly port: number };
const DOOR_NAMES = Object.keys(DOORS);

describe('guessing', () => {
  it('is over after ten wrong tokens at any door: for the right one too, at every door, after a restart too', async () => {
    using folder = temporaryFolder();
    const first = await attack(folder.path);
    await using _ = first.server;
    const guesserAt = (n: number): From => `127.30.0.${n + 1}` as From;
    for (const [n, name] of DOOR_NAMES.entries()) {
      const knock = DOORS[name]!;
      const statuses = [];
      for (let guess = 0; guess < 10; guess++)
        statuses.push((await knock(first, `wrong-${guess}`, guesserAt(n))).status);
      expect([name, ...statuses]).toEqual([name, ...Array(10).fill(401)]);
    }
    const expectLocked = async (door: Door) => {
      for (const [n, name] of DOOR_NAMES.entries()) {
        for (const at of DOOR_NAMES.filter((other) => other !== 'MCP')) {
          const answer = await DOORS[at]!(door, first.token, guesserAt(n));
          expect([name, at, answer.status, jsonOf(answer)['code']]).toEqual([name, at, 429, 'locked_out']);
          expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(800);
          expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(900);
        }
        const rpc = await DOORS['MCP']!(door, first.token, guesserAt(n));
        expect([rpc.status, rpc.text]).toEqual([429, expect.stringContaining('"locked_out"')]);
        expect((await ask(door, '/healthz', { from: guesserAt(n) })).status).toBe(429); // also without a token
      }
      // who sits elsewhere is not touched, and does not learn of it
      expect((await act(door, 'comms/list-organizations', {}, first.token, '127.30.1.1')).status).toBe(200);
    };
    await expectLocked(first);

    const alerts = () => first.server.lines.filter(({ alert }) => alert === 'lock_out');
    await expect.poll(alerts).not.toEqual([]);
    expect(alerts()[0]).toMatchObject({ level: 'error', severity: 'HIGH', subject: '127.30.0.0/24' });
    expect(JSON.stringify(alerts())).not.toMatch(/127\.30\.0\.[1-9]/); // a network, not a person

    await expectUnharmed(first);
    expect(await first.server.stop()).toBe(0);
    const second = await attack(folder.path);
    await using __ = second.server;
    await expectLocked(second);
    await expectUnharmed(second);
  });

  it('gets no more than ten answers out of a hundred guesses at once', async () => {
    const guess = (n: number) => act(target(), 'comms/ping', {}, `guess-${n}`, '127.31.0.1');
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => guess(n)));
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(10);
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(90);
  });

  it('is not made easier by getting in with another token between the guesses', async () => {
    const from = '127.31.0.2';
    for (let n = 0; n < 10; n++) {
      expect((await act(target(), 'comms/ping', {}, `guess-${n}`, from)).status).toBe(401);
      if (n < 9) expect((await act(target(), 'comms/ping', {}, target().agent.token, from)).status).toBe(200);
    }
    expect((await act(target(), 'comms/ping', {}, target().agent.token, from)).status).toBe(429);
  });

  it('locks nobody out who brings nothing', async () => {
    const from = '127.31.0.3';
    for (let n = 0; n < 30; n++) await ask(target(), '/api/v1/comms/ping', { method: 'POST', from });
    expect((await act(target(), 'comms/ping', {}, target().agent.token, from)).status).toBe(200);
  });

  it('can’t lock out others by an address that it makes up', async () => {
    using folder = temporaryFolder();
    const direct = await attack(folder.path, { ...UNLIMITED, TRUST_PROXY: '0' });
    await using _ = direct.server;
    for (let n = 0; n < 12; n++) {
      const headers = [JSON_TYPE, bearer(`guess-${n}`), 'x-forwarded-for: 127.32.0.9'];
      await ask(direct, '/api/v1/comms/ping', { method: 'POST', headers, body: '{}', from: '127.32.0.1' });
    }
    expect((await act(direct, 'comms/ping', {}, direct.agent.token, '127.32.0.9')).status).toBe(200);
    expect((await act(direct, 'comms/ping', {}, direct.agent.token, '127.32.0.1')).status).toBe(429);
    await expectUnharmed(direct);
  });
});
