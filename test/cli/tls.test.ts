/** `sallyport start` with TLS, from the files to the answers: served, published, renewed on SIGHUP, refused when it can't be. */
import { EventEmitter, once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { examine } from '../../src/main/doctor/doctor.ts';
import { serve } from '../../src/main/serve.ts';
import { loadSettings } from '../../src/main/settings.ts';
import { type Certificate, makeCertificate } from '../support/certificate.ts';
import { BASE, openLive } from '../support/live-house.ts';
import { sallyport, temporaryFolder } from './command-line.ts';

let first: Certificate;
let second: Certificate;
beforeAll(() => {
  [first, second] = [makeCertificate('localhost'), makeCertificate('localhost')];
});

/** The command in this process, with lines and signals in hand. */
async function started() {
  const folder = temporaryFolder();
  const [cert, key] = [join(folder.path, 'cert.pem'), join(folder.path, 'key.pem')];
  const put = (pair: Partial<Certificate>) => {
    if (pair.cert !== undefined) writeFileSync(cert, pair.cert);
    if (pair.key !== undefined) writeFileSync(key, pair.key, { mode: 0o600 });
  };
  put(first);
  const lines: Record<string, unknown>[] = [];
  const told = new EventEmitter();
  const signals = new EventEmitter();
  const out = {
    write(line: string) {
      lines.push(JSON.parse(line));
      told.emit('line');
    },
  };
  const line = async (what: Record<string, unknown>): Promise<Record<string, unknown>> => {
    for (;;) {
      const found = lines.find((one) => Object.entries(what).every(([name, value]) => one[name] === value));
      if (found !== undefined) return found;
      await once(told, 'line');
    }
  };
  const environment = { PORT: '0', DATA_DIR: join(folder.path, 'data'), TLS_CERT_FILE: cert, TLS_KEY_FILE: key };
  const settings = loadSettings(environment);
  const ended = serve({ settings, clock: systemClock, out, signals, endAtOnce: () => {} });
  onTestFinished(async () => {
    signals.emit('SIGTERM');
    await ended;
    folder[Symbol.dispose]();
  });
  const listening = await Promise.race([line({ msg: 'listening' }), ended.then(() => lines.at(-1)!)]);
  const port = Number(new URL(String(listening['url'])).port);
  return { port, listening, line, put, signals, environment };
}

const CA = () => [first.cert, second.cert];

function client(port: number, host = 'localhost') {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return async (path: string) => {
    const asked = request({
      host: '127.0.0.1',
      port,
      path,
      agent,
      ca: CA(),
      servername: 'localhost',
      headers: { host },
    });
    asked.end();
    const [response] = await once(asked, 'response');
    return {
      status: response.statusCode,
      headers: response.headers,
      body: await text(response),
      kept: asked.reusedSocket,
    };
  };
}

async function servedCertificate(port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, ca: CA(), servername: 'localhost' });
  await once(socket, 'secureConnect');
  const certificate = socket.getPeerX509Certificate()!.toString().trim();
  socket.destroy();
  return certificate;
}

test('a renewed certificate is served on SIGHUP under an open connection; a broken one is told of and never served', async () => {
  const { port, listening, line, put, signals, environment } = await started();
  expect(listening['url']).toBe(`https://localhost:${port}`);
  const get = client(port);
  const pins = async () => JSON.parse((await get('/.well-known/sallyport/tls')).body).spki;
  expect(await pins()).toEqual([listening['pin']]);
  const { checks } = await examine(systemClock, { ...environment, PORT: String(port) });
  expect(checks.find(({ check }) => check === 'tls')).toMatchObject({
    is: 'warn',
    says: expect.stringMatching(/^The certificate ends/),
  });
  expect((await get('/healthz')).headers['strict-transport-security']).toBeUndefined(); // localhost is not one server's

  put({ cert: second.cert });
  signals.emit('SIGHUP');
  expect(await line({ alert: 'tls_not_renewed' })).toMatchObject({ level: 'error' });
  expect(await servedCertificate(port)).toBe(first.cert.trim());

  put(second);
  signals.emit('SIGHUP');
  const renewed = await line({ msg: 'serving a new certificate' });
  expect(await servedCertificate(port)).toBe(second.cert.trim());
  expect(await get('/healthz')).toMatchObject({ status: 200, kept: true });
  expect(await pins()).toEqual([renewed['pin']]);
  expect(renewed['pin']).not.toBe(listening['pin']);
});

test('switched on and not servable, nothing is served: the start says what to do, and makes nothing', async () => {
  using folder = temporaryFolder();
  const [cert, key] = [join(folder.path, 'cert.pem'), join(folder.path, 'key.pem')];
  writeFileSync(cert, first.cert);
  writeFileSync(key, second.key, { mode: 0o600 });
  const DATA_DIR = join(folder.path, 'data');
  const ran = await sallyport(['start'], { PORT: '0', DATA_DIR, TLS_CERT_FILE: cert, TLS_KEY_FILE: key });
  expect([ran.code, ran.err]).toEqual([
    2,
    expect.stringMatching(/^sallyport: The private key in .* is not the one of/),
  ]);
  expect(existsSync(DATA_DIR)).toBe(false);
});

test('browsers keep to HTTPS wherever the public address is one, in production or not', async () => {
  const live = await openLive({ environment: { NODE_ENV: 'development' } });
  const { headers } = await live.ask(`${BASE}/healthz`, { method: 'GET' });
  expect(headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
});
