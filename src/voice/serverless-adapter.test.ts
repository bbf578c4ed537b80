/** Events of each platform in, answers in the platform's own form out; what a client says of itself is never its address. */

import fc from 'fast-check';
import { Hono } from 'hono';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConfigurationError } from './configuration-error.ts';
import { answerFailure } from './door/failure.ts';
import { protection } from './door/protection.ts';
import { getLogger, resetLoggingConfiguration, suppressAllLogs } from './logger.ts';
import { ServerlessAdapter, type ServerlessEvent } from './serverless-adapter.ts';

suppressAllLogs();
afterEach(() => {
  vi.unstubAllEnvs();
  resetLoggingConfiguration();
  suppressAllLogs();
});

/** Tells what arrived. */
const echo = new Hono();
echo.all('/binary', async (c) => c.body(await c.req.arrayBuffer(), 200, { 'content-type': 'audio/wav' }));
echo.all('/cookies', () => {
  const headers = new Headers([
    ['set-cookie', 'a=1; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax'],
    ['set-cookie', 'b=2'],
    ['x-one', '1'],
  ]);
  return new Response('ok', { headers });
});
echo.all('/throws', () => {
  throw new Error('no word of this');
});
echo.onError((error) => {
  throw error;
});
echo.all('*', async (c) =>
  c.json({
    method: c.req.method,
    url: c.req.url,
    query: c.req.queries(),
    headers: Object.fromEntries(c.req.raw.headers),
    body: await c.req.text(),
  }),
);

const HEADERS = { host: 'agent.test', 'content-type': 'application/json' };
const BODY = '{"a":"ü"}';
const lambda = new ServerlessAdapter('lambda');
const told = async (event: ServerlessEvent, adapter = lambda) =>
  JSON.parse((await adapter.handleRequest(echo, event)).body);

const v2 = (more: object = {}): ServerlessEvent => ({
  version: '2.0',
  rawPath: '/swaig',
  rawQueryString: 'a=1&a=2&b=%2Fx+y',
  headers: HEADERS,
  cookies: ['a=1', 'b=2'],
  body: BODY,
  requestContext: { stage: '$default', http: { method: 'POST', path: '/swaig', sourceIp: '192.0.2.1' } },
  ...more,
});
const v1 = (more: object = {}): ServerlessEvent => ({
  httpMethod: 'POST',
  path: '/swaig',
  headers: HEADERS,
  multiValueHeaders: { Host: ['agent.test'], 'Content-Type': ['application/json'], 'X-Many': ['1', '2'] },
  queryStringParameters: { a: '2', b: '/x y' },
  multiValueQueryStringParameters: { a: ['1', '2'], b: ['/x y'] },
  body: BODY,
  requestContext: { stage: 'prod', identity: { sourceIp: '192.0.2.1' } },
  ...more,
});

describe('an event of', () => {
  it('API Gateway for HTTP, and a function URL, is the request that was made', async () => {
    const { method, url, query, headers, body } = await told(v2());
    expect([method, url, body]).toEqual(['POST', 'https://agent.test/swaig?a=1&a=2&b=%2Fx+y', BODY]);
    expect(query).toEqual({ a: ['1', '2'], b: ['/x y'] });
    expect(headers).toMatchObject({ host: 'agent.test', cookie: 'a=1; b=2', 'content-length': '10' });
  });

  it('API Gateway for HTTP has no stage in its path', async () => {
    const at = (rawPath: string) =>
      told(v2({ rawPath, rawQueryString: '', requestContext: { stage: 'prod', http: { method: 'GET' } } }));
    expect((await at('/prod/swaig')).url).toBe('https://agent.test/swaig');
    expect((await at('/prod')).url).toBe('https://agent.test/');
    expect((await at('/production')).url).toBe('https://agent.test/production');
  });

  it('API Gateway for REST keeps every value of headers and parameters', async () => {
    const { url, query, headers, body } = await told(v1());
    expect([url, body]).toEqual(['https://agent.test/swaig?a=1&a=2&b=%2Fx%20y', BODY]);
    expect(query).toEqual({ a: ['1', '2'], b: ['/x y'] });
    expect(headers['x-many']).toBe('1, 2');
    expect((await told(v1({ multiValueHeaders: null, multiValueQueryStringParameters: null }))).query).toEqual({
      a: ['2'],
      b: ['/x y'],
    });
  });

  it('a load balancer has its parameters as they came, and plain HTTP where it says so', async () => {
    const event = v1({
      multiValueHeaders: null,
      multiValueQueryStringParameters: { b: ['%2Fx+y', 'z'] },
      headers: { ...HEADERS, 'x-forwarded-proto': 'http' },
      requestContext: { elb: { targetGroupArn: 'arn' } },
    });
    expect((await told(event)).url).toBe('http://agent.test/swaig?b=%2Fx+y&b=z');
  });

  it('Google Cloud is Express’s request', async () => {
    const sent: unknown[] = [];
    const res = {
      status: (code: number) => sent.push(code),
      set: (n: string, v: unknown) => sent.push([n, v]),
      send: (b: unknown) => sent.push(b),
    };
    const handler = ServerlessAdapter.createGcfHandler(echo);
    await handler(
      {
        method: 'POST',
        originalUrl: '/swaig?a=1',
        url: '/',
        headers: HEADERS,
        rawBody: Buffer.from(BODY),
        body: { a: 'parsed' },
      },
      res,
    );
    expect(sent[0]).toBe(200);
    expect(JSON.parse(sent.at(-1) as string)).toMatchObject({ url: 'https://agent.test/swaig?a=1', body: BODY });
    sent.length = 0;
    await handler({ method: 'POST', url: '/binary', headers: HEADERS, rawBody: Buffer.from([255, 0, 128]) }, res);
    expect(sent.at(-1)).toEqual(Buffer.from([255, 0, 128]));
    sent.length = 0;
    await handler({ url: '/cookies', headers: HEADERS }, res);
    expect(sent.find((one) => Array.isArray(one) && one[0] === 'set-cookie')).toEqual([
      'set-cookie',
      ['a=1; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax', 'b=2'],
    ]);
  });

  it('Azure is below /api and the function’s name', async () => {
    const context: {
      res?: { status: number; headers: Record<string, string>; body: string | Buffer; cookies: unknown[] };
      executionContext: object;
    } = {
      executionContext: { functionName: 'Agent' },
    };
    const handler = ServerlessAdapter.createAzureHandler(echo);
    const url = 'https://app.azurewebsites.net/api/agent/swaig?a=1';
    await handler(context, { method: 'POST', url, headers: HEADERS, body: { a: 'ü' } });
    expect(JSON.parse(String(context.res?.body))).toMatchObject({ url: 'https://agent.test/swaig?a=1', body: BODY });
    await handler(context, {
      method: 'POST',
      url: '/api/agent/binary',
      headers: HEADERS,
      bufferBody: new Uint8Array([200]),
    });
    expect(context.res?.body).toEqual(Buffer.from([200]));
    await handler(context, { url: '/api/agent/cookies', headers: HEADERS });
    expect(context.res?.headers['set-cookie']).toBeUndefined();
    expect(context.res?.cookies).toEqual([
      { name: 'a', value: '1', path: '/', maxAge: 60, secure: true, httpOnly: true, sameSite: 'Lax' },
      { name: 'b', value: '2' },
    ]);
  });

  it('CGI is made of variables, and answered on standard output', async () => {
    const variables = {
      REQUEST_METHOD: 'POST',
      PATH_INFO: '/a b%',
      QUERY_STRING: 'a=%20',
      CONTENT_TYPE: 'application/json',
      CONTENT_LENGTH: '10',
      HTTP_HOST: 'agent.test',
      HTTP_X_ONE: '1',
      HTTP_PROXY: 'http://evil.test',
      REDIRECT_HTTP_AUTHORIZATION: 'Basic eA==',
      HTTPS: 'on',
      REMOTE_ADDR: '192.0.2.1',
    };
    const heard = await told(ServerlessAdapter.buildCgiEvent(variables, BODY), new ServerlessAdapter('cgi'));
    expect(heard).toMatchObject({ method: 'POST', url: 'https://agent.test/a%20b%25?a=%20', body: BODY });
    expect(heard.headers).toMatchObject({ 'x-one': '1', authorization: 'Basic eA==' });
    expect(heard.headers.proxy).toBeUndefined();

    for (const [name, value] of Object.entries({ ...variables, PATH_INFO: '/binary' })) vi.stubEnv(name, value);
    const run = async () => {
      const chunks: Uint8Array[] = [];
      const output = { write: (bytes: Uint8Array) => chunks.push(bytes) };
      const input = (async function* () {
        yield Buffer.from(BODY);
        yield Buffer.from('and what was not announced');
      })();
      await ServerlessAdapter.createCgiHandler(echo, { input, output })();
      return Buffer.concat(chunks).toString();
    };
    expect(await run()).toBe(`Status: 200 OK\r\ncontent-type: audio/wav\r\n\r\n${BODY}`);
    for (const length of ['1048577', '-1', 'many', '1e3']) {
      vi.stubEnv('CONTENT_LENGTH', length);
      expect(await run()).toMatch(/^Status: 413 /);
    }
  });
});

describe('any bytes', () => {
  it('arrive as they were sent and leave as they were answered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const body = Buffer.from(bytes).toString('base64');
        const answer = await lambda.handleRequest(echo, v2({ rawPath: '/binary', body, isBase64Encoded: true }));
        expect(Buffer.from(answer.body, answer.isBase64Encoded ? 'base64' : 'utf8')).toEqual(Buffer.from(bytes));
      }),
    );
  });
});

describe('an answer with several cookies', () => {
  it('has them where each kind of event takes them', async () => {
    const cookies = ['a=1; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax', 'b=2'];
    const two = await lambda.handleRequest(echo, v2({ rawPath: '/cookies' }));
    expect([two.cookies, two.headers['set-cookie'], two.headers['x-one']]).toEqual([cookies, undefined, '1']);
    const one = await lambda.handleRequest(echo, v1({ path: '/cookies' }));
    expect(one.multiValueHeaders).toMatchObject({ 'set-cookie': cookies, 'x-one': ['1'] });
  });
});

describe('what is no request is answered 400, and what fails 500', () => {
  it.each([
    v2({ headers: { host: 'evil.test/path' } }),
    v2({ headers: { host: 'user@evil.test' } }),
    v2({ rawPath: 'http://evil.test' }),
    v2({ body: 'no base64!', isBase64Encoded: true }),
    v2({ headers: { 'a b': 'x' } }),
    v2({ headers: { a: 'x\r\ny: z' } }),
    v2({ requestContext: { http: { method: 'G T' } } }),
  ])('%#', async (event) => {
    expect(await lambda.handleRequest(echo, event)).toMatchObject({ statusCode: 400, body: '{"error":"Bad request"}' });
  });

  it('a path that begins with two slashes or holds ? or # names no other host and no query', async () => {
    expect((await told(v2({ rawPath: '//evil.test/x', rawQueryString: '' }))).url).toBe(
      'https://agent.test//evil.test/x',
    );
    expect((await told(v2({ rawPath: '/a?b#c', rawQueryString: '' }))).url).toBe('https://agent.test/a%3Fb%23c');
  });

  it('an application that throws tells nobody why', async () => {
    const answer = await lambda.handleRequest(echo, v2({ rawPath: '/throws' }));
    expect(answer).toMatchObject({ statusCode: 500, body: '{"error":"Internal server error"}' });
  });

  it('never rejects, whatever the event', async () => {
    await fc.assert(
      fc.asyncProperty(fc.object(), fc.constantFrom('lambda', 'gcf', 'azure', 'cgi'), async (event, platform) => {
        const { statusCode } = await new ServerlessAdapter(platform).handleRequest(echo, event as ServerlessEvent);
        expect([200, 400]).toContain(statusCode);
      }),
    );
  });
});

describe('a rate limit', () => {
  function limited(trustedProxies = 0, proxyNetworks: readonly string[] = []) {
    const app = new Hono();
    app.onError(answerFailure(getLogger('test')));
    const open = { corsOrigins: null, allowedHosts: null, hsts: null, requestTimeoutMs: 1_000 };
    for (const one of protection({ ...open, rateLimit: 1, trustedProxies, proxyNetworks })) app.use(one);
    app.all('*', (c) => c.text('ok'));
    return app;
  }
  const http = (sourceIp: string) => ({ http: { method: 'GET', sourceIp } });

  it.each<[string, 'lambda' | 'gcf' | 'azure' | 'cgi', (ip: string, forged: string) => ServerlessEvent]>([
    [
      'API Gateway for HTTP',
      'lambda',
      (ip, forged) => v2({ headers: { 'x-forwarded-for': `${forged}, ${ip}` }, requestContext: http(ip) }),
    ],
    [
      'API Gateway for REST',
      'lambda',
      (ip, forged) =>
        v1({ multiValueHeaders: { 'X-Forwarded-For': [forged] }, requestContext: { identity: { sourceIp: ip } } }),
    ],
    [
      'a load balancer',
      'lambda',
      (ip, forged) =>
        v1({ multiValueHeaders: { 'x-forwarded-for': [`${forged}, ${ip}`] }, requestContext: { elb: {} } }),
    ],
    ['Google Cloud', 'gcf', (ip, forged) => ({ url: '/', headers: { 'x-forwarded-for': `${forged},${ip}` } })],
    ['Azure', 'azure', (ip, forged) => ({ url: '/', headers: { 'x-forwarded-for': `${forged}, ${ip}:4711` } })],
    ['CGI', 'cgi', (ip, forged) => ServerlessAdapter.buildCgiEvent({ REMOTE_ADDR: ip, HTTP_X_FORWARDED_FOR: forged })],
  ])('counts by the address that %s vouches for, whatever a client writes', async (_, platform, event) => {
    const app = limited();
    const adapter = new ServerlessAdapter(platform);
    const status = async (ip: string, forged: string) =>
      (await adapter.handleRequest(app, event(ip, forged))).statusCode;
    expect(await status('192.0.2.1', '198.51.100.1')).toBe(200);
    expect(await status('192.0.2.1', '198.51.100.2')).toBe(429);
    expect(await status('192.0.2.2', '198.51.100.1')).toBe(200);
  });

  it('looks behind a named proxy that stands before the platform', async () => {
    const app = limited(1, ['203.0.113.0/24']);
    const status = async (list: string, peer: string) =>
      (await lambda.handleRequest(app, v2({ headers: { 'x-forwarded-for': list }, requestContext: http(peer) })))
        .statusCode;
    expect(await status('9.9.9.9, 192.0.2.1, 203.0.113.5', '203.0.113.5')).toBe(200);
    expect(await status('8.8.8.8, 192.0.2.1, 203.0.113.6', '203.0.113.6')).toBe(429);
    expect(await status('9.9.9.9, 192.0.2.2, 203.0.113.5', '203.0.113.5')).toBe(200);
  });

  it('counts all clients as one where the platform does not say', async () => {
    const app = limited();
    const event = (forged: string) =>
      v2({ headers: { 'x-real-ip': forged }, requestContext: { http: { method: 'GET' } } });
    expect((await lambda.handleRequest(app, event('192.0.2.1'))).statusCode).toBe(200);
    expect((await lambda.handleRequest(app, event('192.0.2.2'))).statusCode).toBe(429);
  });
});

describe('the platform', () => {
  it.each([
    [{}, 'lambda'],
    [{ AWS_LAMBDA_FUNCTION_NAME: 'f' }, 'lambda'],
    [{ K_SERVICE: 's' }, 'gcf'],
    [{ FUNCTIONS_WORKER_RUNTIME: 'node' }, 'azure'],
    [{ GATEWAY_INTERFACE: 'CGI/1.1' }, 'cgi'],
  ])('is told by %j: %s', (variables, platform) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    const adapter = new ServerlessAdapter();
    expect([adapter.getPlatform(), adapter.detectPlatform()]).toEqual([platform, platform]);
    expect(new ServerlessAdapter('azure').getPlatform()).toBe('azure');
  });

  it('says where the function is, or what is missing', () => {
    const url = (platform: 'lambda' | 'gcf' | 'azure' | 'cgi', given = {}) =>
      new ServerlessAdapter(platform).generateUrl(given);
    expect(url('lambda', { apiId: 'abc', region: 'eu-west-1', stage: 'live' })).toBe(
      'https://abc.execute-api.eu-west-1.amazonaws.com/live',
    );
    expect(url('gcf', { projectId: 'p', region: 'r', functionName: 'f' })).toBe('https://r-p.cloudfunctions.net/f');
    expect(url('azure', { projectId: 'app', functionName: 'f' })).toBe('https://app.azurewebsites.net/api/f');
    for (const platform of ['lambda', 'gcf', 'azure', 'cgi'] as const)
      expect(() => url(platform)).toThrow(ConfigurationError);
    vi.stubEnv('AWS_LAMBDA_FUNCTION_URL', 'https://x.lambda-url.eu-west-1.on.aws/');
    vi.stubEnv('WEBSITE_HOSTNAME', 'app.azurewebsites.net');
    vi.stubEnv('HTTP_HOST', 'agent.test');
    vi.stubEnv('SCRIPT_NAME', '/cgi-bin/agent');
    expect([url('lambda'), url('azure'), url('cgi')]).toEqual([
      'https://x.lambda-url.eu-west-1.on.aws',
      'https://app.azurewebsites.net/api',
      'http://agent.test/cgi-bin/agent',
    ]);
  });
});
