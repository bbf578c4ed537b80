/** One request to the API of this server, and its answer or a `Problem`. The only place that calls `fetch`. */
import { Problem, problemOf } from './problem.ts';

export type Method = 'GET' | 'POST' | 'PUT';

/** How far the server's clock is ahead of this machine's, ms, as its last answer told. */
let aheadMs = 0;
/** Now, by the server's clock, to the second: for countdowns that the server ends. */
export const serverNow = (): number => Date.now() + aheadMs;

export interface Asked<T> {
  readonly body: T;
  /** The server's clock, ms since the epoch, to the second; this machine's own may be wrong. */
  readonly serverNow: number;
}

/**
 * @param path below `/api/v1`.
 * @param token an access token; without one the request goes with the session's cookie, and says by a header that no form of
 * another site could set that it comes from a page of this server.
 * @throws Problem
 */
export async function send<T>(
  method: Method,
  path: string,
  { body, token }: { readonly body?: object | undefined; readonly token?: string | undefined } = {},
): Promise<Asked<T>> {
  const response = await fetch(`/api/v1${path}`, {
    method,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      'x-sallyport': '1',
    },
    credentials: 'same-origin',
    cache: 'no-store',
    redirect: 'error',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Problem('offline', 'The server does not answer.');
  });
  const answer: unknown = response.status === 204 ? null : await response.json().catch(() => null);
  if (!response.ok) throw problemOf(response, answer);
  const date = Date.parse(response.headers.get('date') ?? '');
  if (!Number.isNaN(date)) aheadMs = date - Date.now();
  return { body: answer as T, serverNow: Number.isNaN(date) ? Date.now() : date };
}

/** Before anybody is signed in. */
export const post = async <T>(path: string, body: object = {}): Promise<T> =>
  (await send<T>('POST', path, { body })).body;
