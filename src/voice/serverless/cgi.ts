/** CGI/1.1 (RFC 3875): a request from variables and standard input, the answer on standard output. */
import { STATUS_CODES } from 'node:http';
import { toBase64 } from '../../kernel/encoding.ts';
import type { Environment } from '../../kernel/setting.ts';
import { bodyOf, headersOf, type RequestParts, type ServerlessEvent } from './event.ts';

export interface CgiStreams {
  readonly input: AsyncIterable<Uint8Array | string>;
  readonly output: { write(bytes: Uint8Array): unknown };
}

/** `Proxy` is no header of a request, but a variable that programs believe (CVE-2016-5385). */
const NOT_PASSED_ON = 'proxy';
const WHOLE = /^\d{1,15}$/;

/** An event of these variables (RFC 3875 §4.1). */
export function cgiEvent(environment: Environment, body: string | Uint8Array = ''): ServerlessEvent {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    const header = /^HTTP_(\w+)$/.exec(name)?.[1]?.toLowerCase().replaceAll('_', '-');
    if (header !== undefined && header !== NOT_PASSED_ON && value !== undefined) headers[header] = value;
  }
  const set = (header: string, value: string | undefined) => {
    if (value !== undefined && value !== '') headers[header] ??= value;
  };
  set('authorization', environment['REDIRECT_HTTP_AUTHORIZATION']);
  set('content-type', environment['CONTENT_TYPE']);
  set('host', environment['SERVER_NAME']);
  const isSecure = /^(?:on|1|true|yes)$/i.test(environment['HTTPS'] ?? '') || environment['REQUEST_SCHEME'] === 'https';
  return {
    httpMethod: environment['REQUEST_METHOD'] ?? 'GET',
    path: encodeURI(environment['PATH_INFO'] || '/'), // the server has decoded it
    rawQueryString: environment['QUERY_STRING'] ?? '',
    headers,
    requestContext: { scheme: isSecure ? 'https' : 'http', identity: { sourceIp: environment['REMOTE_ADDR'] } },
    ...(typeof body === 'string' ? { body } : { body: toBase64(body), isBase64Encoded: true }),
  };
}

/** @throws TypeError */
export function cgiParts(event: ServerlessEvent): RequestParts {
  const { scheme, identity } = (event.requestContext ?? {}) as {
    scheme?: 'http' | 'https';
    identity?: { sourceIp?: string };
  };
  return {
    method: event.httpMethod ?? event.method ?? 'GET',
    scheme: scheme ?? 'http',
    path: event.path ?? '/',
    query: event.rawQueryString ?? '',
    headers: headersOf(event.headers),
    body: bodyOf(event),
    client: identity?.sourceIp ?? null,
  };
}

/** As many bytes as were announced, or null when they are more than `maxBytes`. A request that announces none has none. */
export async function readCgiBody(
  { CONTENT_LENGTH: announced = '' }: Environment,
  input: CgiStreams['input'],
  maxBytes: number,
): Promise<Uint8Array | null> {
  if (announced === '' || announced === '0') return new Uint8Array();
  const length = WHOLE.test(announced) ? Number(announced) : Number.POSITIVE_INFINITY;
  if (!(length <= maxBytes)) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of input) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    chunks.push(bytes);
    size += bytes.byteLength;
    if (size >= length) break;
  }
  return new Uint8Array(Buffer.concat(chunks)).subarray(0, length);
}

export async function writeCgi(response: Response, output: CgiStreams['output']): Promise<void> {
  const lines = [`Status: ${response.status} ${STATUS_CODES[response.status] ?? ''}`.trim()];
  for (const [name, value] of response.headers) lines.push(`${name}: ${value}`);
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  output.write(Buffer.concat([head, new Uint8Array(await response.arrayBuffer())]));
}
