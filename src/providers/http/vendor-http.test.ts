import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createRawServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Timer } from '../../kernel/timer.ts';
import { BREAKER_RULES, createCircuitBreaker } from './circuit-breaker.ts';
import { undelivered } from './undelivered.ts';
import { createVendorHttp, type VendorRequest } from './vendor-http.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, n: number) => void;
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
});

const listen = async (server: Server): Promise<string> => {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** A vendor of our own; `seen` counts the requests that reached it. */
async function vendor(handle: Handler) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    handle(request, response, seen.length);
  });
  server.on('close', () => {}).keepAliveTimeout = 1;
  return { seen, base: await listen(server) };
}

/** A vendor that writes these bytes and then ends the connection as told. */
async function rawVendor(bytes: string, end: 'end' | 'reset' | 'stay') {
  const sockets = new Set<Socket>();
  const server = createRawServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    socket.once('data', () =>
      socket.write(bytes, () => {
        if (end === 'end') socket.end();
        if (end === 'reset') socket.resetAndDestroy();
      }),
    );
  });
  return { base: await listen(server), hangUp: () => sockets.forEach((socket) => void socket.destroy()) };
}

/** Waits come due at once, the deadline when the test says so. */
function testTimer(timeoutMs: number) {
  const waits: number[] = [];
  const due: (() => void)[] = [];
  const timer: Timer = (ms, run) => {
    if (ms === timeoutMs) due.push(run);
    else {
      waits.push(ms);
      queueMicrotask(run);
    }
    return () => {};
  };
  return { timer, waits, timeUp: () => due.splice(0).forEach((run) => void run()) };
}

const TIMEOUT_MS = 10_000;
function client(baseUrl: string, send?: typeof fetch) {
  let at = 1_000_000;
  const clock = { now: () => at };
  const { timer, waits, timeUp } = testTimer(TIMEOUT_MS);
  const http = createVendorHttp({
    baseUrl,
    clock,
    timer,
    breaker: createCircuitBreaker({ clock }),
    entropy: { bytes: (n) => new Uint8Array(n).fill(128) },
    ...(send === undefined ? {} : { fetch: send }),
  });
  return { http, waits, timeUp, pass: (ms: number) => (at += ms) };
}

const READ: VendorRequest = { method: 'GET', path: '/thing', idempotent: true, account: 'a' };
const CREATE: VendorRequest = {
  method: 'POST',
  path: '/things',
  idempotent: false,
  account: 'a',
  body: new URLSearchParams({ To: '+1' }),
};
const KEYED: VendorRequest = { ...CREATE, idempotent: true, body: { to: 'é' } };

const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

describe('a vendor that answers', () => {
  test('is read: status, headers and JSON', async () => {
    const { base } = await vendor((_q, response) => json(response, 201, { sid: 'x' }, { 'x-a': 'b' }));
    const result = await client(base).http.request(CREATE);
    expect(result).toMatchObject({ is: 'answer', status: 201, body: { sid: 'x' } });
    expect(result.is === 'answer' && result.headers.get('x-a')).toBe('b');
  });

  test('gets a form as a form and anything else as JSON', async () => {
    const bodies: string[] = [];
    const { base } = await vendor((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        bodies.push(`${request.headers['content-type']} ${text}`);
        json(response, 200, {});
      });
    });
    await client(base).http.request(CREATE);
    await client(base).http.request(KEYED);
    expect(bodies).toEqual(['application/x-www-form-urlencoded;charset=UTF-8 To=%2B1', 'application/json {"to":"é"}']);
  });

  test('may answer 204 with nothing', async () => {
    const { base } = await vendor((_q, response) => response.writeHead(204).end());
    const result = await client(base).http.request({ ...READ, method: 'DELETE' });
    expect(result).toMatchObject({ is: 'answer', status: 204, body: null });
  });

  test('is answered to about a refusal even when that is not JSON', async () => {
    const { base } = await vendor((_q, response) => response.writeHead(403).end('<html>'));
    expect(await client(base).http.request(CREATE)).toMatchObject({ is: 'answer', status: 403, body: null });
  });

  test('is not followed when it redirects', async () => {
    const elsewhere = await vendor((_q, response) => json(response, 200, {}));
    const { base } = await vendor((_q, response) =>
      response.writeHead(307, { location: `${elsewhere.base}/steal` }).end(),
    );
    expect(await client(base).http.request(CREATE)).toMatchObject({ is: 'answer', status: 307 });
    expect(elsewhere.seen).toEqual([]);
  });
});

describe('what is not known', () => {
  const HEAD = 'HTTP/1.1 201 Created\r\ncontent-type: application/json\r\n';
  test.each([
    ['a reset after the request was sent', '', 'reset', 'reset'],
    ['a connection closed without an answer', '', 'end', 'reset'],
    ['half an answer', `${HEAD}content-length: 100\r\n\r\n{"sid":`, 'end', 'half_answer'],
    ['half a chunked answer', `${HEAD}transfer-encoding: chunked\r\n\r\n4\r\n{"a"\r\n`, 'end', 'half_answer'],
    ['an answer in another protocol', 'SSH-2.0-x\r\n\r\n', 'end', 'reset'],
    ['headers without end', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(100_000)}`, 'end', 'reset'],
    ['a success that is not JSON', `${HEAD}content-length: 5\r\n\r\n<html`, 'end', 'not_json'],
    ['a success with nothing in it', `${HEAD}content-length: 0\r\n\r\n`, 'end', 'not_json'],
    ['a success that is not UTF-8', `${HEAD}content-length: 4\r\n\r\n"\u0080"`, 'end', 'not_json'],
  ] as const)('%s is unknown, and a create is not repeated', async (_name, bytes, end, why) => {
    const { base } = await rawVendor(bytes.replace('"\u0080"', '"\u00ff\u00ff'), end);
    const { http, waits } = client(base);
    expect(await http.request(CREATE)).toEqual({ is: 'unknown', why });
    expect(waits).toEqual([]);
  });

  test('an answer larger than 1 MB is unknown, whatever its Content-Length says', async () => {
    const { base } = await vendor((_q, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.on('error', () => {});
      response.end(`"${'a'.repeat(1024 * 1024)}"`);
    });
    expect(await client(base).http.request(CREATE)).toEqual({ is: 'unknown', why: 'too_large' });
  });

  test('a vendor that never answers is unknown when time is up', async () => {
    const asked = Promise.withResolvers<void>();
    const { base } = await vendor(() => asked.resolve());
    const { http, timeUp } = client(base);
    const result = http.request(CREATE);
    await asked.promise;
    timeUp();
    expect(await result).toEqual({ is: 'unknown', why: 'timeout' });
  });

  test('a vendor that begins an answer and never ends it is unknown when time is up', async () => {
    const { base, hangUp } = await rawVendor(`${HEAD}content-length: 100\r\n\r\n{"sid":`, 'stay');
    const begun = Promise.withResolvers<void>();
    const { http, timeUp } = client(base, async (input) => {
      const response = await fetch(input);
      begun.resolve();
      return response;
    });
    const result = http.request(CREATE);
    await begun.promise;
    timeUp();
    expect(await result).toEqual({ is: 'unknown', why: 'timeout' });
    hangUp();
  });

  test('time is up even where nothing listens to the signal', async () => {
    const { http, timeUp } = client('https://vendor.example', () => new Promise(() => {}));
    const result = http.request(CREATE);
    timeUp();
    expect(await result).toEqual({ is: 'unknown', why: 'timeout' });
  });

  test('what the caller breaks off is unknown', async () => {
    const asked = Promise.withResolvers<void>();
    const { base } = await vendor(() => asked.resolve());
    const abort = new AbortController();
    const result = client(base).http.request({ ...CREATE, signal: abort.signal });
    await asked.promise;
    abort.abort();
    expect(await result).toEqual({ is: 'unknown', why: 'cancelled' });
  });
});

describe('what certainly did not happen', () => {
  test('a refused connection, tried again although it is a create', async () => {
    const { base } = await vendor(() => {});
    await new Promise((done) => servers.pop()?.close(done));
    const { http, waits } = client(base);
    expect(await http.request(CREATE)).toEqual({ is: 'not_sent', why: 'refused' });
    expect(waits).toHaveLength(2);
  });

  test('a name that does not exist', async () => {
    const error = Object.assign(new Error('x'), { code: 'ENOTFOUND' });
    const { http } = client('https://vendor.example', () => Promise.reject(new TypeError('x', { cause: error })));
    expect(await http.request(CREATE)).toEqual({ is: 'not_sent', why: 'name_not_found' });
  });

  test('a certificate that is not trusted, which is not tried again', async () => {
    const error = Object.assign(new Error('x'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    let asked = 0;
    const { http } = client('https://vendor.example', () => {
      asked++;
      return Promise.reject(new TypeError('x', { cause: error }));
    });
    expect(await http.request(READ)).toEqual({ is: 'not_sent', why: 'certificate' });
    expect(asked).toBe(1);
  });

  test('several addresses of which one may have been reached are unknown', async () => {
    const fault = (...codes: string[]) =>
      new TypeError('x', {
        cause: new AggregateError(codes.map((code) => Object.assign(new Error('x'), { code }))),
      });
    const refused = client('https://vendor.example', () => Promise.reject(fault('ECONNREFUSED', 'ENETUNREACH')));
    expect(await refused.http.request(CREATE)).toEqual({ is: 'not_sent', why: 'refused' });
    const mixed = client('https://vendor.example', () => Promise.reject(fault('ECONNREFUSED', 'ECONNRESET')));
    expect(await mixed.http.request(CREATE)).toEqual({ is: 'unknown', why: 'reset' });
    const none = client('https://vendor.example', () => Promise.reject(fault()));
    expect(await none.http.request(CREATE)).toEqual({ is: 'unknown', why: 'reset' });
  });

  test('a request called off before it began', async () => {
    const { seen, base } = await vendor((_q, response) => json(response, 200, {}));
    const result = await client(base).http.request({ ...CREATE, signal: AbortSignal.abort() });
    expect(result).toEqual({ is: 'not_sent', why: 'cancelled' });
    expect(seen).toEqual([]);
  });

  test('a credential that no header can carry; no text quotes it', async () => {
    const { seen, base } = await vendor((_q, response) => json(response, 200, {}));
    const result = await client(base).http.request({ ...CREATE, headers: { authorization: 'Basic se\ncret' } });
    expect(result).toEqual({ is: 'not_sent', why: 'not_a_request' });
    expect(JSON.stringify(undelivered('Twilio', result as never))).not.toContain('cret');
    expect(seen).toEqual([]);
  });

  test('a path that would change the host', async () => {
    const { http } = client('https://vendor.example', () => Promise.reject(new Error('was asked')));
    expect(await http.request({ ...READ, path: '.evil.example/' })).toEqual({ is: 'not_sent', why: 'not_a_request' });
  });
});

describe('repeating', () => {
  test.each([429, 500, 502, 503, 504])('a read that gets %i is tried three times at most', async (status) => {
    const { seen, base } = await vendor((_q, response) => json(response, status, {}));
    const { http, waits } = client(base);
    expect(await http.request(READ)).toMatchObject({ is: 'answer', status });
    expect(seen).toHaveLength(3);
    expect(waits).toEqual([100, 200]);
  });

  test.each([429, 500, 502, 503, 504])('a create that gets %i is not repeated', async (status) => {
    const { seen, base } = await vendor((_q, response) => json(response, status, {}));
    expect(await client(base).http.request(CREATE)).toMatchObject({ is: 'answer', status });
    expect(seen).toHaveLength(1);
  });

  test.each([400, 401, 404, 409, 422])('a read that gets %i is not repeated', async (status) => {
    const { seen, base } = await vendor((_q, response) => json(response, status, {}));
    expect(await client(base).http.request(READ)).toMatchObject({ is: 'answer', status });
    expect(seen).toHaveLength(1);
  });

  test('a read survives a reset', async () => {
    const { base } = await vendor((request, response, n) =>
      n === 1 ? request.socket.destroy() : json(response, 200, 1),
    );
    expect(await client(base).http.request(READ)).toMatchObject({ is: 'answer', body: 1 });
  });

  test('waits as long as the vendor asks', async () => {
    const { base } = await vendor((_q, response, n) =>
      n === 1 ? json(response, 429, {}, { 'retry-after': '4' }) : json(response, 200, {}),
    );
    const { http, waits } = client(base);
    expect(await http.request(READ)).toMatchObject({ is: 'answer', status: 200 });
    expect(waits).toEqual([4_000]);
  });

  test('does not wait when the vendor asks for more than is left', async () => {
    const { seen, base } = await vendor((_q, response) => json(response, 429, {}, { 'retry-after': '3600' }));
    expect(await client(base).http.request(READ)).toMatchObject({ is: 'answer', status: 429 });
    expect(seen).toHaveLength(1);
  });

  test.each([
    ['slow down', (response: ServerResponse) => json(response, 429, {})],
    ['broken', (response: ServerResponse) => json(response, 500, {})],
  ])('a keyed create that broke off is never told as not done (%s)', async (_name, later) => {
    const { base } = await vendor((request, response, n) => (n === 1 ? request.socket.destroy() : later(response)));
    const result = await client(base).http.request(KEYED);
    expect(result).toSatisfy(
      (one: typeof result) => one.is === 'unknown' || (one.is === 'answer' && one.status >= 500),
    );
  });

  test('a keyed create that broke off and then finds no connection is unknown', async () => {
    let n = 0;
    const { http } = client('https://vendor.example', () => {
      n++;
      const code = n === 1 ? 'ECONNRESET' : 'ECONNREFUSED';
      return Promise.reject(new TypeError('x', { cause: Object.assign(new Error('x'), { code }) }));
    });
    expect(await http.request(KEYED)).toEqual({ is: 'unknown', why: 'earlier_attempt' });
  });
});

describe('a vendor that is down', () => {
  test('is not asked for a while, for this account alone', async () => {
    const { seen, base } = await vendor((_q, response) => json(response, 503, {}));
    const { http, pass } = client(base);
    for (let i = 0; i < BREAKER_RULES.failures; i++) await http.request(CREATE);
    expect(await http.request(CREATE)).toEqual({ is: 'not_sent', why: 'breaker_open' });
    expect(seen).toHaveLength(BREAKER_RULES.failures);
    expect(await http.request({ ...CREATE, account: 'b' })).toMatchObject({ status: 503 });
    pass(BREAKER_RULES.openMs);
    expect(await http.request(CREATE)).toMatchObject({ status: 503 });
    expect(await http.request(CREATE)).toEqual({ is: 'not_sent', why: 'breaker_open' });
  });

  test('is not thought to be down because this process stood still until time was long up', async () => {
    let reached = 0;
    const { http, timeUp, pass } = client('https://vendor.example', () => {
      reached++;
      return new Promise(() => {});
    });
    for (let i = 0; i < 3 * BREAKER_RULES.failures; i++) {
      const result = http.request(CREATE);
      pass(TIMEOUT_MS + 1_001);
      timeUp();
      expect(await result).toEqual({ is: 'unknown', why: 'timeout' });
    }
    expect(reached).toBe(3 * BREAKER_RULES.failures);
  });

  test('is not thought to be down because it refuses or asks for patience', async () => {
    const { seen, base } = await vendor((_q, response, n) => json(response, n % 2 === 0 ? 429 : 400, {}));
    const { http } = client(base);
    for (let i = 0; i < 3 * BREAKER_RULES.failures; i++) await http.request(CREATE);
    expect(seen).toHaveLength(3 * BREAKER_RULES.failures);
  });
});

describe('a base URL', () => {
  test.each([
    ['http://vendor.example'],
    ['ftp://vendor.example'],
    ['file:///etc/passwd'],
    ['vendor.example'],
    ['https://user:secret@vendor.example'],
    ['https://vendor.example/?a=secret'],
    ['http://127.0.0.1.evil.example'],
    [''],
  ])('%s is refused, without repeating it', (baseUrl) => {
    expect(() => client(baseUrl)).toThrow(/base URL/);
    expect(() => client(baseUrl)).not.toThrow(/secret/);
  });

  test('may have a path', async () => {
    const { seen, base } = await vendor((_q, response) => json(response, 200, {}));
    await client(`${base}/proxy/`).http.request(READ);
    expect(seen).toEqual(['GET /proxy/thing']);
  });
});
