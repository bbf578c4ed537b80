/**
 * Node's HTTP server beneath the application: its limits in one place, and answers that no route and no middleware sees (a
 * request line that can't be parsed, headers too large, too many or too slow, an address that the adapter refuses) with the
 * same headers as all others.
 */
import { type RequestListener, type Server, type ServerOptions, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { SECOND_MS } from '../kernel/time.ts';
import type { HeaderList } from './security-headers.ts';

/** Enough for a token, cookies and what several proxies add; Node's own default, said aloud. */
const MAX_HEADER_BYTES = 16_384;
/** Browsers behind proxies send some forty. */
export const MAX_HEADERS = 100;
/** A request's line and headers, or the TLS handshake before it; nobody who means well needs longer, also on a bad line. */
export const HEADERS_TIMEOUT_MS = 10 * SECOND_MS;
/** How often Node looks for connections that are over one of its times. */
const CHECK_EVERY_MS = SECOND_MS;
/** Longer than most proxies keep theirs (60 s): the side that may send must be the one that closes, or a request gets lost. */
const KEEP_ALIVE_MS = 65 * SECOND_MS;

export interface NodeTimes {
  /** Milliseconds for a whole body to arrive. */
  readonly bodyTimeoutMs: number;
  /** Milliseconds without a byte in either direction until a connection is cut: a reader that stopped reading, for one. */
  readonly silenceTimeoutMs: number;
}

/** For `http.createServer`. */
export const nodeServerOptions = ({ bodyTimeoutMs }: NodeTimes): ServerOptions => ({
  maxHeaderSize: MAX_HEADER_BYTES,
  headersTimeout: HEADERS_TIMEOUT_MS,
  // what reads the body answers first (body.ts); this is for the bodies that nobody reads
  requestTimeout: HEADERS_TIMEOUT_MS + bodyTimeoutMs + CHECK_EVERY_MS,
  connectionsCheckingInterval: CHECK_EVERY_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
  insecureHTTPParser: false,
  joinDuplicateHeaders: true,
});

/** Node's parser and timeout codes that have a status of their own; the others are 400. */
const STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Sets `headers` on every answer of `server`; a header that is set later under the same name wins. */
export function hardenServer(server: Server, headers: HeaderList, times?: NodeTimes): void {
  server.maxHeadersCount = 0; // Node would drop the rest unseen, and a proxy's own come last: see `boundedHeaders`
  if (times !== undefined) server.setTimeout(times.silenceTimeoutMs);
  const answering = new WeakSet<Duplex>();
  server.prependListener('request', (request, response) => {
    answering.add(request.socket);
    setOn(response, headers);
  });
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // not where a request went before: the answer to this one would be read as the answer, or part of it, to that one
    if (answering.has(socket) || !socket.writable || error.code === 'ECONNRESET') return socket.destroy();
    const status = STATUS[error.code ?? ''] ?? 400;
    const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines}connection: close\r\ncontent-length: 0\r\n\r\n`;
    return socket.end(head, () => socket.destroy());
  });
}

/**
 * Refuses a request with more than `MAX_HEADERS` headers (431) before `handle` sees it. Counted here and not left to Node,
 * which would drop those beyond its limit unseen: a client could so push out what the proxy behind it appends.
 */
export const boundedHeaders =
  (handle: RequestListener): RequestListener =>
  (request, response) => {
    if (request.rawHeaders.length <= 2 * MAX_HEADERS) return handle(request, response);
    response.writeHead(431, { connection: 'close', 'content-length': 0 }).end();
  };

export function setOn(response: ServerResponse, headers: HeaderList): void {
  for (const [name, value] of headers) response.setHeader(name, value);
}
