/** An agent's application over real sockets: HTTP, HTTPS, and the end of both. */
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { connect as connectTls, type SecureVersion } from 'node:tls';
import { Hono } from 'hono';
import { afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ConfigurationError } from '../../src/voice/configuration-error.ts';
import { protectionHeaders } from '../../src/voice/door/protection.ts';
import { type ServeParts, type Serving, serveApp } from '../../src/voice/door/serving.ts';
import { getLogger } from '../../src/voice/logger.ts';
import { type Certificate, makeCertificate } from '../support/certificate.ts';

const NAME = 'agent.test';
const FOREVER_MS = 60_000;
let certificate: Certificate;
beforeAll(() => {
  certificate = makeCertificate(NAME);
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => {
  gate = Promise.withResolvers<void>();
  begun = 0;
});

let gate = Promise.withResolvers<void>();
let begun = 0;
const app = new Hono()
  .get('/', (c) => c.text(new URL(c.req.url).protocol))
  .get('/slow', async (c) => {
    begun += 1;
    await gate.promise;
    return c.text('done');
  });

async function serve(parts: Partial<ServeParts> = {}): Promise<Serving> {
  const serving = await serveApp({
    app,
    headers: protectionHeaders(null),
    host: '127.0.0.1',
    port: 0,
    tls: null,
    times: { bodyTimeoutMs: 1_000, silenceTimeoutMs: FOREVER_MS },
    log: getLogger('serving'),
    ...parts,
  });
  onTestFinished(() => serving.stop(0));
  return serving;
}

const get = async (serving: Serving, path = '/', agent?: Agent) => {
  const sent = httpRequest(serving.url + path, { agent: agent ?? false }).end();
  const [response] = await once(sent, 'response');
  return {
    status: response.statusCode,
    headers: response.headers,
    text: (await response.setEncoding('utf8').toArray()).join(''),
  };
};

const getTls = async (serving: Serving, maxVersion: SecureVersion) => {
  const sent = httpsRequest(serving.url, { agent: false, ca: certificate.cert, servername: NAME, maxVersion }).end();
  const [response] = await once(sent, 'response');
  return { headers: response.headers, text: (await response.setEncoding('utf8').toArray()).join('') };
};

describe('by HTTP', () => {
  it('answers, with the headers on what no route sees too', async () => {
    const serving = await serve();
    expect(serving.url).toBe(`http://127.0.0.1:${serving.port}`);
    expect(await get(serving)).toMatchObject({ status: 200, text: 'http:', headers: { 'x-frame-options': 'DENY' } });
    const socket = connect(serving.port, '127.0.0.1').end('NONSENSE\r\n\r\n');
    expect((await socket.setEncoding('utf8').toArray()).join('')).toMatch(
      /^HTTP\/1.1 400 [\s\S]*x-frame-options: DENY/,
    );
  });

  it('names an address that can be opened where every address is listened on', async () => {
    const serving = await serve({ host: '0.0.0.0' });
    expect(serving.url).toBe(`http://localhost:${serving.port}`);
  });
});

describe('by HTTPS', () => {
  const tls = () => ({ tls: certificate });

  it('answers in TLS 1.3', async () => {
    const serving = await serve(tls());
    expect(serving.url).toBe(`https://127.0.0.1:${serving.port}`);
    expect(await getTls(serving, 'TLSv1.3')).toMatchObject({ text: 'https:', headers: { 'x-frame-options': 'DENY' } });
  });

  it('refuses TLS 1.2, unless told to speak it; never 1.1', async () => {
    await expect(getTls(await serve(tls()), 'TLSv1.2')).rejects.toThrow(/protocol version/);
    const older = await serve({ tls: { ...certificate, minVersion: 'TLSv1.2' } });
    expect((await getTls(older, 'TLSv1.2')).text).toBe('https:');
    const socket = connectTls({
      port: older.port,
      host: '127.0.0.1',
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
      rejectUnauthorized: false,
    });
    await expect(once(socket, 'secureConnect')).rejects.toThrow(/protocol version|version/);
  });

  it('gives plain HTTP no answer, and goes on', async () => {
    const serving = await serve(tls());
    const socket = connect(serving.port, '127.0.0.1').on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    const answer = await socket
      .setEncoding('latin1')
      .toArray()
      .catch(() => []);
    expect(answer.join('')).not.toContain('HTTP');
    expect((await getTls(serving, 'TLSv1.3')).text).toBe('https:');
  });

  it('ends in bounded time while a handshake is not over', async () => {
    const serving = await serve(tls());
    const silent = connect(serving.port, '127.0.0.1').on('error', () => {});
    await once(silent, 'connect');
    const closed = once(silent.resume(), 'close');
    await getTls(serving, 'TLSv1.3'); // by now the server has taken the connection before it
    await serving.stop(50);
    await closed;
  }, 4_000);
});

describe('its end', () => {
  it('lets running requests finish, takes no new ones, and comes once however often it is asked for', async () => {
    const onClosing = vi.fn();
    const serving = await serve({ onClosing });
    const running = [get(serving, '/slow'), get(serving, '/slow')];
    await expect.poll(() => begun).toBe(2);
    const stopped = [serving.stop(FOREVER_MS), serving.stop(FOREVER_MS)];
    expect(onClosing).toHaveBeenCalled();
    await expect(get(serving)).rejects.toThrow('ECONNREFUSED');
    gate.resolve();
    expect((await Promise.all(running)).map(({ text }) => text)).toEqual(['done', 'done']);
    await Promise.all(stopped);
    await serving.stop();
  }, 4_000);

  it('does not wait for connections that are kept alive and idle', async () => {
    const serving = await serve();
    const agent = new Agent({ keepAlive: true });
    await get(serving, '/', agent);
    await serving.stop(FOREVER_MS);
    agent.destroy();
  }, 4_000);

  it('is in bounded time under load: what does not finish is cut', async () => {
    const serving = await serve();
    const cut = Array.from({ length: 50 }, () =>
      expect(get(serving, '/slow')).rejects.toThrow(/socket hang up|ECONNRESET/),
    );
    await expect.poll(() => begun).toBe(50);
    await serving.stop(20);
    await Promise.all(cut);
  }, 4_000);
});

describe('what can’t be listened on', () => {
  it('is a port in use, and says which', async () => {
    const { port } = await serve();
    const second = serve({ port });
    await expect(second).rejects.toThrow(ConfigurationError);
    await expect(second).rejects.toThrow(`Port ${port} on 127.0.0.1 is in use`);
  });

  it.for<[Partial<ServeParts>, RegExp]>([
    [{ port: 65_536 }, /from 0 to 65535, not 65536/],
    [{ host: '192.0.2.1' }, /no address 192\.0\.2\.1/],
  ])('is %j', async ([parts, says]) => {
    const refused = serve(parts);
    await expect(refused).rejects.toThrow(ConfigurationError);
    await expect(refused).rejects.toThrow(says);
  });
});
