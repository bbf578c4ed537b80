/**
 * An application on a socket of Node's, by HTTP or HTTPS, and its end: a server that stops takes no more connections, lets
 * running requests finish for a while, then cuts what is left, so that stopping under load ends in bounded time.
 */
import { constants } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { boundedHeaders, HEADERS_TIMEOUT_MS, hardenServer, type NodeTimes, nodeServerOptions } from './node-server.ts';
import { answerUpgrades, mayUpgrade } from './node-upgrade.ts';
import type { HeaderList } from './security-headers.ts';
import { unambiguous } from './unambiguous.ts';

export interface Tls {
  /** The certificate, with its chain, and its private key, as PEM. */
  readonly cert: string;
  readonly key: string;
  /** Oldest version that is spoken; 1.3 unless said. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
  /**
   * Authorities whose clients may show a certificate, as PEM. Nobody is refused for showing none or another's: whoever takes a
   * client for the one in its certificate looks at `authorized` of the socket first.
   */
  readonly clientCa?: string;
}

export interface Listening {
  /** The port in use, also when 0 was asked for. */
  readonly port: number;
  /**
   * Serves another certificate from the next connection on; those that are open stay. Where the authorities of clients are
   * others than before, a connection that had shown a certificate is ended: what it may do was decided by the old ones.
   * @throws what OpenSSL says, with the old one still served. @throws TypeError where plain HTTP is served.
   */
  renew(tls: Tls): void;
  /** Resolves when all connections are gone: at the latest when `drainMs` milliseconds are over. May be hurried by another call. */
  close(drainMs: number): Promise<void>;
}

export interface NodeListenParts {
  readonly app: { readonly fetch: (request: Request, env: HttpBindings) => Response | Promise<Response> };
  /** On every answer, also on those that the application never sees. */
  readonly headers: HeaderList;
  readonly times: NodeTimes;
  /** Null or absent: plain HTTP. */
  readonly tls?: Tls | null;
  /** Sees every answer before the application does. */
  readonly onRequest?: (response: ServerResponse) => void;
  /** Where requests may ask for a WebSocket; nowhere unless said. */
  readonly upgrades?: ReadonlySet<string>;
  /** Told when no more connections are taken: what holds a connection open without a request has to let go. */
  readonly onClosing?: () => void;
}

/** How often connections that have become idle are ended while draining; Node itself ends only those idle at once. */
const SWEEP_MS = 20;

/** @throws the Node error (`EADDRINUSE`, `EACCES` …) when it can't listen, or OpenSSL's for a certificate or key that is none. */
export async function listenOnNode(parts: NodeListenParts, host: string, port: number): Promise<Listening> {
  const { app, headers, times, onRequest, onClosing } = parts;
  // What Node would answer by itself, without any header, goes to the application instead: no Host (`hostname` stands in
  // for it in the URL alone) and an unknown Expect, which may be ignored (RFC 9110 §10.1.1).
  const handle = getRequestListener((request, env) => app.fetch(request, env as HttpBindings), {
    hostname: 'localhost',
  });
  const { server, renew } = await serverFor(parts, boundedHeaders(unambiguous(handle)));
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  hardenServer(server, headers, times);
  if (parts.upgrades !== undefined) answerUpgrades(server);
  if (onRequest !== undefined) server.prependListener('request', (_, response) => onRequest(response));
  // of their own, because Node's `closeAllConnections` misses those whose TLS handshake is not over
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  server.listen(port, host);
  await once(server, 'listening'); // rejects with what 'error' says
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('listening on no port');

  return {
    port: address.port,
    renew,
    async close(drainMs) {
      const gone = once(server, 'close');
      server.close();
      onClosing?.();
      const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
      const cut = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, drainMs);
      await gone;
      clearInterval(sweep);
      clearTimeout(cut);
    },
  };
}

async function serverFor(
  { times, tls, upgrades = new Set() }: NodeListenParts,
  handle: ReturnType<typeof boundedHeaders>,
) {
  const options = {
    ...{ ...nodeServerOptions(times), requireHostHeader: false },
    shouldUpgradeCallback: mayUpgrade(upgrades),
  };
  if (tls === undefined || tls === null) {
    const renew = () => {
      throw new TypeError('plain HTTP has no certificate to renew');
    };
    return { server: createServer(options, handle), renew };
  }
  const { createServer: createTlsServer } = await import('node:https'); // 8 MB, for those who serve it
  const client = { requestCert: tls.clientCa !== undefined, rejectUnauthorized: false };
  const server = createTlsServer(
    { ...options, ...contextOf(tls), ...client, handshakeTimeout: HEADERS_TIMEOUT_MS },
    handle,
  );
  // before Node hands it on as a `clientError`: whoever did not speak TLS is told nothing, and a connection whose handshake took
  // too long is ended, which Node leaves to this listener
  server.prependListener('tlsClientError', (_, socket) => socket.destroy());
  const vouchedFor = new Set<TLSSocket>();
  server.on('secureConnection', (socket) => {
    if (!socket.authorized) return;
    vouchedFor.add(socket);
    socket.once('close', () => vouchedFor.delete(socket));
  });
  let authorities = tls.clientCa;
  const renew = (next: Tls) => {
    server.setSecureContext(contextOf(next));
    if (next.clientCa === authorities) return;
    authorities = next.clientCa;
    for (const socket of vouchedFor) socket.destroy();
  };
  return { server, renew };
}

/**
 * Key exchanges, the post-quantum one first. Node's own list ends with finite fields: one is of 112 bits, and all let a client
 * spend much of the server's time for little of its own (CVE-2002-20001).
 */
const GROUPS = 'X25519MLKEM768:X25519:P-256:P-384:P-521';

/**
 * With client certificates no session is resumed: a resumed one carries the verdict of its first handshake, and would outlive
 * the certificate.
 */
const contextOf = ({ cert, key, minVersion = 'TLSv1.3', clientCa }: Tls) => ({
  ...{ cert, key, minVersion, ecdhCurve: GROUPS },
  ...(clientCa === undefined ? {} : { ca: clientCa, secureOptions: constants.SSL_OP_NO_TICKET }),
});
