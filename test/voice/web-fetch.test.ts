/** Pages over a real socket of this machine, which a test has to allow by name: by default it is refused. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentBase, type SkillConfig, WebFetchSkill } from '../../src/voice/index.ts';
import { callTo } from './app-call.ts';

const html = { 'content-type': 'text/html; charset=utf-8' };
const PAGES: Readonly<Record<string, RequestListener>> = {
  '/': (_, answer) => answer.writeHead(200, html).end('<h1>Hi</h1><script>no()</script><p>Tom &amp; Jerry</p>'),
  '/plain': (_, answer) => answer.writeHead(200, { 'content-type': 'text/plain' }).end('a <b> c'),
  '/latin': (_, answer) =>
    answer.writeHead(200, { 'content-type': 'text/html; charset=iso-8859-1' }).end(Buffer.from('caf\xe9', 'latin1')),
  '/long': (_, answer) => answer.writeHead(200, html).end('word '.repeat(100)),
  '/huge': (_, answer) => answer.writeHead(200, html).end('x'.repeat(2_000)),
  '/image': (_, answer) => answer.writeHead(200, { 'content-type': 'image/png' }).end('x'),
  '/silent': () => {},
  '/away': (_, answer) => answer.writeHead(302, { location: `http://other.example:${port}/` }).end(),
  '/inside': (_, answer) => answer.writeHead(302, { location: `http://inside.example:${port}/` }).end(),
};

let server: Server;
let port: number;
let asked = 0;
beforeAll(async () => {
  server = createServer((request, answer) => {
    asked++;
    const page = PAGES[request.url ?? ''];
    if (page === undefined) answer.writeHead(404).end();
    else page(request, answer);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const resolve = async (name: string) => (name === 'inside.example' ? ['10.0.0.1'] : ['127.0.0.1']);
const HOSTS = () => [`site.example:${port}`, 'inside.example', '127.0.0.1'.concat(`:${port}`)];

async function read(path: string, config: SkillConfig = {}, isLoopbackAllowed = true, host = `site.example:${port}`) {
  const skill = new WebFetchSkill(
    { allowed_domains: HOSTS(), allow_http: true, ...config },
    { resolve, ...(isLoopbackAllowed && { dangerouslyAllowNetworks: ['127.0.0.0/8'] }) },
  );
  const call = await callTo(await new AgentBase({ name: 'reads', route: '/reads' }).addSkill(skill));
  return call.say('fetch_web_page', { url: path.startsWith('/') ? `http://${host}${path}` : path });
}

describe('a page', () => {
  it('is read as text between marks that it can’t know, as untrusted', async () => {
    const [first, second] = [await read('/'), await read('/')];
    const [, mark, text] = /^.*\n([0-9a-f]{16})\n([\s\S]*)\n\1$/.exec(first) ?? [];
    expect(text).toBe('Hi\nTom & Jerry');
    expect(first).toMatch(/untrusted/);
    expect(second).not.toContain(mark);
  });

  it('is read as plain text, and in other charsets', async () => {
    expect(await read('/plain')).toContain('a <b> c');
    expect(await read('/latin')).toContain('café');
  });

  it('is cut, and refused where it is too large, too slow, gone or no text', async () => {
    expect(await read('/long', { max_characters: 100 })).toContain('there is more');
    expect(await read('/huge', { max_bytes: 1_000 })).toBe('The page is too large to be read.');
    expect(await read('/silent', { timeout_ms: 100 })).toBe('The site took too long to answer.');
    expect(await read('/gone')).toContain('status 404');
    expect(await read('/image')).toContain('no text');
  });
});

describe('is not asked:', () => {
  const refuses = async (says: string, ...args: Parameters<typeof read>) => {
    const before = asked;
    expect(await read(...args)).toBe(says);
    expect(asked).toBe(before);
  };

  it('this machine, whatever name leads there', async () => {
    await refuses('That site can’t be reached.', '/', {}, false);
    await refuses('That site can’t be reached.', '/', {}, false, `127.0.0.1:${port}`);
    await refuses('That site can’t be reached.', 'http://inside.example/');
  });

  it('a site that was not allowed, another port, credentials', async () => {
    await refuses('That site may not be read.', 'https://evil.example/');
    await refuses('That site may not be read.', 'http://site.example/');
    await refuses('That site may not be read.', `http://site.example.evil.example:${port}/`);
    await refuses('Addresses with a user name or password can’t be read.', `http://a:b@site.example:${port}/`);
    await refuses('That is no web address.', 'site.example');
    await refuses('That site may not be read.', 'file:///etc/passwd');
  });

  it('a page without TLS, unless that was said', async () => {
    await refuses('Only https addresses can be read.', '/', { allow_http: false });
  });

  it('where a page leads on to: another site, a private address', async () => {
    expect(await read('/away')).toBe('That site may not be read.');
    expect(await read('/inside')).toBe('That site can’t be reached.');
  });

  it.for([[[]], [['*']], [['https://a.example']], [['localhost']], [['a.example/path']]])(
    '%j can’t be allowed',
    ([hosts]) => {
      expect(() => new WebFetchSkill({ allowed_domains: hosts })).toThrow('allowed_domains');
    },
  );

  it('anything, where no site was named', () => {
    expect(() => new WebFetchSkill()).toThrow('allowed_domains is missing');
  });
});
