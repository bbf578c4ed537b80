import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { SCOPES_OF } from '../guard/principal.ts';
import { addressList } from '../shield/address-list.ts';
import { parseAddress } from '../shield/ip-address.ts';
import { type Credentials, createAuthenticate, scopesOf } from './authenticate.ts';
import type { TokenRecord } from './ports.ts';
import type { ServiceRecord } from './services/ports.ts';
import { mintToken, tokenHash } from './token.ts';

const NOW = 1_000_000;
const { token, hash } = mintToken(randomBytes, 'agent');
const record: TokenRecord = {
  id: 'tok_1',
  kind: 'agent',
  org: 'org_1',
  agent: 'agt_1',
  expiresAt: null,
  revokedAt: null,
  suspended: false,
  epoch: 3,
  grants: [],
};

const key = mintToken(randomBytes, 'key');
const service: ServiceRecord = {
  ...{ id: 'key_1', org: 'org_1', scopes: new Set(['agent:read']), actions: new Set(['comms.pause_agent']) },
  ...{
    networks: addressList([]),
    requestsPerMinute: 30,
    expiresAt: null,
    revokedAt: null,
    suspended: false,
    epoch: 4,
    grants: [],
  },
};

function authenticate(change: Partial<TokenRecord> = {}, serviceChange: Partial<ServiceRecord> = {}) {
  const asked: string[] = [];
  const uses: [string, number][] = [];
  const given = createAuthenticate({
    audience: 'https://door.example',
    lastUse: { note: ({ id }, at) => void uses.push([id, at]) },
    services: {
      async keyByHash(wanted) {
        asked.push(wanted);
        return wanted === key.hash ? { ...service, ...serviceChange } : null;
      },
      async byCertificateNames(names) {
        asked.push(...names);
        return names.includes('DNS:crm.example') ? { ...service, id: 'svc_1', ...serviceChange } : null;
      },
      async signing(id) {
        asked.push(id);
        return null;
      },
      rememberOnce: () => Promise.reject(new Error('nothing was signed')),
    },
    clock: { now: () => NOW },
    people: { access: async () => null, any: async () => false },
    tokens: {
      async byHash(wanted) {
        asked.push(wanted);
        return wanted === hash || wanted === tokenHash('an operator chose this long secret')
          ? { ...record, ...change }
          : null;
      },
    },
  });
  const check = (bearer: string | null, more: Partial<Credentials> = {}) =>
    given({ bearer, address: null, certificate: null, ...more });
  return { check, asked, uses };
}

describe('authentication', () => {
  test('makes a principal of a live token: its id, its rights, its fence, and not the token', async () => {
    const principal = await authenticate().check(token);
    expect(principal).toEqual({
      id: 'tok_1',
      kind: 'agent',
      org: 'org_1',
      agent: 'agt_1',
      scopes: SCOPES_OF.agent,
      fences: [{ of: 'token', id: 'tok_1', epoch: 3 }],
    });
    expect(JSON.stringify(principal)).not.toContain(token);
  });

  test('gives the rights of the record, not of the token’s prefix', async () => {
    const principal = await authenticate({ kind: 'organization', agent: null }).check(token);
    expect(principal?.scopes).toEqual(SCOPES_OF.organization);
  });

  test('lets in a token that an operator chose, of any shape', async () => {
    expect(await authenticate().check('an operator chose this long secret')).not.toBeNull();
  });

  test.each([
    ['revoked', { revokedAt: NOW - 1 }],
    ['revoked in this millisecond', { revokedAt: NOW }],
    ['expired', { expiresAt: NOW - 1 }],
    ['expiring in this millisecond', { expiresAt: NOW }],
    ['revoked and without expiry', { revokedAt: 1, expiresAt: null }],
  ] as const)('refuses a %s token', async (_, change) => expect(await authenticate(change).check(token)).toBeNull());

  test('lets in a token until the millisecond before it expires', async () =>
    expect(await authenticate({ expiresAt: NOW + 1 }).check(token)).not.toBeNull());

  test.each([null, '', 'spa_', `${token}x`, token.slice(0, -1)])(
    'refuses %s without asking the store',
    async (bearer) => {
      const { check, asked } = authenticate();
      expect(await check(bearer)).toBeNull();
      expect(asked).toEqual([]);
    },
  );

  test('tells the holder of a good token that its organisation is suspended, and of a bad one nothing', async () => {
    await expect(authenticate({ suspended: true }).check(token)).rejects.toMatchObject({
      code: 'organization_inactive',
    });
    for (const ended of [{ revokedAt: NOW }, { expiresAt: NOW }])
      expect(await authenticate({ suspended: true, ...ended }).check(token)).toBeNull();
  });

  test('refuses an unknown token', async () =>
    expect(await authenticate().check(mintToken(randomBytes, 'agent').token)).toBeNull());
});

describe('an API key', () => {
  test('is a service: its rights, what it was given by name, its own limit and its fence', async () => {
    const { check, uses } = authenticate();
    expect(await check(key.token)).toEqual({
      id: 'key_1',
      kind: 'service',
      org: 'org_1',
      agent: null,
      scopes: new Set(['agent:read']),
      grants: [{ id: 'key_1', effect: 'allow', action: 'comms.pause_agent', resource: { kind: 'any' } }],
      sensitive: { is: 'by-name', actions: new Set(['comms.pause_agent']) },
      fences: [{ of: 'token', id: 'key_1', epoch: 4 }],
      requestsPerMinute: 30,
    });
    expect(uses).toEqual([['key_1', NOW]]);
  });

  test.each([
    ['revoked', { revokedAt: NOW }],
    ['expiring in this millisecond', { expiresAt: NOW }],
    ['from an address that nobody knows', { networks: addressList(['0.0.0.0/0', '::/0']) }],
  ] as const)('is nobody’s: %s', async (_, change) => {
    const { check, uses } = authenticate({}, change);
    expect(await check(key.token)).toBeNull();
    expect(uses).toEqual([]);
  });

  test('works from its networks alone', async () => {
    const { check } = authenticate({}, { networks: addressList(['192.0.2.0/24', '2001:db8::/32']) });
    const from = async (address: string) => (await check(key.token, { address: parseAddress(address) })) !== null;
    expect(await Promise.all(['192.0.2.7', '2001:db8::1', '192.0.3.7', '127.0.0.1', '::1'].map(from))).toEqual([
      ...[true, true, false, false, false],
    ]);
  });

  test('of a suspended organisation is told so, and nothing from elsewhere or when it has ended', async () => {
    await expect(authenticate({}, { suspended: true }).check(key.token)).rejects.toMatchObject({
      code: 'organization_inactive',
    });
    for (const bad of [{ revokedAt: NOW }, { networks: addressList(['192.0.2.0/24']) }])
      expect(await authenticate({}, { suspended: true, ...bad }).check(key.token)).toBeNull();
  });
});

describe('a certificate', () => {
  const proven = { is: 'proven', names: ['DNS:crm.example'], notBefore: NOW, notAfter: NOW + 1 } as const;

  test('is the service that has its name', async () => {
    expect(await authenticate().check(null, { certificate: proven })).toMatchObject({ kind: 'service', id: 'svc_1' });
  });

  test.each([
    ['not proven', { is: 'unproven' }],
    ['of nobody', { ...proven, names: ['DNS:other.example'] }],
    ['without a name', { ...proven, names: [] }],
    ['not good yet', { ...proven, notBefore: NOW + 1, notAfter: NOW + 2 }],
    ['no longer good, on a connection that still is', { ...proven, notBefore: NOW - 1, notAfter: NOW }],
  ] as const)('is nobody: %s', async (_, certificate) =>
    expect(await authenticate().check(null, { certificate })).toBeNull(),
  );

  test('never makes a bad bearer good, nor is it asked beside one', async () => {
    for (const bearer of ['', 'spk_', 'x', 'eyJhIjoxfQ.e30.', mintToken(randomBytes, 'key').token]) {
      const { check, asked } = authenticate();
      expect(await check(bearer, { certificate: proven }), bearer).toBeNull();
      expect(asked).not.toContain('DNS:crm.example');
    }
  });

  test('gives no rights to a bearer that is good', async () => {
    expect(await authenticate().check(token, { certificate: proven })).toMatchObject({ id: 'tok_1', kind: 'agent' });
  });
});

test('each form of bearer is looked for in its own place', async () => {
  const asks = async (bearer: string) => {
    const { check, asked } = authenticate();
    await check(bearer);
    return asked;
  };
  expect(await asks(token)).toEqual([hash]);
  expect(await asks(key.token)).toEqual([key.hash]);
  const claims = Buffer.from('{"iss":"svc_1"}').toString('base64url');
  expect(await asks(`eyJhIjoxfQ.${claims}.AAAA`)).toEqual(['svc_1']);
  const orgs = Buffer.from('{"iss":"org_1"}').toString('base64url');
  expect(await asks(`eyJhIjoxfQ.${orgs}.AAAA`)).toEqual([]); // no service’s id: nobody is asked
});

test('the orchestrator reads the log until there are people, and loses nothing else then', () => {
  const [before, after] = [scopesOf({ kind: 'orchestrator' }, false), scopesOf({ kind: 'orchestrator' }, true)];
  expect(before.has('audit:read')).toBe(true);
  expect([...before].filter((scope) => !after.has(scope))).toEqual(['audit:read']);
  for (const kind of ['agent', 'organization'] as const) expect(scopesOf({ kind }, true)).toBe(SCOPES_OF[kind]);
});
