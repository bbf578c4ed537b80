/**
 * Node's HTTP server beneath the application: answers that no route and no middleware sees (a request line that can't be
 * parsed, headers too large or too slow, an address that the adapter refuses) carry the same headers as all others.
 */
import { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HeaderList } from './security-headers.ts';

/** Node's parser and timeout codes that have a status of their own; the others are 400. */
const STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Sets `headers` on every answer of `server`; a header that is set later under the same name wins. */
export function hardenServer(server: Server, headers: HeaderList): void {
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

export function setOn(response: ServerResponse, headers: HeaderList): void {
  for (const [name, value] of headers) response.setHeader(name, value);
}
