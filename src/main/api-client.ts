/**
 * The REST door from outside: one POST for one action, as the command line and the tour use it. Connections are kept and
 * reused. Follows no redirect: a token goes to the server that was named and to no other.
 */
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import * as z from 'zod';

interface ApiAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ApiClient extends Disposable {
  readonly url: string;
  /** @throws ApiUnreachable when no answer came, or one that is not a Sallyport's. */
  post(path: string, input: unknown): Promise<ApiAnswer>;
}

/** `reason`: a code such as `ECONNREFUSED`, or a few words. */
export class ApiUnreachable extends Error {
  readonly reason: string;

  constructor(url: string, reason: string, cause?: unknown) {
    super(`no usable answer from ${url}: ${reason}`, { cause });
    this.name = 'ApiUnreachable';
    this.reason = reason;
  }
}

/** Longer than a server waits for an action in the outside world before it answers "pending". */
const ANSWER_WITHIN_MS = 60_000;

const json = z.record(z.string(), z.unknown());

/** @param url without a trailing slash. */
export function createApiClient({ url, token }: { readonly url: string; readonly token: string }): ApiClient {
  const secure = url.startsWith('https:');
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const start = secure ? httpsRequest : httpRequest;

  const exchange = async (path: string, payload: string): Promise<{ status: number; content: string }> => {
    const answered = Promise.withResolvers<{ status: number; content: string }>();
    const request = start(`${url}${path}`, {
      method: 'POST',
      agent,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(payload),
        accept: 'application/json',
      },
    });
    request.on('error', answered.reject);
    request.on('response', (response) => {
      text(response).then(
        (content) => answered.resolve({ status: response.statusCode ?? 0, content }),
        answered.reject,
      );
    });
    request.end(payload);
    return answered.promise;
  };

  return {
    url,
    async post(path, input) {
      const { status, content } = await exchange(path, JSON.stringify(input)).catch((error: unknown) => {
        throw new ApiUnreachable(url, reasonOf(error), error);
      });
      const body = json.safeParse(parsed(content));
      if (!body.success) throw new ApiUnreachable(url, `HTTP ${status} without a JSON object`);
      return { status, body: body.data };
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return null;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'it took too long';
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'it broke off';
}
