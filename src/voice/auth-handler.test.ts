import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, onTestFinished, vi } from 'vitest';
import { basicHeader } from '../shield/basic.ts';
import type { AuthConfig, AuthRequest } from './auth-config.ts';
import { AuthHandler } from './auth-handler.ts';
import { ConfigurationError } from './configuration-error.ts';

let written: MockInstance<typeof process.stdout.write>;
beforeEach(() => {
  written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => vi.restoreAllMocks());
const logged = () => written.mock.calls.map(([line]) => String(line));

const ALL: AuthConfig = { bearerToken: 'token-1', apiKey: 'key-1', basicAuth: ['ada', 'pass:word'] };
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const basic = (user: string, password: string) => ({ Authorization: basicHeader({ user, password }) });

describe('lets in', () => {
  it.for<[string, AuthConfig, Record<string, string>]>([
    ['the bearer token', ALL, bearer('token-1')],
    ['the scheme in any case', ALL, { AUTHORIZATION: 'bEaReR token-1' }],
    ['the API key', ALL, { 'x-api-key': 'key-1' }],
    ['the API key in a header of another name', { apiKey: 'k', apiKeyHeader: 'X-Door' }, { 'x-DOOR': 'k' }],
    ['user and password', ALL, basic('ada', 'pass:word')],
    ['the API key beside a wrong token', ALL, { ...bearer('x'), 'X-Api-Key': 'key-1' }],
    ['a token of characters that RFC 6750 does not know', { bearerToken: 'a, b c' }, bearer('a, b c')],
  ])('%s', async ([, config, headers]) => {
    const auth = new AuthHandler(config);
    expect(await auth.validate(headers)).toBe(true);
    expect(await auth.validate(new Headers(headers))).toBe(true);
    expect(await auth.validate(Object.fromEntries(Object.entries(headers).map(([name, one]) => [name, [one]])))).toBe(
      true,
    );
  });

  it('any secret of any Unicode, as text and as the bytes that a header carries, and no other', async () => {
    const secret = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).filter((one) => one.trim() === one);
    await fc.assert(
      fc.asyncProperty(secret, secret, async (right, other) => {
        const auth = new AuthHandler({
          bearerToken: right,
          apiKey: right,
          basicAuth: [`u${right}`.replaceAll(':', ''), right],
        });
        const [user = ''] = auth.config.basicAuth ?? [];
        const wire = Buffer.from(right, 'utf8').toString('latin1');
        for (const form of [right, wire]) {
          expect(await auth.validate(bearer(form))).toBe(true);
          expect(await auth.validate({ 'X-Api-Key': form })).toBe(true);
        }
        expect(await auth.validate(basic(user, right))).toBe(true);
        if (other === right || other === wire || Buffer.from(other, 'latin1').toString() === right) return;
        expect(await auth.validate(bearer(other))).toBe(false);
        expect(await auth.validate({ 'X-Api-Key': other })).toBe(false);
        expect(await auth.validate(basic(user, other))).toBe(false);
        expect(await auth.validate(basic(other.replaceAll(':', ''), right))).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
});

describe('refuses', () => {
  it.for<[string, AuthConfig, Record<string, string>]>([
    ['nothing', ALL, {}],
    ['another token', ALL, bearer('token-2')],
    ['the beginning of the token', ALL, bearer('token-')],
    ['the token and more', ALL, bearer('token-11')],
    ['the token in another case', ALL, bearer('TOKEN-1')],
    ['an empty token', ALL, { Authorization: 'Bearer ' }],
    ['a scheme alone', ALL, { Authorization: 'Bearer' }],
    ['the token without a scheme', ALL, { Authorization: 'token-1' }],
    ['the token as the API key', ALL, { 'X-Api-Key': 'token-1' }],
    ['the API key as the token', ALL, bearer('key-1')],
    [
      'the API key in the usual header where another was named',
      { apiKey: 'k', apiKeyHeader: 'X-Door' },
      { 'X-Api-Key': 'k' },
    ],
    ['another user', ALL, basic('eve', 'pass:word')],
    ['another password', ALL, basic('ada', 'pass')],
    ['an empty password', ALL, basic('ada', '')],
    ['two Authorization headers, the right one first', ALL, { Authorization: 'Bearer token-1, Bearer x' }],
    ['two Authorization headers, the right one last', ALL, { Authorization: 'Bearer x, Bearer token-1' }],
    ['two Basic headers', ALL, { Authorization: `${basic('ada', 'pass:word').Authorization}, Basic eDp4` }],
    ['the same header in two spellings', ALL, { Authorization: 'Bearer token-1', authorization: 'Bearer token-1' }],
    ['two API keys', ALL, { 'X-Api-Key': 'key-1', 'x-api-key': 'key-1' }],
    ['a method that is not configured', { apiKey: 'k' }, { Authorization: 'Bearer undefined' }],
    ['Basic where it is not configured', { apiKey: 'k' }, basic('undefined', 'undefined')],
  ])('%s', async ([, config, headers]) => {
    expect(await new AuthHandler(config).validate(headers)).toBe(false);
  });

  it('everybody where nothing is configured and that is forbidden', async () => {
    expect(await new AuthHandler({ allowUnauthenticated: false }).validate(bearer('x'))).toBe(false);
    expect(logged()).toEqual([]);
  });
});

describe('a check of one’s own', () => {
  it('is asked last, with headers in lower case', async () => {
    const seen: AuthRequest[] = [];
    const customValidator = (request: AuthRequest) => {
      seen.push(request);
      return request.headers['x-internal-service'] === 'trusted';
    };
    const auth = new AuthHandler({ ...ALL, customValidator });
    expect(await auth.validate(bearer('token-1'))).toBe(true);
    expect(seen).toEqual([]);
    expect(await auth.validate({ 'X-Internal-Service': 'trusted' })).toBe(true);
    expect(await auth.validate({ 'X-Internal-Service': 'x' })).toBe(false);
    expect(seen[0]).toMatchObject({ method: '', url: '', headers: { 'x-internal-service': 'trusted' } });
    expect(seen[0]?.headers['constructor']).toBeUndefined();
  });

  it.for<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('out of order');
      },
    ],
    ['rejects', () => Promise.reject(new Error('out of order'))],
  ])('that %s means no, and is logged', async ([, customValidator]) => {
    const auth = new AuthHandler({ customValidator: customValidator as () => boolean });
    expect(await auth.validate({})).toBe(false);
    expect(logged().join()).toContain('out of order');
  });

  it.for([undefined, null, 1, 'yes', {}, [true]])('that gives back %j means no: only true is a yes', async (given) => {
    expect(await new AuthHandler({ customValidator: () => given as boolean }).validate({})).toBe(false);
  });
});

describe('nothing configured', () => {
  it('passes with one warning', async () => {
    const auth = new AuthHandler({});
    expect(await auth.validate({})).toBe(true);
    expect(await auth.validate(bearer('x'))).toBe(true);
    expect(logged().filter((line) => line.includes('WARN'))).toHaveLength(1);
  });

  it('because a variable was not set is an error, unless somebody said so', () => {
    const unset = undefined as unknown as string;
    expect(() => new AuthHandler({ bearerToken: unset })).toThrow(ConfigurationError);
    expect(() => new AuthHandler({ bearerToken: unset, apiKey: unset })).toThrow('bearerToken, apiKey: no value');
    expect(() => new AuthHandler({ bearerToken: unset, apiKey: 'k' })).not.toThrow();
    expect(() => new AuthHandler({ bearerToken: unset, allowUnauthenticated: true })).not.toThrow();
    expect(() => new AuthHandler({ bearerToken: unset, allowUnauthenticated: false })).not.toThrow();
  });
});

it.for<[string, object]>([
  ['an empty token', { bearerToken: '' }],
  ['an empty API key', { apiKey: '' }],
  ['an empty token beside a good key', { bearerToken: '', apiKey: 'k' }],
  ['an empty user', { basicAuth: ['', 'p'] }],
  ['an empty password', { basicAuth: ['u', ''] }],
  ['no password', { basicAuth: ['u'] }],
  ['a password that is not set', { basicAuth: ['u', undefined] }],
  ['a pair of letters', { basicAuth: 'up' }],
  ['a user with a colon', { basicAuth: ['u:v', 'p'] }],
  ['an empty header name', { apiKey: 'k', apiKeyHeader: '' }],
  ['a header name that is none', { apiKey: 'k', apiKeyHeader: 'X Api' }],
  ['a token with a line break at its end', { bearerToken: 'hunter2\n' }],
  ['a token that is no text', { bearerToken: 12 }],
  ['a validator that is no function', { customValidator: true }],
  ['a permission that is text', { apiKey: 'k', allowUnauthenticated: 'false' }],
])('is a configuration error: %s', ([, config]) => {
  expect(() => new AuthHandler(config as AuthConfig)).toThrow(ConfigurationError);
  expect(() => new AuthHandler(config as AuthConfig)).not.toThrow(/hunter2/);
});

describe('what it tells about itself', () => {
  it('is which methods there are', () => {
    const auth = new AuthHandler({ apiKey: 'k', apiKeyHeader: 'X-Door' });
    expect([auth.hasApiKeyAuth(), auth.hasBearerAuth(), auth.hasBasicAuth()]).toEqual([true, false, false]);
    expect(auth.getAuthInfo()).toEqual({ apiKey: { enabled: true, header: 'X-Door', hint: 'X-Door: ****' } });
    expect(new AuthHandler({}).getAuthInfo()).toEqual({});
  });

  it('holds no secret, whole or in part', () => {
    const auth = new AuthHandler({ bearerToken: 'qqqqqqqq', apiKey: 'wwwwwwww', basicAuth: ['ada', 'zzzzzzzz'] });
    const told = JSON.stringify([auth.getAuthInfo(), auth]) + inspect(auth, { showHidden: true, depth: 9 });
    expect(told).toContain('ada');
    expect(told).not.toMatch(/qq|ww|zz/);
    expect(auth.config.bearerToken).toBe('qqqqqqqq');
  });
});

describe('on Hono', () => {
  const seen: AuthRequest[] = [];
  const app = (optional?: boolean) =>
    new Hono()
      .use('*', new AuthHandler({ ...ALL, customValidator: (one) => seen.push(one) < 0 }).middleware(optional))
      .get('/', (c) => c.text('in'));

  it('answers 401 with a word of JSON, or lets through', async () => {
    const refused = await app().request('http://a.example/?b=1');
    expect([refused.status, await refused.json()]).toEqual([401, { error: 'Unauthorized' }]);
    expect(seen.at(-1)).toMatchObject({ method: 'GET', url: 'http://a.example/?b=1' });
    expect(await (await app().request('/', { headers: bearer('token-1') })).text()).toBe('in');
  });

  it('lets everybody through where it is optional', async () => {
    expect(await (await app(true).request('/')).text()).toBe('in');
  });
});

describe('on Express and Connect', () => {
  async function serve(optional?: boolean) {
    const check = new AuthHandler(ALL).expressMiddleware(optional);
    const server = createServer((request, response) => void check(request, response, () => response.end('in')));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    return (server.address() as AddressInfo).port;
  }
  async function ask(port: number, ...headers: string[]): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    socket.end(`GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${headers.map((one) => `${one}\r\n`).join('')}\r\n`);
    return (await socket.setEncoding('utf8').toArray()).join('');
  }

  it('answers the same', async () => {
    const port = await serve();
    expect(await ask(port)).toMatch(/^HTTP\/1.1 401 [\s\S]*application\/json[\s\S]*\{"error":"Unauthorized"\}/);
    expect(await ask(port, 'Authorization: Bearer token-1')).toMatch(/^HTTP\/1.1 200 [\s\S]*in/);
    expect(await ask(await serve(true))).toMatch(/^HTTP\/1.1 200 /);
  });

  it('refuses two Authorization headers, of which Node shows the first alone', async () => {
    expect(await ask(await serve(), 'Authorization: Bearer token-1', 'Authorization: Bearer x')).toMatch(
      /^HTTP\/1.1 401 /,
    );
  });
});
