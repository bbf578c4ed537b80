/** Files over real sockets: what is served, to whom, with which headers, and what no request gets. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ConfigurationError } from './configuration-error.ts';
import { suppressAllLogs } from './logger.ts';
import { WebService, type WebServiceOptions } from './web-service.ts';

suppressAllLogs();
const folder = mkdtempSync(join(tmpdir(), 'web-'));
const docs = join(folder, 'docs');
mkdirSync(join(docs, '.git'), { recursive: true });
mkdirSync(join(docs, 'pages'));
mkdirSync(join(docs, 'list'));
const put = (path: string, content: string | Uint8Array) => writeFileSync(join(folder, path), content);
put('docs/a.txt', '0123456789');
put('docs/sound.wav', new Uint8Array([0, 255, 128]));
put('docs/pages/index.html', '<p>hello</p>');
put('docs/list/a&<b>.txt', 'x');
put('docs/list/key.pem', 'secret');
put('docs/.env', 'secret');
put('docs/.git/config', 'secret');
put('secret.txt', 'secret');
put('bad.json', '{"service": ');
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: a variable in a configuration file
put(
  'good.json',
  JSON.stringify({
    service: { port: '${WEB_TEST_PORT|0}', directories: { '/d': docs }, enableDirectoryBrowsing: true },
    security: { auth: { basic: { user: 'u', password: '${WEB_TEST_PASSWORD}' } } },
  }),
);
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above
symlinkSync(join(folder, 'secret.txt'), join(docs, 'out.txt'));
symlinkSync(folder, join(docs, 'up'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(() => {
  for (const name of [
    'SWML_BASIC_AUTH_USER',
    'SWML_BASIC_AUTH_PASSWORD',
    'SWML_RATE_LIMIT',
    'SWML_ALLOWED_HOSTS',
    'SWML_CORS_ORIGINS',
  ])
    vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

const service = (options: WebServiceOptions = {}) => new WebService({ directories: { '/docs': docs }, ...options });
const get = async (path: string, options: WebServiceOptions = {}, init?: RequestInit) =>
  service(options).getApp().request(path, init);
const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

describe('a file', () => {
  it('is served with its type and the protections of an agent, and not again where it is known', async () => {
    const answer = await get('/docs/a.txt', {}, { headers: { origin: 'https://else.test' } });
    expect([answer.status, await answer.text()]).toEqual([200, '0123456789']);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-length': '10',
      'cache-control': 'public, max-age=3600',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'access-control-allow-origin': '*',
    });
    const [tag, date] = [answer.headers.get('etag')!, answer.headers.get('last-modified')!];
    for (const headers of [{ 'if-none-match': tag }, { 'if-none-match': `"x", ${tag}` }, { 'if-modified-since': date }])
      expect((await get('/docs/a.txt', {}, { headers })).status).toBe(304);
    for (const headers of [{ 'if-none-match': '"x"', 'if-modified-since': date }, { 'if-modified-since': 'long ago' }])
      expect((await get('/docs/a.txt', {}, { headers })).status).toBe(200);
  });

  it.each([
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=5-99999', 206, '56789', 'bytes 5-9/10'],
    ['bytes=10-', 416, '', 'bytes */10'],
    ['bytes=-0', 416, '', 'bytes */10'],
    ['bytes=4-2', 200, '0123456789', null],
    ['bytes=0-1,3-4', 200, '0123456789', null],
    ['lines=1-2', 200, '0123456789', null],
  ])('in part: %s is %i', async (range, status, body, contentRange) => {
    const answer = await get('/docs/a.txt', {}, { headers: { range } });
    expect([answer.status, await answer.text(), answer.headers.get('content-range')]).toEqual([
      status,
      body,
      contentRange,
    ]);
  });

  it('of sound arrives byte by byte, and HEAD tells its size alone', async () => {
    const answer = await get('/docs/sound.wav');
    expect([answer.headers.get('content-type'), await answer.bytes()]).toEqual([
      'audio/wav',
      new Uint8Array([0, 255, 128]),
    ]);
    const head = await get('/docs/a.txt', {}, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', '']);
  });

  it.each([
    ['/docs/none.txt', 404],
    ['/none/a.txt', 404],
    ['/docsa.txt', 404],
    ['/docs/.env', 403],
    ['/docs/%2eenv', 403],
    ['/docs/.git/config', 403],
    ['/docs/out.txt', 403],
    ['/docs/up/secret.txt', 403],
    ['/docs/..%2fsecret.txt', 403],
    ['/docs/..%5csecret.txt', 403],
    ['/docs/a.txt%00', 403],
    ['/docs/../secret.txt', 404],
    ['/docs/%2e%2e/secret.txt', 404],
    ['/docs/list/key.pem', 403],
    ['/docs/list/', 403],
    ['/docs', 403],
  ])('%s is %i', async (path, status) => {
    const answer = await get(path);
    expect([answer.status, answer.headers.get('x-frame-options')]).toEqual([status, 'DENY']);
    expect(await answer.text()).not.toContain('secret');
  });

  it('is changed by nobody', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) expect((await get('/docs/a.txt', {}, { method })).status).toBe(404);
  });
});

describe('a folder', () => {
  it('answers with its index, or a list of what would be served where that is asked for', async () => {
    for (const path of ['/docs/pages', '/docs/pages/']) expect(await (await get(path)).text()).toBe('<p>hello</p>');
    const list = await get('/docs/list', { enableDirectoryBrowsing: true });
    expect(list.headers.get('content-type')).toContain('text/html');
    const text = await list.text();
    expect(text).toContain('<a href="/docs/list/a%26%3Cb%3E.txt">a&amp;&lt;b&gt;.txt</a>');
    expect(text).not.toMatch(/key\.pem|<b>/);
    expect(await (await get('/docs/', { enableDirectoryBrowsing: true })).text()).not.toMatch(
      /\.env|\.git|out\.txt|up/,
    );
  });

  it('comes and goes while the service runs, and the longest path wins', async () => {
    const web = service({ directories: { '/': docs } });
    const status = async (path: string) => (await web.getApp().request(path)).status;
    expect(await status('/a.txt')).toBe(200);
    web.addDirectory('/a/b/', join(docs, 'list'));
    expect([await status('/a/b/a&<b>.txt'), await status('/a/b/a.txt')]).toEqual([200, 404]);
    web.removeDirectory('/');
    expect([await status('/a.txt'), web.directories]).toEqual([404, { '/a/b': join(docs, 'list') }]);
    for (const [route, directory] of [
      ['/x', join(folder, 'none')],
      ['/x', join(docs, 'a.txt')],
      ['/x?y', docs],
      ['/../x', docs],
    ] as const)
      expect(() => web.addDirectory(route, directory)).toThrow(ConfigurationError);
  });
});

describe('with credentials', () => {
  it('everything but health asks for them, and nothing is kept by caches', async () => {
    const basicAuth = ['müller', 'pass:word'] as const;
    const status = async (path: string, authorization?: string) =>
      get(path, { basicAuth }, authorization === undefined ? {} : { headers: { authorization } });
    for (const authorization of [undefined, basic('müller', 'x'), basic('x', 'pass:word'), 'Bearer x', basic('', '')]) {
      for (const path of ['/', '/docs/a.txt', '/docs/none.txt', '/none']) {
        const answer = await status(path, authorization);
        expect([answer.status, await answer.text()]).toEqual([401, 'Unauthorized']);
        expect(answer.headers.get('www-authenticate')).toContain('Basic realm="Secure Area"');
      }
      expect(await (await status('/health', authorization)).json()).toEqual({ status: 'healthy' });
    }
    const answer = await status('/docs/a.txt', basic('müller', 'pass:word'));
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'private, max-age=3600']);
    expect(await (await status('/health', basic('müller', 'pass:word'))).json()).toMatchObject({
      authRequired: true,
      directories: ['/docs'],
    });
  });

  it('that come from the environment or a file count, and empty ones stop the start', async () => {
    vi.stubEnv('SWML_BASIC_AUTH_PASSWORD', 'from-environment');
    expect((await get('/docs/a.txt')).status).toBe(401);
    expect(
      (await get('/docs/a.txt', {}, { headers: { authorization: basic('signalwire', 'from-environment') } })).status,
    ).toBe(200);
    expect(() => service({ basicAuth: ['u', ''] })).toThrow(ConfigurationError);
    expect(() => service({ basicAuth: ['', 'p'] })).toThrow(ConfigurationError);
    const configFile = join(folder, 'good.json');
    expect(() => new WebService({ configFile })).toThrow(/empty/); // the variable is not set
    vi.stubEnv('WEB_TEST_PASSWORD', 'from-file');
    const web = new WebService({ configFile });
    expect([web.port, web.enableDirectoryBrowsing, web.directories]).toEqual([0, true, { '/d': docs }]);
    const authorization = basic('u', 'from-file');
    expect((await web.getApp().request('/d/a.txt', { headers: { authorization } })).status).toBe(200);
  });
});

describe('options', () => {
  it('that can’t be meant stop the start, a malformed file too', () => {
    for (const options of [
      { port: -1 },
      { port: Number.NaN },
      { maxFileSize: Number.NaN },
      { allowedExtensions: ['*'] },
      { allowedExtensions: [''] },
      { enableDirectoryBrowsing: 'perhaps' as never },
      { configFile: join(folder, 'bad.json') },
      { configFile: join(folder, 'none.json') },
    ])
      expect(() => service(options)).toThrow(ConfigurationError);
  });

  it('choose kinds, sizes, hosts and limits', async () => {
    expect((await get('/docs/list/key.pem', { allowedExtensions: ['pem'] })).headers.get('content-type')).toBe(
      'application/octet-stream',
    );
    expect((await get('/docs/a.txt', { allowedExtensions: ['.HTML'] })).status).toBe(403);
    expect((await get('/docs/a.txt', { blockedExtensions: ['.txt'] })).status).toBe(403);
    expect((await get('/docs/.env', { allowedExtensions: ['.env'] })).status).toBe(403);
    expect((await get('/docs/a.txt', { maxFileSize: 9 })).status).toBe(403);
    const origin = { headers: { origin: 'https://else.test' } };
    expect(
      (await get('/docs/a.txt', { enableCors: false }, origin)).headers.get('access-control-allow-origin'),
    ).toBeNull();
    vi.stubEnv('SWML_ALLOWED_HOSTS', 'files.test');
    expect((await get('http://else.test/docs/a.txt', {}, { headers: { host: 'else.test' } })).status).toBe(403);
    vi.stubEnv('SWML_ALLOWED_HOSTS', undefined);
    vi.stubEnv('SWML_RATE_LIMIT', '1');
    const web = service().getApp();
    expect([(await web.request('/docs/a.txt')).status, (await web.request('/health')).status]).toEqual([200, 429]);
  });
});

describe('over a socket', () => {
  async function started(options: WebServiceOptions = {}) {
    const web = service(options);
    const serving = await web.start('127.0.0.1', 0);
    onTestFinished(() => web.stop(0));
    return { web, serving };
  }

  /** The request's target as it is, which no client would send so. */
  async function raw(port: number, target: string): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    await once(socket, 'close');
    return text;
  }

  it('files are served, no target leads out, and stopping ends it', async () => {
    const { web, serving } = await started();
    expect(await raw(serving.port, '/docs/a.txt')).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\n\r\n0123456789$/);
    for (const target of [
      '/docs/../secret.txt',
      '/docs/../../secret.txt',
      '/docs/%2e%2e/secret.txt',
      '/docs/.%2e/secret.txt',
      '/docs\\..\\secret.txt',
      '/docs/..%5c..%5csecret.txt',
      '/docs/up/secret.txt',
      '/docs//../secret.txt',
      '//docs/.env',
      '/docs/./.env',
      '/docs/.env?x=.txt',
      '/docs/.env#.txt',
      '/docs/.env;.txt',
    ]) {
      const answer = await raw(serving.port, target);
      expect(answer, target).toMatch(/^HTTP\/1\.1 40[034] /);
      expect(answer, target).not.toContain('\r\nsecret');
    }
    await expect(web.start('127.0.0.1', 0)).rejects.toThrow(ConfigurationError);
    await web.stop();
    await expect(raw(serving.port, '/docs/a.txt')).rejects.toThrow();
  });

  it('with TLS that can’t be served nothing is', async () => {
    await expect(service().start('127.0.0.1', 0, join(folder, 'none.pem'), join(folder, 'none.pem'))).rejects.toThrow(
      ConfigurationError,
    );
  });
});
