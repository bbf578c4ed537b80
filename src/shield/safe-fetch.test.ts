/** Outbound requests over real sockets of loopback, which the tests have to allow by name; names come from a table. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { FetchRefused } from './fetch-refused.ts';
import { parseAddress } from './ip-address.ts';
import { isPublic } from './public-address.ts';
import { createSafeFetch, type SafeFetchOptions } from './safe-fetch.ts';

const MAX_BYTES = 1000;
const asked: {
  readonly requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
} = {
  requests: [],
};

const ROUTES: Readonly<Record<string, RequestListener>> = {
  '/': (_, response) => response.end('hello'),
  '/echo': (_, response) => response.end('{"ok":true}'),
  '/large': (_, response) => response.end('x'.repeat(MAX_BYTES + 1)),
  '/exact': (_, response) => response.end('x'.repeat(MAX_BYTES)),
  '/endless': (_, response) => {
    response.write('x'.repeat(MAX_BYTES));
    response.write('x'.repeat(MAX_BYTES));
  },
  '/silent': () => {},
  '/half': (_, response) => response.write('x'),
  '/cut': (_, response) => {
    response.write('x');
    setImmediate(() => response.destroy());
  },
  '/gzip': (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
  '/none': (_, response) => response.writeHead(204).end(),
  '/strange': (_, response) => response.writeHead(999).end(),
  '/to': (request, response) => {
    const query = new URL(request.url ?? '', 'http://x').searchParams;
    response.writeHead(Number(query.get('status') ?? 302), { location: query.get('to') ?? '' }).end();
  },
};

let server: Server;
let port: number;
beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = '', url = '', headers } = request;
    asked.requests.push({ method, url, headers, body });
    const [path = ''] = url.split('?');
    if (Object.hasOwn(ROUTES, path)) ROUTES[path]!(request, response);
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const NAMES: Readonly<Record<string, readonly string[]>> = {
  'open.example': ['127.0.0.1'],
  'other.example': ['127.0.0.1'],
  'both.example': ['93.184.216.34', '10.0.0.1'],
  'private.example': ['192.168.1.1'],
  'mapped.example': ['::ffff:10.0.0.1'],
  'nothing.example': [],
  'strange.example': ['not an address'],
};
const resolve = async (name: string) => NAMES[name] ?? [];
const TEST: SafeFetchOptions = {
  maxBytes: MAX_BYTES,
  timeoutMs: 5_000,
  resolve,
  dangerouslyAllowHttp: true,
  dangerouslyAllowNetworks: ['127.0.0.0/8'],
};
const open = (options: Partial<SafeFetchOptions> = {}) => createSafeFetch({ ...TEST, ...options });
const strict = () => createSafeFetch({ maxBytes: MAX_BYTES, timeoutMs: 5_000, resolve });
const at = (path: string, host = 'open.example') => `http://${host}:${port}${path}`;

const refusal = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof FetchRefused ? error.reason : String(error);
};

describe('isPublic', () => {
  it.for([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.255',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.0.192',
    '192.0.2.1',
    '192.168.0.1',
    '198.18.0.1',
    '198.19.255.255',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:169.254.169.254',
    '::127.0.0.1',
    '::7f00:1',
    '64:ff9b::7f00:1',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:0:1234::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '2002:a00:1::1',
    '3fff::1',
    '4000::1',
    '5f00::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fec0::1',
    'ff02::1',
  ])('%s is not', (text) => {
    expect(isPublic(parseAddress(text)!)).toBe(false);
  });

  it.for([
    '1.1.1.1',
    '93.184.216.34',
    '100.63.255.255',
    '100.128.0.0',
    '172.32.0.1',
    '192.0.1.1',
    '198.20.0.1',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001::1',
    '::ffff:1.1.1.1',
  ])('%s is', (text) => {
    expect(isPublic(parseAddress(text)!)).toBe(true);
  });

  it('says of IPv4 behind IPv6 what it says of IPv4', () => {
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        expect(isPublic(parseAddress(`::ffff:${text}`)!)).toBe(isPublic(parseAddress(text)!));
      }),
    );
  });
});

describe('safe fetch refuses', () => {
  it.for([
    ['http', 'http://open.example/', 'scheme'],
    ['a file', 'file:///etc/passwd', 'scheme'],
    ['data', 'data:text/plain,x', 'scheme'],
    ['ftp', 'ftp://open.example/', 'scheme'],
    ['what is no URL', '/relative', 'url'],
    ['credentials', 'https://user:hunter2@open.example/', 'credentials'],
    ['a name alone as credentials', 'https://user@open.example/', 'credentials'],
    ['loopback', 'https://127.0.0.1/', 'address'],
    ['loopback as a number', 'https://2130706433/', 'address'],
    ['loopback in hexadecimal', 'https://0x7f.1/', 'address'],
    ['loopback in octal', 'https://0177.0.0.1/', 'address'],
    ['loopback in full-width digits', 'https://１２７.0.0.1/', 'address'],
    ['no address', 'https://0/', 'address'],
    ['IPv6 loopback', 'https://[::1]/', 'address'],
    ['mapped loopback', 'https://[::ffff:127.0.0.1]/', 'address'],
    ['carriers’ addresses', 'https://100.64.0.1/', 'address'],
    ['metadata', 'https://169.254.169.254/latest/meta-data', 'address'],
    ['NAT64 of loopback', 'https://[64:ff9b::7f00:1]/', 'address'],
    ['6to4 of loopback', 'https://[2002:7f00:1::]/', 'address'],
    ['a name for loopback', 'https://open.example/', 'address'],
    ['a name for a private address', 'https://private.example/', 'address'],
    ['a name for a mapped private address', 'https://mapped.example/', 'address'],
    ['a name with one private address among public ones', 'https://both.example/', 'address'],
    ['a name without an address', 'https://nothing.example/', 'address'],
    ['a name server that answers nonsense', 'https://strange.example/', 'address'],
  ] as const)('%s', async ([, url, reason]) => {
    const before = asked.requests.length;
    expect(await refusal(strict()(url))).toBe(reason);
    expect(asked.requests).toHaveLength(before);
  });

  it('a host that is not among those allowed, whatever it leads to', async () => {
    const narrow = open({ allowedHosts: ['open.example'] });
    expect((await narrow(at('/'))).status).toBe(200);
    expect(await refusal(narrow(at('/', 'other.example')))).toBe('host');
    expect(await refusal(narrow(at('/', '127.0.0.1')))).toBe('host');
    expect(await refusal(narrow(at(`/to?to=${encodeURIComponent(at('/', 'other.example'))}`)))).toBe('host');
  });

  it('without repeating the URL, which may hold a secret', async () => {
    for (const url of ['https://user:hunter2@open.example/', 'https://private.example/?token=hunter2', 'hunter2']) {
      const error = await strict()(url).catch((thrown: unknown) => thrown);
      expect(String(error)).not.toContain('hunter2');
    }
  });

  it('to be made with a limit that is no number', () => {
    for (const bad of [{ maxBytes: Number.NaN }, { timeoutMs: Number.NaN }, { maxRedirects: Number.NaN }]) {
      expect(() => open(bad)).toThrow(TypeError);
    }
    expect(() => open({ dangerouslyAllowNetworks: ['*'] })).toThrow(TypeError);
  });
});

describe('safe fetch', () => {
  it('sends what it is given and gives a response', async () => {
    const response = await open()(at('/echo?a=1'), {
      method: 'POST',
      headers: {
        authorization: 'Bearer t',
        'content-type': 'application/json',
        host: 'evil.example',
        connection: 'upgrade',
      },
      body: '{"b":2}',
    });
    expect([response.status, await response.json(), response.url]).toEqual([200, { ok: true }, at('/echo?a=1')]);
    expect(asked.requests.at(-1)).toMatchObject({
      method: 'POST',
      url: '/echo?a=1',
      body: '{"b":2}',
      headers: { authorization: 'Bearer t', host: `open.example:${port}`, 'accept-encoding': 'identity' },
    });
    expect((await open()(new Request(at('/'), { method: 'HEAD' }))).status).toBe(200);
    expect((await open()(at('/none'))).body).toBeNull();
    expect((await open()(new URL(at('/nowhere')))).status).toBe(404);
  });

  it('asks for a name once, and connects to what it was told then: a second answer changes nothing', async () => {
    const answers = [['127.0.0.1'], ['10.0.0.1']];
    let times = 0;
    const rebinding = open({ resolve: async () => answers[times++] ?? [] });
    expect(await (await rebinding(at('/', 'rebind.example'))).text()).toBe('hello');
    expect(times).toBe(1);
  });

  it('connects to the checked address by HTTPS too, and shows the name for its certificate', async () => {
    const hello = Promise.withResolvers<string>();
    const tcp = createTcpServer(
      (socket) =>
        void socket
          .on('error', () => {})
          .once('data', (data) => {
            hello.resolve(String(data));
            socket.destroy();
          }),
    ).listen(0, '127.0.0.1');
    onTestFinished(() => void tcp.close());
    await once(tcp, 'listening');
    const url = `https://open.example:${(tcp.address() as AddressInfo).port}/`;
    await expect(open({ dangerouslyAllowHttp: false })(url)).rejects.toThrow();
    expect((await hello.promise).includes('open.example')).toBe(true);
  });

  it('stops reading beyond the limit, whether or not a length was declared', async () => {
    expect(await refusal(open()(at('/large')))).toBe('too_large');
    expect((await (await open()(at('/exact'))).text()).length).toBe(MAX_BYTES);
    const endless = await open()(at('/endless'));
    expect(await refusal(endless.text())).toBe('too_large');
  });

  it('ends what takes too long: the name, the answer, the body', async () => {
    const hasty = { timeoutMs: 100 };
    expect(await refusal(open({ ...hasty, resolve: () => new Promise(() => {}) })(at('/')))).toBe('timeout');
    expect(await refusal(open(hasty)(at('/silent')))).toBe('timeout');
    const half = await open(hasty)(at('/half'));
    expect(await refusal(half.text())).toBe('timeout');
  });

  it('ends when the caller does, and says so by the caller’s own reason', async () => {
    const stop = new AbortController();
    const work = open()(at('/silent'), { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(work).rejects.toThrow('enough');
  });

  it('fails, and nothing else, for a body that is cut off, a compressed one, and a status that is none', async () => {
    const cut = await open()(at('/cut'));
    await expect(cut.text()).rejects.toThrow();
    expect(await refusal(open()(at('/gzip')))).toBe('encoding');
    await expect(open()(at('/strange'))).rejects.toThrow(RangeError);
  });
});

describe('a redirect', () => {
  const to = (target: string, status = 302) => at(`/to?status=${status}&to=${encodeURIComponent(target)}`);

  it('is followed, relative ones too', async () => {
    expect(await (await open()(to('/'))).text()).toBe('hello');
    expect(await (await open()(to(at('/', 'other.example'), 307))).text()).toBe('hello');
  });

  it('is followed three times and not a fourth', async () => {
    const path = (url: string) => url.slice(url.indexOf('/to'));
    const three = to(path(to(path(to('/')))));
    expect(await (await open()(three)).text()).toBe('hello');
    expect(await refusal(open()(to(path(three))))).toBe('redirect');
  });

  it.for([
    ['to a private address', 'http://10.0.0.1/', 'address'],
    ['to metadata', 'http://169.254.169.254/', 'address'],
    ['to a name for a private address', 'http://private.example/', 'address'],
    ['to a file', 'file:///etc/passwd', 'scheme'],
    ['to credentials', 'http://user:pw@open.example/', 'credentials'],
    ['to nowhere', 'http://', 'redirect'],
  ] as const)('%s is refused', async ([, target, reason]) => {
    expect(await refusal(open()(to(target)))).toBe(reason);
  });

  it('carries no credential to another origin, by whatever header', async () => {
    const secret = {
      authorization: 'Bearer t',
      cookie: 'a=b',
      'x-api-key': 'k',
      'x-twilio': 's',
      accept: 'text/plain',
    };
    await open()(to(at('/', 'other.example')), { headers: secret });
    const elsewhere = asked.requests.at(-1)!;
    expect(elsewhere.headers.host).toBe(`other.example:${port}`);
    expect(Object.keys(elsewhere.headers).sort()).toEqual(['accept', 'accept-encoding', 'connection', 'host']);
    await open()(to('/'), { headers: secret });
    expect(asked.requests.at(-1)!.headers).toMatchObject({ authorization: 'Bearer t', 'x-api-key': 'k' });
  });

  it('takes no body to another origin, and makes a GET of a POST where the standard says so', async () => {
    const post = { method: 'POST', body: 'secret', headers: { 'content-type': 'text/plain' } };
    expect(await refusal(open()(to(at('/', 'other.example'), 307), post))).toBe('redirect');
    await open()(to('/', 303), post);
    expect(asked.requests.at(-1)).toMatchObject({ method: 'GET', url: '/', body: '' });
    expect(asked.requests.at(-1)!.headers['content-type']).toBeUndefined();
    await open()(to('/', 308), post);
    expect(asked.requests.at(-1)).toMatchObject({ method: 'POST', url: '/', body: 'secret' });
  });

  it('is shown or refused where the caller wants that', async () => {
    const shown = await open()(to('http://10.0.0.1/'), { redirect: 'manual' });
    expect([shown.status, shown.headers.get('location')]).toEqual([302, 'http://10.0.0.1/']);
    expect(await refusal(open()(to('/'), { redirect: 'error' }))).toBe('redirect');
  });
});
