/**
 * Requests that ask for another protocol (RFC 9110 §7.8) at the paths that speak one: each goes through the application like any
 * other request, with everything that stands before a door, and only a handler that says so takes the connection over. What is
 * refused is answered in HTTP, and the connection ends. Elsewhere the wish is ignored, as it was before.
 */
import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

export interface Upgrade {
  readonly socket: Duplex;
  /** What came with the request's head. */
  readonly head: Buffer;
}

const asked = new WeakMap<IncomingMessage, Upgrade & { readonly response: ServerResponse }>();

/** For `http.createServer`: whether a request may leave HTTP at all. */
export const mayUpgrade =
  (paths: ReadonlySet<string>) =>
  ({ url = '', method, headers }: IncomingMessage): boolean =>
    method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket' && paths.has(url.split('?', 1)[0]!);

/** Hands such requests to the listeners of `request`, as if they were any other. */
export function answerUpgrades(server: Server): void {
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy()); // Node's own listener went with its parser
    const response = new ServerResponse(request);
    response.assignSocket(socket as never);
    response.once('finish', () => {
      response.detachSocket(socket as never);
      socket.end();
    });
    asked.set(request, { socket, head, response });
    server.emit('request', request, response);
  });
}

/** Takes the connection from HTTP; null: it did not ask for another protocol, or not where there is one. */
export function takeOver(request: IncomingMessage): Upgrade | null {
  const found = asked.get(request);
  if (found === undefined || found.response.writableEnded || found.socket.destroyed) return null;
  asked.delete(request);
  found.response.detachSocket(found.socket as never);
  return { socket: found.socket, head: found.head };
}

export const asksToUpgrade = (request: IncomingMessage): boolean => asked.has(request);
