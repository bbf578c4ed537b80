import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPayload } from '../../rules/payload.ts';
import { domainOf, withinDomains } from './domains.ts';
import { type HttpToolConfig, httpAsk, httpSchema } from './http-request.ts';

const config = (more: Partial<HttpToolConfig> = {}): HttpToolConfig => ({
  name: 'weather',
  kind: 'http',
  description: 'The weather.',
  domains: ['api.example.com', '*.example.org', 'api.example.com:8443', 'bücher.example'],
  methods: ['GET', 'POST'],
  idempotent: false,
  maxBytes: 1_000,
  timeoutMs: 1_000,
  ...more,
});
const within = (url: string) => withinDomains(config().domains)(new URL(url));

describe('the domains of an HTTP tool', () => {
  it.for([
    'https://api.example.com/x',
    'https://API.EXAMPLE.com:443/',
    'https://api.example.com:8443/',
    'https://a.example.org/',
    'https://a.b.example.org/',
    'https://xn--bcher-kva.example/',
    'https://BÜCHER.example/',
  ])('have %s', (url) => expect(within(url)).toBe(true));

  it.for([
    'https://example.com/',
    'https://evil-api.example.com/',
    'https://api.example.com.evil.net/',
    'https://api.example.com./',
    'https://api.example.com:444/',
    'https://example.org/',
    'https://notexample.org/',
    'https://a.example.org:8443/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://api。example。com.evil.net/',
    'https://bücher.example.evil.net/',
    'https://api.example.com@evil.net/',
  ])('do not have %s', (url) => expect(within(url)).toBe(false));

  it.for([
    '*',
    '*.',
    '*.com',
    'com',
    'localhost',
    '127.0.0.1',
    '[::1]',
    '0x7f.1',
    '2130706433',
    'a.*.com',
    'a..b',
    '.a.b',
    'a.b.',
    'https://a.b',
    'a.b/c',
    'u@a.b',
    'a.b:0',
    'a.b:99999',
    'a b.c',
  ])('are not %s', (written) => expect(domainOf(written)).toBeNull());

  it('never have what does not end in one of their names', () => {
    fc.assert(
      fc.property(
        fc.domain().map((name) => `https://${name}/`),
        (url) => {
          const { hostname } = new URL(url);
          if (within(url)) expect(hostname).toMatch(/(?:^api\.example\.com|\.example\.org|^xn--bcher-kva\.example)$/);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('what an agent may say of a request', () => {
  const fits = (args: unknown, more?: Partial<HttpToolConfig>) =>
    checkPayload(httpSchema(config(more)), args).length === 0;
  const url = 'https://api.example.com/x';

  it('is method, address, a few headers and a text', () => {
    expect(fits({ url })).toBe(true);
    expect(
      fits({ url, method: 'POST', body: '{}', headers: { accept: 'text/plain', 'content-type': 'application/json' } }),
    ).toBe(true);
  });

  it.for([
    { url, method: 'DELETE' },
    { url, headers: { host: 'evil.net' } },
    { url, headers: { authorization: 'Bearer x' } },
    { url, headers: { Cookie: 'a=b' } },
    { url, headers: { 'transfer-encoding': 'chunked' } },
    { url, headers: { 'x-forwarded-for': '127.0.0.1' } },
    { url, headers: { accept: 'a\r\nhost: evil.net' } },
    { url, headers: { accept: 'a\n' } },
    { url, headers: { accept: ['a'] } },
    { url, credential: 'mine' },
    { method: 'GET' },
    { url: `https://api.example.com/${'x'.repeat(5_000)}` },
  ])('is not %j', (args) => expect(fits(args)).toBe(false));

  it('has no body where no method takes one', () => {
    expect(fits({ url, body: 'x' }, { methods: ['GET', 'HEAD'] })).toBe(false);
    expect(httpAsk(config(), { url, body: 'x' })).toContain('no body');
  });

  it.for([
    ['http://api.example.com/', 'https'],
    ['https://user:pass@api.example.com/', 'user name'],
    ['/x', 'absolute'],
    ['file:///etc/passwd', 'https'],
    ['https://evil.net/', 'Only these'],
  ] as const)('can not be about %s', ([url, why]) => expect(httpAsk(config(), { url })).toContain(why));

  it('is sent without the fragment, which is nobody’s but the reader’s', () => {
    expect(httpAsk(config(), { url: `${url}#secret` })).toMatchObject({ method: 'GET', body: null, url: new URL(url) });
  });
});
