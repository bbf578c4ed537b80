/** People at the other doors: MCP by an access token, streams that end with what they stood on, and where Admins may come from. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { expect, onTestFinished, test } from 'vitest';
import type { Role } from '../../src/identity/rules/roles.ts';
import { tokenHash } from '../../src/identity/token.ts';
import { identityWrite } from '../../src/identity/writes.ts';
import type { OrgId } from '../../src/kernel/ids.ts';
import { HOUR_MS } from '../../src/kernel/time.ts';
import { signedIn } from '../support/enrol.ts';
import { ORCHESTRATOR_TOKEN } from '../support/house.ts';
import { BASE, type Live, openLive, PUBLIC_NAME } from '../support/live-house.ts';
import { COOKIE } from './fixture.ts';

const bearer = (token: string) => ({
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
});
const toolCall = (name: string, args: object = {}) =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } });

async function opened(environment: Readonly<Record<string, string>> = {}) {
  const live = await openLive({ environment: { ALLOWED_HOSTS: `127.0.0.1,${PUBLIC_NAME}`, ...environment } });
  const org = live.house.defaultOrganization;
  const join = (role: Role, of: OrgId = org) => signedIn(live.house, role, of);
  return { live, org, join };
}

/** The official client of the legacy transport, and when its stream ended. */
async function streaming({ port }: Live, token: string) {
  const client = new Client({ name: 'old', version: '1.0.0' });
  const ended = Promise.withResolvers<void>();
  await client.connect(new SSEClientTransport(new URL(`http://127.0.0.1:${port}/sse?token=${token}`)));
  client.onerror = () => ended.resolve(); // the transport reports the end, then tries to open again
  onTestFinished(() => client.close());
  return { client, ended: ended.promise };
}

test('a person’s token works on /mcp like any other, as far as the role goes, until the session ends', async () => {
  const { live, join } = await opened();
  const [admin, viewer] = [await join('admin'), await join('viewer')];
  const mcp = async (token: string, name: string, args?: object) =>
    (await live.ask(`${BASE}/mcp`, { headers: bearer(token), body: toolCall(name, args) })).json;
  const desk = { displayName: 'Desk', capabilities: { sms: true } };
  const made = await mcp(admin.signed.accessToken, 'comms_provision_channels', desk);
  expect(made.result.structuredContent).toMatchObject({ agentId: expect.stringMatching(/^agt_/) });
  const refused = await mcp(viewer.signed.accessToken, 'comms_provision_channels', desk);
  expect(refused.result).toMatchObject({ isError: true, structuredContent: { code: 'forbidden' } });
  expect((await mcp(admin.signed.accessToken, 'identity_invite_person')).error).toBeDefined(); // people are no tools of agents
  const out = await live.ask(`${BASE}/api/v1/auth/logout`, { headers: bearer(admin.signed.accessToken), body: '{}' });
  expect(out.status).toBe(204);
  const late = await live.ask(`${BASE}/mcp`, {
    headers: bearer(admin.signed.accessToken),
    body: toolCall('comms_ping'),
  });
  expect(late.status).toBe(401);
});

test('open streams end within a second of a log-out, a new role, a suspension, a removal and a sign-out by an Owner', async () => {
  const { live, org, join } = await opened();
  const people = await Promise.all(Array.from({ length: 6 }, () => join('admin')));
  const streams = await Promise.all(people.map(({ signed }) => streaming(live, signed.accessToken)));
  const act = (path: string, input: object) => live.done(path, { organizationId: org, ...input });
  const [left, moved, suspended, removed, ended] = people;
  await live.ask(`${BASE}/api/v1/auth/logout`, { headers: bearer(left!.signed.accessToken), body: '{}' });
  await act('identity/set-person-role', { personId: moved!.id, role: 'operator' });
  await act('identity/suspend-person', { personId: suspended!.id });
  await act('identity/remove-person', { personId: removed!.id });
  await act('identity/end-sessions', { personId: ended!.id });
  const from = performance.now();
  await Promise.all(streams.slice(0, 5).map((stream) => stream.ended));
  expect(performance.now() - from).toBeLessThan(1_000);
  for (const { client } of streams.slice(0, 5))
    await expect(client.callTool({ name: 'comms_ping', arguments: {} })).rejects.toThrow();
  expect((await streams[5]!.client.callTool({ name: 'comms_ping', arguments: {} })).isError).not.toBe(true);
  expect(live.faults).toEqual([]);
});

test('an Admin comes in from the allowed networks alone, by every way; others from anywhere', async () => {
  const { live, org, join } = await opened({ ADMIN_IP_ALLOWLIST: '192.0.2.0/24' });
  const ask = (from: string, path: string, request: Parameters<Live['ask']>[1] = {}) =>
    live.ask(`${BASE}${path}`, {
      ...request,
      headers: { 'content-type': 'application/json', 'x-forwarded-for': from, ...request.headers },
    });
  const [INSIDE, OUTSIDE] = ['192.0.2.7', '198.51.100.7'];
  const waysOf = async (role: Role) => {
    const { id, signed } = await join(role);
    const token = signed.accessToken;
    await live.house.store.people.commit(org, { event: 'link_made', person: id, method: 'recovery' }, [
      identityWrite('link.replace', {
        ...{ hash: tokenHash(`${role.padEnd(43, 'x')}`), kind: 'recovery', person: id },
        ...{ createdAt: live.clock.now(), expiresAt: live.clock.now() + HOUR_MS },
      }),
    ]);
    const link = JSON.stringify({ token: role.padEnd(43, 'x') });
    const cookie = () => ({ cookie: `${COOKIE}=${signed.refreshToken}`, origin: BASE, 'x-sallyport': '1' });
    return {
      rest: (from: string) => ask(from, '/api/v1/comms/get-organization', { headers: bearer(token), body: '{}' }),
      mcp: (from: string) => ask(from, '/mcp', { headers: bearer(token), body: toolCall('comms_ping') }),
      me: (from: string) => ask(from, '/api/v1/auth/me', { method: 'GET', headers: bearer(token) }),
      metrics: (from: string) => ask(from, '/metrics', { method: 'GET', headers: bearer(token) }),
      sse: (from: string) => ask(from, '/sse', { method: 'GET', headers: bearer(token) }),
      link: (from: string) => ask(from, '/api/v1/auth/link', { body: link }),
      'link begun': (from: string) => ask(from, '/api/v1/auth/link/begin', { body: link }),
      refresh: (from: string) => ask(from, '/api/v1/auth/refresh', { method: 'POST', headers: cookie() }),
    };
  };
  const isRefused = async (answer: ReturnType<typeof ask>) => (await answer).text.includes('address_not_allowed');
  for (const role of ['admin', 'owner'] as const) {
    const ways = await waysOf(role);
    for (const [way, knock] of Object.entries(ways)) {
      const far = `198.51.100.${way.length}, ${OUTSIDE}`; // what the client itself claims to have come by changes nothing
      expect([way, await isRefused(knock(far)), await isRefused(knock(`${INSIDE}, ${OUTSIDE}`))]).toEqual([
        way,
        true,
        true,
      ]);
    }
    live.clock.pass(11_000); // longer than a refresh token that was replaced is forgiven
    expect((await ways.refresh(INSIDE)).status).toBe(200); // a refusal has not cost them their session
    const { sse: _, ...answered } = ways; // a stream that opens does not end
    for (const [way, knock] of Object.entries(answered))
      expect([way, await isRefused(knock(INSIDE))]).toEqual([way, false]);
  }
  for (const role of ['viewer', 'operator', 'auditor'] as const) {
    const { sse: _, ...answered } = await waysOf(role);
    for (const [way, knock] of Object.entries(answered))
      expect([role, way, await isRefused(knock(OUTSIDE))]).toEqual([role, way, false]);
  }
  const helper = await join('viewer'); // an Admin in one thing, by a grant
  const orchestrator = (await live.house.authenticate({
    bearer: ORCHESTRATOR_TOKEN,
    address: null,
    certificate: null,
  }))!;
  const give = (action: string) =>
    live.house.perform(live.house.catalogue.byName('identity.create_grant')!, orchestrator, {
      ...{ organizationId: org, principal: helper.id, action, effect: 'allow', resource: { kind: 'any' } },
    });
  const ping = async () =>
    isRefused(ask(OUTSIDE, '/api/v1/comms/ping', { headers: bearer(helper.signed.accessToken), body: '{}' }));
  expect((await give('comms.send_message')).is).toBe('done');
  expect(await ping()).toBe(false);
  expect((await give('comms.dnc_list')).is).toBe('done');
  expect(await ping()).toBe(true);
  expect((await ask(OUTSIDE, '/admin', { method: 'GET' })).json.code).toBe('address_not_allowed');
  expect(
    (await ask(OUTSIDE, '/api/v1/auth/link', { body: JSON.stringify({ token: live.house.setUpToken }) })).status,
  ).toBe(404);
});
