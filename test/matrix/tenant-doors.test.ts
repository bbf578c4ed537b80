/**
 * Tenants at the doors: every action over REST and MCP, and every other route, asked with another organisation's ids, answers
 * as it does of ids that nobody has (C40). What a person of an organisation may see of the server tells nothing of another.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createOperationalLog } from '../../src/main/operational-log.ts';
import { loadSettings } from '../../src/main/settings.ts';
import { serverOf } from '../../src/main/start.ts';
import { MCP_PATH } from '../../src/server/mcp/door.ts';
import { ask } from '../server/fixture.ts';
import { ORCHESTRATOR_TOKEN, openHouse, type TestHouse } from '../support/house.ts';
import { exampleOf, nextMinute } from './examples.ts';
import { openTenant, type Tenant } from './tenant.ts';

const PLENTY = '1000000';
let t: TestHouse;
let port: number;
let close: () => Promise<void>;

beforeAll(async () => {
  t = await openHouse();
  const settings = loadSettings({
    ORCHESTRATOR_SECURITY_TOKEN: ORCHESTRATOR_TOKEN,
    HTTP_RATE_LIMIT_PER_IP: PLENTY,
    HTTP_RATE_LIMIT_GLOBAL: PLENTY,
  });
  const out = { write: () => undefined };
  const server = serverOf(t.house, settings, createOperationalLog({ level: 'error', clock: t.clock, out }));
  const listening = await server.listen('127.0.0.1', 0);
  port = listening.port;
  close = () => listening.close(0);
});
afterAll(async () => {
  await close();
  await t[Symbol.asyncDispose]();
});

const bearer = (token: string) => ({
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
});
const get = (path: string, token?: string) =>
  ask(port, path, { method: 'GET', ...(token !== undefined && { headers: bearer(token) }) });

/** An id of the same form that nobody has. */
const unknownBeside = (id: string): string => `${id}z`;
/** Without the ids that were asked for, and those that are new with each answer. */
const neutral = (text: string, id: string): string =>
  text
    .replaceAll(id, '<id>')
    .replaceAll(/\b(act|req)_\w+/g, '$1_')
    .replaceAll(/"retryAfterMs":\d+/g, '');

const post = async (path: string, input: object, token: string) => {
  const { status, text } = await ask(port, path, { headers: bearer(token), body: JSON.stringify(input) });
  return { status, text };
};
const tool = (name: string, input: object, token: string) =>
  post(MCP_PATH, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: input } }, token);

it('every action, over REST and MCP, as if the other organisation were not there', async () => {
  const told_apart: string[] = [];
  const let_through: string[] = [];
  let asked = 0;
  for (const { action, tool: name, path } of t.house.catalogue.entries) {
    if (action.subject === 'platform' || !action.doors.includes('rest')) continue;
    nextMinute(t);
    const [own, other] = [await openTenant(t), await openTenant(t)];
    const envelope = {
      ...(action.subject === 'agent' && { agentId: own.agent.id }),
      ...(action.access === 'platform:admin' && { organizationId: own.org }),
    };
    const input = { ...(await exampleOf(action.name).valid(own)), ...envelope };
    for (const [field, id] of [
      ['agentId', other.agent.id],
      ['organizationId', other.org],
    ] as const) {
      for (const token of [own.adminToken, own.agent.token]) {
        for (const [door, knock] of [
          ['REST', (body: object) => post(path, body, token)],
          ['MCP', (body: object) => tool(name, body, token)],
        ] as const) {
          if (door === 'MCP' && !action.doors.includes('mcp')) continue;
          asked++;
          const foreign = await knock({ ...input, [field]: id });
          const unknown = await knock({ ...input, [field]: unknownBeside(id) });
          const place = `${door} ${action.name} ${field}`;
          if (
            foreign.status !== unknown.status ||
            neutral(foreign.text, id) !== neutral(unknown.text, unknownBeside(id))
          )
            told_apart.push(`${place}: ${foreign.text} and ${unknown.text}`);
          if (!/"code":"(?:not_found|agent_mismatch|forbidden|organization_inactive)"/.test(foreign.text))
            let_through.push(`${place}: ${foreign.status} ${foreign.text}`);
        }
      }
    }
  }
  expect(told_apart).toEqual([]);
  expect(let_through).toEqual([]);
  expect(asked).toBeGreaterThan(200);
});

const secretsOf = ({ org, agent, colleague, admin }: Tenant): readonly string[] => [
  org,
  agent.id,
  colleague.id,
  admin.id,
  agent.by.id,
];

it('the stream for older clients opens for no other organisation’s agent, whether there is one or not', async () => {
  const [own, other] = [await openTenant(t), await openTenant(t)];
  for (const token of [own.adminToken, own.agent.token]) {
    const [foreign, unknown] = [
      await get(`/sse?agentId=${other.agent.id}`, token),
      await get(`/sse?agentId=${unknownBeside(other.agent.id)}`, token),
    ];
    expect([403, 404]).toContain(foreign.status);
    expect(foreign.status).toBe(unknown.status);
    expect(neutral(foreign.text, other.agent.id)).toBe(neutral(unknown.text, unknownBeside(other.agent.id)));
  }
});

it.each([
  '/webhooks/twilio/{agent}/sms',
  '/webhooks/twilio/{agent}/whatsapp',
  '/webhooks/twilio/{agent}/status',
  '/webhooks/resend/{agent}',
  '/unsubscribe/{agent}.msg_1.secret',
])('an unsigned call to %s answers the same whether the agent is there or not', async (path) => {
  const { agent } = await openTenant(t);
  const call = async (id: string) => {
    const { status, text } = await ask(port, path.replace('{agent}', id), { body: 'x=1' });
    return { status, text: neutral(text, id) };
  };
  const [there, nobody] = [await call(agent.id), await call(unknownBeside(agent.id))];
  expect(there.status).toBeGreaterThanOrEqual(400);
  expect(there).toEqual(nobody);
});

it('neither documentation, metrics, nor health show an id of any organisation', async () => {
  const [own, other] = [await openTenant(t), await openTenant(t)];
  const pages = ['/api/docs', '/api/v1/openapi.json', '/openapi.json', '/metrics', '/health', '/'];
  let seen = 0;
  for (const path of pages) {
    for (const token of [undefined, own.agent.token, own.adminToken, ORCHESTRATOR_TOKEN]) {
      const { status, text } = await get(path, token);
      if (status === 200) seen++;
      for (const secret of secretsOf(other)) expect(text, path).not.toContain(secret);
    }
  }
  expect(seen).toBeGreaterThan(5);
});
