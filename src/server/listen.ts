/**
 * The application on a socket of Node's, and its end: a server that stops takes no more connections, lets running requests
 * finish for a while, then cuts what is left, so that stopping under load ends in bounded time.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Ids } from '../kernel/ids.ts';
import { boundedHeaders, hardenServer, type NodeTimes, nodeServerOptions } from '../shield/node-server.ts';
import type { HeaderList } from '../shield/security-headers.ts';
import { unambiguous } from '../shield/unambiguous.ts';
import { type Env, REQUEST_ID } from './context.ts';

export interface Listening {
  /** The port in use, also when 0 was asked for. */
  readonly port: number;
  /** Resolves when all connections are gone: at the latest when `drainMs` milliseconds are over. May be hurried by another call. */
  close(drainMs: number): Promise<void>;
}

export interface ListenParts {
  readonly app: Hono<Env>;
  readonly headers: HeaderList;
  readonly ids: Ids;
  readonly times: NodeTimes;
  /** Told when no more connections are taken: what holds a connection open without a request has to let go. */
  onClosing(): void;
}

/** How often connections that have become idle are ended while draining; Node itself ends only those idle at once. */
const SWEEP_MS = 20;

/** @throws the Node error (`EADDRINUSE`, `EACCES` …) when it can't listen. */
export async function listen(
  { app, headers, ids, times, onClosing }: ListenParts,
  host: string,
  port: number,
): Promise<Listening> {
  // What Node would answer by itself, without any header, goes to the application instead: no Host (`hostname` stands in
  // for it in the URL alone) and an unknown Expect, which may be ignored (RFC 9110 §10.1.1).
  const handle = getRequestListener((request, env) => app.fetch(request, env), { hostname: 'localhost' });
  const bounded = boundedHeaders(unambiguous(handle));
  const server = createServer({ ...nodeServerOptions(times), requireHostHeader: false }, bounded);
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  hardenServer(server, headers, times);
  server.prependListener('request', (_, response) => response.setHeader(REQUEST_ID, ids.next('req')));

  server.listen(port, host);
  await once(server, 'listening'); // rejects with what 'error' says
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('listening on no port');

  return {
    port: address.port,
    async close(drainMs) {
      const gone = once(server, 'close');
      server.close();
      onClosing();
      const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
      const cut = setTimeout(() => server.closeAllConnections(), drainMs);
      await gone;
      clearInterval(sweep);
      clearTimeout(cut);
    },
  };
}
