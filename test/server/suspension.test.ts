/**
 * Suspension over the doors: tokens refused at the next request of every one, open streams ended within a second, and a
 * request that was under way stopped before it acts (C36). The same for an agent that ends.
 */
import { once } from 'node:events';
import { request } from 'node:http';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { engines } from '../support/engines.ts';
import { BASE, type Live, type LiveAgent, openLive, PERSON, PUBLIC_NAME } from '../support/live-house.ts';

const SECOND_MS = 1_000;

async function texting(on = engines[0]!): Promise<{ live: Live; agent: LiveAgent }> {
  const live = await openLive({ on, environment: { ALLOWED_HOSTS: `127.0.0.1,${PUBLIC_NAME}` } });
  const made = await live.done('comms/create-organization', { name: 'Acme', slug: 'acme' });
  const tenant = { org: made.organizationId, admin: made.adminToken };
  const desk = { displayName: 'Desk', capabilities: { sms: true } };
  const { agentId, securityToken } = await live.done('comms/provision-channels', desk, tenant.admin);
  await live.done('comms/record-consent', { contact: PERSON, channel: 'sms' }, securityToken);
  return { live, agent: { ...tenant, id: agentId, token: securityToken } };
}
const suspend = (live: Live, { org }: LiveAgent) =>
  live.done('comms/suspend-organization', { organizationId: org, reason: 'complaints' });
const deprovision = (live: Live, { id }: LiveAgent) => live.done('comms/deprovision-channels', { agentId: id });

/** The official client of the legacy transport, and when its stream ended. */
async function streaming({ port }: Live, token: string) {
  const client = new Client({ name: 'old', version: '1.0.0' });
  const ended = Promise.withResolvers<void>();
  const transport = new SSEClientTransport(new URL(`http://127.0.0.1:${port}/sse?token=${token}`));
  await client.connect(transport);
  client.onerror = () => ended.resolve(); // the transport reports the end, then tries to open again
  onTestFinished(() => client.close());
  expect((await client.callTool({ name: 'comms_ping', arguments: {} })).isError).not.toBe(true);
  return { client, ended: ended.promise };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' });
const TOOL_CALL = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'comms_ping', arguments: {} },
});

/** Every door that takes a token. */
const doors = (live: Live, token: string) => ({
  rest: () => live.act('comms/ping', {}, token),
  mcp: () => live.ask(`${BASE}/mcp`, { headers: bearer(token), body: TOOL_CALL }),
  'sse by header': () => live.ask(`${BASE}/sse`, { method: 'GET', headers: bearer(token) }),
  'sse by address': () => live.ask(`${BASE}/sse?token=${token}`, { method: 'GET' }),
  metrics: () => live.ask(`${BASE}/metrics`, { method: 'GET', headers: bearer(token) }),
});

describe.each(engines)('on $name', (on) => {
  it('every door tells the holder of a good token that the organisation is suspended, and locks nobody out', async () => {
    const { live, agent } = await texting(on);
    await suspend(live, agent);
    for (const token of [agent.token, agent.admin]) {
      for (const [door, knock] of Object.entries(doors(live, token))) {
        const { status, text } = await knock();
        expect([door, status], text).toEqual([door, 403]);
        expect(text).toContain('organization_inactive');
      }
    }
    // ten refusals later, from the same address: still told, and the orchestrator still let in
    expect((await live.act('comms/ping', {}, agent.token)).status).toBe(403);
    expect((await live.act('comms/ping', {})).status).toBe(200);
    await live.done('comms/reinstate-organization', { organizationId: agent.org });
    expect((await live.act('comms/ping', {}, agent.token)).status).toBe(200);
    expect(live.faults).toEqual([]);
  });

  it.each([
    ['suspended', suspend],
    ['ended with its agent', deprovision],
  ] as const)('a stream that is open when its organisation is %s ends within a second', async (_, stop) => {
    const { live, agent } = await texting(on);
    const other = await live.done('comms/provision-channels', { displayName: 'B', capabilities: { sms: true } });
    const [open, foreign] = [await streaming(live, agent.token), await streaming(live, other.securityToken)];
    await stop(live, agent);
    const from = performance.now();
    await open.ended;
    expect(performance.now() - from).toBeLessThan(SECOND_MS);
    await expect(open.client.callTool({ name: 'comms_ping', arguments: {} })).rejects.toThrow();
    expect((await foreign.client.callTool({ name: 'comms_ping', arguments: {} })).isError).not.toBe(true);
    expect(live.faults).toEqual([]);
  });

  it('a request whose body is still on its way gets in and no further', async () => {
    const { live, agent } = await texting(on);
    const body = JSON.stringify({ to: PERSON, body: 'under way' });
    const post = request({
      ...{ host: '127.0.0.1', port: live.port, method: 'POST', path: '/api/v1/comms/send-message', agent: false },
      headers: { host: PUBLIC_NAME, ...bearer(agent.token), 'content-length': body.length },
    });
    post.write(body.slice(0, 10));
    await live.done('comms/ping', {}, agent.token); // by then the head above has been read
    await suspend(live, agent);
    post.end(body.slice(10));
    const [response] = await once(post, 'response');
    let text = '';
    for await (const chunk of response) text += chunk;
    // refused by the rule and not at the door: it had been let in before
    expect(JSON.parse(text)).toMatchObject({ code: 'organization_inactive', reasons: [{ guard: 'standing' }] });
    await live.done('comms/reinstate-organization', { organizationId: agent.org });
    expect((await live.done('comms/get-messages', {}, agent.token)).messages).toEqual([]);
  });
});
