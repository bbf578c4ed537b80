/** Demo mode as somebody meets it who has just started the program. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, JSON_TYPE } from '../server/fixture.ts';
import { type Server, sallyport, startServer, temporaryFolder } from './command-line.ts';

const LIST = '/api/v1/comms/list-organizations';
const folder = temporaryFolder();
let server: Server;
let port: number;
beforeAll(async () => {
  server = await startServer(folder.path, { DEMO_MODE: 'true' });
  port = Number(new URL(server.url).port);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const list = (headers: Record<string, string> = {}) =>
  ask(port, LIST, { headers: { ...JSON_TYPE, ...headers }, body: '{}' });

test('says so at the start', () => {
  expect(server.lines.find(({ level }) => level === 'warn')?.['msg']).toMatch(/^DEMO MODE: authentication is off/);
});

test('needs no token, and every answer says so', async () => {
  const answer = await list();
  expect(answer).toMatchObject({ status: 200, json: { organizations: [{ slug: 'default' }] } });
  expect(answer.json._meta.warnings).toEqual([expect.objectContaining({ code: 'demo_mode' })]);
  const others = [
    answer,
    await ask(port, '/healthz', { method: 'GET' }),
    await ask(port, '/nowhere', { method: 'GET' }),
    await list({ authorization: 'Bearer wrong' }),
    await list({ host: 'evil.example' }),
    await ask(port, LIST, { headers: { expect: 'miracles' }, open: true }),
  ];
  for (const { headers } of others) expect(headers['x-sallyport-demo']).toBe('authentication is off');
});

test('makes no link for a first Owner: nobody has to sign in', () => {
  expect(existsSync(join(folder.path, 'set-up.link'))).toBe(false);
  expect(JSON.stringify(server.lines)).not.toMatch(/sign in|token=/);
});

test('carries the main job through, over MCP too', async () => {
  const made = await server
    .post('comms/provision-channels', { displayName: 'Ada', capabilities: { sms: true } }, 'x')
    .catch(() => null);
  expect(made?.status).toBe(401); // a wrong token is wrong
  const provision = JSON.stringify({ displayName: 'Ada', capabilities: { sms: true } });
  const agent = await ask(port, '/api/v1/comms/provision-channels', { headers: JSON_TYPE, body: provision });
  const agentId = agent.json.agentId;
  const consent = JSON.stringify({ agentId, contact: '+14155550101', channel: 'sms' });
  expect((await ask(port, '/api/v1/comms/record-consent', { headers: JSON_TYPE, body: consent })).status).toBe(200);
  const rpc = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'comms_send_message', arguments: { agentId, to: '+14155550101', body: 'Hello' } },
  };
  const headers = { ...JSON_TYPE, accept: 'application/json, text/event-stream' };
  const sent = await ask(port, '/mcp', { headers, body: JSON.stringify(rpc) });
  expect(sent.json.result).toMatchObject({
    structuredContent: { status: 'sent', _meta: { warnings: [{ code: 'demo_mode' }] } },
  });
});

test.for([
  { authorization: 'Bearer wrong' },
  { authorization: 'Bearer ' },
  { authorization: 'Basic eDp5' },
  { authorization: '' },
  { 'x-forwarded-for': '127.0.0.1' },
  { forwarded: 'for=127.0.0.1' },
  { via: '1.1 proxy' },
  { origin: 'http://localhost:8080' },
  { 'sec-fetch-site': 'cross-site' },
])('is not for a request with %j', async (headers) => expect((await list(headers)).status).toBe(401));

test('does not start where more than a look around is at stake', async () => {
  const ran = await sallyport(['start'], {
    PORT: '0',
    DATA_DIR: folder.path,
    DEMO_MODE: 'true',
    NODE_ENV: 'production',
  });
  expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('NODE_ENV=production') });
});

test('without it a request without a token is refused', async () => {
  using other = temporaryFolder();
  await using real = await startServer(other.path);
  const answer = await ask(Number(new URL(real.url).port), LIST, { headers: JSON_TYPE, body: '{}' });
  expect(answer.status).toBe(401);
  expect(answer.headers).not.toHaveProperty('x-sallyport-demo');
});
