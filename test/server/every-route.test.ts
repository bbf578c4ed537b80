/** What holds on every route there is, and on those that there are not: a table of routes against a table of protections. */
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { SallyportError } from '../../src/kernel/errors.ts';
import type { Env } from '../../src/server/context.ts';
import type { LockOut } from '../../src/server/lock-out.ts';
import { createProtection } from '../../src/server/protection.ts';
import { memoryLimiter } from '../../src/shield/rate-limit.ts';
import { securityHeaders } from '../../src/shield/security-headers.ts';
import {
  ADMIN,
  AGENT,
  AGENT_PRINCIPAL,
  type Answer,
  ask,
  JSON_TYPE,
  listening,
  NOW,
  type Options,
  PROTECTION,
} from './fixture.ts';

const LOOK = '/api/v1/demo/look';
const RPC = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';

interface Route {
  readonly method: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Without a limit. */
  readonly isExempt?: true;
}
/** None of them with a valid token. */
const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/healthz', isExempt: true },
  { method: 'GET', path: '/health', isExempt: true },
  { method: 'HEAD', path: '/readyz', isExempt: true },
  { method: 'GET', path: '/ready', isExempt: true },
  { method: 'POST', path: '/healthz' },
  { method: 'GET', path: '/' },
  { method: 'GET', path: '/nowhere' },
  { method: 'DELETE', path: '/nowhere/at/all?x=1' },
  { method: 'GET', path: '/healthz/' },
  { method: 'GET', path: '/admin', isExempt: true },
  { method: 'POST', path: '/admin' },
  { method: 'GET', path: '/admin/x' },
  { method: 'POST', path: '/webhooks/twilio', body: 'a=1' },
  { method: 'GET', path: '/.well-known/oauth-protected-resource' },
  { method: 'GET', path: '/.well-known/oauth-protected-resource/mcp' },
  { method: 'PUT', path: '/.well-known/oauth-protected-resource' },
  { method: 'GET', path: LOOK },
  { method: 'OPTIONS', path: LOOK },
  { method: 'POST', path: LOOK, headers: JSON_TYPE, body: '{"what":"x"}' },
  { method: 'POST', path: LOOK, headers: { ...JSON_TYPE, authorization: 'Bearer nobody' }, body: '{"what":"x"}' },
  { method: 'GET', path: '/api/v1/looks/x' },
  { method: 'GET', path: '/api/v1/looks/x?slow=false', headers: { authorization: 'Bearer nobody' } },
  { method: 'DELETE', path: '/api/v1/looks/x' },
  { method: 'GET', path: '/mcp' },
  { method: 'DELETE', path: '/mcp' },
  { method: 'POST', path: '/mcp', headers: JSON_TYPE, body: RPC },
  { method: 'POST', path: '/mcp', headers: { ...JSON_TYPE, authorization: 'Basic YTpi' }, body: RPC },
  { method: 'POST', path: '/mcp?token=x', headers: JSON_TYPE, body: RPC },
  { method: 'GET', path: '/healthz', headers: { host: 'evil.example' } },
  { method: 'GET', path: '/nowhere', headers: { origin: 'https://evil.example' } },
];
const named = ROUTES.map(
  (route) => [`${route.method} ${route.path} ${JSON.stringify(route.headers ?? {})}`, route] as const,
);

type Door = Awaited<ReturnType<typeof listening>>;
const go = (
  { port }: Door,
  { method, path, headers = {}, body }: Route,
  more: Record<string, string | string[]> = {},
) => ask(port, path, { method, headers: { ...headers, ...more }, ...(body === undefined ? {} : { body }) });
const codeOf = ({ json }: Answer): string | undefined => json?.code ?? json?.error?.data?.code;
const from = (address: string) => ({ 'x-forwarded-for': address });
const limited = (httpRateLimitPerIp: number, httpRateLimitGlobal: number): Options => ({
  settings: { httpRateLimitPerIp, httpRateLimitGlobal },
});

function expectForm(answer: Answer, { method, path }: Route, status: number, code: string): void {
  expect(answer.status).toBe(status);
  for (const [name, value] of securityHeaders({ hsts: true })) expect(answer.headers[name], name).toBe(value);
  expect(answer.headers['x-request-id']).toMatch(/^req_/);
  if (method === 'HEAD') return;
  if (path.startsWith('/mcp')) expect(answer.json).toMatchObject({ jsonrpc: '2.0', error: { data: { code } } });
  else expect(answer.json).toMatchObject({ status, code });
}

describe.for(named)('%s', ([, route]) => {
  it('is refused to an address of the deny-list, whoever asks', async () => {
    const door = await listening({ settings: { ipDenylist: ['198.51.100.0/24', '2001:db8::/32'] } });
    for (const address of ['198.51.100.7', '2001:db8::1', '::ffff:198.51.100.7']) {
      const answer = await go(door, route, { ...AGENT, ...from(address) });
      expectForm(answer, route, 403, 'address_not_allowed');
      expect(answer.headers['ratelimit']).toBeUndefined();
    }
    expect(codeOf(await go(door, route, from('198.51.101.7')))).not.toBe('address_not_allowed');
  });

  it('is refused to an address that is locked out, and says until when', async () => {
    const attempts: string[] = [];
    const lockOut: LockOut = {
      lockedUntil: (group) => (group === '198.51.100.7' ? NOW + 60_001 : null),
      failedAuthentication: () => {},
      attemptedWhileLocked: (group) => void attempts.push(group),
    };
    const door = await listening({ parts: { lockOut } });
    const answer = await go(door, route, { ...AGENT, ...from('198.51.100.7') });
    expectForm(answer, route, 429, 'locked_out');
    expect(answer.headers['retry-after']).toBe('61');
    expect(attempts).toEqual(['198.51.100.7']);
    expect(codeOf(await go(door, route, from('198.51.100.8')))).not.toBe('locked_out');
  });

  it('lets the pages of a configured origin read the answer, and no other page', async () => {
    if (route.headers?.['origin'] !== undefined || route.headers?.['host'] !== undefined) return;
    const door = await listening();
    const { headers } = await go(door, route, { origin: 'https://pages.example' });
    expect(headers).toMatchObject({
      vary: 'Origin',
      'access-control-allow-origin': 'https://pages.example',
      'access-control-allow-credentials': 'true',
    });
    for (const origin of ['https://evil.example', 'https://app.example', 'http://localhost:5173', 'null']) {
      const other = await go(door, route, { origin });
      expect(Object.keys(other.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it(
    route.isExempt ? 'has no limit' : 'is counted: each address alone, all together, and refused in its own form',
    async () => {
      const own = await listening(limited(2, 1_000));
      const ofOne = [await go(own, route), await go(own, route), await go(own, route)];
      const all = await listening(limited(1_000, 2));
      const ofAll = [
        await go(all, route, from('192.0.2.1')),
        await go(all, route, from('192.0.2.2')),
        await go(all, route, from('192.0.2.3')),
      ];
      for (const [answers, policy] of [
        [ofOne, '"per-address";q=2;w=60'],
        [ofAll, '"anonymous";q=2;w=60'],
      ] as const) {
        if (route.isExempt) {
          expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
          continue;
        }
        expect(answers.slice(0, 2).map(({ status }) => status)).not.toContain(429);
        expect(answers[1]!.headers).toMatchObject({
          'ratelimit-policy': policy,
          ratelimit: expect.stringContaining(';r=0;t=60'),
        });
        expectForm(answers[2]!, route, 429, 'rate_limited');
        expect(answers[2]!.headers).toMatchObject({ 'retry-after': '60', 'ratelimit-policy': policy });
      }
      // who is at its limit holds up neither others nor whoever has a token
      expect((await go(own, route, from('192.0.2.9'))).status).not.toBe(429);
      const look = { method: 'POST', path: LOOK, headers: { ...JSON_TYPE, ...AGENT }, body: '{"what":"x"}' };
      expect((await go(own, look)).status).toBe(200);
      expect((await go(all, look)).status).toBe(200);
    },
  );
});

describe('who is limited', () => {
  const FORGED = [
    from('192.0.2.1'),
    from('192.0.2.2, 127.0.0.1'),
    { 'x-real-ip': '192.0.2.3' },
    { forwarded: 'for=192.0.2.4' },
    { 'x-forwarded-host': 'localhost' },
    { 'x-client-ip': '192.0.2.5' },
    { 'true-client-ip': '192.0.2.6' },
    { 'cf-connecting-ip': '192.0.2.7' },
    { 'x-cluster-client-ip': '192.0.2.8' },
  ];
  const NOWHERE = { method: 'GET', path: '/nowhere' };

  it.for([
    ['no proxy is believed', { trustProxy: 0 }],
    ['the peer is not a trusted one', { trustedProxies: ['192.0.2.0/24'] }],
  ] as const)('is the peer, whatever headers say, when %s', async ([, settings]) => {
    const door = await listening({ settings: { httpRateLimitPerIp: 3, ...settings } });
    const statuses = [];
    for (const headers of FORGED) statuses.push((await go(door, NOWHERE, headers)).status);
    expect(statuses).toEqual([404, 404, 404, 429, 429, 429, 429, 429, 429]);
  });

  it('is each client behind a trusted proxy, by what the proxy wrote and not by what the client did', async () => {
    const door = await listening(limited(2, 1_000));
    const as = async (forwarded: string | string[]) =>
      (await go(door, NOWHERE, { 'x-forwarded-for': forwarded })).status;
    expect([
      await as('10.0.0.1, 192.0.2.1'),
      await as('10.0.0.2,192.0.2.1'),
      await as(['10.0.0.3', '192.0.2.1']),
    ]).toEqual([404, 404, 429]);
    expect(await as('192.0.2.2')).toBe(404);
    expect([await as('nonsense'), await as('unknown'), await as('1.2.3.4,')]).toEqual([404, 404, 429]); // the proxy itself
    expect([await as('2001:db8::1'), await as('2001:db8::2'), await as('[2001:db8::3]:1')]).toEqual([404, 404, 429]);
  });

  it('may be three proxies away', async () => {
    const door = await listening({ settings: { httpRateLimitPerIp: 1, trustProxy: 3 } });
    const as = async (forwarded: string) => (await go(door, NOWHERE, from(forwarded))).status;
    expect([await as('192.0.2.1, 10.0.0.1, 10.0.0.2'), await as('9.9.9.9, 192.0.2.1, 10.0.0.3, 10.0.0.4')]).toEqual([
      404, 429,
    ]);
  });

  it('does not grow without end: as many windows as were let through', async () => {
    const limiter = memoryLimiter({ now: () => NOW }, 1_000);
    const door = await listening({ ...limited(60, 100), parts: { limiter } });
    const statuses = await Promise.all(
      Array.from({ length: 300 }, async (_, n) => (await go(door, NOWHERE, from(`10.0.${n >> 8}.${n & 255}`))).status),
    );
    expect(statuses.filter((status) => status === 404)).toHaveLength(100);
    expect(limiter.size).toBeLessThanOrEqual(101);
  });

  it('may be counted elsewhere: by a limiter that answers later, and whose fault lets nobody in', async () => {
    const local = memoryLimiter({ now: () => NOW }, 1_000);
    const remote = await listening({
      ...limited(1, 10),
      parts: { limiter: { take: async (draws) => local.take(draws) } },
    });
    expect([(await go(remote, NOWHERE)).status, (await go(remote, NOWHERE)).status]).toEqual([404, 429]);
    const broken = await listening({ parts: { limiter: { take: () => Promise.reject(new Error('no counts')) } } });
    expect((await go(broken, NOWHERE)).status).toBe(500);
    const look = { method: 'POST', path: LOOK, headers: { ...JSON_TYPE, ...AGENT }, body: '{"what":"x"}' };
    expect((await go(broken, look)).status).toBe(500);
  });
});

describe('a principal', () => {
  const look = (headers: Record<string, string>) => ({
    method: 'POST',
    path: LOOK,
    headers: { ...JSON_TYPE, ...headers },
    body: '{"what":"x"}',
  });
  const rule = { ...look(ADMIN), path: '/api/v1/demo/rule', body: '{}' };
  const list = {
    method: 'POST',
    path: '/mcp',
    headers: { ...JSON_TYPE, ...AGENT, accept: 'application/json, text/event-stream' },
    body: RPC,
  };

  it('has a limit of its own, over all doors and from wherever it asks', async () => {
    const door = await listening({ settings: { principalRateLimit: 2 } });
    const first = await go(door, look(AGENT), from('192.0.2.1'));
    expect(first.headers).toMatchObject({
      'ratelimit-policy': '"principal";q=2;w=60',
      ratelimit: '"principal";r=1;t=60',
    });
    expect((await go(door, list, from('192.0.2.2'))).status).toBe(200);
    expectForm(await go(door, look(AGENT), from('192.0.2.3')), look(AGENT), 429, 'rate_limited');
    expectForm(await go(door, list, from('192.0.2.4')), list, 429, 'rate_limited');
    expect((await go(door, rule)).status).toBe(200);
  });

  it('has 600 a minute unless said', async () => {
    const { principalRateLimit: _, ...settings } = PROTECTION;
    const protection = createProtection({ clock: { now: () => NOW }, settings, answerTimeoutMs: 1_000 });
    const app = new Hono<Env>().use(protection.middleware);
    app.get('/', async (c) => {
      await protection.admit(c, AGENT_PRINCIPAL);
      return c.json({});
    });
    const { headers } = await app.request('/', { headers: { host: 'localhost' } });
    expect(headers.get('ratelimit-policy')).toBe('"principal";q=600;w=60');
  });

  it('that administers is let in only from the addresses of the allow-list, on every door', async () => {
    const door = await listening({ settings: { adminIpAllowlist: ['192.0.2.0/24'] } });
    const asAdmin = { ...list, headers: { ...list.headers, ...ADMIN } };
    for (const route of [rule, asAdmin]) {
      expectForm(await go(door, route, from('198.51.100.7')), route, 403, 'address_not_allowed');
      expect((await go(door, route, from('192.0.2.7'))).status).toBe(200);
    }
    for (const route of [look(AGENT), list]) expect((await go(door, route, from('198.51.100.7'))).status).toBe(200);
  });
});

it.for([
  ['adminIpAllowlist', ['/admin/x', '/admin/x?y', '/admin//']],
  ['webhookIpAllowlist', ['/webhooks', '/webhooks/twilio/sms', '/webhooks/']],
] as const)('%s covers its folder, and nothing beside it', async ([name, paths]) => {
  const door = await listening({ settings: { [name]: ['192.0.2.0/24'] } });
  const code = async (path: string, address: string) => codeOf(await go(door, { method: 'GET', path }, from(address)));
  for (const path of paths) {
    expect(await code(path, '198.51.100.7'), path).toBe('address_not_allowed');
    expect(await code(path, '192.0.2.7'), path).toBe('not_found');
  }
  for (const path of ['/', '/administer', '/webhooksx', '/x/admin', '/x/webhooks']) {
    expect(await code(path, '198.51.100.7'), path).toBe('not_found');
  }
});

describe('a preflight', () => {
  const preflight = (origin: string) => ({ origin, 'access-control-request-method': 'POST' });

  it.for(['/mcp', LOOK, '/nowhere', '/healthz', '/.well-known/oauth-protected-resource'])(
    'of a configured origin is answered with 204 at %s, without a token',
    async (path) => {
      const door = await listening();
      const answer = await go(door, { method: 'OPTIONS', path }, preflight('https://pages.example'));
      expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([204, 'https://pages.example']);
      expect(answer.headers['access-control-allow-methods']).toContain('POST');
      expect(door.unauthenticated).toEqual([]);
    },
  );

  it('of another origin is refused, and one of an origin that may only send gets no such answer', async () => {
    const door = await listening();
    const ofForeign = await go(door, { method: 'OPTIONS', path: '/mcp' }, preflight('https://evil.example'));
    expect([ofForeign.status, codeOf(ofForeign)]).toEqual([403, 'origin_not_allowed']);
    const ofSender = await go(door, { method: 'OPTIONS', path: '/mcp' }, preflight('https://app.example'));
    expect([ofSender.status, ofSender.headers['access-control-allow-origin']]).toEqual([401, undefined]);
  });

  it.for([
    ['WEBHOOK_BASE_URL', { corsAllowedOrigins: [] }, 'https://hooks.example'],
    ['PUBLIC_URL', { corsAllowedOrigins: [], webhookBaseUrl: null }, 'https://door.example'],
  ] as const)('is of %s when no origin is configured', async ([, settings, origin]) => {
    const door = await listening({ settings });
    expect((await go(door, { method: 'OPTIONS', path: '/mcp' }, preflight(origin))).status).toBe(204);
    expect((await go(door, { method: 'OPTIONS', path: '/mcp' }, preflight('https://pages.example'))).status).toBe(403);
  });
});

describe('the lock-out', () => {
  function counting(limit: number) {
    const failures: string[] = [];
    const lockOut: LockOut = {
      lockedUntil: (group) => (failures.filter((one) => one === group).length >= limit ? NOW + 1_000 : null),
      failedAuthentication: (group) => void failures.push(group),
      attemptedWhileLocked: () => {},
    };
    return { failures, lockOut };
  }
  const look = (authorization?: string): Route => ({
    method: 'POST',
    path: LOOK,
    headers: { ...JSON_TYPE, ...(authorization === undefined ? {} : { authorization }) },
    body: '{"what":"x"}',
  });

  it('is told of bad credentials on every door, by the client’s address, and not of none at all', async () => {
    const { failures, lockOut } = counting(100);
    const door = await listening({ parts: { lockOut } });
    for (const path of [LOOK, '/mcp']) {
      for (const authorization of ['Bearer nobody', 'Basic YTpi', 'Bearer a, Bearer b']) {
        await go(door, { ...look(authorization), path }, from('192.0.2.1'));
      }
      await go(door, { ...look(), path }, from('192.0.2.2'));
      await go(door, { ...look('Bearer agent-token'), path }, from('192.0.2.3'));
    }
    expect(failures).toEqual(Array(6).fill('192.0.2.1'));
    expect(new Set(door.unauthenticated)).toEqual(new Set(['192.0.2.0/24']));
  });

  it('is not overtaken by many guesses at once: what was let in before the lock is judged again after it', async () => {
    const { lockOut } = counting(3);
    const waiting: (() => void)[] = [];
    const door = await listening({
      parts: {
        lockOut,
        authenticate: async ({ bearer }) => {
          await new Promise<void>((resolve) => waiting.push(resolve));
          return bearer === 'agent-token' ? AGENT_PRINCIPAL : null;
        },
      },
    });
    const guesses = ['a', 'b', 'c', 'agent-token'].map((token) => go(door, look(`Bearer ${token}`)));
    await expect.poll(() => waiting.length).toBe(4);
    for (const [n, open] of waiting.entries()) if (n < 3) open();
    await Promise.race(guesses);
    await expect.poll(() => lockOut.lockedUntil('127.0.0.1')).not.toBeNull();
    waiting[3]!();
    const answers = await Promise.all(guesses);
    expect(answers.map(({ status }) => status)).not.toContain(200);
    expect(answers.map(codeOf)).toContain('locked_out');
  });
});

it('an answer that does not come is given up, unless it was declared late', async () => {
  const { middleware } = createProtection({ clock: { now: () => NOW }, settings: PROTECTION, answerTimeoutMs: 20 });
  const app = new Hono<Env>().use(middleware);
  app.onError((error, c) => c.json({ code: error instanceof SallyportError ? error.code : 'internal' }));
  app.get('/never', () => new Promise<Response>(() => {}));
  app.get('/late', async (c) => {
    c.set('longLived', true);
    await new Promise((resolve) => setTimeout(resolve, 60));
    return c.json({ code: 'late' });
  });
  const get = async (path: string) => (await app.request(path, { headers: { host: 'localhost' } })).json();
  expect(await get('/never')).toEqual({ code: 'answer_timeout' });
  expect(await get('/late')).toEqual({ code: 'late' });
});

it('verified deliveries have a limit of 6 000 for each sender, and their own name for it', async () => {
  const clock = { now: () => NOW };
  const limiter = memoryLimiter(clock, 10);
  const protection = createProtection({ clock, settings: PROTECTION, answerTimeoutMs: 1_000, limiter });
  const app = new Hono<Env>().use(protection.middleware);
  app.onError((error, c) => c.json({}, error instanceof SallyportError && error.code === 'rate_limited' ? 429 : 500));
  app.post('/webhooks/:sender', async (c) => {
    await protection.verified(c, c.req.param('sender'));
    return c.json({});
  });
  const deliver = (sender: string) =>
    app.request(`/webhooks/${sender}`, { method: 'POST', headers: { host: 'localhost' } });
  limiter.take([{ policy: { name: 'webhook', limit: 6_000, windowMs: 60_000 }, key: 'twilio' }], 5_999);
  expect((await deliver('twilio')).status).toBe(200);
  const refused = await deliver('twilio');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
  expect(refused.headers.get('ratelimit-policy')).toBe('"webhook";q=6000;w=60');
  expect((await deliver('resend')).status).toBe(200);
});

it('more headers than anybody sends are refused, before the last ones could fall off', async () => {
  const door = await listening({ settings: { ipDenylist: ['198.51.100.7'] } });
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`x-${n}`, '1']));
  const answer = await go(door, { method: 'GET', path: '/nowhere' }, { ...many, ...from('198.51.100.7') });
  expect(answer.status).toBe(431);
  expect(answer.headers['x-request-id']).toMatch(/^req_/);
});
