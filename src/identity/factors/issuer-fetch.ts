/**
 * Requests to the identity provider. The issuer is the operator's choice and may stand in a private network or on this
 * machine; its metadata is not: an address on another host, where the large providers keep their keys, has to be public and
 * https. Nothing is followed to anywhere else, and no answer is read beyond a bound.
 */
import type { CustomFetch } from 'openid-client';
import { SECOND_MS } from '../../kernel/time.ts';
import { createSafeFetch, type Resolve } from '../../shield/safe-fetch.ts';

/** Sets of keys have a few kilobytes. */
const MAX_BYTES = 1_048_576;
export const ISSUER_TIMEOUT_MS = 10 * SECOND_MS;
const EVERYWHERE = ['0.0.0.0/0', '::/0'];

/** The identity provider gave no answer that could be used: it is down, out of reach, or says so itself. */
export class IssuerUnreachable extends Error {
  constructor(cause: unknown) {
    super('the identity provider could not be reached', { cause });
    this.name = 'IssuerUnreachable';
  }
}

/** As the OpenID client asks; its requests reject with `IssuerUnreachable`. @param resolve for tests. */
export function createIssuerFetch(issuer: URL, resolve?: Resolve): CustomFetch {
  const bounds = { maxBytes: MAX_BYTES, timeoutMs: ISSUER_TIMEOUT_MS, ...(resolve && { resolve }) };
  const ofIssuer = createSafeFetch({
    ...bounds,
    allowedHosts: [issuer.hostname],
    dangerouslyAllowNetworks: EVERYWHERE,
    dangerouslyAllowHttp: issuer.protocol === 'http:', // the setting takes it on this machine alone
  });
  const elsewhere = createSafeFetch(bounds);

  return async (url, { method, headers, body, signal }) => {
    const send = new URL(url).hostname === issuer.hostname ? ofIssuer : elsewhere;
    let answer: Response;
    try {
      answer = await send(url, { method, headers, body: body ?? null, signal: signal ?? null, redirect: 'manual' });
    } catch (fault) {
      throw new IssuerUnreachable(fault);
    }
    if (answer.status < 500) return answer;
    await answer.body?.cancel();
    throw new IssuerUnreachable(`status ${answer.status}`);
  };
}
