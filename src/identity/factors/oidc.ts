/**
 * Signing in with another identity provider: OpenID Connect's code flow with PKCE, state and nonce (OIDC Core §3.1, RFC 9700
 * §2.1, RFC 9207). Against codes of somebody else (PKCE, state), tokens of another sign-in (nonce), of another provider (`iss`
 * in the answer and in the token), and forged ones: the ID token's signature is checked as well, though it comes over TLS.
 *
 * Asks for nothing but who it is. What the provider says about mail addresses is not even read: whoever may name any address
 * there would be that person here. Stores nothing; the caller keeps `OidcSecrets` and lets each be used once.
 */
import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
} from 'openid-client';
import type { Clock } from '../../kernel/clock.ts';
import { toBase64url } from '../../kernel/encoding.ts';
import type { Entropy } from '../../kernel/entropy.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../kernel/time.ts';
import { createIssuerFetch, ISSUER_TIMEOUT_MS, IssuerUnreachable } from './issuer-fetch.ts';

/** From the address bar's way out until the provider's answer must be back. */
export const OIDC_CEREMONY_MS = 10 * MINUTE_MS;
export const OIDC_CALLBACK_PATH = '/api/v1/auth/oidc/callback';
/** Metadata changes rarely, and keys are asked for anew by themselves. */
const METADATA_MS = HOUR_MS;
/** How far the provider's clock may be from ours. */
const SKEW_MS = 30 * SECOND_MS;
const SECRET_BYTES = 32;
/** OIDC Core §2: at most 255 ASCII characters. */
const SUBJECT = /^[\x20-\x7e]{1,255}$/;

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What the button says. */
  readonly label: string;
}

/** What binds the answer to the question. */
export interface OidcSecrets {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** When it began, in ms. */
  readonly at: number;
  /** Whether the person has to show a factor there now, however recently that was done. */
  readonly fresh: boolean;
}

/** Who somebody is at the provider: no other pair is the same account, whatever else is. */
export interface OidcAccount {
  readonly issuer: string;
  readonly subject: string;
}

export type OidcAnswer =
  | { readonly is: 'account'; readonly account: OidcAccount }
  /** The person or the provider said no; it was out of reach; or the answer is not to be believed. */
  | { readonly is: 'denied' | 'unavailable' | 'refused' };

export interface OidcProvider {
  readonly label: string;
  secrets(fresh: boolean): OidcSecrets;
  /** Where the browser goes. @throws IssuerUnreachable */
  address(secrets: OidcSecrets): Promise<URL>;
  /** @param query of the provider's answer, with its question mark. */
  account(query: string, secrets: OidcSecrets): Promise<OidcAnswer>;
}

export interface OidcParts {
  readonly settings: OidcSettings;
  /** Without a slash at its end. */
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly entropy: Entropy;
}

export function createOidcProvider({ settings, publicUrl, clock, entropy }: OidcParts): OidcProvider {
  const issuer = new URL(settings.issuer);
  const callback = publicUrl + OIDC_CALLBACK_PATH;
  const send = createIssuerFetch(issuer);
  let known: { readonly client: Promise<Configuration>; readonly until: number } | null = null;

  const discover = (): Promise<Configuration> =>
    discovery(issuer, settings.clientId, { client_secret: settings.clientSecret }, secretAsWanted(settings), {
      execute: [enableNonRepudiationChecks, ...(issuer.protocol === 'http:' ? [allowInsecureRequests] : [])],
      timeout: ISSUER_TIMEOUT_MS / SECOND_MS,
      [customFetch]: send,
    }).catch((fault: unknown) => {
      known = null; // the next one asks again
      throw new IssuerUnreachable(fault);
    });
  function client(): Promise<Configuration> {
    const now = clock.now();
    if (known === null || now >= known.until) known = { client: discover(), until: now + METADATA_MS };
    return known.client;
  }
  const secret = () => toBase64url(entropy.bytes(SECRET_BYTES));

  return {
    label: settings.label,
    secrets: (fresh) => ({ state: secret(), nonce: secret(), verifier: secret(), at: clock.now(), fresh }),
    async address({ state, nonce, verifier, fresh }) {
      return buildAuthorizationUrl(await client(), {
        redirect_uri: callback,
        scope: 'openid',
        ...{ state, nonce },
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(fresh && { prompt: 'login', max_age: '0' }),
      });
    },
    async account(query, { state, nonce, verifier, at, fresh }) {
      try {
        const tokens = await authorizationCodeGrant(await client(), new URL(callback + query), {
          ...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true },
          ...(fresh && { maxAge: OIDC_CEREMONY_MS / SECOND_MS }), // that it says when at all; how recently is judged below
        });
        const claims = tokens.claims()!;
        if (!SUBJECT.test(claims.sub)) return { is: 'refused' };
        if (fresh && !((claims.auth_time ?? 0) * SECOND_MS >= at - SKEW_MS)) return { is: 'refused' };
        return { is: 'account', account: { issuer: claims.iss, subject: claims.sub } };
      } catch (fault) {
        return { is: why(fault) };
      }
    },
  };
}

/** The library sends it in the body unless told; the standard's default is the header (OIDC Core §9). */
function secretAsWanted({ clientSecret }: OidcSettings): ClientAuth {
  const [basic, post] = [ClientSecretBasic(clientSecret), ClientSecretPost(clientSecret)];
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported;
    return (methods === undefined || methods.includes('client_secret_basic') ? basic : post)(server, ...rest);
  };
}

function why(fault: unknown): 'denied' | 'unavailable' | 'refused' {
  if (fault instanceof AuthorizationResponseError) return fault.error === 'access_denied' ? 'denied' : 'refused';
  for (let cause = fault; cause instanceof Error; cause = cause.cause)
    if (cause instanceof IssuerUnreachable) return 'unavailable';
  return 'refused';
}
