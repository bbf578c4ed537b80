/** Addresses, lists, limits, CORS, forms and time as middleware, over real sockets and without any beneath. */
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SallyportError } from '../kernel/errors.ts';
import { addressList, LOOPBACK_NETWORKS } from './address-list.ts';
import { readForm, readRaw } from './body.ts';
import { corsPolicy } from './cors.ts';
import { clientReader, cors, filterAddresses, limitDuration, limitRate, setHeaders } from './hono.ts';
import { boundedHeaders, hardenServer, MAX_HEADERS, nodeServerOptions } from './node-server.ts';
import { memoryLimiter } from './rate-limit.ts';
import { securityHeaders } from './security-headers.ts';

const MAX_BYTES = 1000;
const HEADERS = securityHeaders({ hsts: false });
const STATUS: Record<string, 400 | 403 | 408 | 413 | 415 | 429 | 503> = {
  invalid_input: 400,
  address_not_allowed: 403,
  request_timeout: 408,
  payload_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  answer_timeout: 503,
};

interface Options {
  readonly hops?: number;
  readonly deny?: readonly string[];
  readonly allow?: readonly string[];
  readonly limit?: number;
  readonly origins?: readonly string[];
}

function application({ hops = 1, deny = [], allow = [], limit = 1000, origins = [] }: Options = {}) {
  const app = new Hono<{ Bindings: Partial<HttpBindings>; Variables: { longLived?: boolean } }>();
  const clientOf = clientReader({ hops, proxies: addressList(LOOPBACK_NETWORKS) });
  const policy = { name: 'per-address', limit, windowMs: 60_000 };
  const limiter = memoryLimiter({ now: () => 1_800_000_000_000 }, 1000);
  app.use(
    setHeaders(HEADERS),
    cors(corsPolicy(origins)),
    filterAddresses(clientOf, { allow: addressList(allow), deny: addressList(deny) }),
    limitRate(limiter, (c) => [{ policy, key: clientOf(c).group }]),
    limitDuration(50, (c) => c.get('longLived') === true),
  );
  app.onError((error, c) => {
    const code = error instanceof SallyportError ? error.code : 'internal';
    return c.json({ code }, STATUS[code] ?? 500);
  });
  app.notFound((c) => c.json({ code: 'not_found' }, 404));
  app.get('/', (c) => c.json(clientOf(c).group));
  app.get('/never', () => new Promise<Response>(() => {}));
  app.get('/long', async (c) => {
    c.set('longLived', true);
    await new Promise((resolve) => setTimeout(resolve, 100));
    return c.json('at last');
  });
  const limits = { maxBytes: MAX_BYTES, timeoutMs: 5000 };
  app.post('/form', async (c) => {
    const form = await readForm(c.req.raw, limits, c.env?.incoming);
    if (!form.ok) return c.json(form.error, STATUS[form.error.code] ?? 500);
    return c.json({ pairs: form.value.pairs, bytes: Buffer.from(form.value.bytes).toString('latin1') });
  });
  app.post('/raw', async (c) => {
    const raw = await readRaw(c.req.raw, limits, c.env?.incoming);
    return raw.ok ? c.json([...raw.value]) : c.json(raw.error, STATUS[raw.error.code] ?? 500);
  });
  return app;
}

async function listening(options: Options = {}): Promise<number> {
  const times = { bodyTimeoutMs: 5_000, silenceTimeoutMs: 60_000 };
  const app = application(options);
  const handle = getRequestListener((request, env) => app.fetch(request, env));
  const server: Server = createServer(nodeServerOptions(times), boundedHeaders(handle));
  hardenServer(server, HEADERS, times);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function ask(
  port: number,
  path: string,
  {
    method = 'GET',
    headers = {},
    body = [],
    open = false,
  }: { method?: string; headers?: Record<string, string | string[]>; body?: readonly string[]; open?: boolean } = {},
): Promise<{ status: number | undefined; headers: IncomingHttpHeaders; json: unknown }> {
  const request = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false });
  request.on('error', () => {});
  for (const chunk of body) request.write(chunk);
  if (!open) request.end();
  const [response] = await once(request, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  request.destroy();
  return { status: response.statusCode, headers: response.headers, json: text === '' ? null : JSON.parse(text) };
}

describe('who asks', () => {
  it('is who the trusted proxy says, in however many headers', async () => {
    const port = await listening();
    const as = async (forwarded: string | string[]) =>
      (await ask(port, '/', { headers: { 'x-forwarded-for': forwarded } })).json;
    expect(await as('198.51.100.7')).toBe('198.51.100.7');
    expect(await as(['1.1.1.1', '198.51.100.7'])).toBe('198.51.100.7');
    expect(await as('nonsense')).toBe('127.0.0.1');
  });

  it.for(['x-forwarded-for', 'x-real-ip', 'forwarded', 'true-client-ip', 'cf-connecting-ip'])(
    'is not told by %s where no proxy is believed',
    async (name) => {
      const port = await listening({ hops: 0 });
      expect((await ask(port, '/', { headers: { [name]: '198.51.100.7' } })).json).toBe('127.0.0.1');
    },
  );

  it('can not be hidden by so many headers that the proxy’s own fall off', async () => {
    const port = await listening({ deny: ['198.51.100.7'] });
    const padding = Object.fromEntries(Array.from({ length: MAX_HEADERS }, (_, n) => [`x-${n}`, '1']));
    const answer = await ask(port, '/', { headers: { ...padding, 'x-forwarded-for': '198.51.100.7' } });
    expect(answer.status).toBe(431);
    for (const [name, value] of HEADERS) expect(answer.headers[name], name).toBe(value);
    const few = { ...Object.fromEntries(Object.entries(padding).slice(10)), 'x-forwarded-for': '198.51.100.7' };
    expect((await ask(port, '/', { headers: few })).status).toBe(403);
  });
});

it('addresses are denied and allowed by lists, on unknown paths too', async () => {
  const port = await listening({ allow: ['198.51.100.0/24', '127.0.0.1'], deny: ['198.51.100.7'] });
  const as = async (address: string, path = '/') =>
    (await ask(port, path, { headers: { 'x-forwarded-for': address } })).status;
  expect(
    await Promise.all([as('198.51.100.6'), as('198.51.100.7'), as('203.0.113.1'), as('203.0.113.1', '/no')]),
  ).toEqual([200, 403, 403, 403]);
});

it('a limit is each client’s own, is told on every answer, and on a refusal with when to come back', async () => {
  const port = await listening({ limit: 2 });
  const as = (address: string) => ask(port, '/', { headers: { 'x-forwarded-for': address } });
  expect((await as('198.51.100.7')).headers).toMatchObject({
    'ratelimit-policy': '"per-address";q=2;w=60',
    ratelimit: '"per-address";r=1;t=60',
  });
  await as('198.51.100.7');
  const refused = await as('198.51.100.7');
  expect(refused).toMatchObject({ status: 429, json: { code: 'rate_limited' }, headers: { 'retry-after': '60' } });
  expect(refused.headers['ratelimit']).toBe('"per-address";r=0;t=60');
  expect((await as('198.51.100.8')).status).toBe(200);
  const host = async (n: number) => (await as(`2001:db8::${n}`)).status;
  expect([await host(1), await host(2), await host(3)]).toEqual([200, 200, 429]); // one /64 is one client
});

it('limits and headers hold without a Node server beneath, where all clients are one', async () => {
  const app = application({ limit: 1, origins: ['https://app.example'] });
  const get = () => app.request('/', { headers: { origin: 'https://app.example', 'x-forwarded-for': '198.51.100.7' } });
  const first = await get();
  expect([first.status, await first.json()]).toEqual([200, 'unknown']);
  const second = await get();
  expect(second.status).toBe(429);
  expect(second.headers.get('retry-after')).toBe('60');
  for (const { headers } of [first, second]) {
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
});

describe('CORS', () => {
  it('answers the preflight of a configured origin with 204 before anything else', async () => {
    const port = await listening({ origins: ['https://app.example'], deny: ['127.0.0.1'] });
    const preflight = { origin: 'https://app.example', 'access-control-request-method': 'POST' };
    const { status, headers } = await ask(port, '/form', { method: 'OPTIONS', headers: preflight });
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      vary: 'Origin',
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': expect.stringContaining('POST'),
    });
  });

  it('lets the page read refusals and errors, and tells another origin nothing', async () => {
    const port = await listening({ origins: ['https://app.example'] });
    for (const path of ['/', '/nowhere']) {
      const mine = await ask(port, path, { headers: { origin: 'https://app.example' } });
      expect(mine.headers['access-control-allow-origin']).toBe('https://app.example');
      const foreign = await ask(port, path, { headers: { origin: 'https://evil.example' } });
      expect(Object.keys(foreign.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(foreign.headers['vary']).toBe('Origin');
    }
  });
});

describe('time', () => {
  it('ends what takes too long with an answer, and not what was declared long-lived', async () => {
    const port = await listening();
    expect(await ask(port, '/never')).toMatchObject({ status: 503, json: { code: 'answer_timeout' } });
    expect(await ask(port, '/long')).toMatchObject({ status: 200, json: 'at last' });
  });

  it('bounds what Node waits for', () => {
    const options = nodeServerOptions({ bodyTimeoutMs: 10_000, silenceTimeoutMs: 60_000 });
    expect(options).toMatchObject({ maxHeaderSize: 16_384, headersTimeout: 10_000, insecureHTTPParser: false });
    expect(options.requestTimeout).toBeGreaterThan(10_000);
  });

  it('cuts a connection on which nothing moves', { timeout: 4_000 }, async () => {
    const times = { bodyTimeoutMs: 5_000, silenceTimeoutMs: 50 };
    const server = createServer(nodeServerOptions(times), () => {});
    hardenServer(server, HEADERS, times);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await once(socket.resume(), 'close');
  });
});

describe('a form', () => {
  const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
  const post = (body: readonly string[], headers: Record<string, string> = FORM, open = false) =>
    listening().then((port) => ask(port, '/form', { method: 'POST', headers, body, open }));

  it('comes as its bytes and as pairs, in order, the same name as often as it came', async () => {
    const text = 'To=%2B1&From=a+b&To=2&__proto__=x';
    expect(await post([text.slice(0, 5), text.slice(5)])).toMatchObject({
      status: 200,
      json: {
        bytes: text,
        pairs: [
          ['To', '+1'],
          ['From', 'a b'],
          ['To', '2'],
          ['__proto__', 'x'],
        ],
      },
    });
  });

  it.for([
    ['application/json', {}],
    ['multipart/form-data; boundary=x', {}],
    ['application/x-www-form-urlencoded; charset=latin1', {}],
    ['application/x-www-form-urlencoded', { 'content-encoding': 'gzip' }],
  ] as const)('is refused as %j %j', async ([type, more]) => {
    expect(await post(['a=1'], { 'content-type': type, ...more })).toMatchObject({ status: 415 });
  });

  it('is refused while it still streams, when its chunks pass the limit, and for what it says', async () => {
    expect(await post(Array(2000).fill('x'.repeat(10_000)))).toMatchObject({ status: 413 });
    expect(await post(['x'.repeat(MAX_BYTES + 1)], FORM, true)).toMatchObject({ status: 413 });
    expect(await post(['a=%zz'])).toMatchObject({ status: 400, json: { code: 'invalid_input' } });
  });
});

it('raw bytes come as they are, of any type, up to the limit', async () => {
  const port = await listening();
  const post = (body: readonly string[], headers: Record<string, string> = {}, open = false) =>
    ask(port, '/raw', { method: 'POST', headers, body, open });
  expect((await post(['{"a":', ' 1}\r\n'], { 'content-type': 'application/json' })).json).toEqual([
    ...Buffer.from('{"a": 1}\r\n'),
  ]);
  expect((await post([])).json).toEqual([]);
  expect(await post(['x'.repeat(MAX_BYTES + 1)], {}, true)).toMatchObject({ status: 413 });
  expect(await post(['x'], { 'content-encoding': 'br' })).toMatchObject({ status: 415 });
});
