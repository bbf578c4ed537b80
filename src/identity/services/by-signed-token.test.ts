/**
 * Signed tokens against the table `signed-tokens.json`: each is the good one but for what its row says. They are put
 * together here by hand, not by the library that reads them.
 */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ServiceId } from '../../kernel/ids.ts';
import { addressList } from '../../shield/address-list.ts';
import { bySignedToken, type SignedTokenParts } from './by-signed-token.ts';
import type { PublicKey, SigningService } from './ports.ts';
import table from './signed-tokens.json' with { type: 'json' };

interface Row {
  readonly says: string;
  readonly service?: string;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly sign?: string;
  readonly good?: boolean;
}

const NOW = Date.UTC(2026, 10, 21, 12);
const AUDIENCE = 'https://door.example';
const own = generateKeyPairSync('ed25519');
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('ed25519');
const jwkOf = ({ publicKey }: { publicKey: KeyObject }) => publicKey.export({ format: 'jwk' }) as unknown as PublicKey;

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const withoutNull = (all: object) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));

function claim(value: unknown): unknown {
  if (value === '129 characters') return 'x'.repeat(129);
  const [, seconds] = (typeof value === 'string' && /^now([+-]\d+)$/.exec(value)) || [];
  return seconds === undefined ? value : NOW / 1_000 + Number(seconds);
}

function tokenOf({
  service = 'svc_ed',
  header = {},
  claims = {},
  sign: how = service === 'svc_ec' ? 'ec' : 'own',
}: Row) {
  const head = withoutNull({ alg: 'EdDSA', typ: 'JWT', kid: 'k1', ...header });
  if (head['jwk'] === 'stranger') head['jwk'] = jwkOf(stranger);
  const said = { iss: service, sub: service, aud: AUDIENCE, jti: 'number-1', iat: 'now+0', exp: 'now+60', ...claims };
  const body = Object.fromEntries(Object.entries(withoutNull(said)).map(([name, value]) => [name, claim(value)]));
  const signed = `${base64url(head)}.${base64url(body)}`;
  const pem = own.publicKey.export({ format: 'pem', type: 'spki' });
  const hmac = (secret: string | Buffer) => createHmac('sha256', secret).update(signed).digest();
  const signatures: Record<string, () => Buffer> = {
    nothing: () => Buffer.alloc(0),
    own: () => sign(null, Buffer.from(signed), own.privateKey),
    ec: () => sign('sha256', Buffer.from(signed), { key: ec.privateKey, dsaEncoding: 'ieee-p1363' }),
    stranger: () => sign(null, Buffer.from(signed), stranger.privateKey),
    'own, then changed': () => sign(null, Buffer.from(`${signed}x`), own.privateKey),
    'public key as secret': () => hmac(Buffer.from(jwkOf(own).x, 'base64url')),
    'public PEM as secret': () => hmac(pem),
  };
  return `${signed}.${signatures[how]!().toString('base64url')}`;
}

const service = (id: ServiceId, publicKey: PublicKey): SigningService => ({
  ...{ id, org: 'org_1', scopes: new Set(['agent:read']), actions: new Set(), networks: addressList([]) },
  ...{ requestsPerMinute: null, expiresAt: null, revokedAt: null, suspended: false, epoch: 0, grants: [] },
  ...{ publicKey, kid: 'k1' },
});

function door(change: Partial<SigningService> = {}, bucket: SignedTokenParts['bucket'] = () => null) {
  const remembered = new Map<string, number>();
  const known = [service('svc_ed', jwkOf(own)), service('svc_ec', jwkOf(ec))];
  const parts: SignedTokenParts = {
    services: {
      signing: async (id) => {
        const found = known.find((one) => one.id === id);
        return found === undefined ? null : { ...found, ...change };
      },
      async rememberOnce({ id }, number, until) {
        const name = `${id} ${number}`;
        if (remembered.has(name)) return false;
        remembered.set(name, until);
        return true;
      },
    },
    ...{ audience: AUDIENCE, bucket, clock: { now: () => NOW } },
  };
  return { remembered, asks: (token: string) => bySignedToken(parts, token, null) };
}

const rows: readonly Row[] = table;
test.each(rows.map((row) => [row.good === true ? 'lets in' : 'refuses', row.says, row] as const))(
  '%s a token %s',
  async (_, __, row) => {
    const { asks, remembered } = door();
    expect((await asks(tokenOf(row)))?.id ?? null).toBe(row.good === true ? (row.service ?? 'svc_ed') : null);
    expect(remembered.size).toBe(row.good === true ? 1 : 0); // what is bad uses up no number
  },
);

test('lets a token in once, also of many at once, and remembers its number until no server takes its time for good', async () => {
  const { asks, remembered } = door();
  const token = tokenOf({ says: '', claims: { exp: 'now+300' } });
  const found = await Promise.all(Array.from({ length: 20 }, () => asks(token)));
  expect(found.filter((one) => one !== null)).toHaveLength(1);
  expect(await asks(token)).toBeNull();
  expect([...remembered]).toEqual([['svc_ed number-1', NOW + 360_000]]);
});

test('lets two services use one number', async () => {
  const { asks } = door();
  expect(await asks(tokenOf({ says: '' }))).not.toBeNull();
  expect(await asks(tokenOf({ says: '', service: 'svc_ec', header: { alg: 'ES256' } }))).not.toBeNull();
});

test.each([
  ['has ended', { revokedAt: NOW }],
  ['has expired', { expiresAt: NOW }],
  ['comes from elsewhere', { networks: addressList(['192.0.2.0/24']) }],
])('refuses a good token of a service that %s, and uses up no number', async (_, change) => {
  const { asks, remembered } = door(change);
  expect(await asks(tokenOf({ says: '' }))).toBeNull();
  expect(remembered.size).toBe(0);
});

test('tells who signs too much when to come back, and remembers nothing more of it', async () => {
  const { asks, remembered } = door({}, () => NOW + 7_000);
  await expect(asks(tokenOf({ says: '' }))).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 7_000 });
  expect(await asks(tokenOf({ says: '', sign: 'stranger' }))).toBeNull(); // who did not sign it is not counted for it
  expect(remembered.size).toBe(0);
});

test.each(['', '.', '..', 'ey', 'eyJ.eyJ.x', `${base64url({ alg: 'EdDSA' })}.${base64url([])}.x`, 'eyJhIjoxfQ.e30.é'])(
  'never throws: %j',
  async (token) => expect(await door().asks(token)).toBeNull(),
);

test.each([7, true, [], {}, ['svc_ed'], { startsWith: 1 }])('never throws, whoever %j is', async (iss) =>
  expect(await door().asks(tokenOf({ says: '', claims: { iss } }))).toBeNull(),
);
