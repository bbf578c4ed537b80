/** The doors by TLS: what is spoken, what is not, and a certificate that changes under open connections. */
import { once } from 'node:events';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { HttpBindings } from '@hono/node-server';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { listenOnNode, type Tls } from '../../src/shield/node-listen.ts';
import { type Certificate, makeCertificate } from '../support/certificate.ts';
import { server } from './fixture.ts';

const TIMES = { bodyTimeoutMs: 1_000, silenceTimeoutMs: 10_000 };

let first: Certificate;
let second: Certificate;
let authority: Certificate;
let otherAuthority: Certificate;
let client: Certificate;
beforeAll(() => {
  [first, second] = [makeCertificate('localhost'), makeCertificate('localhost')];
  [authority, otherAuthority] = [makeCertificate('clients'), makeCertificate('others')];
  client = makeCertificate('worker.example', authority);
});

async function served(tls: Tls = first) {
  const made = server({ parts: { tlsPins: { pins: () => ['sha256/abc='] } } });
  const listening = await made.listen('127.0.0.1', 0, tls);
  onTestFinished(async () => {
    made.open();
    await listening.close(0);
  });
  return { ...made, ...listening };
}

/** A connection of which the test may ask whose certificate it saw. */
async function connected(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({
    host: '127.0.0.1',
    port,
    servername: 'localhost',
    ca: [first.cert, second.cert],
    ...options,
  });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  return socket;
}
const alertOf = (port: number, options: ConnectionOptions) =>
  connected(port, options).then(
    () => null,
    (error: NodeJS.ErrnoException) => error.code,
  );
const certificateOf = (socket: TLSSocket) => socket.getPeerX509Certificate()!.toString().trim();

/** One GET on a connection that stays open. */
function asker(port: number, options: RequestOptions = {}) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return async (path: string) => {
    const ask = httpsRequest({
      host: '127.0.0.1',
      port,
      path,
      agent,
      ca: [first.cert, second.cert],
      servername: 'localhost',
      headers: { host: 'localhost' },
      ...options,
    });
    ask.end();
    const [res] = await once(ask, 'response');
    const { statusCode, socket } = res as { statusCode: number; socket: TLSSocket }; // no longer there once all is read
    const cert = certificateOf(socket);
    return { status: statusCode, text: String(await buffer(res)), cert, socket, reused: ask.reusedSocket };
  };
}

describe('a server that speaks TLS', () => {
  it('speaks 1.3 alone, and answers plain HTTP with nothing', async () => {
    const { port } = await served();
    expect((await connected(port)).getProtocol()).toBe('TLSv1.3');
    expect(await alertOf(port, { maxVersion: 'TLSv1.2' })).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    const plain = connectPlain(port, '127.0.0.1').on('error', () => {});
    plain.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
    expect(String(await buffer(plain).catch(() => ''))).toBe('');
  });

  it('publishes the pins of its key, and has no such page by plain HTTP', async () => {
    const { port, app } = await served();
    const { status, text } = await asker(port)('/.well-known/sallyport/tls');
    expect([status, JSON.parse(text)]).toEqual([200, { spki: ['sha256/abc='] }]);
    const ask = (of: typeof app, method: string) =>
      of.request('/.well-known/sallyport/tls', { method, headers: { host: 'localhost' } });
    expect((await ask(app, 'POST')).status).toBe(405);
    expect((await ask(server().app, 'GET')).status).toBe(404);
  });

  it('serves another certificate from the next connection on, and drops none that is open', async () => {
    const { port, renew, begun, open } = await served();
    const get = asker(port);
    const before = await get('/healthz');
    expect(before.status).toBe(200);
    const slow = httpsRequest({
      host: '127.0.0.1',
      port,
      ca: first.cert,
      servername: 'localhost',
      method: 'POST',
      path: '/api/v1/demo/look',
      headers: { host: 'localhost', authorization: 'Bearer agent-token', 'content-type': 'application/json' },
    });
    slow.end('{"what":"x","slow":true}');
    await expect.poll(begun).toBe(1);

    renew(second);
    expect(certificateOf(await connected(port))).toBe(second.cert.trim());
    expect((await connected(port)).getProtocol()).toBe('TLSv1.3');
    expect(await alertOf(port, { maxVersion: 'TLSv1.2' })).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    const after = await get('/healthz');
    expect([after.status, after.reused, after.cert]).toEqual([200, true, first.cert.trim()]);
    open();
    const [answer] = await once(slow, 'response');
    expect(answer.statusCode).toBe(200);
    answer.resume();
  });

  it('goes on with the certificate it has when a new one is none', async () => {
    const { port, renew } = await served();
    expect(() => renew({ cert: 'none', key: second.key })).toThrow();
    expect(() => renew({ cert: first.cert, key: second.key })).toThrow();
    expect(certificateOf(await connected(port))).toBe(first.cert.trim());
  });

  it('has nothing to renew where it speaks plain HTTP', async () => {
    const { listen } = server();
    const { renew, close } = await listen('127.0.0.1', 0);
    expect(() => renew(first)).toThrow('plain HTTP');
    await close(0);
  });
});

describe('clients’ certificates', () => {
  async function door(tls: Tls) {
    const app = {
      fetch: (_: Request, { incoming: { socket } }: HttpBindings) =>
        new Response(`${'authorized' in socket && socket.authorized} ${(socket as TLSSocket).isSessionReused()}`),
    };
    const listening = await listenOnNode({ app, headers: [], times: TIMES, tls }, '127.0.0.1', 0);
    onTestFinished(() => listening.close(0));
    return listening;
  }
  /** What the server says of the client, over a connection of its own. */
  const seen = async (port: number, options: ConnectionOptions = {}) =>
    (await asker(port, { agent: false, ...options })('/')).text;
  const withAuthority = () => ({ ...first, clientCa: authority.cert });

  it('are good when a named authority signed them; none, another’s and one’s own are nobody’s', async () => {
    const { port } = await door(withAuthority());
    expect(await seen(port, client)).toBe('true false');
    expect(await seen(port)).toBe('false false');
    expect(await seen(port, makeCertificate('worker.example', otherAuthority))).toBe('false false');
    expect(await seen(port, makeCertificate('worker.example'))).toBe('false false');
  });

  it('are not asked for where no authority is named, and prove nothing then', async () => {
    const { port } = await door(first);
    expect(await seen(port, client)).toBe('false false');
  });

  it('are looked at on every connection: no session is resumed', async () => {
    const { port } = await door(withAuthority());
    const sessions: Buffer[] = [];
    const socket = await connected(port, client);
    socket.on('session', (session) => sessions.push(session));
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    await buffer(socket);
    expect(sessions.length).toBeGreaterThan(0); // OpenSSL hands some out all the same
    for (const session of sessions) {
      const again = await connected(port, { ...client, session });
      expect(again.isSessionReused()).toBe(false);
    }
  });

  it('end with their authority: their connections go, the others stay', async () => {
    const { port, renew } = await door(withAuthority());
    const [proven, stranger] = [asker(port, client), asker(port)];
    const { socket } = await proven('/');
    await stranger('/');
    renew({ ...second, clientCa: authority.cert });
    expect(await seen(port, client)).toBe('true false');
    // the same authority: only the server's own certificate is another
    expect(await proven('/')).toMatchObject({ text: 'true false', reused: true });
    const gone = once(socket, 'close');
    renew({ ...second, clientCa: otherAuthority.cert });
    await gone;
    expect(await proven('/')).toMatchObject({ text: 'false false', reused: false });
    expect(await stranger('/')).toMatchObject({ text: 'false false', reused: true });
    expect(await seen(port, makeCertificate('worker.example', otherAuthority))).toBe('true false');
  });
});
