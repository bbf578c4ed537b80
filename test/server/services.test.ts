/**
 * Programs at the real doors (P02, P25): API keys and signed tokens over HTTP, from their making to their end. What each
 * part refuses by itself stands beside the code; here is that every door asks it.
 */
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect, it, onTestFinished } from 'vitest';
import { MINUTE_MS, SECOND_MS } from '../../src/kernel/time.ts';
import { ORCHESTRATOR_TOKEN } from '../support/house.ts';
import { BASE, type Live, openLive, PUBLIC_NAME } from '../support/live-house.ts';
import type { Answer } from './fixture.ts';

const READER = { name: 'CRM', scopes: ['agent:read', 'org:view', 'org:admin'] };

async function withOrganization(environment: Record<string, string> = {}) {
  const live = await openLive({ environment });
  const made = await live.done('comms/create-organization', { name: 'Acme', slug: 'acme' });
  return { live, org: made.organizationId as string, admin: made.adminToken as string };
}
const keyFor = (live: Live, organizationId: string, more: object = {}) =>
  live.done('identity/create-api-key', { organizationId, ...READER, ...more });
const revoke = (live: Live, organizationId: string, keyId: string) =>
  live.done('identity/revoke-api-key', { organizationId, keyId });
const registrations = (live: Live, token: string) => live.act('comms/list-registrations', {}, token);
const TOOL_CALL = JSON.stringify({
  ...{ jsonrpc: '2.0', id: 1, method: 'tools/call' },
  params: { name: 'comms_list_registrations', arguments: {} },
});
const bearer = (token: string) => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' });

it('an API key acts for its organisation at every door, with its own rights, and is nobody once it is revoked', async () => {
  const { live, org } = await withOrganization();
  const { key, keyId, expiresAt } = await keyFor(live, org);
  expect(key).toMatch(/^spk_[0-9A-Za-z]{49}$/);
  expect(expiresAt).toBeNull();
  const doors: Record<string, () => Promise<Answer>> = {
    rest: () => registrations(live, key),
    mcp: () =>
      live.ask(`${BASE}/mcp`, {
        headers: { ...bearer(key), accept: 'application/json, text/event-stream' },
        body: TOOL_CALL,
      }),
  };
  for (const [door, knock] of Object.entries(doors)) expect([door, (await knock()).status]).toEqual([door, 200]);
  // what it was not given: a scope, and a sensitive action that was not named
  expect((await live.act('identity/list-api-keys', {}, key)).status).toBe(403);
  expect((await live.act('comms/create-organization', { name: 'X', slug: 'x' }, key)).status).toBe(403);
  const { json } = await live.act('identity/list-api-keys', { organizationId: org });
  expect(json.keys).toMatchObject([{ keyId, name: 'CRM', works: true, scopes: READER.scopes, cidrs: [] }]);

  // as the control plane has it, too
  const byOrchestrator = { headers: bearer(ORCHESTRATOR_TOKEN) };
  const at = `${BASE}/api/v1/api-keys`;
  const listed = await live.ask(`${at}?organizationId=${org}`, {
    method: 'GET',
    headers: { authorization: `Bearer ${ORCHESTRATOR_TOKEN}` },
  });
  expect(listed.json?.keys, listed.text).toMatchObject([{ keyId }]);
  const ending = { body: JSON.stringify({ organizationId: org }), ...byOrchestrator };
  expect((await live.ask(`${at}/${keyId}/revoke`, ending)).status).toBe(200);
  for (const [door, knock] of Object.entries(doors)) expect([door, (await knock()).status]).toEqual([door, 401]);
  expect((await live.act('identity/revoke-api-key', { organizationId: org, keyId })).json.code).toBe('not_found');
  expect(await live.everything()).not.toContain(key);
  expect(live.log.join()).not.toContain(key);
  expect(live.faults).toEqual([]);
});

it('a key is shown once, in a list with when it was used last, which is written behind', async () => {
  const { live, org } = await withOrganization();
  const input = { organizationId: org, ...READER, idempotencyKey: 'once' };
  const { key } = await live.done('identity/create-api-key', input);
  expect((await live.act('identity/create-api-key', input)).json.code).toBe('already_shown');
  const list = async () => (await live.done('identity/list-api-keys', { organizationId: org })).keys;
  await registrations(live, key);
  expect(await list()).toMatchObject([{ lastUsedAt: null }]);
  await live.house.noteUse();
  expect(await list()).toMatchObject([{ lastUsedAt: new Date(live.clock.now()).toISOString() }]);
});

it('another organisation’s key is not there: neither to see nor to revoke, nor does it reach further than its own', async () => {
  const { live, org } = await withOrganization();
  const other = await live.done('comms/create-organization', { name: 'Other', slug: 'other' });
  const { key, keyId } = await keyFor(live, org);
  const elsewhere = { organizationId: other.organizationId };
  expect((await live.act('identity/revoke-api-key', { ...elsewhere, keyId })).json.code).toBe('not_found');
  expect((await live.done('identity/list-api-keys', elsewhere)).keys).toEqual([]);
  expect((await live.act('comms/list-registrations', elsewhere, key)).json.code).toBe('not_found');
  expect((await registrations(live, key)).status).toBe(200);
  // one of the platform names the organisation; what is sensitive it was not named
  const platform = await keyFor(live, 'org_platform', { scopes: ['platform:admin', 'org:view', 'org:admin'] });
  expect((await live.act('comms/list-organizations', {}, platform.key)).status).toBe(200);
  expect((await live.act('comms/list-registrations', { organizationId: org }, platform.key)).status).toBe(200);
  expect((await live.act('comms/reinstate-organization', { organizationId: org }, platform.key)).status).toBe(403);
});

it('nobody gives what they lack: not an administrator, not a key, not what is the platform’s or in the past', async () => {
  const { live, org, admin } = await withOrganization();
  const input = { organizationId: org, ...READER };
  const codeOf = async (more: object, token?: string) =>
    (await live.act('identity/create-api-key', { ...input, ...more }, token)).json.code;
  expect(await codeOf({}, admin)).toBe('forbidden');
  expect(await codeOf({ scopes: ['platform:admin'] })).toBe('forbidden');
  expect(await codeOf({ scopes: ['comms.list_organizations'] })).toBe('forbidden');
  expect(await codeOf({ scopes: ['provider:deliver'] })).toBe('invalid_input');
  expect(await codeOf({ scopes: ['comms.no_such_thing'] })).toBe('invalid_input');
  expect(await codeOf({ scopes: [] })).toBe('invalid_input');
  expect(await codeOf({ cidrs: ['10.0.0.1/8'] })).toBe('invalid_input');
  expect(await codeOf({ expiresAt: '2020-01-01T00:00:00Z' })).toBe('invalid_input');
  expect(await codeOf({ requestsPerMinute: 601 })).toBe('invalid_input');
  const owning = await keyFor(live, org, { scopes: ['org:own', 'identity.create_api_key', 'agent:read'] });
  expect(await codeOf({ scopes: ['agent:read'] }, owning.key)).toBe('forbidden');
  expect((await live.done('identity/list-api-keys', { organizationId: org })).keys).toHaveLength(1);
});

it('what was named is given, and nothing beside it: a sensitive action by name, not by a scope', async () => {
  const { live, org, admin } = await withOrganization();
  const desk = { displayName: 'Desk', capabilities: { sms: true } };
  const { agentId } = await live.done('comms/provision-channels', desk, admin);
  const named = await keyFor(live, org, { scopes: ['comms.pause_agent'] });
  const scoped = await keyFor(live, org, { scopes: ['agent:read', 'org:admin'] });
  const act = async (name: string, { key }: { key: string }) => (await live.act(name, { agentId }, key)).status;
  expect(await act('comms/pause-agent', scoped)).toBe(403);
  expect(await act('comms/pause-agent', named)).toBe(200);
  expect(await act('comms/resume-agent', named)).toBe(403);
  expect((await live.act('comms/get-channel-status', { agentId }, named.key)).status).toBe(403);
});

it('a key works from its networks alone, as a proxy on this machine tells them, and elsewhere is a wrong key', async () => {
  const { live, org } = await withOrganization();
  const { key } = await keyFor(live, org, { cidrs: ['203.0.113.0/24'] });
  const from = (address: string, token = key) =>
    live.ask(`${BASE}/api/v1/comms/list-registrations`, {
      headers: { ...bearer(token), 'x-forwarded-for': address },
      body: '{}',
    });
  expect((await from('203.0.113.7')).status).toBe(200);
  const elsewhere = await from('198.51.100.7');
  const wrong = await from('198.51.100.8', `${key.slice(0, -1)}0`);
  expect([elsewhere.status, wrong.status]).toEqual([401, 401]);
  const told = ({ json }: Answer) => ({ ...json, instance: '', requestId: '' });
  expect(told(elsewhere)).toEqual(told(wrong));
});

it('a key ends at the second that was asked for, and has its own limit', async () => {
  const { live, org } = await withOrganization();
  const expiresAt = new Date(live.clock.now() + MINUTE_MS).toISOString();
  const { key } = await keyFor(live, org, { expiresAt, requestsPerMinute: 3 });
  const statuses = [];
  for (let n = 0; n < 4; n++) statuses.push((await registrations(live, key)).status);
  expect(statuses).toEqual([200, 200, 200, 429]);
  live.clock.pass(MINUTE_MS - 1);
  expect((await registrations(live, key)).status).toBe(429); // the fourth counted nowhere; the third is a minute old only now
  live.clock.pass(1);
  expect((await registrations(live, key)).status).toBe(401);
});

it('a suspended organisation’s key is told so, and locks nobody out', async () => {
  const { live, org } = await withOrganization();
  const { key } = await keyFor(live, org);
  await live.done('comms/suspend-organization', { organizationId: org, reason: 'complaints' });
  for (let n = 0; n < 11; n++) expect((await registrations(live, key)).json.code).toBe('organization_inactive');
  await live.done('comms/reinstate-organization', { organizationId: org });
  expect((await registrations(live, key)).status).toBe(200);
});

it('bad keys and bad signed tokens count for the lock-out as wrong tokens do', async () => {
  const { live } = await withOrganization();
  const bad = ['spk_0000000000000000000000000000000000000000000000000', 'eyJhIjoxfQ.eyJpc3MiOiJzdmNfMSJ9.AAAA'];
  for (const [at, token] of bad.entries()) {
    const headers = { ...bearer(token), 'x-forwarded-for': `198.51.100.${at}` };
    const ask = () => live.ask(`${BASE}/api/v1/comms/ping`, { headers, body: '{}' });
    for (let n = 0; n < 10; n++) expect((await ask()).status).toBe(401);
    expect((await ask()).json.code).toBe('locked_out');
  }
});

it('an open stream ends within a second of the revocation of its key, and a signed token opens none', async () => {
  const { live, org } = await withOrganization({ ALLOWED_HOSTS: `127.0.0.1,${PUBLIC_NAME}` });
  const { key, keyId } = await keyFor(live, org);
  const opening = request({ host: '127.0.0.1', port: live.port, path: '/sse', headers: bearer(key), agent: false });
  opening.on('error', () => {}).end();
  onTestFinished(() => void opening.destroy());
  const [stream] = await once(opening, 'response');
  expect(stream.statusCode).toBe(200);
  stream.resume();
  const ended = once(stream, 'end');
  await revoke(live, org, keyId);
  const from = performance.now();
  await ended;
  expect(performance.now() - from).toBeLessThan(SECOND_MS);
  // a signed token would have to be shown again
  const { sign } = await signing(live, org);
  const answer = await live.ask(`${BASE}/sse`, { method: 'GET', headers: bearer(await sign()) });
  expect([answer.status, answer.json.code]).toEqual([400, 'invalid_input']);
});

it('a secret that is not ASCII is a wrong secret, in UTF-8 and in Latin-1, and no fault', async () => {
  const { live, org } = await withOrganization();
  const { key } = await keyFor(live, org);
  for (const encoding of ['utf8', 'latin1'] as const) {
    for (const secret of [`${key}é`, `spk_${'é'.repeat(49)}`, 'é', key.replace('spk_', 'spk\u00a0')]) {
      const socket = connect(live.port, '127.0.0.1');
      const head = `POST /api/v1/comms/ping HTTP/1.1\r\nHost: ${PUBLIC_NAME}\r\nConnection: close\r\nContent-Length: 0\r\n`;
      socket.end(Buffer.from(`${head}Authorization: Bearer ${secret}\r\n\r\n`, encoding));
      let answer = '';
      for await (const chunk of socket) answer += chunk;
      expect(answer, secret).toMatch(/^HTTP\/1\.1 (?:401|429) /); // 429: locked out meanwhile
    }
  }
  expect(live.faults).toEqual([]);
});

async function signing(live: Live, organizationId: string, more: object = {}) {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const { kty, crv, x } = await exportJWK(publicKey);
  const service = await live.done('identity/register-service', {
    ...{ organizationId, ...READER, name: 'Billing', publicKey: { kty, crv, x }, ...more },
  });
  let numbers = 0;
  const sign = (claims: { audience?: string; jti?: string } = {}) => {
    const now = Math.floor(live.clock.now() / SECOND_MS);
    return new SignJWT()
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
      .setIssuer(service.serviceId)
      .setSubject(service.serviceId)
      .setAudience(claims.audience ?? BASE)
      .setJti(claims.jti ?? `number-${numbers++}`)
      .setIssuedAt(now)
      .setExpirationTime(now + 60)
      .sign(privateKey);
  };
  return { ...service, sign };
}

it('a service that signs its tokens acts with its own rights, with each token once, and not once it is removed', async () => {
  const { live, org } = await withOrganization();
  const { serviceId, kind, sign } = await signing(live, org);
  expect(kind).toBe('key');
  const token = await sign();
  expect(token.length).toBeGreaterThan(200);
  expect((await registrations(live, token)).status).toBe(200);
  expect((await registrations(live, token)).status).toBe(401);
  expect((await registrations(live, await sign({ audience: 'https://other.example' }))).status).toBe(401);
  const same = await sign({ jti: 'number-at-once' });
  const answers = await Promise.all(Array.from({ length: 5 }, () => registrations(live, same)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401, 401]);
  expect((await live.done('identity/list-services', { organizationId: org })).services).toMatchObject([
    { serviceId, kind: 'key', san: null, works: true },
  ]);
  await live.done('identity/remove-service', { organizationId: org, serviceId });
  expect((await registrations(live, await sign())).status).toBe(401);
});

it('a service proves itself by one thing, which must be a name or a public key', async () => {
  const { live, org } = await withOrganization();
  const x = 'A'.repeat(43);
  for (const proof of [
    {},
    { san: 'DNS:crm.example', publicKey: { kty: 'OKP', crv: 'Ed25519', x } },
    { san: 'DNS:*.example' },
    { san: 'CN:crm' },
    { publicKey: { kty: 'OKP', crv: 'Ed25519', x, d: x } }, // the private half
    { publicKey: { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' } },
    { publicKey: { kty: 'oct', k: x } },
  ]) {
    const answer = await live.act('identity/register-service', { organizationId: org, ...READER, ...proof });
    expect([answer.status, answer.json.code], JSON.stringify(proof)).toEqual([400, 'invalid_input']);
  }
  expect(await live.everything()).not.toContain(x);
});
