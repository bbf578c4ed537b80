import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConsole } from '../../src/main/console-files.ts';
import { ask, listening } from './fixture.ts';

const SECRET = 'not for browsers';
const SCRIPT = 'assets/index-4f1a.js';

describe('the pages at /admin', () => {
  let folder: string;
  let port: number;
  let end: () => Promise<void>;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'console-'));
    const built = join(folder, 'dist');
    mkdirSync(join(built, 'assets/deeper'), { recursive: true });
    for (const [path, text] of [
      ['dist/index.html', '<!doctype html><title>x</title>'],
      [`dist/${SCRIPT}`, 'export {};'],
      ['dist/assets/index-77.css', 'a{}'],
      ['dist/gate.svg', '<svg/>'],
      ['dist/.env', SECRET],
      ['dist/assets/.hidden.js', SECRET],
      ['dist/notes.txt', SECRET],
      ['dist/assets/deeper/x.js', SECRET],
      ['secret.js', SECRET],
    ] as const)
      writeFileSync(join(folder, path), text);
    symlinkSync(join(folder, 'secret.js'), join(built, 'assets/linked.js'));
    const door = await listening(
      { parts: { consoleFiles: readConsole(built) }, settings: { httpRateLimitPerIp: 5 } },
      (stop) => {
        end = stop;
      },
    );
    port = door.port;
  });
  afterAll(async () => {
    await end();
    rmSync(folder, { recursive: true });
  });

  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    ask(port, path, { method, headers });

  it.for(['/admin', '/admin/', '/admin/index.html'])(
    '%s is the page, under a policy that allows nothing but its own files',
    async (path) => {
      const { status, headers, text } = await get(path);
      expect([status, text]).toEqual([200, '<!doctype html><title>x</title>']);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['content-security-policy']).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
          "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
      );
      expect(headers['permissions-policy']).toContain(
        'publickey-credentials-get=(self), publickey-credentials-create=(self)',
      );
      expect(headers['x-frame-options']).toBe('DENY');
    },
  );

  it('what is named by its hash is kept for ever, other files are asked for again, and neither is sent twice', async () => {
    const script = await get(`/admin/${SCRIPT}`);
    expect([script.status, script.text]).toEqual([200, 'export {};']);
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(script.headers['x-content-type-options']).toBe('nosniff');
    expect((await get('/admin/gate.svg')).headers['cache-control']).toBe('no-cache');
    const again = await get(`/admin/${SCRIPT}`, { 'if-none-match': `"other", W/${script.headers.etag}` });
    expect([again.status, again.text]).toEqual([304, '']);
    expect((await get(`/admin/${SCRIPT}`, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('HEAD is GET without the body; other methods are told so', async () => {
    const head = await get('/admin', {}, 'HEAD');
    expect([head.status, head.text, head.headers['content-type']]).toEqual([200, '', 'text/html; charset=utf-8']);
    for (const path of ['/admin', '/admin/', `/admin/${SCRIPT}`]) {
      const { status, headers } = await get(path, {}, 'POST');
      expect([status, headers['allow']]).toEqual([405, 'GET, HEAD']);
    }
  });

  it.for([
    '/admin/.env',
    '/admin/notes.txt',
    '/admin/assets/.hidden.js',
    '/admin/assets/linked.js',
    '/admin/assets/deeper/x.js',
    '/admin/assets/../../secret.js',
    '/admin/assets/..%2f..%2fsecret.js',
    '/admin/%2e%2e/secret.js',
    '/admin//secret.js',
    '/admin/assets/',
    '/admin/assets/index-4f1a.js%00.html',
    '/admin/people',
  ])('%s is not there', async (path) => {
    const door = await listening({ parts: { consoleFiles: readConsole(join(folder, 'dist')) } });
    const { status, text } = await ask(door.port, path, { method: 'GET' });
    expect(status).toBe(404);
    expect(text).not.toContain(SECRET);
  });

  it('no limit counts them', async () => {
    for (let i = 0; i < 10; i++) expect((await get(`/admin/${SCRIPT}`)).status).toBe(200);
  });

  it('says what to do where they were not built', async () => {
    expect(readConsole(join(folder, 'nowhere'))).toEqual(new Map());
    const door = await listening({ parts: { consoleFiles: new Map() } });
    const { status, headers, text } = await ask(door.port, '/admin', { method: 'GET' });
    expect(status).toBe(503);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text).toContain('npm run build:console');
  });

  it('are for the addresses of the allow-list of administrators alone', async () => {
    const door = await listening({ settings: { adminIpAllowlist: ['192.0.2.0/24'] } });
    for (const path of ['/admin', '/admin/', '/admin/index.html']) {
      const from = async (address: string) =>
        (await ask(door.port, path, { method: 'GET', headers: { 'x-forwarded-for': address } })).status;
      expect([await from('198.51.100.7'), await from('192.0.2.7')]).toEqual([403, 200]);
    }
  });

  it('a folder that is a link is not followed', () => {
    const built = mkdtempSync(join(folder, 'built-'));
    symlinkSync(join(folder, 'dist/assets'), join(built, 'assets'));
    expect(readConsole(built).size).toBe(0);
  });
});
