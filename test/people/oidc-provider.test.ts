/** What is believed of an identity provider: of the certified one on loopback, and of one that lies. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createIssuerFetch, IssuerUnreachable } from '../../src/identity/factors/issuer-fetch.ts';
import { createOidcProvider, OIDC_CALLBACK_PATH, type OidcSecrets } from '../../src/identity/factors/oidc.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemEntropy } from '../../src/kernel/entropy.ts';
import { CLIENT, type IdentityProvider, startIdentityProvider } from '../support/identity-provider.ts';

const PUBLIC_URL = 'https://door.example.com';
const client = (issuer: string) =>
  createOidcProvider({
    settings: { issuer, clientId: CLIENT.id, clientSecret: CLIENT.secret, label: 'Example' },
    publicUrl: PUBLIC_URL,
    clock: systemClock,
    entropy: systemEntropy(),
  });

describe('the certified provider', () => {
  let idp: IdentityProvider;
  beforeAll(async () => {
    idp = await startIdentityProvider(PUBLIC_URL + OIDC_CALLBACK_PATH);
  });
  afterAll(() => idp[Symbol.asyncDispose]());
  beforeEach(() => {
    idp.account = 'account-1';
  });

  it('says who somebody is, by issuer and subject, and only once', async () => {
    const oidc = client(idp.issuer);
    const secrets = oidc.secrets(false);
    const address = await oidc.address(secrets);
    expect(Object.fromEntries(address.searchParams)).toMatchObject({
      scope: 'openid',
      code_challenge_method: 'S256',
      redirect_uri: `${PUBLIC_URL}/api/v1/auth/oidc/callback`,
    });
    const back = await idp.visit(address.href);
    expect(back.origin).toBe(PUBLIC_URL);
    const account = { issuer: idp.issuer, subject: 'account-1' };
    expect(await oidc.account(back.search, secrets)).toEqual({ is: 'account', account });
    expect(await oidc.account(back.search, secrets)).toEqual({ is: 'refused' }); // the code was used
  });

  it('is asked to see a factor again for a step-up, and says when it did', async () => {
    const oidc = client(idp.issuer);
    const secrets = oidc.secrets(true);
    const address = await oidc.address(secrets);
    expect(Object.fromEntries(address.searchParams)).toMatchObject({ prompt: 'login', max_age: '0' });
    const back = await idp.visit(address.href);
    const later = { ...secrets, at: secrets.at + 60_000 };
    expect(await oidc.account(back.search, later)).toEqual({ is: 'refused' }); // seen before it was asked
    const again = oidc.secrets(true);
    const answer = await idp.visit((await oidc.address(again)).href);
    expect(await oidc.account(answer.search, again)).toMatchObject({ is: 'account' });
  });

  it.for<readonly [string, (secrets: OidcSecrets) => Partial<OidcSecrets>]>([
    ['another state', () => ({ state: 'x'.repeat(43) })],
    ['another nonce', () => ({ nonce: 'x'.repeat(43) })],
    ['the verifier of another browser', () => ({ verifier: 'x'.repeat(43) })],
  ])('is not believed with %s', async ([, wrong]) => {
    const oidc = client(idp.issuer);
    const secrets = oidc.secrets(false);
    const back = await idp.visit((await oidc.address(secrets)).href);
    expect(await oidc.account(back.search, { ...secrets, ...wrong(secrets) })).toEqual({ is: 'refused' });
  });

  it('is not believed when the answer names another issuer, or none', async () => {
    const oidc = client(idp.issuer);
    const secrets = oidc.secrets(false);
    const back = await idp.visit((await oidc.address(secrets)).href);
    expect(back.searchParams.get('iss')).toBe(idp.issuer);
    back.searchParams.set('iss', 'https://other.example.com');
    expect(await oidc.account(back.search, secrets)).toEqual({ is: 'refused' });
    back.searchParams.delete('iss');
    expect(await oidc.account(back.search, secrets)).toEqual({ is: 'refused' });
  });

  it('may say no', async () => {
    const oidc = client(idp.issuer);
    const secrets = oidc.secrets(false);
    idp.account = null;
    const back = await idp.visit((await oidc.address(secrets)).href);
    expect(await oidc.account(back.search, secrets)).toEqual({ is: 'denied' });
  });
});

describe('a provider that lies', () => {
  type Lie = Partial<{
    iss: string;
    aud: string;
    nonce: string;
    expiresAt: number;
    sub: string;
    key: CryptoKey;
    alg: string;
  }>;
  let lie: Lie = {};
  let nonce = '';
  let metadata: Record<string, unknown> = {};
  let issuer = '';
  let status = 200;
  let own: Awaited<ReturnType<typeof generateKeyPair>>;
  const server = createServer(async (request, response) => {
    const say = (body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (request.url === '/.well-known/openid-configuration') {
      return say({
        ...{
          issuer,
          authorization_endpoint: `${issuer}/auth`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`,
        },
        id_token_signing_alg_values_supported: ['ES256'],
        ...metadata,
      });
    }
    if (request.url === '/keys')
      return say({ keys: [{ ...(await exportJWK(own.publicKey)), kid: '1', alg: 'ES256' }] });
    const now = Math.floor(Date.now() / 1000);
    const idToken = await new SignJWT({ nonce: lie.nonce ?? nonce })
      .setProtectedHeader({ alg: 'ES256', kid: '1' })
      .setIssuer(lie.iss ?? issuer)
      .setAudience(lie.aud ?? CLIENT.id)
      .setSubject(lie.sub ?? 'account-1')
      .setIssuedAt(now)
      .setExpirationTime(lie.expiresAt ?? now + 60)
      .sign(lie.key ?? own.privateKey);
    return say({ access_token: 'a', token_type: 'Bearer', id_token: idToken });
  });
  beforeAll(async () => {
    own = await generateKeyPair('ES256');
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    lie = {};
    metadata = {};
    status = 200;
  });

  async function answer(fresh = false) {
    const oidc = client(issuer);
    const secrets = oidc.secrets(fresh);
    ({ nonce } = secrets);
    return oidc.account(`?code=c&state=${secrets.state}`, secrets);
  }

  it('is believed while it does not', async () => {
    expect(await answer()).toMatchObject({ is: 'account' });
  });

  it.for<readonly [string, () => Lie | Promise<Lie>]>([
    ['an issuer that is another', () => ({ iss: 'https://other.example.com' })],
    ['a token for somebody else', () => ({ aud: 'another-client' })],
    ['a token of another sign-in', () => ({ nonce: 'x'.repeat(43) })],
    ['a token that has run out', () => ({ expiresAt: Math.floor(Date.now() / 1000) - 120 })],
    ['a signature by another key', async () => ({ key: (await generateKeyPair('ES256')).privateKey })],
    ['a subject that is too long', () => ({ sub: 'x'.repeat(256) })],
    ['a subject with a line break', () => ({ sub: 'a\nb' })],
  ])('with %s is refused', async ([, told]) => {
    lie = await told();
    expect(await answer()).toEqual({ is: 'refused' });
  });

  it('says nothing of when it saw a factor, which is too little for a step-up', async () => {
    expect(await answer(true)).toEqual({ is: 'refused' });
  });

  it('can’t pass for another by its metadata', async () => {
    metadata = { issuer: 'https://other.example.com' };
    await expect(client(issuer).address(client(issuer).secrets(false))).rejects.toThrow(IssuerUnreachable);
  });

  it('can’t send the secret into a private network by its metadata', async () => {
    metadata = { token_endpoint: 'http://localhost:9/token' };
    expect(await answer()).toEqual({ is: 'unavailable' });
  });

  it('is unavailable when it says so, and asked again the next time', async () => {
    const oidc = client(issuer);
    const secrets = oidc.secrets(false);
    status = 503;
    await expect(oidc.address(secrets)).rejects.toThrow(IssuerUnreachable);
    expect(await oidc.account(`?code=c&state=${secrets.state}`, secrets)).toEqual({ is: 'unavailable' });
    status = 200;
    expect((await oidc.address(secrets)).pathname).toBe('/auth');
  });
});

it('nobody is reached but the issuer, in whatever network, and public addresses', async () => {
  const send = createIssuerFetch(new URL('https://id.example.com'), async () => ['10.0.0.1']);
  const options = {
    method: 'GET',
    headers: {},
    body: undefined,
    redirect: 'manual',
    signal: AbortSignal.timeout(1),
  } as const;
  await expect(send('https://keys.example.com/', options)).rejects.toMatchObject({ cause: { reason: 'address' } });
  await expect(send('http://id.example.com/', options)).rejects.toMatchObject({ cause: { reason: 'scheme' } });
});
