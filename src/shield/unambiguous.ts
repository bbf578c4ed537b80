/**
 * Requests that two readers could take for different ones, against request smuggling: what a proxy in front understood one
 * way must not be answered here as something else, nor may the answers on a connection fall out of step with its requests.
 * What Node's parser lets through and leaves to the application is decided here, before any route. Bodies that are framed
 * wrongly, repeated lengths and malformed lines never get this far: the parser ends the connection.
 */
import type { IncomingMessage, RequestListener } from 'node:http';

type Head = Pick<IncomingMessage, 'httpVersionMajor' | 'httpVersionMinor' | 'url'> & {
  readonly headers: Pick<IncomingMessage['headers'], 'host' | 'transfer-encoding'>;
};

/** The status to refuse with, or null. Pure. */
export function ambiguityOf({ httpVersionMajor: major, httpVersionMinor: minor, url = '', headers }: Head) {
  if (major !== 1) return 505; // Node reads HTTP/0.9 and HTTP/2.0 lines as if they were HTTP/1
  const coding = headers['transfer-encoding'];
  if (coding !== undefined) {
    if (minor === 0) return 400; // its framing is faulty (RFC 9112 §6.1)
    if (coding.toLowerCase() !== 'chunked') return 501; // `identity, chunked`, `gzip, chunked`: one coding, one spelling
  }
  // absolute-form: the target names the host, and Host must say the same (RFC 9112 §3.2.2); so must no user name be in it
  if (url.startsWith('/')) return null;
  const authority = /^https?:\/\/([^/?#]*)/i.exec(url)?.[1];
  return authority === undefined || authority.toLowerCase() === headers.host?.toLowerCase() ? null : 400;
}

/**
 * Refuses what is ambiguous and closes the connection, before `handle` sees it. A request that asks for another protocol is
 * answered in this one (RFC 9110 §7.8) and is the last on its connection: Node drops what came with it in the same packet,
 * which may have been the next request.
 */
export const unambiguous =
  (handle: RequestListener): RequestListener =>
  (request, response) => {
    const status = ambiguityOf(request);
    if (status !== null) return void response.writeHead(status, { connection: 'close', 'content-length': 0 }).end();
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false;
    return handle(request, response);
  };
