/** HTTP requests of agents over real connections: where they go, what goes along, what comes back. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttpTools } from '../../../src/providers/tools/http-tools.ts';
import type { ToolFailure } from '../../../src/swarm/tools/port.ts';
import type { HttpAsk, HttpToolConfig } from '../../../src/swarm/tools/rules/http-request.ts';
import { openHouse } from '../../support/house.ts';

type Serve = (res: ServerResponse, path: string) => void;
const seen: {
  readonly host: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}[] = [];
const start = async () => {
  const own = {
    port: 0,
    serve: ((res): void => void res.end('hello')) as Serve,
    close: () => server.closeAllConnections(),
  };
  const server = createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req) body += chunk;
    seen.push({ host: req.headers.host ?? '', path: req.url ?? '', headers: req.headers, body });
    own.serve(res, req.url ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  own.port = (server.address() as AddressInfo).port;
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return own;
};
const [api, other] = [await start(), await start()];
const addresses: Record<string, string> = { 'api.example.com': '127.0.0.1', 'other.example.com': '127.0.0.1' };
const tools = createHttpTools({
  resolve: async (name) => [addresses[name] ?? '10.0.0.1'],
  dangerouslyAllowHttp: true,
  dangerouslyAllowNetworks: ['127.0.0.1/32'],
});

const config = (more: Partial<HttpToolConfig> = {}): HttpToolConfig => ({
  name: 'api',
  kind: 'http',
  description: 'An API.',
  domains: [`api.example.com:${api.port}`, `*.example.org:${api.port}`],
  methods: ['GET', 'POST'],
  credential: { header: 'authorization', prefix: 'Bearer ', value: { secret: 'key' } },
  idempotent: false,
  maxBytes: 2_000,
  timeoutMs: 10_000,
  ...more,
});
const at = (path: string, host = 'api.example.com', port = api.port) => new URL(`http://${host}:${port}${path}`);
const get = (url: URL): HttpAsk => ({ method: 'GET', url, headers: { accept: 'text/plain' }, body: null });
const post = (url: URL): HttpAsk => ({ method: 'POST', url, headers: {}, body: '{"a":1}' });
const ask = (ask: HttpAsk, more: Partial<HttpToolConfig> = {}, signal = new AbortController().signal) =>
  tools.ask(config(more), ask, { credential: 'k3y', key: 'act_1', signal });
const failure = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (one: ToolFailure) => one,
  );
const redirectTo =
  (location: string, status = 302): Serve =>
  (res) =>
    void res.writeHead(status, { location }).end();

beforeEach(() => {
  seen.length = 0;
  api.serve = (res): void => void res.setHeader('content-type', 'text/plain').end('hello');
  other.serve = (res): void => void res.end('other');
});

describe('a request of an agent', () => {
  it('carries the credential and, where it changes something, the key of the call', async () => {
    expect(await ask(get(at('/x?y=1')))).toEqual({ text: 'HTTP 200, text/plain\n\nhello', isError: false });
    await ask(post(at('/x')));
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer k3y', 'Bearer k3y']);
    expect(seen[0]?.headers['idempotency-key']).toBeUndefined();
    expect(seen[1]).toMatchObject({ body: '{"a":1}', headers: { 'idempotency-key': '"act_1"' } });
  });

  it('is followed within its domains, five times at most, and takes the credential to no other origin', async () => {
    api.serve = (res, path) => {
      const n = Number(path.slice(1));
      if (n === 0) res.setHeader('content-type', 'text/plain').end('there');
      else redirectTo(n === 1 ? String(at('/0', 'a.example.org')) : `/${n - 1}`)(res, path);
    };
    addresses['a.example.org'] = '127.0.0.1';
    expect((await ask(get(at('/5')))).text).toContain('there');
    expect(seen.map(({ headers }) => headers.authorization)).toEqual([...Array(5).fill('Bearer k3y'), undefined]);
    expect(await failure(ask(get(at('/6'))))).toMatchObject({ code: 'tool_refused', mayHaveHappened: false });
  });

  it.for([
    ['another host', (): string => String(at('/', 'other.example.com', other.port))],
    ['another port of its own host', (): string => String(at('/', 'api.example.com', other.port))],
    ['a private address', (): string => String(at('/', 'inside.example.org'))],
    ['a number', (): string => `http://127.0.0.1:${other.port}/`],
    ['another scheme', (): string => 'file:///etc/passwd'],
    ['somebody’s password', (): string => `http://a:b@api.example.com:${api.port}/`],
  ] as const)('is not followed to %s', async ([, to]) => {
    api.serve = redirectTo(to());
    expect(await failure(ask(get(at('/'))))).toMatchObject({ code: 'tool_refused', mayHaveHappened: false });
    expect(await failure(ask(post(at('/'))))).toMatchObject({ code: 'tool_refused', mayHaveHappened: true });
    expect(seen).toHaveLength(2);
  });

  it('to a name of its domains that leads inside is refused before anything is sent', async () => {
    expect(await failure(ask(post(at('/', 'inside.example.org'))))).toMatchObject({
      code: 'tool_refused',
      mayHaveHappened: false,
    });
    expect(seen).toEqual([]);
  });

  it('takes text alone: what is none is described, what is too much is refused, what fails is an answer', async () => {
    api.serve = (res): void => void res.setHeader('content-type', 'image/png').end(Buffer.from([1, 2, 3]));
    expect((await ask(get(at('/')))).text).toBe('HTTP 200, image/png\n\n[3 bytes that are no text, not shown]');
    api.serve = (res): void => void res.setHeader('content-type', 'text/plain').end(Buffer.from([0xff, 0xfe, 0x00]));
    expect((await ask(get(at('/')))).text).toContain('no text');
    api.serve = (res) =>
      void res.setHeader('content-type', 'text/html; charset=iso-8859-1').end(Buffer.from('caf\u00e9', 'latin1'));
    expect((await ask(get(at('/')))).text).toContain('café');
    api.serve = (res): void => void res.end('x'.repeat(2_001));
    expect(await failure(ask(get(at('/'))))).toMatchObject({ code: 'tool_refused' });
    api.serve = (res): void => void res.setHeader('content-encoding', 'gzip').end('bomb');
    expect(await failure(ask(get(at('/'))))).toMatchObject({ code: 'tool_refused' });
    api.serve = (res): void => void res.writeHead(404, { 'content-type': 'application/problem+json' }).end('{}');
    expect(await ask(get(at('/')))).toEqual({ text: 'HTTP 404, application/problem+json\n\n{}', isError: true });
  });

  it('that is not answered, or is cut, may have happened unless it only read', async () => {
    api.serve = () => undefined;
    expect(await failure(ask(post(at('/')), { timeoutMs: 150 }))).toMatchObject({
      code: 'tool_timeout',
      mayHaveHappened: true,
    });
    api.serve = (res): void => void res.destroy();
    expect(await failure(ask(post(at('/'))))).toMatchObject({ code: 'tool_unavailable', mayHaveHappened: true });
    expect(await failure(ask(get(at('/'))))).toMatchObject({ code: 'tool_unavailable', mayHaveHappened: false });
    const stop = new AbortController();
    api.serve = () => stop.abort();
    expect(await failure(ask(post(at('/')), {}, stop.signal))).toMatchObject({ mayHaveHappened: true });
  });

  it('to where nobody listens did not happen', async () => {
    const url = at('/', 'api.example.com', 1);
    expect(await failure(ask(post(url), { domains: ['api.example.com:1'] }))).toMatchObject({
      code: 'tool_unavailable',
      mayHaveHappened: false,
    });
  });
});

describe('an HTTP tool of an organisation', () => {
  it('has its credential added by the server, takes what its schema says, and answers as untrusted', async () => {
    const asked: { readonly url: string; readonly credential: string | null; readonly key: string }[] = [];
    const tool = config({ domains: ['api.example.com'] });
    await using t = await openHouse({
      overrides: {
        toolsOf: async () => [tool],
        httpTools: {
          async ask(_, { url }, { credential, key }) {
            asked.push({ url: url.href, credential, key });
            return { text: 'HTTP 200', isError: false };
          },
        },
      },
    });
    const org = t.house.defaultOrganization;
    const { outside } = t.house.tools;
    const run = (args: unknown) =>
      outside.run({ org, agent: 'agt_1', key: 'act_1', name: 'api', args, signal: new AbortController().signal });
    const [shown] = await outside.show(org, 'api');
    expect(shown).toMatchObject({ name: 'api', idempotent: false });
    expect(shown?.description).toContain('api.example.com');
    expect(await outside.show(org, 'api.*')).toEqual([]);
    const args = { url: 'https://api.example.com/x' };
    expect(await failure(run(args))).toMatchObject({ code: 'tool_unavailable', mayHaveHappened: false });
    await t.done('swarm.put_secret', t.orchestrator, { organizationId: org, name: 'key', value: 'k3y' });
    expect(await run(args)).toEqual({
      text: 'HTTP 200',
      isError: false,
      ref: 'http:api.example.com',
      label: { integrity: 'untrusted', readers: 'public', sources: ['http:api.example.com'] },
    });
    expect(asked).toEqual([{ url: 'https://api.example.com/x', credential: 'k3y', key: 'act_1' }]);
    for (const bad of [
      { url: 'https://evil.net/' },
      { ...args, headers: { host: 'evil.net' } },
      { ...args, method: 'PUT' },
      null,
    ])
      expect(await failure(run(bad))).toMatchObject({ code: 'tool_refused', mayHaveHappened: false });
    expect(asked).toHaveLength(1);
  });
});
