/** An identity provider on loopback: `oidc-provider`, the certified one, in which whoever comes is who the test says. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export const CLIENT = { id: 'sallyport', secret: 'a-secret-of-the-client-and-the-provider' } as const;

export interface IdentityProvider extends AsyncDisposable {
  readonly issuer: string;
  /** Who is at the keyboard; null: somebody who says no. */
  account: string | null;
  /** Follows the provider from the address that the browser was sent to until it sends it back: that address. */
  visit(address: string): Promise<URL>;
}

export async function startIdentityProvider(redirectUri: string): Promise<IdentityProvider> {
  let handle: ReturnType<Provider['callback']> | null = null;
  const server = createServer((request, response) => void handle!(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let account: string | null = 'account-1';

  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, email: 'someone@example.com', email_verified: true }),
    }),
    cookies: { keys: ['of-the-test'] },
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
  });
  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next();
    const { prompt, params, session } = await provider.interactionDetails(ctx.req, ctx.res);
    if (account === null) {
      return provider.interactionFinished(ctx.req, ctx.res, { error: 'access_denied' });
    }
    if (prompt.name === 'login') {
      return provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: account } });
    }
    const grant = new provider.Grant({ accountId: session!.accountId, clientId: String(params['client_id']) });
    grant.addOIDCScope('openid');
    const consent = { grantId: await grant.save() };
    return provider.interactionFinished(ctx.req, ctx.res, { consent }, { mergeWithLastSubmission: true });
  });
  handle = provider.callback();

  return {
    issuer,
    get account() {
      return account;
    },
    set account(who) {
      account = who;
    },
    async visit(address) {
      const cookies = new Map<string, string>();
      for (let at = new URL(address); ; ) {
        if (at.origin !== issuer) return at;
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const answer = await fetch(at, { redirect: 'manual', headers: { cookie } });
        await answer.body?.cancel();
        for (const set of answer.headers.getSetCookie()) {
          const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)!;
          cookies.set(name!, value!);
        }
        const location = answer.headers.get('location');
        if (location === null) throw new Error(`the provider answered ${answer.status} at ${at.pathname}`);
        at = new URL(location, at);
      }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
