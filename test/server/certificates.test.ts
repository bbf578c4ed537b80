/**
 * Programs that come with a client certificate (P25), over real TLS 1.3: the server's own listener, the real house, and
 * certificates that openssl made. Whatever is not exactly the registered name, by an authority of this server's, is nobody.
 */
import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { DAY_MS, HOUR_MS } from '../../src/kernel/time.ts';
import { createOperationalLog } from '../../src/main/operational-log.ts';
import { loadSettings } from '../../src/main/settings.ts';
import { serverOf } from '../../src/main/start.ts';
import { type Certificate, makeCertificate, makeClientCertificate } from '../support/certificate.ts';
import { ORCHESTRATOR_TOKEN, openHouse, testClock } from '../support/house.ts';

const own = makeCertificate('localhost');
const [trusted, other] = [makeCertificate('clients.example'), makeCertificate('others.example')];
const issue = (commonName: string, names: readonly string[], by = trusted) =>
  makeClientCertificate(commonName, names, by);
const SPIFFE = 'URI:spiffe://example.com/crm';

async function tlsHouse() {
  // the certificates are of today, made before and after this moment
  const t = await openHouse({ clock: testClock(systemClock.now() + HOUR_MS) });
  const settings = loadSettings({ ORCHESTRATOR_SECURITY_TOKEN: ORCHESTRATOR_TOKEN, PUBLIC_URL: 'https://localhost' });
  const log = createOperationalLog({ level: 'error', clock: t.clock, out: { write: () => undefined } });
  const server = serverOf({ ...t.house, [Symbol.asyncDispose]: async () => undefined }, settings, log);
  const tls = { cert: own.cert, key: own.key, clientCa: trusted.cert };
  const { port, renew, close } = await server.listen('127.0.0.1', 0, tls);
  onTestFinished(async () => {
    await close(0);
    await t[Symbol.asyncDispose]();
  });
  const org = await t.organization();
  const register = (san: string, more: object = {}) =>
    t.done('identity.register_service', t.orchestrator, {
      ...{ organizationId: org.id, name: 'CRM', scopes: ['org:view'], san, ...more },
    });
  /** The status and code that a read of the organisation is answered with. */
  async function ask(certificate: Certificate | null, token?: string, agent?: Agent): Promise<string> {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const sent = request({
      ...{ host: '127.0.0.1', port, path: '/api/v1/comms/list-registrations', method: 'POST', ca: own.cert },
      ...{ servername: 'localhost', agent: agent ?? false, ...certificate },
      headers: { host: 'localhost', 'content-type': 'application/json', ...authorization },
    });
    sent.end('{}');
    const [response] = await once(sent, 'response');
    let text = '';
    for await (const chunk of response) text += chunk;
    return `${response.statusCode} ${JSON.parse(text).code ?? 'ok'}`;
  }
  return { t, org, register, ask, trustOnly: (authority: Certificate) => renew({ ...tls, clientCa: authority.cert }) };
}

it('a certificate is the service that has exactly its name, in its organisation, until it is removed', async () => {
  const { t, org, register, ask } = await tlsHouse();
  const { serviceId, kind } = await register(SPIFFE);
  expect(kind).toBe('certificate');
  await register('DNS:billing.example.com');
  const crm = issue('crm', ['URI.1 = spiffe://example.com/crm']);
  expect(await ask(crm)).toBe('200 ok');
  expect(await ask(issue('x', ['DNS.1 = Billing.Example.com', 'DNS.2 = x.example.com']))).toBe('200 ok');

  for (const [says, certificate] of Object.entries({
    none: null,
    'of another authority': issue('crm', ['URI.1 = spiffe://example.com/crm'], other),
    'self-signed': makeCertificate('billing.example.com'),
    'with the name as its common name': issue('billing.example.com', []),
    'with a wildcard': issue('x', ['DNS.1 = *.example.com']),
    'with a longer name': issue('x', ['URI.1 = spiffe://example.com/crm/x']),
    'with the name as another type': issue('x', ['DNS.1 = spiffe://example.com/crm']),
    'with the name inside another': issue('x', ['URI.1 = http://x/\\, URI:spiffe://example.com/crm']),
    'with the names of two': issue('x', ['URI.1 = spiffe://example.com/crm', 'DNS.1 = billing.example.com']),
  }))
    expect([says, await ask(certificate)]).toEqual([says, '401 unauthenticated']);

  await t.done('identity.remove_service', t.orchestrator, { organizationId: org.id, serviceId });
  expect(await ask(crm)).toBe('401 unauthenticated');
});

it('a bearer decides where there is one: a certificate makes no bad one good, and lends no right to a good one', async () => {
  const { t, org, register, ask } = await tlsHouse();
  await register(SPIFFE);
  const crm = issue('crm', ['URI.1 = spiffe://example.com/crm']);
  expect(await ask(crm, 'spk_bad')).toBe('401 unauthenticated');
  expect(await ask(crm, 'not ascii: \u00e9')).toBe('401 unauthenticated');
  const input = { organizationId: org.id, name: 'Reader', scopes: ['agent:read'] };
  const { key } = await t.done('identity.create_api_key', t.orchestrator, input);
  expect(await ask(crm, key)).toBe('403 forbidden');
});

it('an open connection keeps no right: not when its service is removed, nor when its certificate has run out', async () => {
  const { t, org, register, ask } = await tlsHouse();
  const { serviceId } = await register(SPIFFE);
  await register('DNS:billing.example.com');
  const [crm, billing] = [
    issue('crm', ['URI.1 = spiffe://example.com/crm']),
    issue('billing', ['DNS.1 = billing.example.com']),
  ];
  const kept = [new Agent({ keepAlive: true, maxSockets: 1 }), new Agent({ keepAlive: true, maxSockets: 1 })];
  onTestFinished(() => kept.forEach((agent) => void agent.destroy()));
  expect(await ask(crm, undefined, kept[0])).toBe('200 ok');
  expect(await ask(billing, undefined, kept[1])).toBe('200 ok');
  await t.done('identity.remove_service', t.orchestrator, { organizationId: org.id, serviceId });
  expect(await ask(crm, undefined, kept[0])).toBe('401 unauthenticated');
  t.clock.pass(3 * DAY_MS);
  expect(await ask(billing, undefined, kept[1])).toBe('401 unauthenticated');
});

it('a certificate is nobody’s from the moment in which its authority is taken out of the file', async () => {
  const { register, ask, trustOnly } = await tlsHouse();
  await register(SPIFFE);
  const [old, fresh] = [trusted, other].map((by) => issue('crm', ['URI.1 = spiffe://example.com/crm'], by)) as [
    Certificate,
    Certificate,
  ];
  expect([await ask(old), await ask(fresh)]).toEqual(['200 ok', '401 unauthenticated']);
  trustOnly(other);
  expect([await ask(old), await ask(fresh)]).toEqual(['401 unauthenticated', '200 ok']);
});

it('a bad certificate counts for the lock-out as a wrong token does', async () => {
  const { ask } = await tlsHouse();
  const stranger = issue('stranger', ['DNS.1 = stranger.example.com']);
  for (let n = 0; n < 10; n++) expect(await ask(stranger)).toBe('401 unauthenticated');
  expect(await ask(stranger)).toBe('429 locked_out');
});

it('only who is of the platform says whose certificate a name is', async () => {
  const { t, org, register } = await tlsHouse();
  const owner = { ...org.admin, scopes: new Set([...org.admin.scopes, 'org:own'] as const) };
  const input = { name: 'CRM', scopes: ['org:view'] };
  const refused = await t.call('identity.register_service', owner, { ...input, san: SPIFFE });
  expect(refused).toMatchObject({ is: 'refused', why: [{ guard: 'certificate-of-platform', code: 'forbidden' }] });
  await register(SPIFFE);
  const other = await t.organization();
  const again = { ...input, organizationId: other.id, san: SPIFFE };
  expect(await t.call('identity.register_service', t.orchestrator, again)).toMatchObject({
    why: [{ code: 'conflict' }],
  });
});
