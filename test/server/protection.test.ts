/** What stands before every door: headers on every answer, Host, Origin, and the token before the body. */
import { once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { connect, Socket } from 'node:net';
import type { HttpBindings } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Authenticate } from '../../src/identity/authenticate.ts';
import { securityHeaders } from '../../src/shield/security-headers.ts';
import {
  ADMIN,
  AGENT,
  AGENT_PRINCIPAL,
  act,
  ask,
  JSON_TYPE,
  listening,
  MAX_BODY_BYTES,
  raw,
  server,
} from './fixture.ts';

const HEADERS = securityHeaders({ hsts: true });
let door: Awaited<ReturnType<typeof listening>>;
const endings: (() => Promise<void>)[] = [];
beforeAll(async () => {
  door = await listening({ waitMs: 0 }, (end) => endings.push(end));
});
afterAll(() => Promise.all(endings.map((end) => end())));

const LOOK = '/api/v1/demo/look';
const SEND = '/api/v1/demo/send';
/** One path of every kind: each must be covered by what stands before the routes. */
const PATHS = [
  '/',
  '/nowhere',
  '/healthz',
  '/health',
  '/readyz',
  '/ready',
  '/mcp',
  LOOK,
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-protected-resource/mcp',
];

describe('security headers and a request id', () => {
  const json = { ...JSON_TYPE, ...AGENT };
  const rpc = (method: string) =>
    JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method,
      params: method === 'tools/call' ? { name: 'demo_look', arguments: { what: 'x' } } : {},
    });
  const both = { ...json, accept: 'application/json, text/event-stream' };

  it.for([
    ['a health check', 200, 'GET', '/healthz', {}, undefined],
    ['metadata', 200, 'GET', '/.well-known/oauth-protected-resource', {}, undefined],
    ['an answer', 200, 'POST', LOOK, json, '{"what":"x"}'],
    ['a pending action', 202, 'POST', SEND, json, '{"to":"a@b.example","how":"slow"}'],
    ['invalid input', 400, 'POST', LOOK, json, '{"what":1}'],
    ['a body that is no JSON', 400, 'POST', LOOK, json, '{'],
    ['no token', 401, 'POST', LOOK, JSON_TYPE, '{}'],
    ['no right', 403, 'POST', '/api/v1/demo/rule', json, '{}'],
    ['a foreign Host', 403, 'GET', '/healthz', { host: 'evil.example' }, undefined],
    ['a foreign Origin', 403, 'GET', '/healthz', { origin: 'https://evil.example' }, undefined],
    ['an unknown path', 404, 'GET', '/nowhere', {}, undefined],
    ['a wrong method', 405, 'GET', LOOK, {}, undefined],
    ['a body that is too large', 413, 'POST', LOOK, { ...json, 'content-length': '99999999' }, undefined],
    ['a wrong type', 415, 'POST', LOOK, { ...AGENT, 'content-type': 'text/plain' }, '{}'],
    ['a limit', 429, 'POST', SEND, json, '{"to":"limited@b.example"}'],
    ['a fault', 500, 'POST', LOOK, json, '{"what":"break"}'],
    ['an MCP call in the lane', 200, 'POST', '/mcp', both, rpc('tools/call')],
    ['an MCP answer of the SDK', 200, 'POST', '/mcp', both, rpc('tools/list')],
    ['an MCP refusal of the SDK', 405, 'GET', '/mcp', json, undefined],
    ['an MCP body that is no JSON', 400, 'POST', '/mcp', both, '{'],
    ['MCP without a token', 401, 'POST', '/mcp', JSON_TYPE, '{}'],
    ['an Expect that nobody knows', 401, 'POST', LOOK, { expect: 'miracles' }, undefined],
  ] as const)('are on %s (%i)', async ([, status, method, path, headers, body]) => {
    const answer = await ask(door.port, path, {
      method,
      headers,
      ...(body === undefined ? { open: method === 'POST' } : { body }),
    });
    expect(answer.status).toBe(status);
    for (const [name, value] of HEADERS) expect(answer.headers[name], name).toBe(value);
    expect(answer.headers['x-request-id']).toMatch(/^req_[0-9A-Z]{26}$/);
  });

  it('are on what no route sees: no Host, a request line that is none, an address that can not be', async () => {
    for (const [text, status] of [
      ['GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n', 403],
      ['GET /\\evil HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n', 400],
      ['nonsense\r\n\r\n', 400],
    ] as const) {
      const answer = (await raw(door.port, text)).toLowerCase();
      expect(answer).toMatch(new RegExp(`^http/1.1 ${status} `));
      for (const [name, value] of HEADERS) expect(answer).toContain(`${name}: ${value}`.toLowerCase());
    }
  });

  it('are there without a Node server beneath, too', async () => {
    const answer = await door.app.request('/nowhere', { headers: { host: 'localhost' } });
    expect(answer.status).toBe(404);
    expect((await door.app.request(LOOK, { method: 'POST', headers: { host: 'localhost' } })).status).toBe(401);
    for (const [name, value] of HEADERS) expect(answer.headers.get(name), name).toBe(value);
    expect(answer.headers.get('x-request-id')).toMatch(/^req_/);
  });

  it('give every request an id of its own, never the caller’s', async () => {
    const get = () => ask(door.port, '/nowhere', { method: 'GET', headers: { 'x-request-id': 'forged' } });
    const answers = await Promise.all([get(), get()]);
    expect(new Set([...answers.map(({ headers }) => headers['x-request-id']), 'forged']).size).toBe(3);
    for (const { text } of answers) expect(text).not.toContain('forged');
  });
});

describe.for(PATHS)('%s', (path) => {
  const get = (headers: Record<string, string | string[]>) =>
    ask(door.port, path, { method: 'GET', headers: { ...AGENT, ...headers } });
  const codeOf = ({ json }: Awaited<ReturnType<typeof get>>) => json?.code ?? json?.error?.data?.code;

  it.for([
    'evil.example',
    'localhost.evil.example',
    'evil.example:3100',
    '127.0.0.1.evil.example',
    '[::2]',
    '10.0.0.1',
  ])('refuses the Host %s', async (host) => {
    const answer = await get({ host });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'host_not_allowed']);
  });

  it.for([
    'https://evil.example',
    'null',
    'http://door.example',
    'https://door.example.evil.example',
    'https://app.example:8443',
    'file://',
  ])('refuses the Origin %s', async (origin) => {
    const answer = await get({ origin });
    expect([answer.status, codeOf(answer)]).toEqual([403, 'origin_not_allowed']);
  });

  it('takes the hosts and origins that are allowed', async () => {
    const accepted = [
      { host: 'localhost:1' },
      { host: 'DOOR.example' },
      { host: 'other.example' },
      { origin: 'https://door.example' },
      { origin: 'https://app.example' },
      { origin: 'http://localhost:5173' },
    ];
    for (const headers of accepted) expect((await get(headers)).status).not.toBe(403);
  });
});

it('refuses a foreign source before it looks at the token', async () => {
  const before = door.unauthenticated.length;
  expect((await act(door.port, LOOK, {}, { host: 'evil.example' })).status).toBe(403);
  expect(door.unauthenticated).toHaveLength(before);
});

describe.for([LOOK, '/mcp'])('a token at %s', (path) => {
  const metadata = `resource_metadata="https://door.example/.well-known/oauth-protected-resource${path === '/mcp' ? '/mcp' : ''}"`;

  it.for([
    [undefined, `Bearer ${metadata}`],
    ['Bearer nobody', `Bearer error="invalid_token", ${metadata}`],
    ['Basic YTpi', `Bearer error="invalid_token", ${metadata}`],
    ['Bearer ', `Bearer error="invalid_token", ${metadata}`],
    ['agent-token', `Bearer error="invalid_token", ${metadata}`],
    ['Bearer agent-token, Bearer agent-token', `Bearer error="invalid_token", ${metadata}`],
    ['Bearer constructor', `Bearer error="invalid_token", ${metadata}`],
  ] as const)('is missing or bad as %j: 401 with the way to the metadata', async ([authorization, challenge]) => {
    const before = door.unauthenticated.length;
    const { status, headers } = await act(
      door.port,
      path,
      { what: 'x' },
      authorization === undefined ? {} : { authorization },
    );
    expect([status, headers['www-authenticate']]).toEqual([401, challenge]);
    expect(door.unauthenticated.slice(before)).toEqual(['127.0.0.0/24']);
  });

  it('is not taken from anywhere but the Authorization header', async () => {
    for (const more of [
      { cookie: 'token=agent-token' },
      { 'x-api-key': 'agent-token' },
      { 'x-authorization': 'Bearer agent-token' },
    ]) {
      expect((await act(door.port, path, { what: 'x', token: 'agent-token' }, more)).status).toBe(401);
    }
  });

  it.for([
    ['a body that is announced and never sent', { ...JSON_TYPE, 'content-length': String(MAX_BODY_BYTES) }],
    ['a body that is too large', { ...JSON_TYPE, 'content-length': '99999999999' }],
    ['a body of the wrong type', { 'content-type': 'text/plain', 'content-length': '5' }],
  ] as const)('is asked for before %s is waited for', { timeout: 4_000 }, async ([, headers]) => {
    expect((await ask(door.port, path, { headers, open: true })).status).toBe(401);
    expect(
      (await ask(door.port, path, { headers: { ...headers, authorization: 'Bearer nobody' }, open: true })).status,
    ).toBe(401);
  });

  it('is asked for while the body comes without end, and the connection is given up', async () => {
    const socket = connect(door.port, '127.0.0.1').on('error', () => {});
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"wha\r\n`,
    );
    const [first] = await once(socket, 'data');
    expect(String(first)).toMatch(/^HTTP\/1.1 401 /);
    await once(socket.resume(), 'close');
  });
});

describe('/mcp', () => {
  it.for(['?access_token=agent-token', '?token=agent-token', '?x', '?'])('takes no query: %s', async (query) => {
    for (const headers of [{}, AGENT]) {
      const { status, json } = await act(door.port, `/mcp${query}`, { jsonrpc: '2.0', id: 1, method: 'ping' }, headers);
      expect([status, json.error.message]).toEqual([400, expect.stringContaining('Authorization header')]);
    }
  });

  it('is no way past the right that an action asks for', async () => {
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'demo_rule', arguments: {} } };
    const accept = { accept: 'application/json, text/event-stream' };
    const asAgent = await act(door.port, '/mcp', call, { ...AGENT, ...accept });
    expect(asAgent.json.result).toMatchObject({ isError: true, structuredContent: { code: 'forbidden' } });
    expect((await act(door.port, '/mcp', call, { ...ADMIN, ...accept })).json.result.structuredContent.ruled).toBe(
      true,
    );
  });
});

it('names itself as a protected resource', async () => {
  const get = async (path: string) =>
    (await ask(door.port, `/.well-known/oauth-protected-resource${path}`, { method: 'GET' })).json;
  expect(await get('')).toEqual({
    resource: 'https://door.example',
    bearer_methods_supported: ['header'],
    resource_name: 'Sallyport',
  });
  expect(await get('/mcp')).toEqual({
    resource: 'https://door.example/mcp',
    bearer_methods_supported: ['header'],
    resource_name: 'Sallyport',
  });
});

it('sends HSTS only when told to', async () => {
  const plain = await listening({ settings: { hsts: false } });
  expect((await ask(plain.port, '/healthz', { method: 'GET' })).headers['strict-transport-security']).toBeUndefined();
});

describe('plain HTTP', () => {
  const BEYOND = { 'x-forwarded-for': '203.0.113.9' };
  const look = (port: number, headers: Record<string, string>) =>
    ask(port, LOOK, { headers: { ...AGENT, ...JSON_TYPE, ...headers }, body: '{"what":"x"}' });

  it('between a client and its proxy is refused before the token is looked at, and never redirected', async () => {
    const authenticated: (string | null)[] = [];
    const authenticate: Authenticate = async ({ bearer }) => {
      authenticated.push(bearer);
      return AGENT_PRINCIPAL;
    };
    const { port } = await listening({ parts: { authenticate } });
    const answer = await look(port, { ...BEYOND, 'x-forwarded-proto': 'http' });
    expect(answer).toMatchObject({ status: 403, json: { code: 'https_required' } });
    expect(answer.headers.location).toBeUndefined();
    expect(authenticated).toEqual([]);
    expect((await look(port, { ...BEYOND, 'x-forwarded-proto': 'https' })).status).toBe(200);
    expect((await look(port, BEYOND)).status).toBe(200); // a proxy that says nothing was declared to end TLS
    expect(authenticated).toHaveLength(2);
  });

  it('is refused on every door, but for health', async () => {
    const { port } = await listening();
    const headers = { ...AGENT, ...BEYOND, 'x-forwarded-proto': 'http' };
    for (const path of ['/mcp', '/sse', '/metrics', '/api/docs', '/nowhere', '/healthz/', '/admin'])
      expect((await ask(port, path, { method: 'GET', headers })).text, path).toContain('https_required');
    for (const path of ['/healthz', '/health', '/readyz', '/ready'])
      expect((await ask(port, path, { method: 'GET', headers })).status, path).toBe(200);
    const elsewhere = { ...headers, host: 'evil.example' };
    expect((await ask(port, '/healthz', { method: 'GET', headers: elsewhere })).json.code).toBe('host_not_allowed');
  });

  it('from a peer that is neither this machine nor a declared proxy is refused', async () => {
    const { app } = server();
    const from = (address: string) => {
      const socket = new Socket();
      Object.defineProperty(socket, 'remoteAddress', { value: address });
      const env = { incoming: new IncomingMessage(socket) } as unknown as HttpBindings;
      return app.request('/api/docs', { headers: { host: 'localhost' } }, env);
    };
    expect((await from('127.0.0.1')).status).toBe(200);
    expect((await from('::1')).status).toBe(200);
    for (const address of ['203.0.113.9', '::ffff:10.0.0.1', '2001:db8::1'])
      expect(await (await from(address)).json()).toMatchObject({ code: 'https_required' });
  });
});
