/** What stands before every route of an agent, seen from outside: over a real socket, on answers and on refusals. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { AgentBase, type AgentOptions } from '../../src/voice/agent-base.ts';
import { AgentServer } from '../../src/voice/agent-server.ts';
import { ConfigurationError } from '../../src/voice/configuration-error.ts';
import type { VoiceSettings } from '../../src/voice/settings.ts';
import { basic, type Line, onLine } from './fixture.ts';

const agentWith = (settings: Partial<VoiceSettings> = {}, options: Partial<AgentOptions> = {}) =>
  new AgentBase({ name: 'guarded', basicAuth: ['user', 'pass'], settings, ...options });

/** A route of every kind, and what it answers to nobody. */
const ROUTES = [
  ['GET', '/', 401],
  ['POST', '/', 401],
  ['GET', '/swaig', 401],
  ['POST', '/swaig', 401],
  ['POST', '/post_prompt', 401],
  ['POST', '/debug_events', 401],
  ['POST', '/check_for_input', 401],
  ['POST', '/mcp', 401],
  ['GET', '/sip', 401],
  ['GET', '/nowhere', 401],
  ['GET', '/health', 200],
  ['GET', '/ready', 200],
] as const;

async function everyRoute(): Promise<Line> {
  const agent = agentWith();
  agent.enableMcpServer().enableSipRouting();
  return onLine(agent);
}

describe('every route', () => {
  it('but health asks for the credentials: none, wrong, half, of another kind', async () => {
    const line = await everyRoute();
    for (const [method, path, status] of ROUTES) {
      for (const authorization of [
        undefined,
        basic('user', 'wrong'),
        basic('wrong', 'pass'),
        basic('user', ''),
        basic('', ''),
        `Basic ${btoa('user')}`,
        'Basic',
        'Bearer pass',
        `${basic('user', 'pass')}, ${basic('user', 'pass')}`,
      ]) {
        const answer = await line.ask(path, { method, headers: authorization === undefined ? {} : { authorization } });
        expect([path, authorization, answer.status]).toEqual([path, authorization, status]);
        if (status !== 401) continue;
        expect(answer.text).toBe('Unauthorized');
        expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm="Secure Area"/);
      }
    }
  });

  it('has the headers on whatever it answers', async () => {
    const line = await everyRoute();
    const answers = [
      ...(await Promise.all(ROUTES.map(([method, path]) => line.ask(path, { method })))),
      await line.get('/'),
      await line.get('/nowhere'),
      await line.post('/swaig', '{'),
      await line.post('/swaig', { function: 'nowhere' }),
      await line.post('/swaig', 'a'.repeat(2_000_000)),
      await line.ask('/', {
        method: 'OPTIONS',
        headers: { origin: 'https://a.example', 'access-control-request-method': 'POST' },
      }),
    ];
    expect(answers.map(({ status }) => status).slice(-6)).toEqual([200, 404, 400, 404, 413, 204]);
    for (const { headers } of answers) {
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-xss-protection')).toBe('1; mode=block');
      expect(headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.has('strict-transport-security')).toBe(false);
    }
  });
});

describe('the size of a request', () => {
  it('is counted as it comes, whatever it says of itself', async () => {
    const line = await onLine(agentWith({ maxRequestBytes: 1_000 }));
    const exact = JSON.stringify({ a: 'x'.repeat(1_000 - 8) });
    expect(exact).toHaveLength(1_000);
    expect((await line.post('/', exact)).status).toBe(200);
    const over = await line.post('/', `${exact} `);
    expect([over.status, over.json]).toEqual([413, { error: 'Request too large' }]);
    const chunks = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let n = 0; n < 50; n++) controller.enqueue(new Uint8Array(100).fill(32));
        controller.close();
      },
    });
    const headers = { authorization: basic('user', 'pass'), 'content-type': 'application/json' };
    const chunked = await line.ask('/swaig', { method: 'POST', headers, body: chunks, duplex: 'half' } as RequestInit);
    expect([chunked.status, chunked.json]).toEqual([413, { error: 'Request too large' }]);
  });

  it('of nobody is not even read', async () => {
    const line = await onLine(agentWith());
    const { port } = new URL(line.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      'POST /swaig HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 900000\r\n\r\n{',
    );
    const [answer] = await once(socket.setEncoding('utf8'), 'data');
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });
});

describe('a body', () => {
  it('must be a JSON object, declared as one', async () => {
    const line = await onLine(agentWith());
    for (const [body, type, status] of [
      ['{}', 'application/json', 200],
      ['{}', 'application/json; charset=utf-8', 200],
      ['{}', 'application/vnd.platform+json', 200],
      ['', 'text/plain', 200],
      ['{}', 'text/plain', 415],
      ['a=b', 'application/x-www-form-urlencoded', 415],
      ['[]', 'application/json', 400],
      ['"x"', 'application/json', 400],
      ['{"__proto__":{"a":1}}', 'application/json', 400],
      ['['.repeat(10_000), 'application/json', 400],
      ['\u{feff}{}', 'application/json', 400],
    ] as const)
      expect([body.slice(0, 30), (await line.post('/', body, { 'content-type': type })).status]).toEqual([
        body.slice(0, 30),
        status,
      ]);
  });
});

describe('SWML_ALLOWED_HOSTS', () => {
  it('answers to those alone, in any case, with any port, IPv6 too, and on health', async () => {
    const agent = agentWith({ allowedHosts: ['agent.example.com', '[::1]'] });
    const app = agent.getApp();
    const ask = async (host: string, path = '/health') => {
      const answer = await app.request(path, { headers: { host, authorization: basic('user', 'pass') } });
      return [answer.status, answer.status === 200 ? 'ok' : await answer.json()];
    };
    const refused = [403, { error: 'Forbidden: host not allowed' }];
    for (const host of ['agent.example.com', 'AGENT.example.COM:8080', '[::1]', '[::1]:3000'])
      expect(await ask(host)).toEqual([200, 'ok']);
    for (const host of [
      'evil.example',
      'agent.example.com.evil.example',
      '127.0.0.1',
      '[::2]',
      '',
      'agent.example.com, evil.example',
    ])
      for (const path of ['/health', '/', '/nowhere'])
        expect([host, path, ...(await ask(host, path))]).toEqual([host, path, ...refused]);
  });
});

describe('SWML_CORS_ORIGINS', () => {
  const ask = async (settings: Partial<VoiceSettings>, origin: string, method = 'GET') => {
    const headers = { origin, host: 'localhost', 'access-control-request-method': 'POST' };
    const answer = await agentWith(settings).getApp().request('/health', { method, headers });
    const { headers: got } = answer;
    return [answer.status, got.get('access-control-allow-origin'), got.get('access-control-allow-credentials')];
  };

  it('unset lets every page read, without credentials', async () => {
    expect(await ask({}, 'https://any.example')).toEqual([200, '*', null]);
    expect(await ask({}, 'https://any.example', 'OPTIONS')).toEqual([204, '*', null]);
  });

  it('set lets those pages read, with credentials, and tells no other anything', async () => {
    const settings = { corsOrigins: ['https://app.example.com', 'https://admin.example.com'] };
    for (const origin of settings.corsOrigins) {
      expect(await ask(settings, origin)).toEqual([200, origin, 'true']);
      expect(await ask(settings, origin, 'OPTIONS')).toEqual([204, origin, 'true']);
    }
    for (const origin of [
      'https://evil.example',
      'https://app.example.com.evil.example',
      'null',
      'http://app.example.com',
    ])
      expect(await ask(settings, origin)).toEqual([200, null, null]);
  });
});

describe('SWML_RATE_LIMIT', () => {
  it('refuses one client beyond it, says when to come back, and counts no other', async () => {
    const line = await onLine(agentWith({ rateLimit: 3, trustedProxies: 1 }));
    const from = (address: string) => line.ask('/health', { headers: { 'x-forwarded-for': address } });
    for (let n = 0; n < 3; n++) expect((await from('192.0.2.1')).status).toBe(200);
    const refused = await from('192.0.2.1');
    expect([refused.status, refused.json]).toEqual([429, { error: 'Rate limit exceeded' }]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await from('192.0.2.2')).status).toBe(200);
    // what a client writes itself stands further to the left, and is not looked at
    expect((await from('203.0.113.9, 192.0.2.1')).status).toBe(429);
  });

  it('believes no forwarded address unless proxies are declared', async () => {
    const line = await onLine(agentWith({ rateLimit: 3 }));
    const answers: number[] = [];
    for (let n = 0; n < 5; n++)
      answers.push(
        (await line.ask('/health', { headers: { 'x-forwarded-for': `192.0.2.${n}`, 'x-real-ip': `192.0.2.${n}` } }))
          .status,
      );
    expect(answers).toEqual([200, 200, 200, 429, 429]);
  });

  it.for([
    { SWML_RATE_LIMIT: 'many' },
    { SWML_RATE_LIMIT: '0' },
    { SWML_MAX_REQUEST_SIZE: '1MB' },
    { SWML_ALLOWED_HOSTS: 'https://a' },
    { SIGNALWIRE_SWAIG_SECRET: '' },
  ] as const)('and the like must be what they are for: %j makes no agent', (environment) => {
    const before = { ...process.env };
    Object.assign(process.env, environment);
    try {
      expect(() => new AgentBase({ name: 'a' })).toThrow(ConfigurationError);
    } finally {
      for (const name of Object.keys(environment)) delete process.env[name];
      Object.assign(process.env, before);
    }
  });
});

describe('addresses in scripts', () => {
  it('never follow a header of a request', async () => {
    const line = await onLine(
      agentWith({}, {}).defineTool({ name: 'f', description: 'x', secure: false, handler: () => '' }),
    );
    const { host } = new URL(line.url);
    const forged = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example',
      'x-original-host': 'evil.example',
    };
    const { text } = await line.get('/', forged);
    expect(text).not.toContain('evil.example');
    expect((await line.get('/')).text).toContain(host);
  });

  it('are those of SWML_PROXY_URL_BASE, with credentials that may hold anything', () => {
    const agent = agentWith(
      { proxyUrlBase: 'https://agents.example.com/voice' },
      { route: '/sales', basicAuth: ['üser@x', 'p/a:s?s#w%rd '] },
    );
    agent.defineTool({ name: 'f', description: 'x', handler: () => '' });
    const { web_hook_url: address } = JSON.parse(agent.renderSwml('c')).sections.main[1].ai.SWAIG.functions[0];
    const url = new URL(address);
    expect([decodeURIComponent(url.username), decodeURIComponent(url.password)]).toEqual(['üser@x', 'p/a:s?s#w%rd ']);
    expect(`${url.origin}${url.pathname}`).toBe('https://agents.example.com/voice/sales/swaig');
    expect(agent.getFullUrl()).toBe('https://agents.example.com/voice/sales');
  });
});

describe('several agents on one server', () => {
  it('are listed, each behind its own credentials, under one limit', async () => {
    const server = new AgentServer({ settings: { rateLimit: 20 } });
    const [sales, support] = ['sales', 'support'].map(
      (name) => new AgentBase({ name, route: `/${name}`, basicAuth: [name, 'pass'] }),
    );
    server.register(sales!).register(support!, '/help');
    expect(() => server.register(sales!)).toThrow(ConfigurationError);
    const serving = await server.run('127.0.0.1', 0);
    try {
      const ask = (path: string, user?: string) =>
        fetch(`${serving.url}${path}`, { headers: user === undefined ? {} : { authorization: basic(user, 'pass') } });
      expect(await (await ask('/')).json()).toEqual({
        service: 'AgentServer',
        agents: [
          { name: 'sales', route: '/sales' },
          { name: 'support', route: '/help' },
        ],
      });
      expect((await ask('/sales', 'sales')).status).toBe(200);
      expect((await ask('/help', 'support')).status).toBe(200);
      expect((await ask('/help', 'sales')).status).toBe(401);
      expect((await ask('/support', 'support')).status).toBe(404);
      expect(support!.getFullUrl()).toBe(`${serving.url}/help`);
      expect(server.unregister('/sales')).toBe(true);
      expect((await ask('/sales', 'sales')).status).toBe(404);
      const many = await Promise.all(Array.from({ length: 30 }, () => ask('/health')));
      expect(many.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(14);
    } finally {
      await server.stop(0);
    }
  });
});
