/** `/metrics`: who may read it, what is counted, and that no label comes from a caller. */
import { request } from 'node:http';
import { expect, it } from 'vitest';
import { type Principal, SCOPES_OF } from '../../src/guard/principal.ts';
import { PLATFORM_ORG } from '../../src/kernel/ids.ts';
import { countedPerform } from '../../src/main/counted-perform.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { ADMIN, AGENT, act, ask, listening, type Options } from './fixture.ts';

const LOCAL = { publicUrl: 'http://localhost:3100' };

async function door({ settings = LOCAL, parts = {}, ...options }: Options = {}) {
  return listening({ settings, parts, ...options });
}
const get = (port: number, headers: Record<string, string> = {}, path = '/metrics') =>
  ask(port, path, { method: 'GET', headers });

/** The value of a series, by the labels that are said. */
function value(text: string, name: string, labels: Record<string, string> = {}): number | undefined {
  const line = text
    .split('\n')
    .find((one) => one.startsWith(name) && Object.entries(labels).every(([k, v]) => one.includes(`${k}="${v}"`)));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

it('answers a scraper on the same machine without a token', async () => {
  const { port } = await door();
  const answer = await get(port);
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({
    'content-type': 'text/plain; version=0.0.4; charset=utf-8',
    'cache-control': 'no-store',
  });
  expect((await get(port, { host: '[::1]:9' })).status).toBe(200);
});

it.for([
  ['a Host beyond loopback', { host: 'other.example' }],
  ['X-Forwarded-For', { 'x-forwarded-for': '127.0.0.1' }],
  ['X-Forwarded-Proto', { 'x-forwarded-proto': 'https' }],
  ['Forwarded', { forwarded: 'for=127.0.0.1' }],
  ['Via', { via: '1.1 proxy' }],
  ['X-Real-IP', { 'x-real-ip': '127.0.0.1' }],
  ['a token that is no good', { authorization: 'Bearer nobody' }],
  ['credentials that are none', { authorization: 'Basic YTpi' }],
] as const)('asks for a token after %s', async ([, headers]) => {
  const at = await door();
  const answer = await get(at.port, headers);
  expect([answer.status, answer.json.code]).toEqual([401, 'unauthenticated']);
  expect(at.unauthenticated).toHaveLength(1);
});

it('refuses a foreign Host and Origin like any other path', async () => {
  const { port } = await door();
  expect((await get(port, { host: 'evil.example' })).json.code).toBe('host_not_allowed');
  expect((await get(port, { origin: 'https://evil.example' })).json.code).toBe('origin_not_allowed');
});

it('asks for a token on a server that has a public address, whatever a request looks like', async () => {
  const { port } = await door({ settings: { publicUrl: 'https://door.example' } });
  expect((await get(port)).status).toBe(401);
});

it('asks for a token where the peer is not known', async () => {
  const { app } = await door();
  expect((await app.request('/metrics', { headers: { host: 'localhost' } })).status).toBe(401);
});

it('shows the numbers to the orchestrator and an auditor of the server, and to no agent, administrator or auditor of an organisation', async () => {
  const auditor: Principal = {
    id: 'usr_auditor',
    kind: 'person',
    org: PLATFORM_ORG,
    agent: null,
    scopes: new Set(['audit:read']),
    fences: [],
  };
  const principals: Record<string, Principal> = {
    auditor,
    root: { ...auditor, kind: 'orchestrator', scopes: SCOPES_OF.orchestrator },
    agent: { ...auditor, kind: 'agent', org: 'org_default', scopes: SCOPES_OF.agent },
    admin: { ...auditor, kind: 'organization', org: 'org_default', scopes: SCOPES_OF.organization },
    other: { ...auditor, org: 'org_default' },
  };
  const { port } = await door({ parts: { authenticate: async ({ bearer }) => principals[bearer ?? ''] ?? null } });
  const statusOf = async (token: string) =>
    (await get(port, { authorization: `Bearer ${token}`, 'x-forwarded-for': '192.0.2.1' })).status;
  const asked = ['auditor', 'root', 'agent', 'admin', 'other'];
  expect(await Promise.all(asked.map(statusOf))).toEqual([200, 200, 403, 403, 403]);
});

it('answers no other method', async () => {
  const { port } = await door();
  expect((await ask(port, '/metrics', { method: 'POST' })).status).toBe(405);
});

it('counts requests by door, route and status class, and times them', async () => {
  const { port } = await door();
  await act(port, '/api/v1/demo/look', { what: 'x' });
  await act(port, '/api/v1/demo/look', { what: 'x' }, {});
  await act(port, '/mcp', { jsonrpc: '2.0', id: 1, method: 'ping' });
  await get(port, {}, '/healthz');
  await get(port, { host: 'evil.example' }, '/healthz');
  const { text } = await get(port);
  const total = (route: string, door: string, status: string) =>
    value(text, 'sallyport_http_requests_total', { route, door, status });
  expect(total('/api/v1/demo/look', 'rest', '2xx')).toBe(1);
  expect(total('/api/v1/demo/look', 'rest', '4xx')).toBe(1);
  expect(total('/mcp', 'mcp', '4xx')).toBe(1);
  expect(total('/healthz', 'health', '2xx')).toBe(1);
  expect(total('/healthz', 'health', '4xx')).toBe(1);
  expect(value(text, 'sallyport_http_request_duration_seconds_count', { route: '/api/v1/demo/look' })).toBe(2);
});

it('makes no label of what a caller sends: paths, methods, ids, tokens, Hosts', async () => {
  const { port } = await door();
  const before = (await get(port)).text.split('\n').length;
  for (let n = 0; n < 20; n++) {
    await get(port, { host: `evil-${n}.example` }, `/secret-${n}`);
    await get(port, { ...AGENT, 'x-request-id': `secret-${n}` }, `/api/v1/demo/secret-${n}?token=secret-${n}`);
  }
  await ask(port, '/secret', { method: 'PROPFIND' });
  const { text } = await get(port);
  expect(text).not.toContain('secret');
  expect(text).not.toContain('evil');
  expect(value(text, 'sallyport_http_requests_total', { route: 'unmatched', door: 'other' })).toBe(41);
  expect(text.split('\n').length - before).toBeLessThan(40);
});

it('counts the open streams', async () => {
  const { port } = await door();
  const stream = request({ port, path: '/sse', headers: AGENT, agent: false });
  stream.on('error', () => {}).end();
  const open = async () => value((await get(port)).text, 'sallyport_sse_streams');
  await expect.poll(open).toBe(1);
  stream.destroy();
  await expect.poll(open).toBe(0);
});

it('counts what became of actions, whichever door they came by', async () => {
  const metrics = createMetrics({ ofProcess: false });
  const plain = await listening();
  const { port } = await door({ parts: { metrics, perform: countedPerform(plain.perform, metrics) } });
  const call = (name: string, input: object) => ({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name, arguments: input },
  });
  const both = { ...AGENT, accept: 'application/json, text/event-stream' };
  await act(port, '/api/v1/demo/look', { what: 'x' });
  await act(port, '/mcp', call('demo_look', { what: 'x' }), both);
  await act(port, '/mcp', call('demo_send', { to: 'refused@b.example' }), both);
  await act(port, '/api/v1/demo/send', { to: 'a@b.example', how: 'rejected' });
  await act(port, '/api/v1/demo/send', { to: 'held@b.example' });
  await act(port, '/api/v1/demo/look', { what: 'break' });
  await act(port, '/api/v1/demo/rule', {}, ADMIN);
  const { text } = await get(port);
  const total = (action: string, outcome: string, code = '') =>
    value(text, 'sallyport_actions_total', { action, outcome, code });
  expect(total('demo.look', 'done')).toBe(2);
  expect(total('demo.look', 'fault')).toBe(1);
  expect(total('demo.send', 'refused', 'suppressed')).toBe(1);
  expect(total('demo.send', 'failed', 'provider_rejected')).toBe(1);
  expect(total('demo.send', 'held')).toBe(1);
  expect(total('demo.rule', 'done')).toBe(1);
});

it('tells of the process, when asked to', async () => {
  const { text, type } = await createMetrics({ ofProcess: true }).expose();
  expect(type).toContain('text/plain');
  expect(value(text, 'process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
  expect((await createMetrics({ ofProcess: false }).expose()).text).not.toContain('process_');
});
