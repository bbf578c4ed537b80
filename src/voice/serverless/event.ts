/** What serverless platforms hand over and take back, and what stands between: a request in parts, made into fetch's own. */
import { fromBase64, fromUtf8, toBase64, toUtf8 } from '../../kernel/encoding.ts';
import { parseAddressWithPort, spellAddress } from '../../shield/ip-address.ts';
import { vouchForClient } from '../../shield/vouched-client.ts';

/** Anything that answers as fetch does: a Hono application, for one. */
export interface FetchApp {
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

type Many = Readonly<Record<string, readonly string[] | undefined>>;

/** The fields of all platforms' events that are read here; each platform fills some. */
export interface ServerlessEvent {
  readonly version?: string;
  readonly httpMethod?: string;
  readonly method?: string;
  /** Absolute, or a path with its query. */
  readonly url?: string;
  readonly path?: string;
  readonly rawPath?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>> | null;
  readonly multiValueHeaders?: Many | null;
  readonly cookies?: readonly string[];
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null;
  readonly multiValueQueryStringParameters?: Many | null;
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly rawQueryString?: string;
  readonly pathParameters?: Readonly<Record<string, string | undefined>> | null;
  readonly body?: string | Uint8Array | Readonly<Record<string, unknown>> | null;
  /** The bytes as they came, where `body` was parsed. */
  readonly rawBody?: string | Uint8Array;
  readonly isBase64Encoded?: boolean;
  readonly requestContext?: Readonly<Record<string, unknown>>;
}

export interface ServerlessResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
  /** Where `body` is base64: the bytes are no text. */
  readonly isBase64Encoded?: true;
  /** Where a header has several values, and the platform takes them here. */
  readonly multiValueHeaders?: Record<string, string[]>;
  readonly cookies?: string[];
}

export interface RequestParts {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  /** Encoded, from its first slash. */
  readonly path: string;
  /** Encoded, without the question mark. */
  readonly query: string;
  readonly headers: Headers;
  readonly body: Uint8Array | null;
  /** Who was connected, in the platform's own words; null when it does not say. */
  readonly client: string | null;
}

const AUTHORITY = /^(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
const WITHOUT_BODY: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** @throws TypeError for what is no request: a host, a method or a header that can't be. */
export function requestOf({ method, scheme, path, query, headers, body, client }: RequestParts): Request {
  const host = headers.get('host') ?? 'localhost';
  if (!AUTHORITY.test(host) || !path.startsWith('/')) throw new TypeError('no host or path of a request');
  const url = `${scheme}://${host}${path.replace(/[?#]/g, encodeURIComponent)}${query === '' ? '' : `?${query}`}`;
  const upper = method.toUpperCase();
  const hasBody = body !== null && body.byteLength > 0 && !WITHOUT_BODY.has(upper);
  headers.delete('transfer-encoding'); // the body is whole
  if (hasBody) headers.set('content-length', String(body.byteLength));
  else headers.delete('content-length');
  const request = new Request(url, { method: upper, headers, ...(hasBody && { body: new Uint8Array(body) }) });
  const address = client === null ? null : parseAddressWithPort(client);
  if (address !== null) vouchForClient(request, spellAddress(address));
  return request;
}

/** One entry for each value; repeated names add up. @throws TypeError */
export function headersOf(
  ...lists: readonly (Readonly<Record<string, string | readonly string[] | undefined>> | null | undefined)[]
): Headers {
  const headers = new Headers();
  for (const list of lists)
    for (const [name, values] of Object.entries(list ?? {}))
      for (const value of typeof values === 'string' ? [values] : (values ?? [])) headers.append(name, value);
  return headers;
}

/** @param encode whether names and values were decoded by the platform. */
export function queryOf(
  parameters: Readonly<Record<string, string | readonly string[] | undefined>> | null | undefined,
  encode: (text: string) => string = encodeURIComponent,
): string {
  const pairs = Object.entries(parameters ?? {}).flatMap(([name, values]) =>
    (typeof values === 'string' ? [values] : (values ?? [])).map((value) => `${encode(name)}=${encode(value)}`),
  );
  return pairs.join('&');
}

/** The bytes of a body, whichever way it is handed over. @throws TypeError for base64 that is none. */
export function bodyOf({ rawBody, body, isBase64Encoded }: ServerlessEvent): Uint8Array | null {
  const given = rawBody ?? body ?? null;
  if (given === null || given instanceof Uint8Array) return given;
  if (typeof given !== 'string') return toUtf8(JSON.stringify(given));
  if (isBase64Encoded !== true) return toUtf8(given);
  const bytes = fromBase64(given);
  if (bytes === null) throw new TypeError('a body that is not base64');
  return bytes;
}

/**
 * For platforms whose front end appends who was connected to `X-Forwarded-For`: takes that last address off, since it is the peer
 * and not a word of the client's. Null when there is none.
 */
export function takeAppended(headers: Headers): string | null {
  const list = headers.get('x-forwarded-for')?.split(',') ?? [];
  const last = list.pop()?.trim() ?? null;
  if (list.length > 0) headers.set('x-forwarded-for', list.join(','));
  else headers.delete('x-forwarded-for');
  return last;
}

/** The answer in the form that all platforms share: bytes that are no text as base64. */
export async function answerOf(response: Response): Promise<ServerlessResponse> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = fromUtf8(bytes);
  const answer = { statusCode: response.status, headers: Object.fromEntries(response.headers) };
  return text === null ? { ...answer, body: toBase64(bytes), isBase64Encoded: true } : { ...answer, body: text };
}
