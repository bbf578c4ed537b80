/** The room's checks over real sockets, as a door mounts them. */
import { once } from 'node:events';
import { request as httpRequest, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type HttpBindings, serve } from '@hono/node-server';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SallyportError } from '../kernel/errors.ts';
import { parseBearer } from './bearer.ts';
import { readBody } from './body.ts';
import { checkSource, setHeaders } from './hono.ts';
import { hostAllowList, LOOPBACK_HOSTS } from './host.ts';
import { hardenServer } from './node-server.ts';
import { originAllowList } from './origin.ts';
import { securityHeaders } from './security-headers.ts';

const MAX_BYTES = 1000;
const HEADERS = securityHeaders({ hsts: true });
const STATUS: Record<string, 400 | 403 | 408 | 413 | 415> = {
  invalid_input: 400,
  request_timeout: 408,
  host_not_allowed: 403,
  origin_not_allowed: 403,
  payload_too_large: 413,
  unsupported_media_type: 415,
};

function application() {
  const app = new Hono<{ Bindings: Partial<HttpBindings> }>();
  const hosts = hostAllowList(LOOPBACK_HOSTS);
  app.use(setHeaders(HEADERS), checkSource(hosts, originAllowList([], hosts)));
  app.onError((error, c) => {
    const code = error instanceof SallyportError ? error.code : 'internal';
    return c.json({ code }, STATUS[code] ?? 500);
  });
  app.get('/', (c) => c.text('hello'));
  app.get('/page', (c) => c.html('<p>', 200, { 'Content-Security-Policy': "default-src 'self'" }));
  app.get('/throws', () => {
    throw new Error('no');
  });
  app.get('/throws-a-string', () => {
    throw 'no'; // what no error handler of Hono's sees
  });
  app.get('/bearer', (c) => c.json(parseBearer(c.req.raw.headers.get('authorization'))));
  for (const [path, direct] of [
    ['/body', true],
    ['/body-web', false],
  ] as const) {
    app.post(path, async (c) => {
      const limits = { maxBytes: MAX_BYTES, timeoutMs: c.req.query('slow') === undefined ? 5000 : 50 };
      const body = await readBody(c.req.raw, limits, direct ? c.env.incoming : undefined);
      return body.ok ? c.json({ got: body.value }) : c.json(body.error, STATUS[body.error.code] ?? 500);
    });
  }
  return app;
}

let server: Server;
let port: number;

beforeAll(async () => {
  server = serve({ fetch: application().fetch, port: 0, hostname: '127.0.0.1' }) as Server;
  hardenServer(server, HEADERS);
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Sends bytes as they are and gives back all that comes until the server ends or the answer is whole. */
async function raw(text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(text);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
}

/** A POST of chunks (chunked encoding unless a length is declared); an `open` one never ends. */
async function post(
  path: string,
  chunks: readonly (string | Uint8Array)[],
  headers: Record<string, string> = {},
  open = false,
) {
  const request = httpRequest({
    port,
    host: '127.0.0.1',
    path,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
  });
  request.on('error', () => {}); // an answer may come before all is written
  for (const chunk of chunks) request.write(chunk);
  if (!open) request.end();
  const [response] = await once(request, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  request.destroy();
  return { status: response.statusCode, body: JSON.parse(text), headers: response.headers };
}

describe('security headers', () => {
  const url = (path: string) => `http://127.0.0.1:${port}${path}`;
  const expectAll = (headers: Headers) => {
    for (const [name, value] of HEADERS) expect(headers.get(name), name).toBe(value);
  };

  it.for([
    ['GET', '/', 200],
    ['HEAD', '/', 200],
    ['GET', '/nowhere', 404],
    ['GET', '/throws', 500],
    ['GET', '/throws-a-string', 500],
    ['OPTIONS', '/', 404],
    ['POST', '/body', 415],
  ] as const)('are on %s %s (%i)', async ([method, path, status]) => {
    const response = await fetch(url(path), { method });
    expect(response.status).toBe(status);
    expectAll(response.headers);
  });

  it('are on a body that is too large (413) and on a foreign origin (403)', async () => {
    const large = await fetch(url('/body'), {
      method: 'POST',
      body: JSON.stringify('x'.repeat(MAX_BYTES)),
      headers: { 'content-type': 'application/json' },
    });
    expect(large.status).toBe(413);
    expectAll(large.headers);
    const foreign = await fetch(url('/'), { headers: { origin: 'https://evil.example' } });
    expect(foreign.status).toBe(403);
    expectAll(foreign.headers);
  });

  it('are on answers that no route makes: a bad request line, a huge header, an address that the adapter refuses', async () => {
    const answers = [
      [400, await raw('nonsense\r\n\r\n')],
      [431, await raw(`GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`)],
      [400, await raw('GET /\\evil HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')],
    ] as const;
    for (const [status, answer] of answers) {
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      for (const [name, value] of HEADERS) expect(answer.toLowerCase()).toContain(`${name}: ${value}`.toLowerCase());
    }
  });

  it('are set by the middleware alone, too', async () => {
    const plain = serve({ fetch: application().fetch, port: 0, hostname: '127.0.0.1' }) as Server;
    await once(plain, 'listening');
    const response = await fetch(`http://127.0.0.1:${(plain.address() as AddressInfo).port}/throws-a-string`);
    expect(response.status).toBe(500);
    expectAll(response.headers);
    plain.closeAllConnections();
    plain.close();
  });

  it('come with no answer to a malformed request that follows another one on its connection', async () => {
    const answer = await raw('GET / HTTP/1.1\r\nhost: localhost\r\n\r\nnonsense\r\n\r\n');
    expect(answer).not.toContain(' 400 ');
  });

  it('leave a page its own policy', async () => {
    const { headers } = await fetch(url('/page'));
    expect(headers.get('content-security-policy')).toBe("default-src 'self'");
    expect(headers.get('x-frame-options')).toBe('DENY');
  });

  it('are set without a Node server beneath, too', async () => {
    for (const path of ['/', '/nowhere', '/throws']) {
      expectAll((await application().request(path, { headers: { host: 'localhost' } })).headers);
    }
    const page = await application().request('/page', { headers: { host: 'localhost' } });
    expect(page.headers.get('content-security-policy')).toBe("default-src 'self'");
  });

  it('hold every promised header, and HSTS only when asked', () => {
    const names = (hsts: boolean) => securityHeaders({ hsts }).map(([name]) => name);
    expect(names(true)).toContain('strict-transport-security');
    expect(names(false)).not.toContain('strict-transport-security');
    expect(Object.fromEntries(HEADERS)).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'x-xss-protection': '1; mode=block',
      'referrer-policy': 'strict-origin-when-cross-origin',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      'cache-control': 'no-store',
    });
  });
});

describe('the source of a request', () => {
  const get = (headers: string) => raw(`GET / HTTP/1.1\r\n${headers}connection: close\r\n\r\n`);

  it('is refused for another Host, for two of them, and for another Origin', async () => {
    expect(await get('host: evil.example\r\n')).toContain('host_not_allowed');
    expect(await get('host: localhost\r\nhost: evil.example\r\n')).toMatch(/^HTTP\/1.1 4/);
    expect(await get('host: localhost\r\norigin: null\r\n')).toContain('origin_not_allowed');
  });

  it('passes for loopback names on any port', async () => {
    expect(await get('host: LOCALHOST:9\r\norigin: http://[::1]:5173\r\n')).toMatch(/^HTTP\/1.1 200/);
    expect(await get('host: [::1]:3100\r\n')).toMatch(/^HTTP\/1.1 200/);
  });
});

it('two Authorization headers are malformed, not the first of them', async () => {
  const answer = await raw(
    'GET /bearer HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer a\r\nauthorization: Bearer b\r\nconnection: close\r\n\r\n',
  );
  expect(answer).toContain('{"is":"malformed"}');
});

describe.for(['/body', '/body-web'])('a body read by %s', (path) => {
  const large = JSON.stringify('x'.repeat(MAX_BYTES));

  it('arrives whole in one piece or in many, up to exactly the limit', async () => {
    expect(await post(path, ['{"a":', '"é', '"}'])).toMatchObject({ status: 200, body: { got: { a: 'é' } } });
    const exact = JSON.stringify('x'.repeat(MAX_BYTES - 2));
    expect(await post(path, [exact])).toMatchObject({ status: 200 });
    expect(await post(path, [exact], { 'content-length': String(MAX_BYTES) })).toMatchObject({ status: 200 });
  });

  it('is joined across chunks that split a character', async () => {
    const bytes = new TextEncoder().encode('"😀"');
    expect(
      await post(
        path,
        [...bytes].map((byte) => Uint8Array.of(byte)),
      ),
    ).toMatchObject({ body: { got: '😀' } });
  });

  it('is refused by its declared length before any of it is sent', async () => {
    expect(
      await raw(
        `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 20000000\r\n\r\n`,
      ),
    ).toMatch(/^HTTP\/1.1 413/);
  });

  it('is refused while it still streams, when its chunks pass the limit', async () => {
    expect(await post(path, [large], {}, true)).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
    expect(await post(path, Array(2000).fill('x'.repeat(10_000)))).toMatchObject({ status: 413 });
  });

  it('is refused when it does not arrive in time', async () => {
    const answer = await post(`${path}?slow`, ['{"a":'], {}, true);
    expect(answer).toMatchObject({
      status: 408,
      body: { code: 'request_timeout', message: expect.stringContaining('50 ms') },
    });
  });

  it.for([
    ['text/plain', {}],
    ['application/x-www-form-urlencoded', {}],
    ['application/json; charset=latin1', {}],
    ['application/json; charset=utf-8; x=y', {}],
    ['application/json, text/plain', {}],
    ['application/jsonp', {}],
    ['', {}],
    ['application/json', { 'content-encoding': 'gzip' }],
  ] as const)('is refused as %j %j', async ([type, more]) => {
    expect(await post(path, ['{}'], { 'content-type': type, ...more })).toMatchObject({
      status: 415,
      body: { code: 'unsupported_media_type' },
    });
  });

  it.for(['Application/JSON', 'application/json;charset=UTF-8', 'application/json; charset="utf-8"'])(
    'is read as %j',
    async (type) => {
      expect(await post(path, ['{}'], { 'content-type': type })).toMatchObject({ status: 200 });
    },
  );

  it.for(['', 'not json', '{"__proto__":1}', '[1e999]'])('is refused for what it says: %j', async (text) => {
    expect(await post(path, [text])).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
  });
});

describe('readBody', () => {
  const request = (body: string, headers: Record<string, string> = {}) =>
    new Request('http://localhost/', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });

  it('counts what arrives, whatever length was declared', async () => {
    const lying = request('"xxxxxxxxxx"', { 'content-length': '2' });
    expect(await readBody(lying, { maxBytes: 5, timeoutMs: 1000 })).toMatchObject({
      error: { code: 'payload_too_large' },
    });
  });

  it.for([Number.NaN, -1])('refuses everything for the limit %d, instead of having none', async (maxBytes) => {
    expect(await readBody(request('{}'), { maxBytes, timeoutMs: 1000 })).toMatchObject({
      error: { code: 'payload_too_large' },
    });
  });

  it('says that a body was cut off', async () => {
    let accepted: Promise<unknown> | undefined;
    const app = new Hono<{ Bindings: HttpBindings }>();
    app.post('/', (c) => {
      accepted = readBody(c.req.raw, { maxBytes: 1000, timeoutMs: 5000 }, c.env.incoming);
      socket.destroy();
      return accepted.then(() => c.text(''));
    });
    const other = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
    await once(other, 'listening');
    const socket = connect((other.address() as AddressInfo).port, '127.0.0.1');
    socket.write(
      'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"a"',
    );
    await once(socket, 'close');
    await expect.poll(() => accepted).toBeDefined();
    expect(await accepted).toMatchObject({ error: { code: 'invalid_input', message: 'The body was cut off.' } });
    other.close();
  });
});
