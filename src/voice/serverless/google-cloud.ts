/**
 * Google Cloud Functions: Express's request and answer (the Functions Framework). Google's front end appends who was connected to
 * `X-Forwarded-For`; behind a load balancer that is the balancer, to be named by SWML_TRUSTED_PROXY_NETWORKS.
 */
import {
  answerOf,
  bodyOf,
  headersOf,
  queryOf,
  type RequestParts,
  type ServerlessEvent,
  takeAppended,
} from './event.ts';

export interface GoogleRequest extends ServerlessEvent {
  readonly originalUrl?: string;
}

export interface GoogleAnswer {
  status(code: number): unknown;
  set(name: string, value: string | string[]): unknown;
  send(body: string | Buffer): unknown;
}

/** @throws TypeError */
export function googleParts(event: GoogleRequest): RequestParts {
  const headers = headersOf(event.headers);
  const target = event.originalUrl ?? event.url ?? event.rawPath ?? event.path ?? '/';
  const { path, query } = splitTarget(target);
  return {
    method: event.method ?? event.httpMethod ?? 'GET',
    scheme: 'https',
    path,
    query:
      query ??
      event.rawQueryString ??
      queryOf(event.query ?? event.multiValueQueryStringParameters ?? event.queryStringParameters),
    headers: declared(headers, event),
    body: bodyOf(event),
    client: takeAppended(headers),
  };
}

export async function sendGoogle(response: Response, res: GoogleAnswer): Promise<void> {
  const { statusCode, headers, body, isBase64Encoded } = await answerOf(response);
  const cookies = response.headers.getSetCookie();
  res.status(statusCode);
  for (const [name, value] of Object.entries(headers)) res.set(name, name === 'set-cookie' ? cookies : value);
  res.send(isBase64Encoded === true ? Buffer.from(body, 'base64') : body);
}

/** An address or a path, without a fragment; `query` null when it has none. */
export function splitTarget(target: string): { readonly path: string; readonly query: string | null } {
  const [, path = '', query] = /^(?:https?:\/\/[^/?#]*)?([^?#]*)(?:\?([^#]*))?/i.exec(target) ?? [];
  return { path: path === '' ? '/' : path, query: query ?? null };
}

/** A body that was handed over parsed is JSON again when it is read. */
export function declared(headers: Headers, { rawBody, body }: ServerlessEvent): Headers {
  const isParsed = rawBody === undefined && typeof body === 'object' && body !== null && !(body instanceof Uint8Array);
  if (isParsed) headers.set('content-type', 'application/json');
  return headers;
}
